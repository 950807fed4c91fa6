//! Logs in by the program that a kubeconfig names (`exec`), as client-go does: it runs the program, which prints an
//! ExecCredential of `client.authentication.k8s.io`, and keeps that until it expires.
//!
//! A program runs as the server's user. So a superuser has to list its absolute path, and the owner of the server needs
//! the right to run programs, because the kubeconfig chooses its arguments and its environment.

use crate::catalog::{self, Server, option};
use crate::settings;
use k8s_fdw_http::ClientCertificate;
use pgrx::{IntoDatum, direct_function_call_as_datum, pg_sys};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::CString;
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Where such programs look for others.
const SEARCH_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// The longest answer, in bytes.
const LONGEST: u64 = 1 << 20;
/// How long before its end a credential is renewed, in microseconds.
const MARGIN: i64 = 10_000_000;
const POLL_MILLISECONDS: i32 = 20;

/// What the program gave.
#[derive(Clone, Default)]
pub struct Login {
    pub token: Option<String>,
    pub certificate: Option<ClientCertificate>,
    /// In Postgres' microseconds; `None` for one that tells no end.
    expires: Option<i64>,
}

thread_local! {
    static KEPT: RefCell<HashMap<String, Login>> = RefCell::default();
}

/// The credential of the program that `config`, a kubeconfig's `exec` as JSON, names.
pub fn login(server: &Server, config: &str) -> Result<Login, String> {
    let program = allowed_program(server, config)?;
    // SAFETY: the function reads the clock.
    let now = unsafe { pg_sys::GetCurrentTimestamp() };
    let kept = KEPT.with_borrow(|kept| kept.get(config).cloned());
    if let Some(login) = kept.filter(|login| login.expires.is_none_or(|end| end - MARGIN > now)) {
        return Ok(login);
    }
    let answer = run(&program, config, &server.options)
        .map_err(|e| format!("the program {program} gave no credential: {e}"))?;
    let login = read(&answer).map_err(|e| {
        format!("the program {program} printed no ExecCredential with a credential: {e}")
    })?;
    KEPT.with_borrow_mut(|all| all.insert(config.to_owned(), login.clone()));
    Ok(login)
}

/// Forgets what the programs gave, because an API server refused it: the next query runs them again.
pub fn forget() {
    KEPT.with_borrow_mut(HashMap::clear);
}

fn parse(config: &str) -> Result<Value, String> {
    serde_json::from_str(config).map_err(|_| "option \"exec\" is no JSON".to_owned())
}

/// The absolute path that the setting has for the command: itself, or one that ends in its name.
fn allowed_program(server: &Server, config: &str) -> Result<String, String> {
    let config = parse(config)?;
    let command = config["command"].as_str().unwrap_or_default();
    if config["interactiveMode"] == "Always" {
        return Err(format!(
            "{command} asks for input (interactiveMode Always), and nobody is there"
        ));
    }
    if !catalog::may_run_programs(server.owner) {
        return Err(
            "its owner may not run programs on the database server (pg_execute_server_program)"
                .to_owned(),
        );
    }
    settings::exec_plugins()
        .into_iter()
        .find(|listed| {
            let name = Path::new(listed).file_name().and_then(|name| name.to_str());
            listed.starts_with('/') && (listed == command || name == Some(command))
        })
        .ok_or_else(|| {
            format!("a superuser has to allow the program {command}: ALTER SYSTEM SET k8s_fdw.exec_plugins = '/path/to/{command}'")
        })
}

/// A program that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // SAFETY: the group is the child's own, and ends with it; the child has not been waited for yet.
        unsafe { libc::kill(-(self.0.id() as i32), libc::SIGKILL) };
        let _ = self.0.wait();
    }
}

