//! What the component gets from Postgres.

use crate::raise;
use pgrx::pg_sys;
use pgrx::prelude::*;
use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::panic::{catch_unwind, resume_unwind};

/// Runs what waits. If the statement is cancelled meanwhile, Postgres' error goes on when the wait has ended.
pub(super) fn wait<T>(wait: impl FnOnce(&dyn Fn() -> bool) -> T) -> T {
    let error: RefCell<Option<Box<dyn Any + Send>>> = RefCell::new(None);
    let result = wait(&|| match catch_unwind(check_for_interrupts) {
        Ok(()) => false,
        Err(payload) => {
            error.replace(Some(payload));
            true
        }
    });
    match error.take() {
        Some(payload) => resume_unwind(payload),
        None => result,
    }
}

fn check_for_interrupts() {
    pg_sys::check_for_interrupts!();
}

/// `current_setting(name, true)`
pub(super) fn setting(name: &str) -> Option<String> {
    let name = CString::new(name).ok()?;
    // SAFETY: the function gives null for a setting that there is none of, or a string of its own.
    unsafe {
        let value = pg_sys::GetConfigOptionByName(name.as_ptr(), std::ptr::null_mut(), true);
        (!value.is_null()).then(|| CStr::from_ptr(value).to_string_lossy().into_owned())
    }
}

/// A secret as the role of the session may read it; `None` where there is no Vault or no such secret.
pub(super) fn vault(condition: &str, key: &str) -> Option<String> {
    let is_there: Option<bool> =
        Spi::get_one("SELECT pg_catalog.to_regclass('vault.decrypted_secrets') IS NOT NULL")
            .ok()
            .flatten();
    if is_there != Some(true) {
        return None;
    }
    let query = format!("SELECT decrypted_secret FROM vault.decrypted_secrets WHERE {condition}");
    match Spi::get_one_with_args::<String>(&query, &[key.into()]) {
        Ok(secret) => secret,
        Err(pgrx::spi::Error::InvalidPosition) => None,
        Err(e) => raise::message_with_hint(&format!("k8s_fdw: reading Vault failed: {e}"), ""),
    }
}
