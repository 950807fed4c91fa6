//! Sends requests over connections that are kept.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::client::proxy::matcher::Intercept;
use rustls::ClientConfig;
use tokio::runtime::Runtime;

use crate::body;
use crate::connect::{self, Activity, Proxies, Stream, TlsTo};
use crate::connection::Connection;
use crate::credential;
use crate::error::{self, Error, ErrorKind, seconds};
use crate::live::{Driver, Idle, Live};
use crate::message::{
    Answer, Prepared, Request, Response, header, message, redirect, texts, watch_seconds,
};
use crate::origin::{self, Origin};
use crate::retry;
use crate::tls;
use crate::wait;

/// How many redirects are followed.
const MAX_REDIRECTS: u32 = 10;
/// What a client has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Requests sent, repeated and redirected ones among them.
    pub requests: u64,
    /// Requests that were sent again because no answer came, or one that says to try again.
    pub retries: u64,
    /// Connections opened.
    pub connections: u64,
    /// Bytes that came over the network, with TLS, headers and compression.
    pub bytes_received: u64,
    /// Bytes of bodies after decompression.
    pub bytes_of_bodies: u64,
    /// The time spent in `send`.
    pub time_waited: Duration,
}

/// What is being waited for, and so which time-out counts.
#[derive(Clone, Copy)]
enum Phase {
    Connecting(Instant),
    Answering,
    Reading,
    Watching,
    Pausing,
}

/// Why an attempt got no answer.
struct Failed {
    error: Error,
    /// Nothing was wrong but that the server had closed a kept connection, and the request may be sent on a new one.
    was_stale: bool,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, was_stale: false }
    }
}

/// Sends requests to one API server, for one connection's settings.
pub struct Client {
    connection: Connection,
    origin: Origin,
    proxies: Proxies,
    tls: OnceCell<Arc<ClientConfig>>,
    tls_of_others: OnceCell<Arc<ClientConfig>>,
    runtime: Rc<Runtime>,
    pid: u32,
    idle: Idle,
    activity: Arc<Activity>,
    counters: Cell<Counters>,
    phase: Cell<Phase>,
}

impl Client {
    /// A client for a connection. Nothing is sent yet, but certificates and keys are read.
    ///
    /// # Errors
    /// Of kind [`ErrorKind::Invalid`] where the connection's data is not usable.
    pub fn new(connection: &Connection) -> Result<Self, Error> {
        let api_url = origin::parse(&connection.api_url)
            .and_then(|url| Origin::of(&url))
            .map_err(|e| Error::invalid(format!("api_url: {e}")))?;
        let tls = OnceCell::new();
        // Without TLS, certificates are not used, but mistakes in them are still worth a word.
        if api_url.tls
            || connection.certificate_authority.is_some()
            || connection.client_certificate.is_some()
        {
            let _ = tls.set(tls::for_api_server(connection)?);
        }
        if let Some(name) = &connection.tls_server_name {
            // It is not repeated, because it may be a token that got into the wrong option.
            let problem = "tls_server_name is neither a host name nor an IP address";
            tls::server_name(name).map_err(|_| Error::invalid(problem))?;
        }
        Ok(Self {
            origin: api_url,
            proxies: Proxies::new(connection.proxy_url.as_deref())?,
            tls,
            tls_of_others: OnceCell::new(),
            runtime: wait::runtime()?,
            pid: std::process::id(),
            idle: Idle::default(),
            activity: Arc::new(Activity::new()),
            counters: Cell::default(),
            phase: Cell::new(Phase::Pausing),
            connection: connection.clone(),
        })
    }

    /// What this client has done so far.
    pub fn counters(&self) -> Counters {
        Counters { bytes_received: self.activity.received(), ..self.counters.get() }
    }

    fn count(&self, change: impl FnOnce(&mut Counters)) {
        let mut counters = self.counters.get();
        change(&mut counters);
        self.counters.set(counters);
    }

