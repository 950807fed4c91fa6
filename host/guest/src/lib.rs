//! Runs a component of the contract `supabase:wrappers@0.2.0` without knowing Postgres.
//!
//! [`Library`] compiles a component once and keeps its compiled form in a file. [`Instance`] is one run of it, for one
//! scan. What the component may ask for (requests, settings, secrets, messages) comes from an [`Environment`], and what
//! the query wants is a [`Query`].

mod bindings;
mod environment;
mod error;
mod imports;
mod instance;
mod library;
mod query;
mod snapshot;

pub use bindings::supabase::wrappers::types::{
    Cell, ImportForeignSchemaStmt, ImportSchemaType, TypeOid, Value,
};
pub use environment::{Environment, HttpRequest, HttpResponse, Level, Method, Metric};
pub use error::Error;
pub use instance::Instance;
pub use library::{Library, Limits};
pub use query::{Column, Limit, Options, Qual, Query, Sort};
pub use wasmtime::Engine;
