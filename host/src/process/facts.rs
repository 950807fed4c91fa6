//! What the component is told beyond the contract, in place of options of the server; options/shared.ts has the names.
//! The validator takes no such options, so nobody else can give them.

use crate::catalog::{self, Mapping, Server, option};
use k8s_fdw_guest::Options;
use pgrx::pg_sys::Oid;
use pgrx::spi::quote_identifier;

/// Postgres itself reads the JSON of a cell, however deep.
const DEEP_JSON: &str = "host_deep_json";
/// What to do where the API server does not know who asks.
const LOGIN_HINT: &str = "host_login_hint";

const KUBECTL_PROXY: &str =
    "if api_url is that of a kubectl proxy, log in anew where it runs, and start it again";

/// The facts for requests that a role's rights count for.
pub fn facts(server: &Server, role: Oid) -> Options {
    let hint = login_hint(&server.name, catalog::user_mapping(role, server.oid).as_ref());
    vec![(DEEP_JSON.to_owned(), "on".to_owned()), (LOGIN_HINT.to_owned(), hint)]
}

fn login_hint(server: &str, mapping: Option<&Mapping>) -> String {
    let server = quote_identifier(server);
    let Some(mapping) = mapping else {
        return format!(
            "give it credentials: CREATE USER MAPPING FOR PUBLIC SERVER {server} OPTIONS (token '…'); or, {KUBECTL_PROXY}"
        );
    };
    let who = mapping.role.as_deref().map_or("PUBLIC".to_owned(), quote_identifier);
    let has = |name| option(&mapping.options, name).is_some_and(|value| !value.is_empty());
    // In the order in which they count.
    let (what, change) = if has("token") {
        ("token", "SET token '…'")
    } else if has("token_file") {
        return "the API server does not accept the token in the user mapping's token_file: it has expired, or is for another cluster; whatever writes the file must renew it".to_owned();
    } else if has("username") {
        ("user name and password", "SET username '…', SET password '…'")
    } else if has("client_certificate_data") {
        ("client certificate", "SET client_certificate_data '…', SET client_key_data '…'")
    } else {
        return format!(
            "the user mapping for {who} has no credentials: ALTER USER MAPPING FOR {who} SERVER {server} OPTIONS (ADD token '…'); or, {KUBECTL_PROXY}"
        );
    };
    let remedy = if has("taken_from_kubeconfig") {
        format!("ALTER SERVER {server} OPTIONS (SET kubeconfig '…') reads the kubeconfig again")
    } else {
        format!("ALTER USER MAPPING FOR {who} SERVER {server} OPTIONS ({change})")
    };
    format!(
        "the API server does not accept the {what} of the user mapping for {who}; it may have expired, or be for another cluster: {remedy}"
    )
}
