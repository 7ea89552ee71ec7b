//! Encrypted connections. A certificate is checked with the name of its host, always
//! (`libpq-ssl.html`, "verify-full").

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Certificates;
use crate::store::engine::error::{EngineError, EngineResult, ErrorKind};

/// The protocol by which the server knows that PostgreSQL is spoken, for connections that begin
/// encrypted (`protocol-flow.html`, "SSL Session Encryption").
const PROTOCOL: &[u8] = b"postgresql";

/// The connector that checks certificates as these files say.
pub(super) fn connector(certificates: &Certificates) -> EngineResult<MakeRustlsConnect> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| fault("the encryption cannot be set up", error))?
        .with_root_certificates(roots(certificates.root.as_deref())?);
    let mut config = match &certificates.own {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => {
            refuse_open_key(key)?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| {
                fault("the key of the client certificate cannot be read", error)
            })?;
            config
                .with_client_auth_cert(read(certificate)?, key)
                .map_err(|error| fault("the client certificate cannot be used", error))?
        }
    };
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

/// The certificates that are trusted: those of a file, or those of the operating system.
fn roots(file: Option<&Path>) -> EngineResult<RootCertStore> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = file {
        for certificate in read(file)? {
            roots.add(certificate).map_err(|error| {
                fault("a certificate that is to be trusted cannot be used", error)
            })?;
        }
        return Ok(roots);
    }
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        log::warn!("certificates of the operating system cannot be read: {error}");
    }
    roots.add_parsable_certificates(found.certs);
    Ok(roots)
}

fn read(file: &Path) -> EngineResult<Vec<CertificateDer<'static>>> {
    let failed = |error| {
        let what = format!("the certificate cannot be read: {}", file.display());
        fault(&what, error)
    };
    CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect)
        .map_err(failed)
}

/// Refuses a key that others can read, as libpq does.
#[cfg(unix)]
fn refuse_open_key(file: &Path) -> EngineResult<()> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(file)
        .map_err(|error| fault("the key of the client certificate cannot be read", error))?;
    // A key of root may be readable for a group.
    let for_others = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.mode() & for_others == 0 {
        return Ok(());
    }
    let what =
        "others can read the key of the client certificate; allow only its owner to (chmod 0600)";
    Err(EngineError::new(
        ErrorKind::NotConnected,
        format!("{what}: {}", file.display()),
    ))
}

/// On Windows a key has the access list of the folder of its account.
#[cfg(not(unix))]
fn refuse_open_key(_file: &Path) -> EngineResult<()> {
    Ok(())
}

fn fault(what: &str, error: impl std::fmt::Display) -> EngineError {
    EngineError::new(ErrorKind::NotConnected, format!("{what}: {error}"))
}
