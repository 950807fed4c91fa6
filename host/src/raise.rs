//! Errors of the component as errors of Postgres.

use k8s_fdw_guest::Error;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode};

const HINT: &str = " Hint: ";

/// Ends the statement. The component's text ends with a hint, which Postgres shows on a line of its own.
pub fn error(error: &Error) -> ! {
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

pub trait OrRaise<T> {
    /// The value; an error ends the statement.
    fn or_raise(self) -> T;
}

impl<T> OrRaise<T> for Result<T, Error> {
    fn or_raise(self) -> T {
        self.unwrap_or_else(|e| error(&e))
    }
}
