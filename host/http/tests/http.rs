//! Answers, hanging servers, retries, redirects, kept connections and proxies, without TLS.

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use flate2::{Compression, write::GzEncoder};
use k8s_fdw_http::{Client, Connection, Credential, ErrorKind, Method, sleep};
use support::{answer, client, get, http, raw, read_request, request};

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn connections_are_kept_and_counted() {
    let server = http(|_, _| answer("200 OK", "X-A: 1\r\n", b"hi"));
    let client = client(server.url(""), |_| {});
    for _ in 0..5 {
        let response = get(&client, server.url("/x?y=1")).unwrap();
        assert_eq!((response.status, response.body.as_str()), (200, "hi"));
        assert!(response.headers.contains(&("x-a".to_owned(), "1".to_owned())));
    }
    assert_eq!(server.connections(), 1);
    let counters = client.counters();
    assert_eq!((counters.requests, counters.connections, counters.retries), (5, 1, 0));
    assert!(counters.bytes_received > 100 && counters.bytes_of_bodies == 10);
    assert!(server.seen()[0].starts_with("GET /x?y=1 HTTP/1.1\r\n"));
    assert!(server.seen()[0].contains(&format!("host: 127.0.0.1:{}\r\n", server.port)));
}

#[test]
fn a_connection_that_the_server_closed_is_not_an_error() {
    for method in [Method::Get, Method::Post] {
        let server = http(|_, _| {
            let (bytes, _) = answer("200 OK", "", b"hi");
            (bytes, true)
        });
        let client = client(server.url(""), |_| {});
        for _ in 0..3 {
            client.send(&request(method, server.url("/")), &|| false).unwrap();
            thread::sleep(Duration::from_millis(30));
        }
        assert_eq!((server.connections(), client.counters().retries), (3, 0));
    }
}

#[test]
fn silence_at_each_byte_ends_by_interruption_and_by_time_out() {
    let starts: [&[u8]; 5] = [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ];
    for start in starts {
        let server = raw(move |mut tcp, _| {
            read_request(&mut tcp);
            tcp.write_all(start).unwrap();
            thread::sleep(Duration::from_secs(20));
        });
        let begin = Instant::now();
        let patient = client(server.url(""), |_| {});
        let until = begin + Duration::from_millis(150);
        let error = patient
            .send(&request(Method::Get, server.url("/")), &|| Instant::now() > until)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(begin.elapsed() < Duration::from_millis(350), "{:?}", begin.elapsed());
        let hasty = client(server.url(""), |c| c.request_timeout = Duration::from_millis(150));
        let error = get(&hasty, server.url("/")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(error.to_string().contains("for 150 ms (request_timeout)"), "{error}");
    }
}

#[test]
fn a_slow_body_is_no_time_out_but_can_be_interrupted() {
    let server = raw(|mut tcp, _| {
        read_request(&mut tcp);
        tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n").unwrap();
        for _ in 0..8 {
            thread::sleep(Duration::from_millis(60));
            let _ = tcp.write_all(b"x");
        }
    });
    let client = client(server.url(""), |c| c.request_timeout = Duration::from_millis(300));
    assert_eq!(get(&client, server.url("/")).unwrap().body, "xxxxxxxx");
    let until = Instant::now() + Duration::from_millis(100);
    let slow = request(Method::Get, server.url("/"));
    let error = client.send(&slow, &|| Instant::now() > until).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

/// Sends each part of a watch's answer after a pause in milliseconds, and leaves the connection open for a while.
fn watch(parts: &'static [(u64, &'static str)]) -> support::Server {
    raw(move |mut tcp, _| {
        while read_request(&mut tcp).is_some() {
            tcp.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
            for (pause, part) in parts {
                thread::sleep(Duration::from_millis(*pause));
                let _ = tcp.write_all(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes());
            }
            if parts.last().is_some_and(|(_, part)| part.is_empty()) {
                continue;
            }
            thread::sleep(Duration::from_secs(20));
            return;
        }
    })
}

