//! How one Kubernetes API server is reached from a Postgres backend, which has one thread and may be cancelled at any
//! time. There is no Postgres in this crate.
//!
//! ```no_run
//! use k8s_fdw_http::{Client, Connection, Method, Request};
//!
//! let client = Client::new(&Connection::new("https://10.0.0.1:6443"))?;
//! let request = Request {
//!     method: Method::Get,
//!     url: "https://10.0.0.1:6443/version".to_owned(),
//!     headers: vec![],
//!     body: String::new(),
//!     max_body: None,
//! };
//! let response = client.send(&request, &|| false)?;
//! # Ok::<(), k8s_fdw_http::Error>(())
//! ```
//!
//! [`Client::send`] and [`sleep`] run a runtime of their own on the calling thread, so neither can be called from inside
//! another runtime.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod body;
mod client;
mod connect;
mod connection;
mod credential;
mod dns;
mod error;
mod live;
mod message;
pub mod object;
mod origin;
mod pinned;
mod retry;
mod tls;
mod wait;

pub use client::{Client, Counters};
pub use connection::{ClientCertificate, Connection, Credential};
pub use error::{Error, ErrorKind};
pub use message::{Method, Request, Response};
pub use origin::is_url;
pub use wait::sleep;
