//! What the component gets from Postgres and from the network.

use crate::catalog::Server;
use crate::process;
use crate::process::sent;
use crate::process::statistics::{self, Asked, Traffic};
use crate::raise;
use k8s_fdw_guest::{Environment, HttpRequest, HttpResponse, Level, Method, Metric, Options};
use k8s_fdw_http::object::{self, Identity};
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

/// The last request of an instance that writes.
pub struct Sent {
    /// Where the objects are listed of which it writes one.
    pub collection: String,
    /// What was sent.
    pub body: String,
    pub status: u16,
    /// What came back.
    pub answer: String,
}

/// What is watched of an instance that writes.
#[derive(Default)]
struct Watched {
    is_subresource: bool,
    last: Option<Sent>,
    /// The versions that objects have got by requests of this instance, by uid.
    versions: HashMap<String, String>,
}

/// An object that is shown as if the cluster had it.
pub struct Shown {
    pub plural: String,
    pub identity: Identity,
    pub list: String,
    pub empty_list: String,
}

impl Shown {
    /// The answer to a request for it; `None` for other requests, such as those for what the cluster serves.
    fn answer(&self, url: &str) -> Option<(u16, &str)> {
        let path = object::path(url);
        let place = path.rsplit('/').position(|step| step == self.plural)?;
        let namespace = path.rsplit('/').skip(place + 1).take(2).collect::<Vec<_>>();
        let is_elsewhere =
            matches!(namespace[..], [name, "namespaces"] if name != self.identity.namespace);
        match place {
            0 if is_elsewhere => Some((200, &self.empty_list)),
            0 => Some((200, &self.list)),
            // No other object is there.
            _ => Some((404, "{}")),
        }
    }
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
    /// Secrets of Vault that were read, by what they were asked for with.
    secrets: HashMap<String, Option<String>>,
    /// The server's name, where requests are written into the server's log.
    server: String,
    watched: Option<Watched>,
    shown: Option<Shown>,
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
            secrets: HashMap::new(),
            server: server.name.clone(),
            watched: None,
            shown: None,
        }
    }

    /// As `live`, for an instance that writes.
    pub fn writing(server: &Server, table: Oid, role: Oid, is_subresource: bool) -> Self {
        let watched = Some(Watched { is_subresource, ..Watched::default() });
        Self { watched, ..Self::live(server, table, role) }
    }

    /// The same for another instance: its credentials and settings are those of the time when this one was made.
    pub fn again(&self) -> Self {
        let mode = match &self.mode {
            Mode::Live(client) => Mode::Live(client.clone()),
            Mode::Probe => Mode::Probe,
        };
        let is_subresource = self.watched.as_ref().is_some_and(|watched| watched.is_subresource);
        Self {
            mode,
            settings: self.settings.clone(),
            facts: self.facts.clone(),
            first_request: None,
            asked: self.asked,
            seen: Traffic::default(),
            secrets: self.secrets.clone(),
            server: self.server.clone(),
            watched: Some(Watched { is_subresource, ..Watched::default() }),
            shown: None,
        }
    }

    /// The same for an instance that reads what `show` gives it.
    pub fn to_show(&self) -> Self {
        Self { watched: None, ..self.again() }
    }

    pub fn show(&mut self, shown: Shown) {
        self.shown = Some(shown);
    }

    /// The last request that was to write; `None` if there was none since this was asked.
    pub fn take_sent(&mut self) -> Option<Sent> {
        self.watched.as_mut()?.last.take()
    }

    /// The versions that objects have got, by uid.
    pub fn versions(&self) -> impl Iterator<Item = (&String, &String)> {
        self.watched.iter().flat_map(|watched| &watched.versions)
    }

    /// Whether the instance sends no changes.
    pub fn is_dry_run(&mut self) -> bool {
        let value = self.setting("k8s_fdw.dry_run").unwrap_or_default();
        matches!(value.trim().to_lowercase().as_str(), "on" | "true" | "yes" | "1")
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
            secrets: HashMap::new(),
            server: String::new(),
            watched: None,
            shown: None,
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

    fn secret(&mut self, condition: &str, key: &str) -> Option<String> {
        let known = format!("{condition} {key}");
        self.secrets.entry(known).or_insert_with(|| vault(condition, key)).clone()
    }

    fn is_probe(&self) -> bool {
        matches!(self.mode, Mode::Probe)
    }
}

impl Watched {
    fn note(&mut self, request: Request, is_real: bool, status: u16, answer: &str) {
        let writes = request.method != k8s_fdw_http::Method::Get;
        let is_fine = (200..300).contains(&status);
        // After a lost answer the component reads the object.
        if is_fine
            && (is_real || !writes)
            && let Some(identity) = Identity::of(answer)
        {
            self.versions.insert(identity.uid, identity.resource_version);
        }
        if writes && !is_real {
            let url = &request.url;
            let collection = object::collection(request.method, url, self.is_subresource);
            self.last = Some(Sent {
                collection: collection.to_owned(),
                body: request.body,
                status,
                answer: answer.to_owned(),
            });
        }
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
        if let Some((status, body)) = self
            .shown
            .as_ref()
            .filter(|_| matches!(verb, Method::Get))
            .and_then(|shown| shown.answer(&url))
        {
            let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
            return Ok(HttpResponse { url, status, headers, body: body.to_owned() });
        }
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
        let writes = self.watched.is_some() && !matches!(verb, Method::Get);
        let noted = (writes && !object::is_dry_run(&request.url, &request.body)).then(|| {
            sent::about_to_send(&self.server, self.asked, word(verb), object::path(&request.url))
        });
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
        if let (Some(watched), Ok(response)) = (&mut self.watched, &answer) {
            if let Some(noted) = noted {
                sent::answered(noted, response.status);
            }
            watched.note(request, noted.is_some(), response.status, &response.body);
        }
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
        self.secret("id OPERATOR(pg_catalog.=) $1::pg_catalog.uuid", id)
    }

    fn vault_secret_by_name(&mut self, name: &str) -> Option<String> {
        self.secret("name OPERATOR(pg_catalog.=) $1", name)
    }

    fn report(&mut self, level: Level, message: &str) {
        // The trace would print requests that are not sent.
        let shows_unsent = self.shown.is_some() && level == Level::Info;
        if self.is_probe() || shows_unsent {
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