#[test]
fn a_watch_is_read_as_it_comes_and_up_to_its_last_whole_line() {
    for (parts, seconds, body, least, most) in [
        (&[][..], 1, "", 100, 700),
        (&[(0, "{1}\n{2}\n")][..], 1, "{1}\n{2}\n", 100, 700),
        (&[(0, "{1}\n{2"), (20, "}\n{3")][..], 1, "{1}\n{2}\n", 120, 700),
        (&[(0, "{1")][..], 1, "", 100, 700),
        // What comes after a silence is for the next time, unless the first change is waited for.
        (&[(600, "{1}\n")][..], 1, "", 100, 500),
        (&[(600, "{1}\n")][..], 2, "{1}\n", 700, 1500),
        (&[][..], 2, "", 3000, 4000),
        // An answer that ends is whole, whatever its last line is.
        (&[(0, "{1}\n{2}"), (0, "")][..], 5, "{1}\n{2}", 0, 700),
    ] {
        let server = watch(parts);
        let client = client(server.url(""), |c| c.request_timeout = Duration::from_millis(1500));
        let url = server.url(&format!("/pods?watch=1&resourceVersion=1&timeoutSeconds={seconds}"));
        let begin = Instant::now();
        assert_eq!(get(&client, url).unwrap().body, body, "{parts:?}");
        let took = begin.elapsed().as_millis();
        assert!((least..most).contains(&took), "{parts:?} took {took} ms");
    }
}

#[test]
fn a_watch_of_a_slow_server_is_waited_for_longer() {
    let server = raw(|mut tcp, _| {
        read_request(&mut tcp);
        thread::sleep(Duration::from_millis(150));
        tcp.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
        thread::sleep(Duration::from_millis(300));
        tcp.write_all(b"4\r\n{1}\n\r\n").unwrap();
        thread::sleep(Duration::from_secs(20));
    });
    let client = client(server.url(""), |_| {});
    assert_eq!(get(&client, server.url("/pods?watch=1&timeoutSeconds=1")).unwrap().body, "{1}\n");
}

#[test]
fn the_connection_of_a_watch_is_kept_only_if_its_answer_has_ended() {
    for (parts, connections) in [(&[(0, "{1}\n")][..], 2), (&[(0, "{1}\n"), (0, "")][..], 1)] {
        let server = watch(parts);
        let client = client(server.url(""), |_| {});
        for _ in 0..2 {
            get(&client, server.url("/pods?watch=1&timeoutSeconds=1")).unwrap();
        }
        assert_eq!(server.connections(), connections);
    }
}

#[test]
fn a_watch_that_breaks_ends_before_the_change_that_it_breaks() {
    let server = raw(|mut tcp, _| {
        read_request(&mut tcp);
        tcp.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\n{1}\n{2\r\n")
            .unwrap();
    });
    let client = client(server.url(""), |_| {});
    let response = get(&client, server.url("/pods?watch=1&timeoutSeconds=5")).unwrap();
    assert_eq!(response.body, "{1}\n{2");
}

#[test]
fn a_watch_can_be_interrupted_and_has_a_limit() {
    let server = watch(&[]);
    let client = client(server.url(""), |_| {});
    let until = Instant::now() + Duration::from_millis(150);
    let waiting = request(Method::Get, server.url("/pods?watch=1&timeoutSeconds=20"));
    let error = client.send(&waiting, &|| Instant::now() > until).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    let server = watch(&[(0, "{1}\n{2}\n")]);
    let large = request(Method::Get, server.url("/pods?watch=1&timeoutSeconds=1"));
    let error = client.send(&k8s_fdw_http::Request { max_body: Some(5), ..large }, &|| false);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::TooLarge);
}

#[test]
fn only_gets_are_sent_again() {
    for (status, method, want) in [
        ("503 Service Unavailable", Method::Get, 4),
        ("429 Too Many Requests", Method::Get, 4),
        ("501 Not Implemented", Method::Get, 1),
        ("403 Forbidden", Method::Get, 1),
        ("503 Service Unavailable", Method::Post, 1),
        ("503 Service Unavailable", Method::Delete, 1),
    ] {
        let server = http(move |_, _| answer(status, "", b"no"));
        let client = client(server.url(""), |_| {});
        let response = client.send(&request(method, server.url("/")), &|| false).unwrap();
        assert!(status.starts_with(&response.status.to_string()));
        assert_eq!(server.seen().len(), want, "{status} {method:?}");
    }
    // A write whose answer does not come may have arrived.
    for method in [Method::Post, Method::Patch, Method::Put, Method::Delete] {
        let server = http(|_, _| (vec![], true));
        let client = client(server.url(""), |_| {});
        let error = client.send(&request(method, server.url("/")), &|| false).unwrap_err();
        assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Closed, 1));
        assert!(error.to_string().contains("connection closed before message completed"));
    }
}

