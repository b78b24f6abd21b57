//! A package as one zip file: the same files give the same bytes. Not responsible for reading one (`verify`).
//!
//! Invariant: order, times, modes and compression depend on the package alone; no user, no machine.

use crate::{
    model::Moment,
    referral::{PackageFile, ReferralError},
};
use flate2::{Compression, write::DeflateEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter, time::UtcDateTime};
use std::io::Write as _;

/// Sorts of file that are compressed already.
const DENSE: &[&str] =
    &["pdf", "png", "jpg", "jpeg", "gif", "webp", "docx", "xlsx", "pptx", "age", "zip", "gz"];

/// The zip of these files under a folder of this name, all of this time, in the order given. O(bytes).
///
/// # Errors
/// When it cannot be written.
pub fn zipped(folder: &str, at: Moment, files: &[PackageFile]) -> Result<Vec<u8>, ReferralError> {
    let made = || -> Result<Vec<u8>, rawzip::Error> {
        let mut archive = ZipArchiveWriter::new(Vec::new());
        for file in files {
            let ending = file.path.rsplit('.').next().unwrap_or_default().to_lowercase();
            let is_dense = DENSE.contains(&ending.as_str());
            let method =
                if is_dense { CompressionMethod::STORE } else { CompressionMethod::DEFLATE };
            let (mut entry, config) = archive
                .new_file(format!("{folder}/{}", file.path).as_str())
                .compression_method(method)
                .last_modified(UtcDateTime::from_unix(at.0))
                .unix_permissions(0o100_600)
                .start()?;
            let descriptor = if is_dense {
                let mut writer = config.wrap(&mut entry);
                writer.write_all(&file.bytes)?;
                writer.finish()?.1
            } else {
                let encoder = DeflateEncoder::new(&mut entry, Compression::new(6));
                let mut writer = config.wrap(encoder);
                writer.write_all(&file.bytes)?;
                let (encoder, descriptor) = writer.finish()?;
                encoder.finish()?;
                descriptor
            };
            entry.finish(descriptor)?;
        }
        archive.finish()
    };
    made().map_err(|e| ReferralError::Part { file: format!("{folder}.zip"), what: e.to_string() })
}
