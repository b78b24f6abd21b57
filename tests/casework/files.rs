//! Attachments: what is taken, what is refused, and that damage is told.

use super::lab::{Person, case, confirm, engine, refused, ring_of};
use ringer::{
    casework::{AttachmentError, Attachments, MediaType, Role, Stored},
    model::{CaseEvent, CaseStatus, FileHash},
};
use std::{fs, path::Path};

const PDF: &[u8] = b"%PDF-1.7\nhello\n%%EOF\n";

fn put(files: &Attachments, name: &str, bytes: &[u8]) -> Result<Stored, AttachmentError> {
    files.put(name, &mut &*bytes)
}

/// Every file under a folder.
fn under(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found
}

#[test]
fn a_file_lies_under_its_hash_once_and_comes_back_as_it_went() {
    let folder = tempfile::tempdir().unwrap();
    let files = Attachments::of(folder.path());
    let stored = put(&files, "report.pdf", PDF).unwrap();
    assert_eq!((stored.media_type, stored.bytes), (MediaType::Pdf, PDF.len() as u64));
    assert_eq!(files.bytes(&stored.sha256).unwrap(), PDF);
    let again = put(&files, "copy.PDF", PDF).unwrap();
    assert_eq!((&again.sha256, again.name.as_str()), (&stored.sha256, "copy.PDF"));
    let lies = under(folder.path());
    let hash = stored.sha256.as_str();
    assert_eq!(lies, [folder.path().join("attachments").join(&hash[..2]).join(hash)]);
}

#[test]
fn names_never_become_paths_and_are_fit_to_be_shown() {
    let folder = tempfile::tempdir().unwrap();
    let files = Attachments::of(&folder.path().join("data"));
    let long = format!("{}.pdf", "x".repeat(500));
    for (name, kept) in [
        ("../../../etc/cron.d/x.pdf", "x.pdf"),
        ("C:\\Windows\\x.pdf", "x.pdf"),
        ("a\u{202e}fdp.exe.pdf", "afdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", " x=1.pdf"),
        ("\"><script>.pdf", "script.pdf"),
        ("....pdf", "pdf"),
        ("/", "unnamed"),
        ("", "unnamed"),
        (&long, &long[long.len() - 120..]),
        ("名前.pdf", "名前.pdf"),
    ] {
        match put(&files, name, PDF) {
            Ok(stored) => assert_eq!(stored.name, kept.trim(), "{name:?}"),
            Err(AttachmentError::Sort(said)) => assert_eq!(said, kept, "{name:?}"),
            Err(other) => panic!("{name:?}: {other}"),
        }
    }
    assert_eq!(under(folder.path()).len(), 1, "all of them are one file");
}

#[test]
fn what_is_not_what_its_name_promises_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let files = Attachments::of(folder.path());
    let page = b"<!DOCTYPE html><script>alert(1)</script>";
    let zip = b"PK\x03\x04\x14\0\0\0\0\0rest of an archive with evil.exe";
    for (name, bytes, says) in [
        ("a.pdf", &page[..], "looks like a web page"),
        ("a.png", b"MZ\x90\0", "looks like a Windows program"),
        ("a.jpg", b"GIF89a...", "looks like GIF image"),
        ("a.docx", zip, "looks like a ZIP archive"),
        ("a.txt", b"text and \0 bytes", "no plain text"),
        ("a.json", b"not json", "no JSON"),
        ("a.eml", b"no header here\n", "no e-mail"),
        ("a.html", page, "of no sort"),
        ("a.svg", b"<svg/>", "of no sort"),
        ("a.docm", zip, "of no sort"),
        ("a", PDF, "of no sort"),
        ("a.pdf", b"", "is empty"),
    ] {
        let error = put(&files, name, bytes).unwrap_err().to_string();
        assert!(error.contains(says), "{name}: {error}");
    }
    for (name, bytes) in [
        ("a.txt", &page[..]),
        ("a.csv", b"a,b\n=1,2\n"),
        ("a.json", b" [1]"),
        ("a.eml", b"Received: from x.example\nTo: y\n\nhi"),
        ("a.docx", b"PK\x03\x04\x14\0\x06\0\x08\0....[Content_Types].xml"),
        ("a.odt", b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0mimetypeapplication/vnd.oasis.opendocument.text"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 "),
    ] {
        put(&files, name, bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    assert_eq!(under(folder.path()).len(), 7);
}

#[test]
fn a_file_that_is_too_large_or_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let files = Attachments::of(folder.path()).up_to(1_000);
    let exact = [b"%PDF-".to_vec(), vec![b'x'; 995]].concat();
    put(&files, "exact.pdf", &exact).unwrap();
    let more = [exact.clone(), vec![b'x']].concat();
    let error = put(&files, "more.pdf", &more).unwrap_err();
    assert!(matches!(error, AttachmentError::TooLarge { largest: 1_000, .. }), "{error}");
    // Whoever sends it goes away in the middle.
    let mut incoming = files.begin("half.pdf").unwrap();
    incoming.write(PDF).unwrap();
    drop(incoming);
    // And one whose process was killed.
    let left = folder.path().join("attachments/.incoming-killed");
    fs::write(&left, PDF).unwrap();
    files.clear_unfinished();
    assert!(!left.exists());
    struct Breaks;
    impl std::io::Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    let head: &[u8] = b"%PDF-";
    files.put("broken.pdf", &mut std::io::Read::chain(head, Breaks)).unwrap_err();
    assert_eq!(under(folder.path()).len(), 1, "the exact one alone");
}

