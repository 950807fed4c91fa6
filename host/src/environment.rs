//! What the component gets from Postgres and from the network.

mod postgres;
mod written;

pub use written::{Sent, Shown};

use postgres::{setting, vault, wait};
use written::Watched;

use crate::catalog::Server;
use crate::process;
use crate::process::sent;
use crate::process::statistics::{self, Asked, Traffic};
use crate::raise;
use k8s_fdw_guest::{Environment, HttpRequest, HttpResponse, Level, Method, Metric, Options};
use k8s_fdw_http::object;
use k8s_fdw_http::{Client, ErrorKind, Request, sleep};
use pgrx::pg_sys::{self, Oid};
use pgrx::prelude::*;
use std::collections::HashMap;
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
