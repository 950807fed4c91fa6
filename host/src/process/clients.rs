//! Connections to API servers, kept for the session. A server or a mapping with other options gets another client.

use super::exec_plugin;
use crate::catalog::{self, Server};
use crate::raise;
use k8s_fdw_guest::Options;
use k8s_fdw_http::{Client, ClientCertificate, Connection, Credential, is_url};
use pgrx::pg_sys::Oid;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

/// More than this many clients are not kept, so that a session which changes its servers again and again stays small.
const MOST_KEPT: usize = 32;
const TOKEN_FILE: &str = "token_file";
const EXEC: &str = "exec";

thread_local! {
    static CLIENTS: RefCell<HashMap<Connection, Rc<Client>>> = RefCell::default();
}

/// The client for a server, with the credentials of the role's user mapping.
pub fn client_of(server: &Server, role: Oid) -> Rc<Client> {
    let mapping =
        catalog::user_mapping(role, server.oid).map(|found| found.options).unwrap_or_default();
    // The validator asks this too, when the mapping is made; the right may have been taken away since.
    if catalog::option(&mapping, TOKEN_FILE).is_some() && !catalog::may_read_files(server.owner) {
        refuse(
            server,
            "its owner may not read files of the database server, so no token_file is read",
        );
    }
    let mut connection =
        connection_of(&server.options, &mapping).unwrap_or_else(|problem| refuse(server, &problem));
    if let Some(config) = catalog::option(&mapping, EXEC) {
        let login = exec_plugin::login(server, config).unwrap_or_else(|e| refuse(server, &e));
        connection.client_certificate = login.certificate;
        connection.credential = login.token.map_or(Credential::None, Credential::Bearer);
    }
    CLIENTS.with_borrow_mut(|clients| {
        if let Some(client) = clients.get(&connection) {
            return client.clone();
        }
        let client = Client::new(&connection).unwrap_or_else(|e| refuse(server, &e.to_string()));
        if clients.len() >= MOST_KEPT {
            clients.clear();
        }
        let client = Rc::new(client);
        clients.insert(connection, client.clone());
        client
    })
}

fn refuse(server: &Server, problem: &str) -> ! {
    raise::message_with_hint(
        &format!("k8s_fdw[option] server \"{}\": {problem}", server.name),
        "Compare the options of the server and of the user mapping with the kubeconfig.",
    )
}

fn connection_of(server: &Options, mapping: &Options) -> Result<Connection, String> {
    let of = |name| catalog::option(server, name).filter(|value| !value.is_empty());
    let from_mapping = |name| catalog::option(mapping, name).filter(|value| !value.is_empty());
    // Without a URL, or with one that is none, the component itself says what is wrong, before anything is sent.
    let url = of("api_url").filter(|url| is_url(url)).unwrap_or("http://localhost");
    let mut connection = Connection::new(url);
    connection.certificate_authority = of("certificate_authority_data").map(pem).transpose()?;
    connection.tls_server_name = of("tls_server_name").map(str::to_owned);
    connection.insecure_skip_tls_verify =
        matches!(of("insecure_skip_tls_verify"), Some("true" | "on"));
    connection.proxy_url = of("proxy_url").map(str::to_owned);
    if let Some(time) = of("connect_timeout") {
        connection.connect_timeout = duration("connect_timeout", time)?;
    }
    if let Some(time) = of("request_timeout") {
        connection.request_timeout = duration("request_timeout", time)?;
    }
    connection.client_certificate =
        match (from_mapping("client_certificate_data"), from_mapping("client_key_data")) {
            (Some(certificate), Some(key)) => {
                Some(ClientCertificate { certificate: pem(certificate)?, key: pem(key)? })
            }
            (None, None) => None,
            _ => return Err("client_certificate_data and client_key_data go together".to_owned()),
        };
    connection.credential = if let Some(token) = from_mapping("token") {
        Credential::Bearer(token.trim().to_owned())
    } else if let Some(path) = from_mapping(TOKEN_FILE) {
        Credential::TokenFile(path.into())
    } else if let Some(username) = from_mapping("username") {
        Credential::Basic {
            username: username.to_owned(),
            password: from_mapping("password").unwrap_or_default().to_owned(),
        }
    } else {
        Credential::None
    };
    Ok(connection)
}

/// PEM as it is, or as a kubeconfig has it, in base64.
fn pem(text: &str) -> Result<Vec<u8>, String> {
    use base64::Engine;
    if text.contains("-----BEGIN") {
        return Ok(text.as_bytes().to_vec());
    }
    let compact: String = text.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD
        .decode(compact)
        .map_err(|_| "a certificate or key is neither PEM nor base64 of PEM".to_owned())
}

/// Seconds, or a number with a unit as a kubeconfig's programs write it: `500ms`, `10s`, `2m`. What is none is not
/// repeated, because it may be a token that got into the wrong option.
fn duration(name: &str, text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let milliseconds = match unit.trim() {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" | "min" => 60_000,
        _ => return Err(format!("option \"{name}\" must be a time such as 10s")),
    };
    let number: u64 =
        number.parse().map_err(|_| format!("option \"{name}\" must be a time such as 10s"))?;
    Ok(Duration::from_millis(number.saturating_mul(milliseconds)))
}
