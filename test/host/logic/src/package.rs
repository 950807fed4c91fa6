//! Owns what a package's URL means, the name of its cache file, and its checksum.
//! Never reads, writes or downloads.

use sha2::{Digest, Sha256};

#[derive(Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// A path on the server's disk, compiled as it is.
    File(&'a str),
    /// A warg registry: known to the real host, refused by this one.
    Registry,
    /// Downloaded once, checked, and kept.
    Download,
}

impl<'a> Source<'a> {
    pub fn of(url: &'a str) -> Self {
        if let Some(path) = url.strip_prefix("file://") {
            Self::File(path)
        } else if url.starts_with("warg://") || url.starts_with("wargs://") {
            Self::Registry
        } else {
            Self::Download
        }
    }
}

/// The cache file of a download: one a user, URL, name and version, whatever the checksum.
pub fn cache_file_name(user: u32, url: &str, name: &str, version: &str) -> String {
    let key = format!("{user}:{url}:{name}@{version}");
    format!("{}.wasm", hex::encode(Sha256::digest(key)))
}

/// Whether `bytes` have the sha256 `checksum`, in lower case hex.
pub fn verify(bytes: &[u8], checksum: &str) -> bool {
    hex::encode(Sha256::digest(bytes)) == checksum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        for (url, want) in [
            ("file:///a/b.wasm", Source::File("/a/b.wasm")),
            ("https://a/b.wasm", Source::Download),
            ("http://a/b.wasm", Source::Download),
            ("warg://a", Source::Registry),
            ("wargs://a", Source::Registry),
        ] {
            assert_eq!(Source::of(url), want, "{url}");
        }
    }

    #[test]
    fn a_version_is_cached_once_for_each_user() {
        let name = cache_file_name(10, "https://a/b", "a:b", "0.1.0");
        assert_eq!(name.len(), 64 + ".wasm".len());
        assert_eq!(name, cache_file_name(10, "https://a/b", "a:b", "0.1.0"));
        assert_ne!(name, cache_file_name(11, "https://a/b", "a:b", "0.1.0"));
        assert_ne!(name, cache_file_name(10, "https://a/b", "a:b", "0.1.1"));
    }

    #[test]
    fn checksum_is_lower_case_sha256() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(verify(b"abc", abc));
        assert!(!verify(b"abc", &abc.to_uppercase()));
        assert!(!verify(b"abd", abc));
    }
}
