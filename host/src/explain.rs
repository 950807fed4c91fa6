//! EXPLAIN: which request a scan makes, and with ANALYZE what came of it.

use crate::scan;
use pgrx::pg_sys;
use pgrx::prelude::*;
use std::ffi::CStr;
use std::time::Duration;

/// # Safety
///
/// Called by Postgres' EXPLAIN.
#[pg_guard]
pub unsafe extern "C-unwind" fn explain_foreign_scan(
    node: *mut pg_sys::ForeignScanState,
    explain: *mut pg_sys::ExplainState,
) {
    // SAFETY: the executor's own structures.
    unsafe {
        if (*explain).analyze
            && let Some(run) = scan::run_of(node)
        {
            let seen = run.seen();
            integer(c"Requests", seen.requests, explain);
            integer(c"Bytes Received", seen.bytes_received, explain);
            milliseconds(c"Time Waited", seen.waited, explain);
        }
    }
}

fn integer(label: &CStr, value: u64, explain: *mut pg_sys::ExplainState) {
    // SAFETY: the label outlives the call.
    unsafe {
        pg_sys::ExplainPropertyInteger(label.as_ptr(), std::ptr::null(), value as i64, explain)
    }
}

fn milliseconds(label: &CStr, value: Duration, explain: *mut pg_sys::ExplainState) {
    // SAFETY: the label and the unit outlive the call.
    unsafe {
        pg_sys::ExplainPropertyFloat(
            label.as_ptr(),
            c"ms".as_ptr(),
            value.as_secs_f64() * 1000.0,
            3,
            explain,
        );
    }
}
