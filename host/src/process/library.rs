//! The component, loaded by this process's first query.

use crate::catalog::{self, text};
use crate::environment::Session;
use crate::raise;
use k8s_fdw_guest::{Library, Options};
use pgrx::pg_sys;
use pgrx::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::c_char;
use std::path::{Path, PathBuf};

const URL: &str = "fdw_package_url";
const FILE: &str = "file://";
/// Below the data directory, which is the process's working directory and belongs to the server's user alone.
const FOLDER: &str = "k8s_fdw";

thread_local! {
    /// Never emptied: a signal handler has a pointer to the engine.
    static LOADED: RefCell<HashMap<PathBuf, &'static Library<Session>>> = RefCell::default();
}

/// The component that a server names, else the one beside the extension's files.
pub fn library(server_options: &Options) -> &'static Library<Session> {
    let path = match catalog::option(server_options, URL) {
        None => installed(),
        Some(url) => PathBuf::from(url.strip_prefix(FILE).unwrap_or_else(|| {
            raise::message_with_hint(
                &format!("option \"{URL}\" must begin with {FILE} on a server of this host"),
                "Leave it out: the component is beside the extension's files.",
            )
        })),
    };
    LOADED.with_borrow_mut(|loaded| *loaded.entry(path).or_insert_with_key(|path| load(path)))
}

fn load(path: &Path) -> &'static Library<Session> {
    // What cannot be kept is no fault of the query's, so it goes to the log.
    let mut remark = |text: &str| log!("k8s_fdw: {text}");
    match Library::load(path, Path::new(FOLDER), &mut remark) {
        Ok(library) => Box::leak(Box::new(library)),
        Err(e) => raise::message_with_hint(
            &e.to_string(),
            "Install the extension again (make install), or name another component by the server's option fdw_package_url.",
        ),
    }
}

fn installed() -> PathBuf {
    let mut folder = [0 as c_char; pg_sys::MAXPGPATH as usize];
    // SAFETY: both are buffers of MAXPGPATH bytes.
    let share = unsafe {
        pg_sys::get_share_path((&raw const pg_sys::my_exec_path).cast(), folder.as_mut_ptr());
        text(folder.as_ptr())
    };
    let version = env!("CARGO_PKG_VERSION");
    PathBuf::from(share).join(format!("extension/k8s_fdw-{version}.wasm"))
}
