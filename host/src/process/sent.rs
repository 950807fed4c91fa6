//! The requests by which this process has changed clusters: in the server's log before each of them, and in the process's
//! memory with the answer. A transaction that is rolled back takes none of it back.

use super::statistics::Asked;
use pgrx::pg_sys;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ffi::{CString, c_char};
use std::time::{SystemTime, UNIX_EPOCH};

/// Older ones are forgotten.
const MOST_KEPT: usize = 1000;

unsafe extern "C" {
    fn k8s_fdw_log(message: *const c_char);
}

/// A request that was to change a cluster.
#[derive(Clone)]
pub struct Write {
    number: u64,
    /// Since 1970.
    pub microseconds: u64,
    pub asked: Asked,
    pub method: &'static str,
    pub path: String,
    /// `None` if no answer came.
    pub status: Option<u16>,
}

thread_local! {
    static WRITES: RefCell<VecDeque<Write>> = const { RefCell::new(VecDeque::new()) };
    static MADE: Cell<usize> = const { Cell::new(0) };
}

/// Notes a request, and writes it into the server's log, so that it is known even if the process does not live to see
/// the answer. Gives the number by which `answered` finds it.
pub fn about_to_send(server: &str, asked: Asked, method: &'static str, path: &str) -> u64 {
    let message = format!("k8s_fdw: server \"{server}\": {method} {path}").replace('\0', "");
    let message = CString::new(message).expect("NUL bytes are taken out");
    let text = message.as_ptr();
    // SAFETY: the text lives until the function returns, and the closure has nothing that would have to be dropped if
    // Postgres raised an error.
    unsafe { pg_sys::ffi::pg_guard_ffi_boundary(|| k8s_fdw_log(text)) };
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    WRITES.with_borrow_mut(|writes| {
        let number = writes.back().map_or(0, |last| last.number + 1);
        if writes.len() == MOST_KEPT {
            writes.pop_front();
        }
        writes.push_back(Write {
            number,
            microseconds: since.as_micros() as u64,
            asked,
            method,
            path: path.to_owned(),
            status: None,
        });
        number
    })
}

pub fn answered(number: u64, status: u16) {
    if (200..300).contains(&status) {
        MADE.set(MADE.get() + 1);
    }
    WRITES.with_borrow_mut(|writes| {
        if let Some(write) = writes.iter_mut().rev().find(|write| write.number == number) {
            write.status = Some(status);
        }
    });
}

/// How many changes were made since this was asked.
pub fn take_made() -> usize {
    MADE.take()
}

/// The last ones, the oldest first.
pub fn writes() -> Vec<Write> {
    WRITES.with_borrow(|writes| writes.iter().cloned().collect())
}
