//! Makes one connection: address, TCP, proxy, TLS.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::Uri;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use crate::dns;
use crate::error::{self, Error, ErrorKind};
use crate::origin::Origin;

/// What arrived, and when something last moved.
pub(crate) struct Activity {
    begin: Instant,
    /// Nanoseconds from `begin`.
    last: AtomicU64,
    received: AtomicU64,
}

impl Activity {
    pub(crate) fn new() -> Self {
        Self { begin: Instant::now(), last: AtomicU64::new(0), received: AtomicU64::new(0) }
    }

    /// Notes that something moved just now.
    pub(crate) fn touch(&self) {
        let now = u64::try_from(self.begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.last.store(now, Ordering::Relaxed);
    }

    /// How long nothing has moved.
    pub(crate) fn silence(&self) -> Duration {
        let last = Duration::from_nanos(self.last.load(Ordering::Relaxed));
        self.begin.elapsed().saturating_sub(last)
    }

    /// Bytes received from the network.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

/// TCP whose bytes are counted.
struct Counted {
    tcp: TcpStream,
    activity: Arc<Activity>,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let result = Pin::new(&mut self.tcp).poll_read(cx, into);
        let count = into.filled().len() - before;
        if count > 0 {
            self.activity.touch();
            self.activity.received.fetch_add(count as u64, Ordering::Relaxed);
        }
        result
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.tcp).poll_write(cx, from);
        if result.is_ready() {
            self.activity.touch();
        }
        result
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// Any stream of bytes, over which another one can be laid.
pub(crate) trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}
pub(crate) type Stream = TokioIo<Box<dyn Bytes>>;

/// Which proxy stands before a server.
pub(crate) struct Proxies {
    matcher: Matcher,
    /// Whether the environment names them, which never means servers of this machine.
    from_environment: bool,
}

impl Proxies {
    /// The one of a connection's own, else what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.
    pub(crate) fn new(url: Option<&str>) -> Result<Self, Error> {
        let Some(url) = url else {
            return Ok(Self { matcher: Matcher::from_env(), from_environment: true });
        };
        let parsed = crate::origin::parse(url)
            .map_err(|e| Error::invalid(format!("the proxy's URL: {e}")))?;
        if !matches!(parsed.scheme_str(), Some("http" | "https" | "socks5" | "socks5h")) {
            return Err(Error::invalid(
                "the proxy's URL must begin with http://, https://, socks5:// or socks5h://",
            ));
        }
        let matcher = Matcher::builder().all(url.trim().to_owned()).build();
        Ok(Self { matcher, from_environment: false })
    }

    /// The proxy for a URL.
    pub(crate) fn for_url(&self, url: &Uri, origin: &Origin) -> Option<Intercept> {
        let is_local = origin.host == "localhost"
            || origin.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if self.from_environment && is_local {
            return None;
        }
        self.matcher.intercept(url)
    }
}

/// How TLS is made with the origin.
pub(crate) struct TlsTo {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) name: ServerName<'static>,
    pub(crate) has_client_certificate: bool,
}

/// A connection to an origin, through a proxy if there is one.
pub(crate) async fn connect(
    origin: &Origin,
    proxy: Option<&Intercept>,
    tls: Option<TlsTo>,
    timeout: Duration,
    activity: &Arc<Activity>,
) -> Result<Stream, Error> {
    let raw = match proxy {
        None => tcp(&origin.host, origin.port, timeout, activity).await?,
        Some(proxy) => through(proxy, origin, timeout, activity).await?,
    };
    let Some(tls) = tls else { return Ok(TokioIo::new(raw)) };
    let host = tls.name.to_str().into_owned();
    let stream = TlsConnector::from(tls.config)
        .connect(tls.name, raw)
        .await
        .map_err(|e| error::of_handshake(&e, &host, tls.has_client_certificate))?;
    Ok(TokioIo::new(Box::new(stream)))
}

