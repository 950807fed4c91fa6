//! Owns the code generated from the two versions of the contract.
//! Never holds behaviour: cells.rs, guest.rs and host/ give it to both.

pub mod v1 {
    wasmtime::component::bindgen!("wrappers" in "../wit/v1");
}

pub mod v2 {
    wasmtime::component::bindgen!("wrappers" in "../../../wit");
}
