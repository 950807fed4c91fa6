//! What can go wrong, as a kind for the program and a text for people.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::Uri;
use rustls::{AlertDescription, CertificateError, InvalidMessage};

/// What an [`Error`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's `interrupted` said that the work shall end.
    Interrupted,
    /// The server, or a proxy before it, was silent for longer than a time-out allows.
    Timeout,
    /// The host's name has no address.
    Dns,
    /// No connection could be made.
    Connect,
    /// TLS failed: a certificate is not trusted, or the server wants another one of the client.
    Tls,
    /// The proxy did not let the connection through.
    Proxy,
    /// The connection ended before the answer began.
    Closed,
    /// The answer's body broke off, or cannot be decoded.
    Body,
    /// The answer's body is longer than the caller allows.
    TooLarge,
    /// Redirects that do not end.
    Redirect,
    /// A file with a token cannot be read.
    Credential,
    /// The connection's or the request's own data is not usable.
    Invalid,
}

/// A request that got no answer. Its text says what happened and to which host, and never shows a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    text: String,
    /// What to do, where that is another thing on this client than on others.
    advice: Option<&'static str>,
    /// Whether another attempt may get an answer.
    pub(crate) transient: bool,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), advice: None, transient: false }
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, text)
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted")
    }

    pub(crate) fn transient(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), advice: None, transient: true }
    }

    pub(crate) fn advising(self, advice: &'static str) -> Self {
        Self { advice: Some(advice), ..self }
    }

    /// The same one, of a proxy.
    pub(crate) fn of_proxy(self, proxy: &str) -> Self {
        Self { kind: ErrorKind::Proxy, text: format!("{proxy}: {}", self.text), ..self }
            .advising(PROXY)
    }

    /// Puts the request's URL before the text, in the form that the component knows to take away again.
    pub(crate) fn about(mut self, url: &Uri) -> Self {
        if self.kind != ErrorKind::Interrupted {
            self.text = format!("error sending request for url ({url}): {}", self.text);
        }
        self
    }

    /// What the error is about.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do about it, if it is for the options of this client to mend.
    pub fn advice(&self) -> Option<&'static str> {
        self.advice
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Error {}

// What to do: in terms of the server's options and of the user mapping's.
const TRUST: &str = "give the server the cluster's CA with certificate_authority_data, as a kubeconfig has it; or add it to the system's trust store";
const NAME: &str = "write api_url with a name or an address that the certificate has, or give one that it has as the server's option tls_server_name";
const SHOW: &str = "give the user mapping a certificate: CREATE USER MAPPING … OPTIONS (client_certificate_data '…', client_key_data '…'), or the server the option kubeconfig, which brings it along";
const RENEW: &str = "the certificate of the user mapping has expired, or is of another cluster: ALTER SERVER … OPTIONS (SET kubeconfig '…') reads the kubeconfig again; by hand it is ALTER USER MAPPING … OPTIONS (SET client_certificate_data '…', SET client_key_data '…')";
const CLOSED: &str = "look at the logs of the API server, or of the proxy before it; a server with TLS needs https:// in api_url";
const CLOSED_ON_CLIENT: &str = "look at the logs of the API server, or of the proxy before it; a server may hang up so if it does not accept the client certificate of the user mapping";
const UNSAFE: &str =
    "a server without TLS needs http:// in api_url; else look at the logs of what answers there";
const OTHER_TLS: &str = "look at the logs of what answers at api_url, and at its certificate";
pub(crate) const PROXY: &str = "check the server's option proxy_url; without it the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY of Postgres' server process count";
pub(crate) const CONNECT_TIME: &str = "check api_url, and that the database server can reach it: a firewall that drops packets looks like this; the server's option connect_timeout is the time that it has";
pub(crate) const REQUEST_TIME: &str = "look at the logs of the API server, or of the proxy before it, and try again later; the server's option request_timeout is the time that it has";
pub(crate) const SIZE: &str = "lower page_size of the server, or SET k8s_fdw.max_memory to more";
pub(crate) const TOKEN_FILE: &str = "token_file of the user mapping names a file of the database server that Postgres can read, and that holds a token and nothing else";

/// The first error of type `T` among an error and its causes. An `io::Error` hides what it was made of from `source`.
fn cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && let Some(inner) = io.get_ref()
        {
            if let Some(found) = inner.downcast_ref::<T>() {
                return Some(found);
            }
            next = inner.source();
        } else {
            next = error.source();
        }
    }
    None
}

/// The innermost cause's own words.
fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// The error of a TLS handshake, or of a read in which the server's alert arrived. `host` is the name that was verified.
pub(crate) fn of_tls(error: &rustls::Error, host: &str, has_client_certificate: bool) -> Error {
    let text = match error {
        rustls::Error::InvalidCertificate(reason) => {
            let text = format!("certificate verify failed: {}", of_certificate(reason, host));
            let error = Error::new(ErrorKind::Tls, text);
            return match advice_on(reason) {
                Some(advice) => error.advising(advice),
                None => error,
            };
        }
        rustls::Error::AlertReceived(alert) => {
            return of_alert(*alert, host, has_client_certificate);
        }
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            format!("wrong version number: what answers at {host} does not speak TLS")
        }
        other => {
            let text = format!("TLS with {host} failed: {other}");
            return Error::new(ErrorKind::Tls, text).advising(OTHER_TLS);
        }
    };
    Error::new(ErrorKind::Tls, text)
}

