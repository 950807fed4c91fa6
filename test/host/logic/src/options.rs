//! Owns the validator's conditions on `CREATE SERVER` and `ALTER SERVER`.
//! Never looks at a guest's own options: those are the guest's to refuse.

/// The first option that a server's list (`name=value` each) lacks; none when it is complete.
pub fn missing_server_option(options: &[Option<String>]) -> Option<&'static str> {
    let any = |prefix: &str| options.iter().flatten().any(|o| o.starts_with(prefix));
    // A package on the server's own disk is trusted; one from elsewhere needs its checksum.
    let is_local = any("fdw_package_url=file://");
    [
        ("fdw_package_url", true),
        ("fdw_package_name", true),
        ("fdw_package_version", true),
        ("fdw_package_checksum", !is_local),
    ]
    .into_iter()
    .find(|(name, needed)| *needed && !any(&format!("{name}=")))
    .map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::missing_server_option;

    #[test]
    fn conditions() {
        let file = "fdw_package_url=file:///a.wasm";
        let https = "fdw_package_url=https://a/b.wasm";
        let (name, version) = ("fdw_package_name=a:b", "fdw_package_version=0.1.0");
        let checksum = "fdw_package_checksum=00";
        for (options, want) in [
            (vec![], Some("fdw_package_url")),
            (vec![file], Some("fdw_package_name")),
            (vec![file, name], Some("fdw_package_version")),
            (vec![file, name, version], None),
            (vec![version, name, file], None),
            (vec![https, name, version], Some("fdw_package_checksum")),
            (vec![https, name, version, checksum], None),
            (vec!["fdw_package_url_=x", name, version], Some("fdw_package_url")),
            (vec![file, name, version, "anything=else"], None),
        ] {
            let list: Vec<_> = options.iter().map(|o| Some(o.to_string())).collect();
            assert_eq!(missing_server_option(&list), want, "{options:?}");
        }
        assert_eq!(missing_server_option(&[None]), Some("fdw_package_url"));
    }
}
