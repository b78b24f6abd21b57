//! Files of a package, read by programs that nobody here wrote: graphs by networkx and igraph, tables and the custody log by
//! Python's own modules. Left out with a message where these are not installed, unless `RINGER_REQUIRE_TOOLS=1`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use ringer::{
    model::ReferralProfile,
    referral::{Dossier, PARTS, PackageFile, sample},
};
use serde_json::{Value, json};
use std::{env, fs, path::Path, process::Command};

/// The forms that are checked here.
const OURS: &[&str] = &[
    "ic3",
    "timeline",
    "identities",
    "applications",
    "links",
    "attributes",
    "indicators",
    "graphml",
    "gexf",
    "i2",
    "custody",
    "originals",
];

fn files(dossier: &Dossier) -> Vec<PackageFile> {
    let ours: Vec<_> = PARTS.iter().filter(|part| OURS.contains(&part.name())).collect();
    assert_eq!(ours.len(), OURS.len(), "each is on the list of parts");
    ours.iter().flat_map(|part| part.files(dossier).unwrap()).collect()
}

fn write(folder: &Path, files: &[PackageFile]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.bytes).unwrap();
    }
}

/// What the files must say, from the dossier and not from the files.
fn expected(dossier: &Dossier) -> Value {
    let identities = dossier.identities.iter().map(|identity| {
        let node = json!({
            "kind": "identity", "number": identity.no, "label": shown(&identity.label),
            "applications": identity.applications.len(), "ring_falls_apart_without": identity.is_cut,
            "ringer_id": identity.id.as_str(),
        });
        (format!("identity-{}", identity.no), node)
    });
    let things = dossier.things.iter().map(|thing| {
        let node = json!({
            "kind": "thing", "number": thing.no, "bits": thing.bits.get(), "is_delivery": thing.is_delivery,
            "others_not_named": thing.others, "identities": thing.identities.len(), "about": thing.label,
        });
        (format!("thing-{}", thing.no), node)
    });
    let uses = dossier.things.iter().flat_map(|thing| {
        thing.identities.iter().map(|user| {
            json!({ "source": format!("identity-{user}"), "target": format!("thing-{}", thing.no),
                "kind": "uses", "bits": thing.bits.get() })
        })
    });
    let linked = dossier.links.iter().map(|link| {
        json!({ "source": format!("identity-{}", link.a), "target": format!("identity-{}", link.b),
            "kind": "linked", "bits": link.bits.get() })
    });
    let edges: Vec<Value> = uses.chain(linked).collect();
    let applications: usize = dossier.identities.iter().map(|i| i.applications.len()).sum();
    let comparisons: usize = dossier.links.iter().map(|link| link.evidence.len().max(1)).sum();
    json!({
        "tlp": dossier.heading.tlp.label(),
        "tables": {
            "timeline.csv": dossier.timeline.len(),
            "identities.csv": dossier.identities.len(),
            "applications.csv": applications,
            "links.csv": comparisons,
            "attributes.csv": dossier.things.len(),
            "indicators.csv": dossier.indicators.len(),
            "entities.csv": dossier.identities.len() + dossier.things.len(),
            "links-i2.csv": edges.len(),
        },
        "nodes": identities.chain(things).collect::<serde_json::Map<String, Value>>(),
        "edges": edges,
    })
}

/// The hostile text of the test, as files show it.
fn shown(text: &str) -> String {
    if text == HOSTILE { HOSTILE_SHOWN.to_owned() } else { text.to_owned() }
}

const HOSTILE: &str = "]]><!-- \u{0}\u{202e}\u{fffe}\"',\r\n=1 &amp; <data key=\"x\">";
const HOSTILE_SHOWN: &str = "]]><!-- <U+0000><U+202E><U+FFFE>\"', =1 &amp; <data key=\"x\">";

/// A dossier with hostile text wherever text from outside can be.
fn hostile() -> Dossier {
    let mut dossier = sample::dossier(3);
    let hostile = || HOSTILE.to_owned();
    dossier.identities[0].label = hostile();
    for claim in &mut dossier.identities[0].claims {
        claim.value = hostile();
    }
    dossier.identities[1].applications[0].role = hostile();
    dossier.things[0].spellings.push(hostile());
    dossier.things[1].judged = hostile();
    dossier.links[0].class = hostile();
    dossier.links[0].evidence[0].left = hostile();
    dossier.timeline[0].text = hostile();
    dossier.indicators[0].values[0].1 = hostile();
    dossier.heading.organisation.name = hostile();
    dossier.heading.version = hostile();
    dossier.custody[0].item = hostile();
    dossier.attachments[0].name = hostile();
    dossier
}

#[test]
fn the_same_dossier_gives_the_same_bytes() {
    for dossier in [sample::dossier(2), sample::dossier(8), hostile()] {
        assert_eq!(files(&dossier), files(&dossier.clone()));
    }
}

#[test]
fn another_employer_gets_things_and_no_claims() {
    let mut dossier = sample::dossier(3);
    dossier.heading.profile = ReferralProfile::PeerEmployer;
    dossier.originals.clear();
    dossier.attachments.clear();
    for identity in &mut dossier.identities {
        identity.label = format!("Identity {}", identity.no);
        identity.claims.clear();
        identity.applications.clear();
    }
    let files = files(&dossier);
    let paths: Vec<&str> = files.iter().map(|file| &*file.path).collect();
    assert_eq!(
        paths,
        [
            "timeline.csv",
            "links.csv",
            "attributes.csv",
            "indicators.csv",
            "graph.graphml",
            "graph.gexf",
            "entities.csv",
            "links-i2.csv",
            "i2-import.txt",
            "custody.jsonl"
        ]
    );
    for file in files {
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(!text.contains("Ada Quill") && !text.contains("person1@"), "{}", file.path);
    }
}

#[test]
fn every_file_carries_the_marking_and_no_character_that_hides() {
    for dossier in [sample::dossier(8), hostile()] {
        for file in files(&dossier).iter().filter(|file| !file.path.starts_with("originals/")) {
            let text = std::str::from_utf8(&file.bytes).unwrap();
            assert!(text.contains("TLP:AMBER+STRICT"), "{} is not marked", file.path);
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            let hidden = ['\u{0}', '\u{202e}', '\u{feff}', '\u{fffe}']
                .into_iter()
                .find(|&c| text.contains(c));
            assert_eq!(hidden, None, "{}", file.path);
        }
    }
}

#[test]
fn networkx_igraph_and_python_read_what_the_dossier_says() {
    let python = env::var("RINGER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import networkx, igraph"]).output();
    if !found.as_ref().is_ok_and(|output| output.status.success()) {
        let is_required = env::var("RINGER_REQUIRE_TOOLS").is_ok_and(|v| v == "1");
        assert!(!is_required, "{python} has no networkx and igraph: {found:?}");
        eprintln!(
            "left out: {python} has no networkx and igraph; set RINGER_PYTHON to one that has"
        );
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dossiers = [2, 8, 500].map(|n| (n.to_string(), sample::dossier(n)));
    for (name, dossier) in dossiers.into_iter().chain([("hostile".to_owned(), hostile())]) {
        let folder = dir.path().join(name);
        write(&folder, &files(&dossier));
        fs::write(folder.join("expected.json"), expected(&dossier).to_string()).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/graph_check.py");
    let output = Command::new(&python).arg(script).arg(dir.path()).output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert_eq!(out.lines().count(), 4, "{out}");
    eprintln!("{out}");
}
