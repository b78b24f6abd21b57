//! The certificates that a house trusts beside, or rather instead of, the public ones. Not responsible for checking others
//! against them (`mail`, `webhook`).
//!
//! Invariant: a file that holds none is an error, never "trust nobody" or "trust everybody".

use crate::reports::delivery::trouble::Trouble;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use std::{fs::File, io::Read as _, path::Path};

/// Bytes of such a file at most.
const LARGEST: u64 = 1 << 20;

/// The certificates of a file in PEM, in DER; `setting` is the setting that names it.
pub(super) fn read(path: &Path, setting: &str) -> Result<Vec<Vec<u8>>, Trouble> {
    let failed = |why: &str| Trouble::passing(format!("the file that {setting} names {why}"));
    let file = File::open(path).map_err(|_| failed("cannot be read"))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|_| failed("cannot be read"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(failed("is too large for certificates"));
    }
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let all = all.map_err(|_| failed("is not PEM"))?;
    if all.is_empty() {
        return Err(failed("holds no certificate"));
    }
    Ok(all.into_iter().map(|certificate| certificate.as_ref().to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let said = || read(&path, "[x] ca").unwrap_err().why;
        assert!(said().contains("[x] ca names cannot be read"));
        std::fs::write(&path, "").unwrap();
        assert!(said().contains("no certificate"));
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n")
            .unwrap();
        assert!(said().contains("not PEM"));
        let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&path, pair.cert.pem()).unwrap();
        assert_eq!(read(&path, "[x] ca").unwrap(), [pair.cert.der().to_vec()]);
    }
}
