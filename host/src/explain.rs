//! EXPLAIN: which request a scan makes first, and with ANALYZE what came of its requests.

use crate::scan::{self, probe};
use pgrx::pg_sys;
use pgrx::prelude::*;
use std::ffi::{CStr, CString};
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
        match scan::run_of(node) {
            None => {
                let table = (*(*node).ss.ss_currentRelation).rd_id;
                if let Some((request, later)) = probe::request_of((*node).ss.ps.plan.cast(), table)
                {
                    words(c"Request", &with_later(request, &later), explain);
                }
            }
            Some(run) => {
                // A worker's requests are not known here.
                let (seen, Some(request)) = run.seen() else { return };
                words(c"Request", &request, explain);
                integer(c"Requests", seen.requests, explain);
                integer(c"Bytes Received", seen.bytes_received, explain);
                if (*explain).timing {
                    milliseconds(c"Time Waited", seen.waited, explain);
                }
            }
        }
    }
}

fn with_later(request: String, columns: &[String]) -> String {
    match columns {
        [] => request,
        _ => format!("{request} (narrowed when it runs by {})", columns.join(", ")),
    }
}

fn words(label: &CStr, value: &str, explain: *mut pg_sys::ExplainState) {
    let value = CString::new(value).unwrap_or_default();
    // SAFETY: both strings outlive the call.
    unsafe { pg_sys::ExplainPropertyText(label.as_ptr(), value.as_ptr(), explain) }
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
