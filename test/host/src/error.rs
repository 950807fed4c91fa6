//! Owns what can go wrong between a guest and a query, and its SQLSTATE: HV000 for everything.
//! Never carries a panic: those stay panics, and become XX000.

use pgrx::PgSqlErrorCode;
use pgrx::pg_sys::panic::ErrorReport;
use supabase_wrappers::prelude::{CreateRuntimeError, OptionsError};
use thiserror::Error;

#[derive(Error, Debug)]
pub enum WasmFdwError {
    #[error("invalid WebAssembly component")]
    InvalidComponent,

    // The real host words its own refusals (version, checksum, download) like a guest's.
    #[error("guest fdw error: {0}")]
    Guest(String),

    #[error("semver error: {0}")]
    Version(#[from] host_logic::version::Error),

    // Displays the outermost context only: of a trap, the backtrace without its cause.
    #[error("wasmtime error: {0}")]
    Wasmtime(#[from] wasmtime::Error),

    #[error("{0}")]
    Runtime(#[from] CreateRuntimeError),

    #[error("{0}")]
    Options(#[from] OptionsError),
}

impl From<String> for WasmFdwError {
    fn from(message: String) -> Self {
        Self::Guest(message)
    }
}

impl From<&str> for WasmFdwError {
    fn from(message: &str) -> Self {
        Self::Guest(message.to_owned())
    }
}

impl From<WasmFdwError> for ErrorReport {
    fn from(error: WasmFdwError) -> Self {
        ErrorReport::new(PgSqlErrorCode::ERRCODE_FDW_ERROR, error.to_string(), "")
    }
}

pub type WasmFdwResult<T> = Result<T, WasmFdwError>;
