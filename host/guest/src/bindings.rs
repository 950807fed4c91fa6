//! What wasmtime makes of the contract.

wasmtime::component::bindgen!({ path: "../../wit", world: "wrappers" });
