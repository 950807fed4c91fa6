//! TLS: whom the client trusts, and what it shows about itself.

mod support;

use std::sync::Arc;

use k8s_fdw_http::{Client, ClientCertificate, Connection, ErrorKind};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::PrivateKeyDer;
use support::{Server, answer, client, get, https};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

struct Options {
    names: &'static [&'static str],
    years: (i32, i32),
    asks_client: bool,
}

const GOOD: Options = Options { names: &["127.0.0.1"], years: (2020, 2099), asks_client: false };

fn params(options: &Options) -> CertificateParams {
    let names: Vec<String> = options.names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = rcgen::date_time_ymd(options.years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(options.years.1, 1, 1);
    params
}

fn server(ca: &Issuer, options: &Options) -> Server {
    let params = params(options);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, ca).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if options.asks_client {
        let mut roots = RootCertStore::empty();
        roots.add(ca.der().clone()).unwrap();
        let roots = Arc::new(roots);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
        builder.with_client_cert_verifier(verifier.unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    https(Arc::new(config), |_, _| answer("200 OK", "", b"safe"))
}

fn client_certificate(ca: &Issuer) -> ClientCertificate {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![]).unwrap().signed_by(&key, ca).unwrap();
    ClientCertificate {
        certificate: certificate.pem().into_bytes(),
        key: key.serialize_pem().into_bytes(),
    }
}

/// The body, or the error's text with what to do about it.
fn ask(server: &Server, change: impl FnOnce(&mut Connection)) -> Result<String, String> {
    let client = client(server.https(""), change);
    get(&client, server.https("/")).map(|r| r.body).map_err(|e| {
        assert_eq!(e.kind(), ErrorKind::Tls, "{e}");
        format!("{e}; {}", e.advice().unwrap_or_default())
    })
}

#[test]
fn trust() {
    let ca = authority();
    let trusting = |c: &mut Connection| c.certificate_authority = Some(ca.pem().into_bytes());
    assert_eq!(ask(&server(&ca, &GOOD), trusting).unwrap(), "safe");
    assert_eq!(ask(&server(&ca, &GOOD), |c| c.insecure_skip_tls_verify = true).unwrap(), "safe");
    let named = Options { names: &["kubernetes", "other"], ..GOOD };
    let by_name = |c: &mut Connection| {
        trusting(c);
        c.tls_server_name = Some("kubernetes".to_owned());
    };
    assert_eq!(ask(&server(&ca, &named), by_name).unwrap(), "safe");
    for (options, change, want) in [
        (
            &named,
            &trusting as &dyn Fn(&mut Connection),
            ("but for kubernetes, other (IP address mismatch)", "tls_server_name"),
        ),
        (&GOOD, &by_name, ("but for 127.0.0.1 (hostname mismatch)", "tls_server_name")),
        (&Options { years: (2020, 2021), ..GOOD }, &trusting, ("(certificate has expired)", "; ")),
        (&Options { years: (2090, 2099), ..GOOD }, &trusting, ("is not yet valid)", "; ")),
    ] {
        let text = ask(&server(&ca, options), change).unwrap_err();
        assert!(text.contains(want.0) && text.contains(want.1), "{text}");
    }
    let other = authority();
    let text = ask(&server(&ca, &GOOD), |c| c.certificate_authority = Some(other.pem().into()))
        .unwrap_err();
    assert!(text.contains("(unable to get local issuer certificate); give the server"), "{text}");
    let plain = support::raw(|mut tcp, _| {
        std::io::Write::write_all(
            &mut tcp,
            b"HTTP/1.0 400 Bad Request

",
        )
        .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(500));
    });
    let text = ask(&plain, trusting).unwrap_err();
    assert!(text.contains("wrong version number"), "{text}");
}

/// A server whose certificate is its own authority, as `openssl req -x509` makes it.
fn own_authority(options: &Options, usage: &[ExtendedKeyUsagePurpose]) -> (Server, Vec<u8>) {
    let mut params = params(options);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.extended_key_usages = usage.to_vec();
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let pem = certificate.pem().into_bytes();
    (https(Arc::new(config), |_, _| answer("200 OK", "", b"safe")), pem)
}

#[test]
fn a_server_may_be_its_own_authority() {
    use ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
    let ask_with = |options: &Options, usage: &[ExtendedKeyUsagePurpose]| {
        let (server, pem) = own_authority(options, usage);
        ask(&server, |c| c.certificate_authority = Some(pem))
    };
    assert_eq!(ask_with(&GOOD, &[]).unwrap(), "safe");
    assert_eq!(ask_with(&GOOD, &[ClientAuth, ServerAuth]).unwrap(), "safe");
    for (options, usage, want) in [
        (&Options { names: &["other"], ..GOOD }, &[][..], "IP address mismatch"),
        (&Options { years: (2020, 2021), ..GOOD }, &[][..], "certificate has expired"),
        (&Options { years: (2090, 2099), ..GOOD }, &[][..], "certificate is not yet valid"),
        (&GOOD, &[ClientAuth][..], "not usable"),
    ] {
        let text = ask_with(options, usage).unwrap_err();
        assert!(text.contains(want), "{text}");
    }
    let (server, _) = own_authority(&GOOD, &[]);
    let (_, another) = own_authority(&GOOD, &[]);
    assert!(ask(&server, |c| c.certificate_authority = Some(another)).is_err());
}

#[test]
fn client_certificates() {
    let ca = authority();
    let asking = server(&ca, &Options { asks_client: true, ..GOOD });
    let with = |by: Option<&Issuer>| {
        ask(&asking, |c| {
            c.certificate_authority = Some(ca.pem().into_bytes());
            c.client_certificate = by.map(client_certificate);
        })
    };
    assert_eq!(with(Some(&ca)).unwrap(), "safe");
    let text = with(None).unwrap_err();
    assert!(text.contains("client certificate required"), "{text}");
    assert!(text.contains("CREATE USER MAPPING"), "{text}");
    let text = with(Some(&authority())).unwrap_err();
    assert!(text.contains("client certificate refused"), "{text}");
    assert!(text.contains("of another cluster"), "{text}");
}

#[test]
fn what_is_no_certificate_is_said_at_once() {
    let ca = authority();
    let good = client_certificate(&ca);
    let other = client_certificate(&ca);
    let error = |change: &dyn Fn(&mut Connection)| {
        let mut connection = Connection::new("https://127.0.0.1");
        change(&mut connection);
        let error = Client::new(&connection).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        error.to_string()
    };
    let text = error(&|c| c.certificate_authority = Some(b"nonsense".to_vec()));
    assert!(text.contains("is not PEM"), "{text}");
    let text = error(&|c| {
        c.client_certificate = Some(ClientCertificate { key: other.key.clone(), ..good.clone() });
    });
    assert!(text.contains("does not belong to the client certificate"), "{text}");
    let text = error(&|c| {
        c.client_certificate = Some(ClientCertificate { key: b"geheim".to_vec(), ..good.clone() });
    });
    assert!(text.contains("not PEM of a private key") && !text.contains("geheim"), "{text}");
    let text = error(&|c| {
        c.insecure_skip_tls_verify = true;
        c.certificate_authority = Some(ca.pem().into_bytes());
    });
    assert!(text.contains("do not go together"), "{text}");
    let text = error(&|c| c.tls_server_name = Some("a b".to_owned()));
    assert!(text.contains("tls_server_name"), "{text}");
}
