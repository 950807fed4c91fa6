//! What the component gets from Postgres and from the network.

use crate::catalog::Server;
use crate::process;
use crate::process::statistics::{self, Asked, Traffic};
use crate::raise;
use k8s_fdw_guest::{Environment, HttpRequest, HttpResponse, Level, Method, Metric, Options};
use k8s_fdw_http::{Client, ErrorKind, Request, sleep};
use pgrx::pg_sys::{self, Oid};
use pgrx::prelude::*;
use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::panic::{catch_unwind, resume_unwind};
use std::rc::Rc;

/// What the component reads besides the settings that a server's options name.
const SETTINGS: [&str; 4] = ["k8s_fdw.trace", "k8s_fdw.pushdown", "role", "session_authorization"];
const UNAUTHORIZED: u16 = 401;
const REFUSED: &str = "nothing is sent while a query is planned";

enum Mode {
    Live(Rc<Client>),
    /// Sends nothing.
    Probe,
}

/// One instance's view of the session.
pub struct Session {
    mode: Mode,
    /// What the session's settings were when the scan began. A cursor goes on with these, also where its first row is
    /// asked for later.
    settings: HashMap<String, Option<String>>,
    /// What the component is told beyond the contract.
    facts: Options,
    first_request: Option<String>,
    asked: Asked,
    seen: Traffic,
}

impl Session {
    /// Requests go to the server, with the credentials of the role's mapping. They count as the table's;
    /// `Oid::INVALID` stands for none.
    pub fn live(server: &Server, table: Oid, role: Oid) -> Self {
        let mode = Mode::Live(process::client_of(server, role));
        let named = server.options.iter().filter(|(name, _)| name.ends_with("_setting"));
        let names = named.map(|(_, value)| value.as_str()).chain(SETTINGS);
        let settings = names.map(|name| (name.to_owned(), setting(name))).collect();
        Self {
            mode,
            settings,
            facts: process::facts(server, role),
            first_request: None,
            asked: (server.oid, table),
            seen: Traffic::default(),
        }
    }

    /// Sends nothing.
    pub fn probe() -> Self {
        Self {
            mode: Mode::Probe,
            settings: HashMap::new(),
            facts: Options::new(),
            first_request: None,
            asked: (Oid::INVALID, Oid::INVALID),
            seen: Traffic::default(),
        }
    }

    /// The server's options as the component gets them.
    pub fn options_of(&self, server: &Server) -> Options {
        [server.options.as_slice(), &self.facts].concat()
    }

    /// What the requests of this instance came to.
    pub fn seen(&self) -> Traffic {
        self.seen
    }

    /// The method and URL of the first request, sent or not.
    pub fn first_request(&self) -> Option<String> {
        self.first_request.clone()
    }

    fn is_probe(&self) -> bool {
        matches!(self.mode, Mode::Probe)
    }
}

/// Runs what waits. If the statement is cancelled meanwhile, Postgres' error goes on when the wait has ended.
fn wait<T>(wait: impl FnOnce(&dyn Fn() -> bool) -> T) -> T {
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

fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

fn method(method: Method) -> k8s_fdw_http::Method {
    match method {
        Method::Get => k8s_fdw_http::Method::Get,
        Method::Post => k8s_fdw_http::Method::Post,
        Method::Put => k8s_fdw_http::Method::Put,
        Method::Patch => k8s_fdw_http::Method::Patch,
        Method::Delete => k8s_fdw_http::Method::Delete,
    }
}

impl Environment for Session {
    fn send(&mut self, request: HttpRequest) -> Result<HttpResponse, String> {
        let HttpRequest { method: verb, url, headers, body } = request;
        self.first_request.get_or_insert_with(|| format!("{} {url}", word(verb)));
        let client = match &self.mode {
            Mode::Probe => return Err(REFUSED.to_owned()),
            Mode::Live(client) => client.clone(),
        };
        let request = Request {
            method: method(verb),
            url,
            headers,
            body,
            max_body: Some(crate::settings::max_memory() as u64),
        };
        let before = client.counters();
        let answer = wait(|interrupted| client.send(&request, interrupted));
        let after = client.counters();
        let more = Traffic {
            requests: after.requests - before.requests,
            failed: after.retries - before.retries + u64::from(answer.is_err()),
            bytes_received: after.bytes_received - before.bytes_received,
            waited: after.time_waited - before.time_waited,
        };
        self.seen.add(more);
        statistics::note_traffic(self.asked, more);
        if answer.as_ref().is_ok_and(|response| response.status == UNAUTHORIZED) {
            process::exec_plugin::forget();
        }
        match answer {
            Ok(response) => Ok(HttpResponse {
                url: response.url,
                status: response.status,
                headers: response.headers,
                body: response.body,
            }),
            Err(e) if e.kind() == ErrorKind::Interrupted => Err("interrupted".to_owned()),
            // The component takes such a hint for its own.
            Err(e) => Err(e.advice().map_or(e.to_string(), |advice| format!("{e} Hint: {advice}"))),
        }
    }

    fn sleep(&mut self, milliseconds: u64) {
        if !self.is_probe() {
            // An interruption has become Postgres' error.
            let _ = wait(|interrupted| sleep(milliseconds, interrupted));
        }
    }

    fn setting(&mut self, name: &str) -> Option<String> {
        self.settings.entry(name.to_owned()).or_insert_with(|| setting(name)).clone()
    }

    fn vault_secret(&mut self, id: &str) -> Option<String> {
        vault("id OPERATOR(pg_catalog.=) $1::pg_catalog.uuid", id)
    }

    fn vault_secret_by_name(&mut self, name: &str) -> Option<String> {
        vault("name OPERATOR(pg_catalog.=) $1", name)
    }

    fn report(&mut self, level: Level, message: &str) {
        if self.is_probe() {
            return;
        }
        match level {
            Level::Info => info!("{message}"),
            Level::Notice => notice!("{message}"),
            Level::Warning => warning!("{message}"),
        }
    }

    fn fail(&mut self, message: &str) {
        raise::message_with_hint(message, "")
    }

    fn count(&mut self, _fdw_name: &str, _metric: Metric, _amount: i64) {}

    fn check_interrupts(&mut self) {
        pg_sys::check_for_interrupts!();
    }
}

/// `current_setting(name, true)`
fn setting(name: &str) -> Option<String> {
    let name = CString::new(name).ok()?;
    // SAFETY: the function gives null for a setting that there is none of, or a string of its own.
    unsafe {
        let value = pg_sys::GetConfigOptionByName(name.as_ptr(), std::ptr::null_mut(), true);
        (!value.is_null()).then(|| CStr::from_ptr(value).to_string_lossy().into_owned())
    }
}

/// A secret as the role of the session may read it; `None` where there is no Vault or no such secret.
fn vault(condition: &str, key: &str) -> Option<String> {
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
