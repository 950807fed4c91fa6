//! What TLS trusts and shows.

use std::cell::RefCell;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};

use crate::connection::{ClientCertificate, Connection};
use crate::error::{Error, ErrorKind};
use crate::pinned::Pinned;

/// TLS to the API server itself.
pub(crate) fn for_api_server(connection: &Connection) -> Result<Arc<ClientConfig>, Error> {
    if connection.insecure_skip_tls_verify && connection.certificate_authority.is_some() {
        return Err(Error::invalid(
            "insecure_skip_tls_verify and a certificate authority do not go together: leave one out",
        ));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if connection.insecure_skip_tls_verify {
        Arc::new(AnyCertificate(provider.clone()))
    } else {
        let usual = verifier(roots(connection)?, provider.clone())?;
        Arc::new(Pinned { authorities: authorities(connection)?, usual })
    };
    config(provider, verifier, connection.client_certificate.as_ref())
}

/// TLS to any other server: the system's authorities, and no certificate of the client.
pub(crate) fn for_others() -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    config(provider.clone(), verifier(system_roots()?, provider)?, None)
}

/// The name that a server's certificate must have.
pub(crate) fn server_name(name: &str) -> Result<ServerName<'static>, Error> {
    ServerName::try_from(name.to_owned())
        .map_err(|_| Error::invalid(format!("{name:?} is neither a host name nor an IP address")))
}

fn verifier(
    roots: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider)
        .build()
        .map_err(|e| Error::invalid(format!("certificate authority: {e}")))?;
    Ok(verifier)
}

fn config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
    client: Option<&ClientCertificate>,
) -> Result<Arc<ClientConfig>, Error> {
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::invalid(e.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let chain = certificates(&client.certificate, "client certificate")?;
            builder.with_client_auth_cert(chain, private_key(&client.key)?).map_err(of_client)?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn of_client(error: rustls::Error) -> Error {
    match error {
        rustls::Error::InconsistentKeys(_) => {
            Error::invalid("the client key does not belong to the client certificate")
        }
        other => {
            Error::invalid(format!("the client certificate or its key is not usable: {other}"))
        }
    }
}

/// The certificates of a PEM text. One with none in it is an error, for it would trust or show nothing.
fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| Error::invalid(format!("the {what} is not valid PEM: {e}")))?;
    if found.is_empty() {
        return Err(Error::invalid(format!(
            "the {what} is not PEM: it has no -----BEGIN CERTIFICATE-----"
        )));
    }
    Ok(found)
}

fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, Error> {
    let encrypted = pem.windows(9).any(|part| part == b"ENCRYPTED");
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
        // The library's own words may repeat a part of the key.
        Error::invalid(if encrypted {
            "the client key is encrypted: give it without its passphrase"
        } else {
            "the client key is not PEM of a private key: PKCS#1, PKCS#8 and SEC1 are known"
        })
    })
}

/// The authorities of the connection; none if it trusts those of the system.
fn authorities(connection: &Connection) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = connection.certificate_authority.as_deref();
    pem.map_or(Ok(Vec::new()), |pem| certificates(pem, "certificate authority"))
}

fn roots(connection: &Connection) -> Result<Arc<RootCertStore>, Error> {
    if connection.certificate_authority.is_none() {
        return system_roots();
    }
    let mut roots = RootCertStore::empty();
    for certificate in authorities(connection)? {
        roots.add(certificate).map_err(|e| {
            Error::invalid(format!(
                "the certificate authority has a certificate that is not usable: {e}"
            ))
        })?;
    }
    Ok(Arc::new(roots))
}

thread_local! {
    /// Reading the system's authorities takes some milliseconds, so they are read once.
    static SYSTEM_ROOTS: RefCell<Option<Arc<RootCertStore>>> = const { RefCell::new(None) };
}

/// What the system trusts: SSL_CERT_FILE and SSL_CERT_DIR, else the folders where distributions have it.
fn system_roots() -> Result<Arc<RootCertStore>, Error> {
    if let Some(roots) = SYSTEM_ROOTS.with_borrow(Clone::clone) {
        return Ok(roots);
    }
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Systems have old certificates among theirs that no verifier takes any more.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or_else(String::new, |e| format!(" ({e})"));
        return Err(Error::new(
            ErrorKind::Tls,
            format!("certificate verify failed: the system has no certificate authorities{why}"),
        ));
    }
    let roots = Arc::new(roots);
    SYSTEM_ROOTS.set(Some(roots.clone()));
    Ok(roots)
}

/// The verifier of insecure_skip_tls_verify. The server still has to own the key of the certificate that it shows.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