#[test]
fn an_answer_after_two_failures_is_taken_and_waiting_for_it_can_be_interrupted() {
    let server = http(|_, number| match number {
        0 => (vec![], true),
        1 => answer("500 Internal Server Error", "", b""),
        _ => answer("200 OK", "", b"at last"),
    });
    let client = client(server.url(""), |_| {});
    assert_eq!(get(&client, server.url("/")).unwrap().body, "at last");
    assert_eq!(client.counters().retries, 2);
    let server = http(|_, _| answer("503 x", "retry-after: 4\r\n", b""));
    let begin = Instant::now();
    let patient = request(Method::Get, server.url("/"));
    let until = begin + Duration::from_millis(100);
    let error = client.send(&patient, &|| Instant::now() > until).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(begin.elapsed() < Duration::from_millis(300));
    let begin = Instant::now();
    assert!(sleep(5_000, &|| begin.elapsed() > Duration::from_millis(50)).is_err());
    assert!(begin.elapsed() < Duration::from_millis(250));
    sleep(20, &|| false).unwrap();
}

#[test]
fn redirects_stay_at_their_origin() {
    let other = http(|_, _| answer("200 OK", "", b"other"));
    let elsewhere = other.url("/x");
    let server = http(move |request, _| {
        let location = match request.split(' ').nth(1).unwrap() {
            "/a" => "/b",
            "/b" => return answer("200 OK", "", b"b"),
            "/loop" => "/loop",
            _ => elsewhere.as_str(),
        };
        answer("307 Temporary Redirect", &format!("location: {location}\r\n"), b"")
    });
    let client = client(server.url(""), |c| c.credential = Credential::Bearer("t".into()));
    let response = get(&client, server.url("/a")).unwrap();
    assert_eq!((response.body.as_str(), response.url), ("b", server.url("/b")));
    assert_eq!(get(&client, server.url("/away")).unwrap().status, 307);
    assert!(other.seen().is_empty());
    let error = get(&client, server.url("/loop")).unwrap_err();
    assert!(error.to_string().contains("too many redirects"), "{error}");
    let post = |path| client.send(&request(Method::Post, server.url(path)), &|| false).unwrap();
    assert_eq!((post("/a").status, post("/a").url), (307, server.url("/a")));
    // What would be sent there is not for it; but the URL says where it leads.
    assert_eq!(post("/away").url, other.url("/x"));
    assert!(other.seen().is_empty());
    // A request to another origin has nobody's credential.
    get(&client, other.url("/")).unwrap();
    assert!(!other.seen()[0].contains("authorization"));
    assert!(server.seen()[0].contains("authorization: Bearer t\r\n"));
}

#[test]
fn credentials() {
    let server = http(|_, _| answer("200 OK", "", b""));
    let file = std::env::temp_dir().join(format!("k8s-fdw-http-token-{}", std::process::id()));
    std::fs::write(&file, "one\n").unwrap();
    let by_file = client(server.url(""), |c| c.credential = Credential::TokenFile(file.clone()));
    get(&by_file, server.url("/")).unwrap();
    std::fs::write(&file, "two\n").unwrap();
    get(&by_file, server.url("/")).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(get(&by_file, server.url("/")).unwrap_err().kind(), ErrorKind::Credential);
    let basic = Credential::Basic { username: "u".into(), password: "p".into() };
    let basic = client(server.url(""), |c| c.credential = basic);
    get(&basic, server.url("/")).unwrap();
    let mut own = request(Method::Get, server.url("/"));
    own.headers.push(("Authorization".into(), "Bearer own".into()));
    basic.send(&own, &|| false).unwrap();
    for (seen, want) in
        server.seen().iter().zip(["Bearer one", "Bearer two", "Basic dTpw", "Bearer own"])
    {
        assert_eq!(seen.matches("authorization").count(), 1);
        assert!(seen.contains(&format!("authorization: {want}\r\n")), "{seen}");
    }
}

#[test]
fn bodies() {
    let server = http(|request, _| {
        let (headers, body) = match request.split(' ').nth(1).unwrap() {
            "/gzip" => ("content-encoding: gzip\r\n", gzip(b"hello")),
            "/bomb" => ("content-encoding: gzip\r\n", gzip(&vec![0; 50_000_000])),
            "/cut" => ("content-encoding: gzip\r\n", gzip(b"hello, hello")[..12].to_vec()),
            "/none" => ("content-encoding: gzip\r\n", vec![]),
            "/bytes" => ("", b"a\xffb".to_vec()),
            _ => ("", vec![b'x'; 1000]),
        };
        answer("200 OK", headers, &body)
    });
    let client = client(server.url(""), |_| {});
    let body = |path: &str, max_body| {
        let mut request = request(Method::Get, server.url(path));
        request.max_body = max_body;
        client.send(&request, &|| false).map(|r| r.body).map_err(|e| (e.kind(), e.to_string()))
    };
    assert_eq!(body("/gzip", Some(5)).unwrap(), "hello");
    assert_eq!(body("/none", None).unwrap(), "");
    assert_eq!(body("/bytes", None).unwrap(), "a\u{fffd}b");
    assert_eq!(body("/long", Some(1000)).unwrap().len(), 1000);
    for path in ["/long", "/bomb"] {
        let (kind, text) = body(path, Some(999)).unwrap_err();
        assert_eq!(kind, ErrorKind::TooLarge);
        assert!(text.ends_with("response body longer than 999 bytes"), "{text}");
    }
    let (kind, text) = body("/cut", None).unwrap_err();
    assert_eq!(kind, ErrorKind::Body);
    assert!(text.contains("error decoding response body"), "{text}");
}

