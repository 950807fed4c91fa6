//! Errors of the component as errors of Postgres.

use k8s_fdw_guest::Error;
use pgrx::pg_sys::panic::{CaughtError, ErrorReport};
use pgrx::{PgLogLevel, PgSqlErrorCode, PgTryBuilder};
use std::panic::AssertUnwindSafe;

const HINT: &str = " Hint: ";

/// Ends the statement. The component's text ends with a hint, which Postgres shows on a line of its own.
pub fn error(error: &Error) -> ! {
    if let Error::Memory(most) = error {
        message_with_hint(
            &format!(
                "k8s_fdw[memory] the scan needs more than the {} MB of k8s_fdw.max_memory",
                most >> 20
            ),
            "SET k8s_fdw.max_memory to more, show fewer columns, or lower page_size of the server.",
        );
    }
    let text = error.to_string();
    match text.rsplit_once(HINT) {
        Some((message, hint)) => message_with_hint(message, hint),
        None => message_with_hint(&text, ""),
    }
}

/// Ends the statement with SQLSTATE HV000.
pub fn message_with_hint(message: &str, hint: &str) -> ! {
    let report = ErrorReport::new(PgSqlErrorCode::ERRCODE_FDW_ERROR, message.to_owned(), "k8s_fdw");
    let report = if hint.is_empty() { report } else { report.set_hint(hint.to_owned()) };
    report.report(PgLogLevel::ERROR);
    unreachable!("an error ends the statement")
}

/// Runs what reads a column's value. If Postgres refuses the value, its error says for which column.
pub fn for_column<T>(column: &str, read: impl FnOnce() -> T) -> T {
    PgTryBuilder::new(AssertUnwindSafe(read))
        .catch_others(|caught| {
            let (CaughtError::PostgresError(refused) | CaughtError::ErrorReport(refused)) = &caught
            else {
                caught.rethrow()
            };
            let message = format!("k8s_fdw[cell] column \"{column}\": {}.", refused.message());
            ErrorReport::new(refused.sql_error_code(), message, "k8s_fdw")
                .set_hint("Declare the column text, or with a type that takes each value. on_error 'null' does not reach this type.")
                .report(PgLogLevel::ERROR);
            unreachable!("an error ends the statement")
        })
        .execute()
}

pub trait OrRaise<T> {
    /// The value; an error ends the statement.
    fn or_raise(self) -> T;
}

impl<T> OrRaise<T> for Result<T, Error> {
    fn or_raise(self) -> T {
        self.unwrap_or_else(|e| error(&e))
    }
}
