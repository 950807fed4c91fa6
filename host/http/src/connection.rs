//! What is known about an API server before it is asked: where it is, whom to trust, who asks.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How an API server is reached. Two equal connections can share one client.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Connection {
    /// The server's URL. Credentials and certificates are for its scheme, host and port only.
    pub api_url: String,
    /// PEM of the authorities to trust instead of the system's.
    pub certificate_authority: Option<Vec<u8>>,
    /// What the client shows about itself in TLS.
    pub client_certificate: Option<ClientCertificate>,
    /// The name that the server's certificate must have, and that TLS asks for, instead of the URL's host.
    pub tls_server_name: Option<String>,
    /// Whether any certificate of the server will do.
    pub insecure_skip_tls_verify: bool,
    /// The proxy's URL: http, https, socks5 or socks5h. Without it the environment decides, as for other programs.
    pub proxy_url: Option<String>,
    /// Who asks.
    pub credential: Credential,
    /// The longest time for one connection to be made, with TLS and a proxy.
    pub connect_timeout: Duration,
    /// The longest time without a byte of the answer.
    pub request_timeout: Duration,
}

impl Connection {
    /// A connection with nothing but a URL: the system's authorities, nobody's credential, 10 s and 60 s.
    pub fn new(api_url: impl Into<String>) -> Self {
        Self {
            api_url: api_url.into(),
            certificate_authority: None,
            client_certificate: None,
            tls_server_name: None,
            insecure_skip_tls_verify: false,
            proxy_url: None,
            credential: Credential::None,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
        }
    }
}

/// Shows no more of a URL than where it leads to, because a proxy's has its password in it.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = |url: &String| url.rsplit('@').next().unwrap_or_default().to_owned();
        f.debug_struct("Connection")
            .field("api_url", &bare(&self.api_url))
            .field("tls_server_name", &self.tls_server_name)
            .field("insecure_skip_tls_verify", &self.insecure_skip_tls_verify)
            .field("proxy_url", &self.proxy_url.as_ref().map(bare))
            .field("credential", &self.credential)
            .field("connect_timeout", &self.connect_timeout)
            .field("request_timeout", &self.request_timeout)
            .finish_non_exhaustive()
    }
}

/// A client's certificate and its key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClientCertificate {
    /// PEM of the certificate and of the intermediates that sign it.
    pub certificate: Vec<u8>,
    /// PEM of the private key: PKCS#1, PKCS#8 or SEC1.
    pub key: Vec<u8>,
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate { .. }")
    }
}

/// What goes into a request's `authorization` header where the request has none itself.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub enum Credential {
    /// Nothing.
    #[default]
    None,
    /// A bearer token.
    Bearer(String),
    /// A file with a bearer token. It is read for each request, so a token that was renewed is used at once.
    TokenFile(PathBuf),
    /// A user's name and password.
    Basic {
        /// The user's name.
        username: String,
        /// The password.
        password: String,
    },
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Bearer(_) => "Bearer(..)",
            Self::TokenFile(path) => return write!(f, "TokenFile({path:?})"),
            Self::Basic { .. } => "Basic { .. }",
        })
    }
}
