//! Owns the host's rules that need no server: options, packages, headers, epochs, types, time.
//! Never links Postgres or wasmtime, so that `cargo test` runs anywhere.

pub mod column_type;
pub mod epoch;
pub mod headers;
pub mod options;
pub mod package;
pub mod stats;
pub mod time;
pub mod version;
