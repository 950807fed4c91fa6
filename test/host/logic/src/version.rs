//! Owns the check of a guest's `host-version-requirement`.
//! Never knows the host's version: the extension states it.

use semver::{Version, VersionReq};

/// Whether `host` meets `requirement`; an error when one of them cannot be read.
pub fn meets(requirement: &str, host: &str) -> Result<bool, semver::Error> {
    Ok(VersionReq::parse(requirement)?.matches(&Version::parse(host)?))
}

pub use semver::Error;

#[cfg(test)]
mod tests {
    use super::meets;

    #[test]
    fn requirements() {
        for (requirement, want) in
            [("^0.1.0", true), (">=0.1.5", true), ("*", true), ("^0.2.0", false), ("<0.1.5", false)]
        {
            assert_eq!(meets(requirement, "0.1.5").unwrap(), want, "{requirement}");
        }
        assert!(meets("soon", "0.1.5").is_err());
    }
}
