//! What lives as long as the process: the component's machine code, connections, and what scans have seen.

mod clients;
pub mod exec_plugin;
mod facts;
mod library;
pub mod sent;
pub mod statistics;

pub use clients::client_of;
pub use facts::facts;
pub use library::library;