    /// Sends a request and waits for the whole answer. `interrupted` is asked every few milliseconds; it must not
    /// unwind, and when it says true the request is given up at once.
    ///
    /// # Errors
    /// Where no whole answer came. An answer that says no, such as 403, is an answer.
    pub fn send(
        &self,
        request: &Request,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<Response, Error> {
        if self.pid != std::process::id() {
            return Err(Error::invalid(
                "this client belongs to the process that this one was forked from",
            ));
        }
        let url = origin::parse(&request.url)?;
        let prepared = self.prepare(request, &url)?;
        let begin = Instant::now();
        let result = wait::wait(&self.runtime, interrupted, &|| self.expired(&prepared.origin), {
            self.follow(&prepared, url.clone())
        });
        self.count(|c| c.time_waited += begin.elapsed());
        result.map_err(|e| e.about(&url))
    }

    fn prepare(&self, request: &Request, url: &Uri) -> Result<Prepared, Error> {
        let origin = Origin::of(url)?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let (name, value) = header(name, value)?;
            headers.append(name, value);
        }
        let host = HeaderValue::try_from(origin.authority())
            .map_err(|_| Error::invalid("the URL's host cannot stand in a header"))?;
        headers.insert(header::HOST, host);
        let watch = watch_seconds(request.method, url);
        if !headers.contains_key(header::ACCEPT_ENCODING) {
            let encoding = if watch.is_some() { "identity" } else { "gzip" };
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding));
        }
        if origin == self.origin
            && !headers.contains_key(header::AUTHORIZATION)
            && let Some(value) = credential::authorization(&self.connection.credential)?
        {
            headers.insert(header::AUTHORIZATION, value);
        }
        Ok(Prepared {
            method: request.method.into(),
            origin,
            headers,
            body: Bytes::copy_from_slice(request.body.as_bytes()),
            max_body: request.max_body,
            watch,
        })
    }

    /// The error of a time-out that is over.
    fn expired(&self, origin: &Origin) -> Option<Error> {
        let at = origin.authority();
        let timeout = self.connection.request_timeout;
        let (text, advice) = match self.phase.get() {
            Phase::Connecting(since) => {
                let timeout = self.connection.connect_timeout;
                if since.elapsed() <= timeout {
                    return None;
                }
                let text = format!(
                    "timed out: no connection to {at} within {} (connect_timeout)",
                    seconds(timeout)
                );
                (text, error::CONNECT_TIME)
            }
            Phase::Watching | Phase::Pausing => return None,
            Phase::Answering | Phase::Reading if self.activity.silence() <= timeout => return None,
            Phase::Answering => {
                let text = format!(
                    "timed out: no byte from {at} for {} (request_timeout)",
                    seconds(timeout)
                );
                (text, error::REQUEST_TIME)
            }
            Phase::Reading => {
                let text = format!(
                    "timed out: response body: no byte from {at} for {} (request_timeout)",
                    seconds(timeout)
                );
                (text, error::REQUEST_TIME)
            }
        };
        Some(Error::new(ErrorKind::Timeout, text).advising(advice))
    }

    /// Sends a request, and a GET again to where redirects to the same origin lead.
    async fn follow(&self, request: &Prepared, mut url: Uri) -> Result<Response, Error> {
        let mut redirects = 0;
        loop {
            let answer = self.attempts(request, &url).await?;
            let next = redirect(&url, &answer);
            let stays = |to: &Uri| Origin::of(to).is_ok_and(|at| at == request.origin);
            let next = match next {
                Some(next) if request.method == http::Method::GET && stays(&next) => next,
                next => {
                    // Who redirects elsewhere has not answered; the component says whereto.
                    let at = next.filter(|to| !stays(to)).unwrap_or(url);
                    return Ok(Response {
                        url: at.to_string(),
                        status: answer.status.as_u16(),
                        headers: texts(&answer.headers),
                        body: answer.body,
                    });
                }
            };
            redirects += 1;
            if redirects > MAX_REDIRECTS {
                return Err(Error::new(
                    ErrorKind::Redirect,
                    format!("too many redirects, the last one to {next}"),
                ));
            }
            url = next;
        }
    }

    /// Sends a request, and a GET again where that may help.
    async fn attempts(&self, request: &Prepared, url: &Uri) -> Result<Answer, Error> {
        let mut attempt = 0;
        loop {
            let result = match self.attempt(request, url, true).await {
                Err(failed) if failed.was_stale => self.attempt(request, url, false).await,
                result => result,
            };
            let pause = match &result {
                _ if request.method != http::Method::GET => None,
                Ok(answer) => retry::after_answer(attempt, answer.status, &answer.headers),
                Err(failed) if failed.error.transient => retry::pause(attempt),
                Err(_) => None,
            };
            let Some(pause) = pause else { return result.map_err(|failed| failed.error) };
            attempt += 1;
            self.count(|c| c.retries += 1);
            self.phase.set(Phase::Pausing);
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends a request once.
    async fn attempt(
        &self,
        request: &Prepared,
        url: &Uri,
        may_reuse: bool,
    ) -> Result<Answer, Failed> {
        let kept = if may_reuse { self.reuse(&request.origin).await } else { None };
        let was_kept = kept.is_some();
        let proxy = self.proxies.for_url(url, &request.origin);
        let mut live = match kept {
            Some(live) => live,
            None => self.open(&request.origin, proxy.as_ref()).await?,
        };
        self.phase.set(Phase::Answering);
        self.activity.touch();
        self.count(|c| c.requests += 1);
        let message = message(request, url, proxy.as_ref())?;
        let asked_at = Instant::now();
        let sent = live.sender.try_send_request(message);
        let response = Live::drive(&mut live.driver, sent).await.map_err(|mut failed| {
            // A message that comes back has not been sent, so that even a write may be sent again.
            let is_unsent = failed.take_message().is_some();
            let error = self.of_request(failed.error(), &request.origin);
            let may_repeat = is_unsent || request.method == http::Method::GET;
            let was_stale = was_kept && may_repeat && error.kind() == ErrorKind::Closed;
            Failed { error, was_stale }
        })?;
        self.phase.set(Phase::Reading);
        let (mut parts, incoming) = response.into_parts();
        if let Some(seconds) = request.watch
            && parts.status == StatusCode::OK
            && !parts.headers.contains_key(header::CONTENT_ENCODING)
        {
            self.phase.set(Phase::Watching);
            let reading = body::read_watch(incoming, seconds, asked_at.elapsed(), request.max_body);
            let (body, has_ended) = Live::drive(&mut live.driver, reading).await?;
            self.count(|c| c.bytes_of_bodies += body.len() as u64);
            if has_ended {
                self.idle.keep(live);
            }
            return Ok(Answer { status: parts.status, headers: parts.headers, body });
        }
        let reading = body::read(incoming, &mut parts.headers, request.max_body);
        let body = Live::drive(&mut live.driver, reading).await?;
        self.count(|c| c.bytes_of_bodies += body.len() as u64);
        self.idle.keep(live);
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }

    fn of_request(&self, error: &hyper::Error, origin: &Origin) -> Error {
        let shows_certificate =
            *origin == self.origin && self.connection.client_certificate.is_some();
        error::of_request(error, &origin.authority(), shows_certificate)
    }

    /// A kept connection to an origin that the server has not closed, as far as can be known.
    async fn reuse(&self, origin: &Origin) -> Option<Live> {
        loop {
            let mut live = self.idle.take(origin)?;
            // Lets the runtime notice what happened to the connection while it was kept.
            tokio::task::yield_now().await;
            self.phase.set(Phase::Answering);
            self.activity.touch();
            let ready = Live::drive(&mut live.driver, live.sender.ready()).await;
            if ready.is_ok() && live.driver.is_some() && !live.sender.is_closed() {
                return Some(live);
            }
        }
    }

    /// Makes a new connection.
    async fn open(&self, origin: &Origin, proxy: Option<&Intercept>) -> Result<Live, Error> {
        self.phase.set(Phase::Connecting(Instant::now()));
        self.count(|c| c.connections += 1);
        let tls = if origin.tls { Some(self.tls_to(origin)?) } else { None };
        let timeout = self.connection.connect_timeout;
        let stream = connect::connect(origin, proxy, tls, timeout, &self.activity).await?;
        let (sender, driver) = http1::handshake::<Stream, Full<Bytes>>(stream)
            .await
            .map_err(|e| self.of_request(&e, origin))?;
        // What the driver says about a broken connection, the request says as well.
        let driver: Driver = Box::pin(async move {
            let _ = driver.await;
        });
        Ok(Live { origin: origin.clone(), sender, driver: Some(driver), used: Instant::now() })
    }

    /// How TLS is made with an origin. What the connection says is for the API server's alone.
    fn tls_to(&self, origin: &Origin) -> Result<TlsTo, Error> {
        let is_own = *origin == self.origin;
        let cell = if is_own { &self.tls } else { &self.tls_of_others };
        let config = match cell.get() {
            Some(config) => config.clone(),
            None if is_own => tls::for_api_server(&self.connection)?,
            None => tls::for_others()?,
        };
        let config = cell.get_or_init(|| config).clone();
        let name = match &self.connection.tls_server_name {
            Some(name) if is_own => tls::server_name(name)?,
            _ => tls::server_name(&origin.host)?,
        };
        let has_client_certificate = is_own && self.connection.client_certificate.is_some();
        Ok(TlsTo { config, name, has_client_certificate })
    }
}

/// Leaves connections alone that a forked process shares with its parent.
impl Drop for Client {
    fn drop(&mut self) {
        if self.pid != std::process::id() {
            self.idle.forget();
            std::mem::forget(self.runtime.clone());
        }
    }
}
