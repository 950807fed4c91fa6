//! URLs: what they point to, and where a redirect leads.

use http::Uri;

use crate::error::Error;

/// Scheme, host and port. Two URLs of one origin are served by one server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Origin {
    /// Whether the scheme is https.
    pub(crate) tls: bool,
    /// The host in lower case, an IPv6 address without its brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Origin {
    /// The origin of a URL, which must be absolute and of http or https.
    pub(crate) fn of(url: &Uri) -> Result<Self, Error> {
        let tls = match url.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(Error::invalid("a URL must begin with https:// or http://")),
        };
        let authority = url.authority().ok_or_else(|| Error::invalid("a URL must have a host"))?;
        if authority.as_str().contains('@') {
            return Err(Error::invalid("a URL must have no user or password in it"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(Error::invalid("a URL must have a host"));
        }
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Ok(Self { tls, host: host.to_ascii_lowercase(), port })
    }

    /// Host and port as the Host header and messages have them.
    pub(crate) fn authority(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match (self.tls, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }
}

/// Reads a URL as browsers do: `http://127.1` is `http://127.0.0.1/`, and a host's name is in lower case. The text of a
/// URL that cannot be read is not repeated, because it may have a password in it.
pub(crate) fn parse(url: &str) -> Result<Uri, Error> {
    let url = url::Url::parse(url.trim()).map_err(|e| Error::invalid(format!("not a URL: {e}")))?;
    url.as_str().parse::<Uri>().map_err(|e| Error::invalid(format!("not a URL: {e}")))
}

/// Whether a text is the URL of a server, as [`crate::Connection::api_url`] needs it.
pub fn is_url(url: &str) -> bool {
    parse(url).and_then(|url| Origin::of(&url)).is_ok()
}

/// Where a `location` header leads to from `base`.
pub(crate) fn resolve(base: &Uri, location: &str) -> Option<Uri> {
    let scheme = base.scheme_str()?;
    let authority = base.authority()?.as_str();
    let text = if location.contains("://") && !location.starts_with(['/', '?']) {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else if location.starts_with('?') {
        format!("{scheme}://{authority}{}{location}", base.path())
    } else {
        let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    };
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        let of = |url: &str| Origin::of(&parse(url).unwrap());
        assert_eq!(of("https://A.b/x").unwrap(), of("https://a.B:443").unwrap());
        assert_ne!(of("https://a/").unwrap(), of("http://a:443/").unwrap());
        assert_eq!(of("https://[::1]:6443").unwrap().host, "::1");
        assert_eq!(of("https://[::1]:6443").unwrap().authority(), "[::1]:6443");
        assert_eq!(of("http://a:80/x").unwrap().authority(), "a");
        for bad in ["ftp://a/", "https://u:secret@a/"] {
            let text = of(bad).unwrap_err().to_string();
            assert!(text.starts_with("a URL must"), "{text}");
            assert!(!text.contains("secret"));
        }
        assert_eq!(of("http://127.1:8001").unwrap(), of("http://127.0.0.1:8001").unwrap());
        assert!(parse("/x").is_err());
        assert!(parse("https://a b/").is_err());
    }

    #[test]
    fn locations() {
        let base = parse("https://a:1/b/c?d").unwrap();
        for (location, want) in [
            ("https://x/y", "https://x/y"),
            ("//x/y", "https://x/y"),
            ("/y?z=http://q", "https://a:1/y?z=http://q"),
            ("?z=http://q", "https://a:1/b/c?z=http://q"),
            ("y", "https://a:1/b/y"),
        ] {
            assert_eq!(resolve(&base, location).unwrap().to_string(), want, "{location}");
        }
        assert!(resolve(&base, "https://a b/").is_none());
    }
}