#[test]
fn damage_and_loss_are_told_and_attaching_the_file_again_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let files = Attachments::of(folder.path());
    let stored = put(&files, "report.pdf", PDF).unwrap();
    let path = under(folder.path()).remove(0);
    for bytes in [&PDF[..PDF.len() - 1], b"", b"%PDF-1.7 something else", &[PDF, b"more"].concat()]
    {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(files.read(&stored.sha256), Err(AttachmentError::Damaged(_))));
        assert!(matches!(files.bytes(&stored.sha256), Err(AttachmentError::Damaged(_))));
    }
    put(&files, "report.pdf", PDF).unwrap();
    assert_eq!(files.bytes(&stored.sha256).unwrap(), PDF);
    fs::remove_file(&path).unwrap();
    assert!(matches!(files.read(&stored.sha256), Err(AttachmentError::Missing(_))));
    assert!(matches!(
        files.read(&FileHash::of(&[0; 32]).unwrap()),
        Err(AttachmentError::Missing(_))
    ));
}

#[test]
fn a_case_takes_a_file_that_is_there_and_no_referral_rests_on_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let files = Attachments::of(folder.path());
    let engine = engine();
    let ring = ring_of(&engine, "G0N0");
    confirm(&engine, &ring);
    let person =
        |name, role| Person { files: Some(files.clone()), ..Person::new(&engine, name, role) };
    let (ann, sue) = (person("ann", Role::Investigator), person("sue", Role::Supervisor));
    let id = ann.open(&ring).unwrap();
    let stored = put(&files, "report.pdf", PDF).unwrap();
    let invented = Stored { sha256: FileHash::of(&[9; 32]).unwrap(), ..stored.clone() };
    refused(ann.act(&id, vec![invented.attached()]), "is not in the store's folder");
    ann.act(&id, vec![stored.attached()]).unwrap();
    refused(ann.act(&id, vec![stored.attached()]), "attached already");
    ann.set(&id, CaseStatus::SuspectedRing).unwrap();
    ann.propose(&id).unwrap();
    let path = under(folder.path()).remove(0);
    fs::write(&path, b"%PDF-1.7\nhallo\n%%EOF\n").unwrap();
    refused(sue.set(&id, CaseStatus::ReferralReady), "its bytes changed on disk");
    fs::write(&path, PDF).unwrap();
    // A file more, and it is not what was proposed.
    let other = put(&files, "notes.txt", b"they met").unwrap();
    ann.act(&id, vec![other.attached()]).unwrap();
    refused(sue.set(&id, CaseStatus::ReferralReady), "files were attached or taken off");
    let why = "the wrong one".to_owned();
    ann.act(&id, vec![CaseEvent::Detached { sha256: other.sha256, why }]).unwrap();
    sue.set(&id, CaseStatus::ReferralReady).unwrap();
    assert_eq!(case(&engine, &id).attachments.len(), 2);
}