/// TCP to the first address that answers. Each of several gets its share of the time.
async fn tcp(
    host: &str,
    port: u16,
    timeout: Duration,
    activity: &Arc<Activity>,
) -> Result<Box<dyn Bytes>, Error> {
    let begin = Instant::now();
    let addresses = dns::resolve(host, port).await?;
    let mut failed = None;
    for (index, address) in addresses.iter().enumerate() {
        let left = timeout.saturating_sub(begin.elapsed());
        let share = left / u32::try_from(addresses.len() - index).unwrap_or(1);
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // Without this, small requests wait for the acknowledgement of what was sent before.
                let _ = tcp.set_nodelay(true);
                return Ok(Box::new(Counted { tcp, activity: activity.clone() }));
            }
            Ok(Err(e)) => {
                failed = Some(Error::transient(
                    ErrorKind::Connect,
                    format!("tcp connect error: {e}: {address}"),
                ));
            }
            Err(_) => {
                let text = format!("tcp connect error: {address} does not answer (timed out)");
                let error = Error::new(ErrorKind::Timeout, text).advising(error::CONNECT_TIME);
                failed.get_or_insert(error);
            }
        }
    }
    Err(failed
        .unwrap_or_else(|| Error::new(ErrorKind::Dns, format!("dns error: no address: {host}"))))
}

/// A connection that a proxy makes.
async fn through(
    proxy: &Intercept,
    origin: &Origin,
    timeout: Duration,
    activity: &Arc<Activity>,
) -> Result<Box<dyn Bytes>, Error> {
    let url = proxy.uri();
    let scheme = url.scheme_str().unwrap_or("http");
    let host = url.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = url.port_u16().unwrap_or(match scheme {
        "https" => 443,
        "http" => 80,
        _ => 1080,
    });
    let at = format!("proxy {host}:{port}");
    let mut stream = tcp(host, port, timeout, activity).await.map_err(|e| e.of_proxy(&at))?;
    if scheme == "https" {
        let name = crate::tls::server_name(host)?;
        stream = Box::new(
            TlsConnector::from(crate::tls::for_others()?)
                .connect(name, stream)
                .await
                .map_err(|e| error::of_handshake(&e, &at, false).advising(error::PROXY))?,
        );
    }
    let stream = TokioIo::new(stream);
    let to = destination(origin)?;
    if scheme.starts_with("socks") {
        let mut socks = SocksV5::new(url.clone(), Made(Some(stream)));
        if let Some((user, password)) = proxy.raw_auth() {
            socks = socks.with_auth(user.to_owned(), password.to_owned());
        }
        let made = socks.call(to).await;
        return made.map(TokioIo::into_inner).map_err(|e| refused(&at, origin, &e.to_string()));
    }
    if !origin.tls {
        // An HTTP proxy takes requests for plain HTTP as they are, with the whole URL.
        return Ok(stream.into_inner());
    }
    let mut tunnel = Tunnel::new(url.clone(), Made(Some(stream)));
    if let Some(auth) = proxy.basic_auth() {
        tunnel = tunnel.with_auth(auth.clone());
    }
    let made = tunnel.call(to).await;
    made.map(TokioIo::into_inner).map_err(|e| refused(&at, origin, &e.to_string()))
}

fn refused(proxy: &str, origin: &Origin, why: &str) -> Error {
    let text = format!("{proxy} makes no connection to {}: {why}", origin.authority());
    Error::new(ErrorKind::Proxy, text).advising(error::PROXY)
}

/// An origin as the libraries of proxies want it, always with its port.
fn destination(origin: &Origin) -> Result<Uri, Error> {
    let host =
        if origin.host.contains(':') { format!("[{}]", origin.host) } else { origin.host.clone() };
    let scheme = if origin.tls { "https" } else { "http" };
    crate::origin::parse(&format!("{scheme}://{host}:{}/", origin.port))
}

/// A connector whose connection is there already.
struct Made(Option<Stream>);

impl Service<Uri> for Made {
    type Response = Stream;
    type Error = io::Error;
    type Future = Ready<io::Result<Stream>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}
