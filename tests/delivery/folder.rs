//! Folders: what lies there afterwards, and what keeps something from being written.

use crate::lab::{Desk, NOW, failure, next, open, report, reported, store, tick};
use ringer::{
    model::{Attempt, Moment, Parcel, Recipient},
    reports::delivery::{Carrier, Enclosure, FolderSettings, Load, Post, PostSettings, Shipment},
};
use std::{collections::BTreeMap, fs, path::Path};

fn post(within: &[&Path], keep_out: Option<&Path>) -> Post {
    let folder = FolderSettings {
        within: within.iter().map(|path| (*path).to_owned()).collect(),
        keep_out: keep_out.map(Path::to_owned),
    };
    Post::new(PostSettings { folder, ..PostSettings::default() })
}

fn to(folder: &Path) -> String {
    format!("folder:{}", folder.display())
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// A try to bring files of these names and contents to a folder.
fn carried(post: &Post, folder: &Path, parcel: Parcel, names: &[(&str, &[u8])]) -> Attempt {
    let files = names.iter().map(|(name, bytes)| Enclosure {
        name: (*name).to_owned(),
        media_type: "text/plain",
        bytes: bytes.to_vec(),
    });
    let load = Load::Files(files.collect());
    post.carry(&Shipment { parcel, to: Recipient::Folder(folder.to_owned()), load }, NOW)
}

#[track_caller]
fn failed(attempt: Attempt, said: &str) {
    let Attempt::Failed { why, .. } = attempt else { panic!("{attempt:?}") };
    assert!(why.contains(said), "{said}: {why}");
}

#[test]
fn files_lie_in_a_folder_of_the_reports_id_and_come_out_the_same_again() {
    let desk = Desk::new();
    let folder = desk.path("reports");
    fs::create_dir(&folder).unwrap();
    let engine = open(&store());
    reported(&engine, &[&to(&folder)]);
    let post = post(&[], None);
    assert_eq!(tick(&engine, &post, NOW).delivered, 1);
    let inner = folder.join(report().to_string());
    let first = files(&inner);
    assert_eq!(first.keys().collect::<Vec<_>>(), ["report.csv", "report.json"]);
    assert_eq!(first["report.json"], b"{\"rings\":3}");
    // What a kill left behind, and a file of before, are no obstacle.
    fs::write(inner.join(".report.json.part"), "half").unwrap();
    fs::write(inner.join("report.csv"), "older").unwrap();
    let parts = [("report.csv", &*first["report.csv"]), ("report.json", &*first["report.json"])];
    assert!(matches!(carried(&post, &folder, report(), &parts), Attempt::Delivered { .. }));
    assert_eq!(files(&inner), first);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o007;
        assert_eq!((mode(&inner), mode(&inner.join("report.csv"))), (0, 0), "nobody else reads it");
    }
}

#[test]
fn a_folder_that_is_not_there_is_not_made_and_written_to_once_it_is() {
    let desk = Desk::new();
    let folder = desk.path("mount/reports");
    let engine = open(&store());
    reported(&engine, &[&to(&folder)]);
    let post = post(&[], None);
    assert_eq!(tick(&engine, &post, NOW).failed, 1);
    let (why, is_final) = failure(&engine, &report(), &to(&folder));
    assert!(why.contains("make it, or mount it") && !is_final, "{why}");
    assert!(!desk.path("mount").exists());
    fs::create_dir_all(&folder).unwrap();
    let due = next(&engine, &report(), &to(&folder)).unwrap();
    assert_eq!(tick(&engine, &post, due).delivered, 1);
    assert_eq!(tick(&engine, &post, Moment(due.0 + 90_000)).delivered, 0);
}

#[test]
fn hostile_names_are_refused_and_nothing_is_written() {
    let desk = Desk::new();
    let folder = desk.path("reports");
    fs::create_dir(&folder).unwrap();
    for name in ["../x", "/etc/x", "a/b", ".bashrc", "", "a\0b", "a\nb", "A.PDF", "x\u{202e}"] {
        let attempt =
            carried(&post(&[], None), &folder, report(), &[("fine.txt", b""), (name, b"")]);
        failed(attempt, "is no name for a file");
        assert!(fs::read_dir(&folder).unwrap().next().is_none(), "{name:?}");
    }
    let file = desk.secret("file", "x");
    failed(carried(&post(&[], None), &file, report(), &[]), "a file in the place of the folder");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_sub_folder_or_of_a_file_is_never_written_through() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    let (folder, victim) = (desk.path("reports"), desk.path("victim"));
    fs::create_dir(&folder).unwrap();
    fs::create_dir(&victim).unwrap();
    let inner = folder.join(report().to_string());
    symlink(&victim, &inner).unwrap();
    let post_ = post(&[], None);
    failed(carried(&post_, &folder, report(), &[("a.txt", b"new")]), "no folder has the name");
    assert!(fs::read_dir(&victim).unwrap().next().is_none());
    fs::remove_file(&inner).unwrap();
    fs::create_dir(&inner).unwrap();
    let kept = desk.secret("kept", "old");
    symlink(&kept, inner.join("a.txt")).unwrap();
    symlink(&kept, inner.join(".a.txt.part")).unwrap();
    let attempt = carried(&post_, &folder, report(), &[("a.txt", b"new")]);
    assert!(matches!(attempt, Attempt::Delivered { .. }), "{attempt:?}");
    assert_eq!(fs::read(&kept).unwrap(), b"old");
    assert_eq!(files(&inner)["a.txt"], b"new");
    assert!(!fs::symlink_metadata(inner.join("a.txt")).unwrap().is_symlink());
    // The folder itself may be a link: whoever runs the machine put it there.
    let link = desk.path("link");
    symlink(&folder, &link).unwrap();
    assert!(matches!(
        carried(&post_, &link, report(), &[("b.txt", b"")]),
        Attempt::Delivered { .. }
    ));
}

#[test]
fn the_stores_own_folder_and_folders_that_were_not_listed_are_refused() {
    let desk = Desk::new();
    for name in ["data/journal", "reports/weekly", "other"] {
        fs::create_dir_all(desk.path(name)).unwrap();
    }
    let post = post(&[&desk.path("reports")], Some(&desk.path("data")));
    let tried = |name: &str| carried(&post, &desk.path(name), report(), &[("a.txt", b"")]);
    failed(tried("data"), "belongs to the store");
    failed(tried("data/journal"), "belongs to the store");
    failed(tried("reports/../data"), "belongs to the store");
    failed(tried("other"), "[reports] folders");
    failed(tried("reports/../other"), "[reports] folders");
    assert!(matches!(tried("reports/weekly"), Attempt::Delivered { .. }));
    let lacks = |name: &str| post.lacks(&Recipient::Folder(desk.path(name)));
    assert!(lacks("other").is_some() && lacks("reports").is_none(), "told when it is added");
}
