//! Requests and answers: as the component has them, as they are checked, and as hyper has them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use http_body_util::Full;
use hyper_util::client::proxy::matcher::Intercept;

use crate::error::Error;
use crate::origin::{self, Origin};

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// The only one that is repeated by itself, and that follows redirects.
    Get,
    /// Creates.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
        }
    }
}

/// A request as the component makes it.
#[derive(Clone)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Names and values. With an `authorization` among them, the connection's credential is not added.
    pub headers: Vec<(String, String)>,
    /// The body; an empty one is none.
    pub body: String,
    /// The longest body of the answer, after decompression, in bytes. A longer one is an error.
    pub max_body: Option<u64>,
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    /// The URL that answered, which differs from the request's after a redirect. A redirect to another origin is not
    /// followed; then this is where it leads, and the rest is the redirect itself.
    pub url: String,
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed. What is no UTF-8 in it is replaced.
    pub body: String,
}

/// An answer whose headers are still as they came.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A request that has been checked.
pub(crate) struct Prepared {
    pub(crate) method: http::Method,
    pub(crate) origin: Origin,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) max_body: Option<u64>,
    /// The seconds of a watch, whose answer is read as it comes.
    pub(crate) watch: Option<u64>,
}

/// The seconds for which a watch lasts; nothing for any other request.
pub(crate) fn watch_seconds(method: Method, url: &Uri) -> Option<u64> {
    let parameters = || url.query().unwrap_or_default().split('&');
    let is_watch = matches!(method, Method::Get) && parameters().any(|each| each == "watch=1");
    let seconds = parameters().find_map(|each| each.strip_prefix("timeoutSeconds="))?;
    if is_watch { seconds.parse().ok() } else { None }
}

pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let parsed = HeaderName::try_from(name)
        .map_err(|_| Error::invalid(format!("{name:?} is no name of an HTTP header")))?;
    // These two say where a message ends and to whom it goes, which is for the client to know.
    let is_own =
        [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::HOST].contains(&parsed);
    if is_own {
        return Err(Error::invalid(format!("the header {parsed} is set by the client itself")));
    }
    let mut value = HeaderValue::try_from(value).map_err(|_| {
        Error::invalid(format!("the header {parsed} has a character that no HTTP header can hold"))
    })?;
    value.set_sensitive(parsed == header::AUTHORIZATION);
    Ok((parsed, value))
}

/// A request as hyper sends it. An HTTP proxy takes requests for plain HTTP with the whole URL.
pub(crate) fn message(
    request: &Prepared,
    url: &Uri,
    proxy: Option<&Intercept>,
) -> Result<http::Request<Full<Bytes>>, Error> {
    let is_forwarded = !request.origin.tls
        && proxy.is_some_and(|p| matches!(p.uri().scheme_str(), Some("http" | "https")));
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let target = if is_forwarded { url.to_string() } else { path.to_owned() };
    let mut message = http::Request::builder()
        .method(&request.method)
        .uri(target)
        .body(Full::new(request.body.clone()))
        .map_err(|e| Error::invalid(format!("not a request: {e}")))?;
    *message.headers_mut() = request.headers.clone();
    if is_forwarded && let Some(auth) = proxy.and_then(Intercept::basic_auth) {
        message.headers_mut().insert(header::PROXY_AUTHORIZATION, auth.clone());
    }
    Ok(message)
}

/// Where an answer redirects to.
pub(crate) fn redirect(url: &Uri, answer: &Answer) -> Option<Uri> {
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers.get(header::LOCATION)?.to_str().ok()?;
    origin::resolve(url, location)
}

pub(crate) fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}
