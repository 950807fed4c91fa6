//! Servers that answer once per connection or per request, as a test says, on threads of their own.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use k8s_fdw_http::{Client, Connection, Error, Method, Request, Response};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A stream of either kind.
pub trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}

/// A server on loopback and what it has seen.
#[derive(Clone)]
pub struct Server {
    pub port: u16,
    pub connections: Arc<AtomicUsize>,
    pub requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn https(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port)
    }

    pub fn seen(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Hands each connection to `serve`.
pub fn raw(serve: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server {
        port: listener.local_addr().unwrap().port(),
        connections: Arc::default(),
        requests: Arc::default(),
    };
    let (count, serve) = (server.connections.clone(), Arc::new(serve));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (number, serve) = (count.fetch_add(1, Ordering::SeqCst), serve.clone());
            thread::spawn(move || serve(stream.unwrap(), number));
        }
    });
    server
}

/// One request with its body, or none when the client is gone.
pub fn read_request(stream: &mut dyn Both) -> Option<String> {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        text.push(byte[0]);
    }
    let head = String::from_utf8(text.clone()).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    text.extend(body);
    Some(String::from_utf8(text).unwrap())
}

/// Bytes to send, and whether to hang up afterwards.
pub type Reply = (Vec<u8>, bool);

/// A whole answer.
pub fn answer(status: &str, headers: &str, body: &[u8]) -> Reply {
    let mut bytes = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len())
        .into_bytes();
    bytes.extend(body);
    (bytes, false)
}

/// Answers request after request; `reply` gets the request and its number.
pub fn http(reply: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Server {
    serve_with(None, reply)
}

/// The same over TLS.
pub fn https(
    config: Arc<ServerConfig>,
    reply: impl Fn(&str, usize) -> Reply + Send + Sync + 'static,
) -> Server {
    serve_with(Some(config), reply)
}

fn serve_with(
    config: Option<Arc<ServerConfig>>,
    reply: impl Fn(&str, usize) -> Reply + Send + Sync + 'static,
) -> Server {
    let requests: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = requests.clone();
    let mut server = raw(move |tcp, _| {
        let mut stream: Box<dyn Both> = match &config {
            None => Box::new(tcp),
            Some(config) => {
                Box::new(StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), tcp))
            }
        };
        while let Some(request) = read_request(stream.as_mut()) {
            let number = {
                let mut seen = seen.lock().unwrap();
                seen.push(request.clone());
                seen.len() - 1
            };
            let (bytes, hang_up) = reply(&request, number);
            if stream.write_all(&bytes).and_then(|()| stream.flush()).is_err() || hang_up {
                return;
            }
        }
    });
    server.requests = requests;
    server
}

pub fn request(method: Method, url: String) -> Request {
    Request { method, url, headers: vec![], body: String::new(), max_body: None }
}

pub fn get(client: &Client, url: String) -> Result<Response, Error> {
    client.send(&request(Method::Get, url), &|| false)
}

pub fn client(url: String, change: impl FnOnce(&mut Connection)) -> Client {
    let mut connection = Connection::new(url);
    change(&mut connection);
    Client::new(&connection).unwrap()
}