fn advice_on(reason: &CertificateError) -> Option<&'static str> {
    use CertificateError as C;
    match reason {
        C::UnknownIssuer | C::BadSignature => Some(TRUST),
        C::NotValidForName | C::NotValidForNameContext { .. } => Some(NAME),
        C::Expired | C::ExpiredContext { .. } | C::NotValidYet | C::NotValidYetContext { .. } => {
            None
        }
        _ => Some(OTHER_TLS),
    }
}

fn of_certificate(reason: &CertificateError, host: &str) -> String {
    match reason {
        CertificateError::UnknownIssuer => format!(
            "the certificate of {host} was signed by an unknown authority (unable to get local issuer certificate)"
        ),
        // The authorities of kind's and kubeadm's clusters all have the same name, and differ in their keys only.
        CertificateError::BadSignature => format!(
            "the certificate of {host} was not signed by the given authority, but maybe by one of the same name (unable to get local issuer certificate)"
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            format!("the certificate of {host} is too old (certificate has expired)")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("the certificate of {host} is for later (certificate is not yet valid)")
        }
        CertificateError::NotValidForName => {
            format!("the certificate is not for {host} ({})", mismatch(host))
        }
        CertificateError::NotValidForNameContext { presented, .. } => format!(
            "the certificate is not for {host}, but for {} ({})",
            names(presented),
            mismatch(host)
        ),
        other => format!("the certificate of {host} is not usable: {other}"),
    }
}

fn mismatch(host: &str) -> &'static str {
    if host.parse::<std::net::IpAddr>().is_ok() {
        "IP address mismatch"
    } else {
        "hostname mismatch"
    }
}

/// A certificate's names without the words of the library around them, `DnsName("a")` and `IpAddress(127.0.0.1)`.
fn names(presented: &[String]) -> String {
    if presented.is_empty() {
        return "no name at all".to_owned();
    }
    let bare = |name: &String| -> String {
        let inner = name.split_once('(').map_or(name.as_str(), |(_, rest)| rest);
        inner.trim_end_matches(')').trim_matches('"').to_owned()
    };
    presented.iter().map(bare).collect::<Vec<_>>().join(", ")
}

/// The error of an alert. Servers reject a client's certificate with several of them.
fn of_alert(alert: AlertDescription, host: &str, has_client_certificate: bool) -> Error {
    use AlertDescription as A;
    let (text, advice) = match alert {
        A::CertificateRequired => {
            (format!("client certificate required: {host} wants one, and there is none"), SHOW)
        }
        A::BadCertificate
        | A::UnsupportedCertificate
        | A::CertificateRevoked
        | A::CertificateExpired
        | A::CertificateUnknown
        | A::UnknownCA
        | A::AccessDenied
        | A::DecryptError
        | A::HandshakeFailure
            if has_client_certificate =>
        {
            let text =
                format!("client certificate refused: {host} does not accept it (alert {alert:?})");
            (text, RENEW)
        }
        other => {
            let text = format!("TLS with {host} failed: its alert says {other:?}");
            (text, OTHER_TLS)
        }
    };
    Error::new(ErrorKind::Tls, text).advising(advice)
}

/// The error of an I/O operation of TLS, which carries TLS' own error or the operating system's.
pub(crate) fn of_handshake(
    error: &std::io::Error,
    host: &str,
    has_client_certificate: bool,
) -> Error {
    match cause::<rustls::Error>(error) {
        Some(tls) => of_tls(tls, host, has_client_certificate),
        // A server without TLS often just hangs up, and so does a load balancer with nothing behind it.
        None => Error::transient(
            ErrorKind::Closed,
            format!("{host} closed the connection before it was made safe: {error}"),
        )
        .advising(UNSAFE),
    }
}

/// The error of a request that hyper could not finish.
pub(crate) fn of_request(error: &hyper::Error, host: &str, has_client_certificate: bool) -> Error {
    if let Some(tls) = cause::<rustls::Error>(error) {
        return of_tls(tls, host, has_client_certificate);
    }
    if error.is_parse() {
        return Error::new(ErrorKind::Body, format!("{host} does not answer in HTTP: {error}"));
    }
    let text = match cause::<std::io::Error>(error) {
        // The end itself says nothing more, and rustls puts a link to its manual there.
        Some(io) if io.kind() != std::io::ErrorKind::UnexpectedEof => {
            format!("connection closed before message completed: {io}")
        }
        _ => "connection closed before message completed".to_owned(),
    };
    Error::transient(ErrorKind::Closed, text).advising(if has_client_certificate {
        CLOSED_ON_CLIENT
    } else {
        CLOSED
    })
}

/// The error of a body that breaks off.
pub(crate) fn of_body(error: &hyper::Error) -> Error {
    let text = format!("request or response body error: {error}: {}", deepest(error));
    Error::transient(ErrorKind::Body, text)
}

/// A time as people write it.
pub(crate) fn seconds(time: Duration) -> String {
    if time.subsec_millis() == 0 && time.as_secs() > 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}
