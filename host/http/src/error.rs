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
    /// Whether another attempt may get an answer.
    pub(crate) transient: bool,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), transient: false }
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, text)
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted")
    }

    pub(crate) fn transient(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), transient: true }
    }

    /// The same one, of a proxy.
    pub(crate) fn of_proxy(self, proxy: &str) -> Self {
        Self { kind: ErrorKind::Proxy, text: format!("{proxy}: {}", self.text), ..self }
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
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Error {}

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
            format!("certificate verify failed: {}", of_certificate(reason, host))
        }
        rustls::Error::AlertReceived(alert) => {
            return of_alert(*alert, host, has_client_certificate);
        }
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            format!("wrong version number: what answers at {host} does not speak TLS")
        }
        other => format!("TLS with {host} failed: {other}"),
    };
    Error::new(ErrorKind::Tls, text)
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
    let text = match alert {
        A::CertificateRequired => {
            format!("client certificate required: {host} wants one, and there is none")
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
            format!("client certificate refused: {host} does not accept it (alert {alert:?})")
        }
        other => format!("TLS with {host} failed: its alert says {other:?}"),
    };
    Error::new(ErrorKind::Tls, text)
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
        ),
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
        Some(io) => format!("connection closed before message completed: {io}"),
        None => "connection closed before message completed".to_owned(),
    };
    Error::transient(ErrorKind::Closed, text)
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
