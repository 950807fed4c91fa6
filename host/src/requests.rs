//! `k8s_fdw.session_requests()`: what this session asked for, by server and table. `k8s_fdw.requests()` shows it.
//! `k8s_fdw.session_writes()`: by which requests it has changed clusters. `k8s_fdw.writes()` shows it.

use crate::process::{sent, statistics};
use pgrx::prelude::*;
use pgrx::{IntoDatum, pg_sys};
use serde_json::{Value, json};

#[doc(hidden)]
#[unsafe(no_mangle)]
pub extern "C" fn pg_finfo_k8s_fdw_session_requests() -> &'static pg_sys::Pg_finfo_record {
    static RECORD: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &RECORD
}

/// A value of the type `json`: a list of objects.
///
/// # Safety
///
/// Called by Postgres alone.
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn k8s_fdw_session_requests(
    _call: pg_sys::FunctionCallInfo,
) -> pg_sys::Datum {
    let all = statistics::traffic().into_iter().map(|((server, table), traffic)| {
        json!({
            "server": server.to_u32(),
            "table": table.to_u32(),
            "requests": traffic.requests,
            "failed": traffic.failed,
            "bytes": traffic.bytes_received,
            "waited_ms": traffic.waited.as_secs_f64() * 1000.0,
        })
    });
    let text = Value::Array(all.collect()).to_string();
    text.into_datum().expect("a text is not NULL")
}

#[doc(hidden)]
#[unsafe(no_mangle)]
pub extern "C" fn pg_finfo_k8s_fdw_session_writes() -> &'static pg_sys::Pg_finfo_record {
    static RECORD: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &RECORD
}

/// A value of the type `json`: a list of objects, in the order in which the requests were sent.
///
/// # Safety
///
/// Called by Postgres alone.
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn k8s_fdw_session_writes(
    _call: pg_sys::FunctionCallInfo,
) -> pg_sys::Datum {
    let all = sent::writes().into_iter().map(|write| {
        json!({
            "microseconds": write.microseconds,
            "server": write.asked.0.to_u32(),
            "table": write.asked.1.to_u32(),
            "method": write.method,
            "path": write.path,
            "status": write.status,
        })
    });
    let text = Value::Array(all.collect()).to_string();
    text.into_datum().expect("a text is not NULL")
}