fn run(program: &str, config: &str, server: &k8s_fdw_guest::Options) -> Result<String, String> {
    let config = parse(config)?;
    let texts = |list: &Value| -> Vec<String> {
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect()
    };
    let mut command = Command::new(program);
    command.args(texts(&config["args"])).env_clear().env("PATH", SEARCH_PATH);
    if let Some(home) = std::env::var_os("HOME") {
        command.env("HOME", home);
    }
    for variable in config["env"].as_array().into_iter().flatten() {
        if let (Some(name), Some(value)) = (variable["name"].as_str(), variable["value"].as_str()) {
            command.env(name, value);
        }
    }
    command.env("KUBERNETES_EXEC_INFO", info(&config, server).to_string());
    // What it says beside its answer goes to the server's log.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
    // SAFETY: the closure makes one system call, which is allowed between fork and exec.
    unsafe { command.pre_exec(close_on_exec) };
    let mut running = Running(command.spawn().map_err(|e| e.to_string())?);
    let answer = read_all(&mut running.0).map_err(|e| e.to_string())?;
    loop {
        match running.0.try_wait().map_err(|e| e.to_string())? {
            Some(status) if status.success() => return Ok(answer),
            Some(status) => return Err(format!("{status}; the server's log has what it said")),
            None => {
                pg_sys::check_for_interrupts!();
                std::thread::sleep(std::time::Duration::from_millis(POLL_MILLISECONDS as u64));
            }
        }
    }
}

/// The database's open files are not the program's. Linux before 5.11 does not know the call, and leaves them open.
fn close_on_exec() -> io::Result<()> {
    const FROM: libc::c_uint = 3;
    // SAFETY: marks file descriptors, and touches no memory.
    unsafe {
        libc::syscall(libc::SYS_close_range, FROM, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC);
    }
    Ok(())
}

/// Reads until the program closes its output. A statement that is cancelled meanwhile ends here.
fn read_all(child: &mut Child) -> io::Result<String> {
    let mut output = child.stdout.take().expect("its output is a pipe").take(LONGEST + 1);
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        pg_sys::check_for_interrupts!();
        let mut wait =
            libc::pollfd { fd: output.get_ref().as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one descriptor, which is open.
        if unsafe { libc::poll(&mut wait, 1, POLL_MILLISECONDS) } <= 0 {
            continue;
        }
        match output.read(&mut part)? {
            0 if bytes.len() as u64 > LONGEST => {
                return Err(io::Error::other(format!("it printed more than {LONGEST} bytes")));
            }
            0 => return String::from_utf8(bytes).map_err(|_| io::Error::other("it is no UTF-8")),
            more => bytes.extend_from_slice(&part[..more]),
        }
    }
}

/// What the program is told, as KUBERNETES_EXEC_INFO.
fn info(config: &Value, server: &k8s_fdw_guest::Options) -> Value {
    let mut spec = json!({ "interactive": false });
    if config["provideClusterInfo"] == true {
        spec["cluster"] = json!({
            "server": option(server, "api_url"),
            "certificate-authority-data": option(server, "certificate_authority_data"),
            "tls-server-name": option(server, "tls_server_name"),
            "insecure-skip-tls-verify": option(server, "insecure_skip_tls_verify") == Some("true"),
        });
    }
    json!({ "kind": "ExecCredential", "apiVersion": config["apiVersion"], "spec": spec })
}

fn read(answer: &str) -> Result<Login, String> {
    let answer: Value = serde_json::from_str(answer).map_err(|_| "it is no JSON".to_owned())?;
    if answer["kind"] != "ExecCredential" {
        return Err("its kind is another".to_owned());
    }
    let status = &answer["status"];
    let text = |name: &str| status[name].as_str().filter(|text| !text.is_empty());
    let certificate = match (text("clientCertificateData"), text("clientKeyData")) {
        (Some(certificate), Some(key)) => {
            Some(ClientCertificate { certificate: certificate.into(), key: key.into() })
        }
        (None, None) => None,
        _ => return Err("it has only one of clientCertificateData and clientKeyData".to_owned()),
    };
    let token = text("token").map(str::to_owned);
    if token.is_none() && certificate.is_none() {
        return Err("it has neither a token nor a certificate".to_owned());
    }
    Ok(Login { token, certificate, expires: text("expirationTimestamp").map(time).transpose()? })
}

/// Postgres' microseconds of a time. Postgres' own error ends the statement if it is none.
fn time(text: &str) -> Result<i64, String> {
    let text = CString::new(text).map_err(|_| "its end is no time".to_owned())?;
    let arguments = [
        Some(pg_sys::Datum::from(text.as_ptr())),
        pg_sys::Oid::INVALID.into_datum(),
        (-1i32).into_datum(),
    ];
    // SAFETY: the input function of timestamptz takes these three.
    let time = unsafe { direct_function_call_as_datum(pg_sys::timestamptz_in, &arguments) };
    time.map(|datum| datum.value() as i64).ok_or_else(|| "its end is no time".to_owned())
}
