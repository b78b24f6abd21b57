//! `originals/`: applications as they were received, and files of the case. Not responsible for what is taken out of them
//! (`build`).
//!
//! Invariant: the bytes are those of the dossier; no path leaves `originals/`.

use crate::{
    casework::MediaType,
    referral::{Dossier, PackageFile, Part, ReferralError},
};

/// Applications and files as they came.
#[derive(Debug)]
pub struct Originals;

impl Part for Originals {
    fn name(&self) -> &'static str {
        "originals"
    }

    fn about(&self) -> &'static str {
        "applications as they were received, and files of the case"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let mut files = Vec::new();
        for original in &dossier.originals {
            let (file, row) = &original.source;
            let mut about = format!("application as received in {file}, row {row}");
            if !original.redacted.is_empty() {
                about.push_str(&format!("; taken out: {}", original.redacted.join(", ")));
            }
            let path = kept(&original.path)?;
            files.push(PackageFile::new(path, about, "application/json", original.bytes.clone()));
        }
        for attached in &dossier.attachments {
            let about = format!("file of the case: {}", attached.name);
            let sort = attached.media_type.parse::<MediaType>().ok();
            let media_type = sort.map_or("application/octet-stream", MediaType::name);
            let path = kept(&attached.path)?;
            files.push(PackageFile::new(path, about, media_type, attached.bytes.clone()));
        }
        Ok(files)
    }
}

/// The path, if it stays in the folder.
fn kept(path: &str) -> Result<&str, ReferralError> {
    let name = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && !part.chars().any(|c| c.is_control() || matches!(c, '\\' | ':'))
    };
    match path.strip_prefix("originals/") {
        Some(rest) if rest.split('/').all(name) => Ok(path),
        _ => Err(ReferralError::Part {
            file: path.to_owned(),
            what: "the path leaves originals/".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn bytes_are_kept_and_sorts_are_known() {
        let dossier = sample::dossier(2);
        let files = Originals.files(&dossier).unwrap();
        assert_eq!(files.len(), 3);
        assert_eq!(files[0].bytes, dossier.originals[0].bytes);
        assert_eq!(
            files[0].about,
            "application as received in export.csv, row 1; taken out: birth_date"
        );
        assert_eq!(files[2].media_type, "text/plain");
        assert_eq!(files[2].bytes, dossier.attachments[0].bytes);
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() {
        for path in
            ["originals/../x", "/etc/passwd", "originals/a\\b", "originals//x", "originals/"]
        {
            let mut dossier = sample::dossier(2);
            dossier.originals[0].path = path.to_owned();
            assert!(matches!(Originals.files(&dossier), Err(ReferralError::Part { .. })), "{path}");
        }
    }
}
