//! Owns the extension `wrappers`: the functions wasm_fdw_handler, _validator and _meta.
//! Never knows a particular guest; what it does is what the real extension's wasm_fdw 0.1.5 does.

mod bindings;
mod cells;
mod error;
mod fdw;
mod guest;
mod host;
mod package;

pgrx::pg_module_magic!();