#[test]
fn what_cannot_be_sent_is_an_error() {
    let server = http(|_, _| answer("200 OK", "", b""));
    let client = client(server.url(""), |_| {});
    for (name, value) in [("a b", "x"), ("a", "x\ny"), ("a", "\u{1}"), ("host", "x"), ("", "x")] {
        let mut request = request(Method::Get, server.url("/"));
        request.headers.push((name.into(), value.into()));
        let error = client.send(&request, &|| false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{name:?}: {error}");
    }
    for url in ["", "/x", "http://a b/", "ftp://a/", "http://u:geheim@127.0.0.1/"] {
        let error = get(&client, url.into()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(!error.to_string().contains("geheim"));
    }
    let mut connection = Connection::new("http://a");
    connection.credential = Credential::Bearer("geheim".into());
    connection.proxy_url = Some("http://u:geheim@p".into());
    assert!(!format!("{connection:?}").contains("geheim"));
    connection.proxy_url = Some("gopher://geheim".into());
    assert!(!Client::new(&connection).err().unwrap().to_string().contains("geheim"));
}

#[test]
fn texts_that_the_hints_look_for() {
    let refused = client("http://127.0.0.1:1".into(), |_| {});
    let error = get(&refused, "http://127.0.0.1:1/x".into()).unwrap_err();
    let want = "error sending request for url (http://127.0.0.1:1/x): tcp connect error: Connection refused (os error";
    assert!(error.to_string().starts_with(want), "{error}");
    assert_eq!(error.advice(), None);
    let proxied = client("http://127.0.0.1:2".into(), |c| {
        c.proxy_url = Some("http://127.0.0.1:1".to_owned());
    });
    let error = get(&proxied, "http://127.0.0.1:2/x".into()).unwrap_err();
    assert!(error.to_string().contains("): proxy 127.0.0.1:1: tcp connect error: "), "{error}");
    assert!(error.advice().unwrap().contains("proxy_url"));
    let error = get(&refused, "http://no-such-host.invalid/".into()).unwrap_err();
    assert!(error.to_string().contains("): dns error: "), "{error}");
}

#[test]
fn proxies() {
    let server = http(|_, _| answer("200 OK", "", b"through"));
    // An HTTP proxy gets the whole URL.
    let plain = http(|_, _| answer("200 OK", "", b"proxied"));
    let by = format!("http://u:p@127.0.0.1:{}", plain.port);
    let client_of_plain = client(server.url(""), |c| c.proxy_url = Some(by));
    assert_eq!(get(&client_of_plain, server.url("/x")).unwrap().body, "proxied");
    assert!(plain.seen()[0].starts_with(&format!("GET {} HTTP/1.1", server.url("/x"))));
    assert!(plain.seen()[0].contains("proxy-authorization: Basic dTpw"));
    // SOCKS5.
    let target = server.port;
    let socks = raw(move |mut tcp, _| {
        let mut greeting = [0; 3];
        tcp.read_exact(&mut greeting).unwrap();
        tcp.write_all(&[5, 0]).unwrap();
        let mut wanted = [0; 10];
        tcp.read_exact(&mut wanted).unwrap();
        assert_eq!((&wanted[..4], &wanted[8..]), (&[5, 1, 0, 1][..], &target.to_be_bytes()[..]));
        tcp.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        let mut onward = TcpStream::connect(("127.0.0.1", target)).unwrap();
        let (mut from, mut to) = (tcp.try_clone().unwrap(), onward.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ = std::io::copy(&mut onward, &mut tcp);
    });
    let by = format!("socks5://127.0.0.1:{}", socks.port);
    let client_of_socks = client(server.url(""), |c| c.proxy_url = Some(by));
    assert_eq!(get(&client_of_socks, server.url("/")).unwrap().body, "through");
}
