//! TLS: certificate and key read from PEM files, and what a server does with them. Not responsible for listening (`server`).
//!
//! Invariant: what is wrong with a file is said before anything listens, with the file's name and never with what is in it.

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
    version::{TLS12, TLS13},
};
use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A larger file is no certificate: chains have a few kilobytes.
const LARGEST: u64 = 1 << 20;

/// What is wrong with the files of TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read the {what} \"{}\": {source}", file.display())]
    Unreadable {
        /// What it should hold.
        what: &'static str,
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that is no PEM, or broken off.
    #[error(
        "\"{}\" is not PEM ({why}); a PEM file has lines such as -----BEGIN CERTIFICATE-----; \
         `openssl x509 -inform der -in FILE -out FILE.pem` makes one of a DER file",
        file.display()
    )]
    NotPem {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// PEM without what is looked for.
    #[error("there is no {what} in \"{}\"{hint}", file.display())]
    Missing {
        /// What is looked for.
        what: &'static str,
        /// The file.
        file: PathBuf,
        /// What may help.
        hint: &'static str,
    },
    /// A key of another certificate.
    #[error(
        "the key in \"{}\" does not belong to the certificate in \"{}\"; name the two that were made together, with the \
         server's own certificate first in its file",
        key.display(),
        cert.display()
    )]
    Mismatch {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// A certificate or key that cannot be used.
    #[error("the certificate in \"{}\" cannot be used: {why}", file.display())]
    Unusable {
        /// The certificate's file.
        file: PathBuf,
        /// Why.
        why: String,
    },
}

/// A certificate with its key, ready to be used.
#[derive(Debug, Clone)]
pub struct Tls {
    config: ServerConfig,
    warnings: Vec<String>,
}

impl Tls {
    /// Reads a chain of certificates, the server's own first, and its key.
    ///
    /// # Errors
    /// When a file is missing, is no PEM, lacks what it should hold, or the two do not belong together.
    pub fn read(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = text(cert, "certificate")?;
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<_, _>>()
            .map_err(|error| not_pem(cert, &error))?;
        if chain.is_empty() {
            let hint = missing_hint(cert);
            return Err(TlsError::Missing { what: "certificate", file: cert.to_owned(), hint });
        }
        let secret = PrivateKeyDer::from_pem_slice(&text(key, "key")?).map_err(|error| {
            match error {
                pem::Error::NoItemsFound => {
                    let hint = "; a key that asks for a passphrase cannot be used: `openssl pkey -in FILE -out FILE.pem` \
                                takes the passphrase off";
                    TlsError::Missing { what: "private key", file: key.to_owned(), hint }
                }
                error => not_pem(key, &error),
            }
        })?;
        let unusable = |why: String| TlsError::Unusable { file: cert.to_owned(), why };
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|error| unusable(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, secret)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    TlsError::Mismatch { cert: cert.to_owned(), key: key.to_owned() }
                }
                other => unusable(other.to_string()),
            })?;
        Ok(Self { config, warnings: open_to_others(key).into_iter().collect() })
    }

    /// What whoever runs the server should mend.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What a server does with it.
    #[must_use]
    pub fn into_config(self) -> ServerConfig {
        self.config
    }
}

fn text(file: &Path, what: &'static str) -> Result<Vec<u8>, TlsError> {
    let unreadable = |source| TlsError::Unreadable { what, file: file.to_owned(), source };
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(unreadable)?;
    opened.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(TlsError::NotPem {
            file: file.to_owned(),
            why: "it is over a megabyte".into(),
        });
    }
    if !bytes.windows(11).any(|at| at == b"-----BEGIN ") {
        let why = if bytes.is_empty() { "it is empty" } else { "it has no BEGIN line" };
        return Err(TlsError::NotPem { file: file.to_owned(), why: why.into() });
    }
    Ok(bytes)
}

fn not_pem(file: &Path, error: &pem::Error) -> TlsError {
    // The library's words may quote the file, and the file may be the key.
    let why = match error {
        pem::Error::MissingSectionEnd { .. } => "a section has no END line",
        pem::Error::IllegalSectionStart { .. } => "a BEGIN line is broken",
        pem::Error::Base64Decode(_) => "what stands between the lines is no base64",
        _ => "it cannot be read",
    };
    TlsError::NotPem { file: file.to_owned(), why: why.to_owned() }
}

fn missing_hint(cert: &Path) -> &'static str {
    let is_key = fs::read(cert).is_ok_and(|text| PrivateKeyDer::from_pem_slice(&text).is_ok());
    if is_key { ", but a private key; are the two files exchanged?" } else { "" }
}

/// A warning when others than the owner and the group may read the key.
#[cfg(unix)]
fn open_to_others(key: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(key).ok()?.permissions().mode();
    (mode & 0o006 != 0).then(|| {
        format!(
            "warning: everybody on this machine can read the key \"{0}\"; `chmod 600 {0}` mends that",
            key.display()
        )
    })
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<String> {
    None
}
