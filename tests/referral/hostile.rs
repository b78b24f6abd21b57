//! Packages by somebody who means harm: no panic, nothing read outside, nothing without a bound.

use crate::{
    lab::{files, refer, ring},
    ringer::Dir,
};
use flate2::{Compression, write::DeflateEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter, path::EntryPath};
use ringer::referral::verify::verify;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A zip of these entries, with their names as they are.
fn zip(path: &Path, entries: &[(&[u8], Vec<u8>)]) {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in entries {
        let (mut entry, config) = archive
            .new_file(EntryPath::verbatim(*name))
            .compression_method(CompressionMethod::DEFLATE)
            .start()
            .unwrap();
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
        writer.write_all(bytes).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    fs::write(path, archive.finish().unwrap()).unwrap();
}

fn told(path: &Path) -> String {
    let verdict = verify(path).unwrap();
    assert!(!verdict.is_intact());
    verdict.told()
}

#[test]
fn paths_that_lead_out_links_and_odd_names_are_told_and_not_followed() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let (made, folder) = refer(&dir, &ring, &[]);
    let name = made["referral_id"].as_str().unwrap();
    let whole: Vec<(Vec<u8>, Vec<u8>)> = files(&folder)
        .into_iter()
        .map(|(path, bytes)| (format!("{name}/{path}").into_bytes(), bytes))
        .collect();
    let path = dir.path().join("x.zip");
    let with = |more: &[u8]| {
        let mut entries: Vec<(&[u8], Vec<u8>)> =
            whole.iter().map(|(name, bytes)| (name.as_slice(), bytes.clone())).collect();
        entries.push((more, b"x".to_vec()));
        zip(&path, &entries);
        told(&path)
    };
    let hostile: [&[u8]; 6] =
        [b"../../etc/passwd", b"/etc/passwd", b"C:\\x", b"a\\..\\..\\b", b"ref/../../x", b"x\0y"];
    for more in hostile {
        assert!(with(more).contains("leads out of the package"), "{more:?}: {}", with(more));
    }
    assert!(with(b"\xff\xfe").contains("is not part of it"));
    let manifest = format!("{name}/manifest.json");
    assert!(with(manifest.as_bytes()).contains("manifest.json is there twice"));
    #[cfg(unix)]
    {
        use std::os::unix::{ffi::OsStringExt, fs::symlink};
        let odd = folder.join(PathBuf::from(std::ffi::OsString::from_vec(b"\xff".to_vec())));
        // Not every file system takes such a name.
        if fs::write(&odd, b"x").is_ok() {
            assert!(told(&folder).contains("is not part of it"));
            fs::remove_file(&odd).unwrap();
        }
        let kept = fs::read(folder.join("README.txt")).unwrap();
        let outside = dir.write("outside.txt", &kept);
        fs::remove_file(folder.join("README.txt")).unwrap();
        symlink(&outside, folder.join("README.txt")).unwrap();
        let said = told(&folder);
        assert_eq!(said, "README.txt is a link and was not followed");
        symlink("/", folder.join("root")).unwrap();
        assert!(told(&folder).contains("root is a link and was not followed"));
    }
}

#[test]
fn a_bomb_costs_neither_memory_nor_time() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let (made, folder) = refer(&dir, &ring, &[]);
    let name = made["referral_id"].as_str().unwrap();
    let zeros = vec![0; 64 << 20];
    let began = Instant::now();
    let path = dir.path().join("bomb.zip");
    let mut entries: Vec<(Vec<u8>, Vec<u8>)> = files(&folder)
        .into_iter()
        .map(|(path, bytes)| (format!("{name}/{path}").into_bytes(), bytes))
        .collect();
    for (path, bytes) in &mut entries {
        if path.ends_with(b"README.txt") {
            bytes.clone_from(&zeros);
        }
    }
    let all: Vec<(&[u8], Vec<u8>)> =
        entries.iter().map(|(name, bytes)| (name.as_slice(), bytes.clone())).collect();
    zip(&path, &all);
    assert_eq!(told(&path), "README.txt was changed");
    // No more is read than a list may have.
    zip(&path, &[(b"manifest.json", zeros.clone()), (b"SHA256SUMS", zeros)]);
    assert!(told(&path).contains("manifest.json is larger than any package's"));
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[test]
fn what_is_no_package_at_all_gets_a_verdict_and_no_panic() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let (made, _) = refer(&dir, &ring, &[]);
    let whole = fs::read(dir.path().join(made["zip"].as_str().unwrap())).unwrap();
    let path = dir.path().join("x.zip");
    let step = (whole.len() / 200).max(1);
    for end in (0..whole.len()).step_by(step) {
        fs::write(&path, &whole[..end]).unwrap();
        assert!(!verify(&path).unwrap().is_intact(), "cut at {end}");
    }
    for at in (0..whole.len()).step_by(step) {
        let mut changed = whole.clone();
        changed[at] ^= 0xff;
        fs::write(&path, changed).unwrap();
        // A changed time of a file changes nothing; what counts is that there is a verdict.
        let _ = verify(&path).unwrap();
    }
    for text in ["", "[]", "{}", "null", "{\"format\":\"ringer-referral\",\"version\":9}"] {
        let folder = dir.write("empty/manifest.json", text);
        assert!(told(folder.parent().unwrap()).contains("manifest.json"));
    }
    let deep = "[".repeat(200_000);
    let folder = dir.write("deep/manifest.json", deep);
    assert!(told(folder.parent().unwrap()).contains("manifest.json was changed"));
}
