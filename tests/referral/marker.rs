//! What must not leave: a marker in every field of people who are not named, and in sealed values of those who are. No
//! file outside the annex may hold one.

use crate::{
    lab::{files, printed, refer, ring_of, run, tool},
    ringer::Dir,
};
use ringer::model::Column;
use serde_json::{Map, Value, json};
use std::{path::Path, process::Command};

/// In every field of those who are not named.
const MARK: &str = "zqmark";
/// In sealed values of those who are.
const SEAL: &str = "zqseal";

/// Values that stand for a marker where a column takes only certain ones.
const DATES: [&str; 3] = ["1951-07-15", "1971-11-16", "1985-05-27"];
const BORN: &str = "1961-03-0";
const IP: &str = "198.51.100.21";
const PHONE: &str = "202-555-017";
const REFERENCE_PHONE: &str = "202-555-018";

/// What every member of the ring gives.
fn member(n: usize) -> Map<String, Value> {
    const NAMES: [&str; 6] =
        ["Ada Quill", "Bruno Tarn", "Cleo Holt", "Edgar Okafor", "Fenna Sand", "Gustav Moor"];
    let mail = NAMES[n].to_lowercase().replace(' ', ".");
    let value = json!({
        "application_id": format!("A{n}"),
        "full_name": NAMES[n],
        "email": format!("{mail}@example.com"),
        "phone": if n.is_multiple_of(2) { "202-555-0100".to_owned() } else { format!("202-555-011{n}") },
        "device_id": "device-1",
        "ship_street": "12 Dock Street", "ship_unit": "4", "ship_city": "Albany",
        "ship_state": "NY", "ship_postal_code": "12207",
        "street": format!("{} Elm Street", n + 3), "city": "Reno", "state": "NV",
        "postal_code": "89501",
        "birth_date": format!("{BORN}{}", n + 1),
        // Far apart, or they would look like slips of one person.
        "national_id": format!("{SEAL}-id-{}", n * 7_919),
        "bank_account_hash": format!("{SEAL}-account"),
        "submitted_at": format!("2026-01-0{}", n + 1),
    });
    value.as_object().unwrap().clone()
}

/// Somebody with a marker in every column, nested list and unknown field, who shares what these columns say.
fn marked(n: usize, sharing: &Map<String, Value>, shared: &[&str]) -> Value {
    let mut all = Map::new();
    let id = ["parcels", "phone", "member"][n];
    for column in Column::ALL {
        let name = column.name();
        let value = match name {
            "application_id" => format!("{MARK}-{id}"),
            "submitted_at" => "2026-01-20".to_owned(),
            "birth_date" => DATES[n].to_owned(),
            "ip" => format!("{IP}{n}"),
            "phone" => format!("{PHONE}{n}"),
            "reference_phone" => format!("{REFERENCE_PHONE}{n}"),
            "phone_line_type" => "voip".to_owned(),
            "email" | "reference_email" => format!("{MARK}.{id}.{name}@example.org"),
            "linkedin" => format!("https://www.linkedin.com/in/{MARK}-{id}"),
            "github" => format!("https://github.com/{MARK}{id}"),
            "website" => format!("https://{MARK}{id}.example"),
            "state" | "ship_state" => "NY".to_owned(),
            "country" => "US".to_owned(),
            "postal_code" | "ship_postal_code" => format!("1220{n}"),
            "timezone" => "America/New_York".to_owned(),
            "outcome" | "stage" => "rejected".to_owned(),
            name if name.contains("sha256") => format!("{n}a").repeat(32),
            name if name.contains("phash") => {
                ["5a0f33cc96a5f00d", "a1b2c3d4e5f60718", "0f1e2d3c4b5a6978"][n].to_owned()
            }
            name if name.ends_with("year")
                || name.contains("_start")
                || name.contains("_end")
                || name.contains("_at") =>
            {
                format!("20{}", 11 + n)
            }
            _ => format!("{MARK} {id} {name}"),
        };
        all.insert(name.to_owned(), value.into());
    }
    for nested in ["education", "employment", "profiles", "references", "events"] {
        all.insert(nested.to_owned(), json!([{ "name": format!("{MARK} {id} in {nested}") }]));
    }
    all.insert("favorite_color".to_owned(), format!("{MARK} {id} extra").into());
    for column in shared {
        all.insert((*column).to_owned(), sharing[*column].clone());
    }
    Value::Object(all)
}

/// Every marker that is found in these bytes.
fn markers(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let told = [MARK, SEAL, BORN, IP, REFERENCE_PHONE, PHONE].into_iter().chain(DATES);
    let mut found: Vec<String> =
        told.filter(|mark| text.contains(mark)).map(str::to_owned).collect();
    let written = ["202555018", "202555017"].into_iter().filter(|phone| text.contains(phone));
    found.extend(written.map(str::to_owned));
    found
}

#[track_caller]
fn check(dir: &Dir, folder: &Path) {
    let mut problems = Vec::new();
    for (name, bytes) in files(folder) {
        if name.starts_with("annex-sealed/") {
            continue;
        }
        let shown = if name.ends_with(".pdf") {
            let Some(pdftotext) = tool("pdftotext") else { continue };
            let path = folder.join(&name);
            printed(Command::new(pdftotext).arg(path).arg("-").current_dir(dir.path())).into_bytes()
        } else {
            bytes.clone()
        };
        for found in
            markers(name.as_bytes()).into_iter().chain(markers(&bytes)).chain(markers(&shown))
        {
            problems.push(format!("{name} holds {found}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_file_outside_the_annex_holds_a_value_of_a_bystander_or_a_sealed_one() {
    let dir = Dir::new();
    let one = member(0);
    let home = ["ship_street", "ship_unit", "ship_city", "ship_state", "ship_postal_code"];
    let mut rows: Vec<Value> = (0..5).map(|n| Value::Object(member(n))).collect();
    // One who only gets parcels there, one who only has the phone, and one who is of the ring and left out.
    rows.push(marked(0, &one, &home));
    rows.push(marked(1, &one, &["phone"]));
    let whole = [&home[..], &["phone", "device_id", "bank_account_hash"]].concat();
    rows.push(marked(2, &one, &whole));
    let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
    ring_of(&dir, "rows.jsonl", &text);
    let names: Vec<String> = (0..5).map(|n| format!("A{n}")).collect();
    let outside = ["parcels", "phone"].map(|id| format!("{MARK}-{id}"));
    let member = format!("{MARK}-member");
    for (at, id) in outside.iter().enumerate() {
        for other in names.iter().chain([&member]).chain(&outside[at + 1..]) {
            run(&dir, &["judge", "pair", id, other, "not-linked", "--why", "met both"], 0);
        }
    }
    let members = run(&dir, &["members"], 0).stdout;
    let ring_in = |id: &str| {
        let line = members.lines().find(|line| line.starts_with(&format!("{id},"))).unwrap();
        line.rsplit(',').next().unwrap().to_owned()
    };
    let ring = ring_in("A0");
    assert_eq!(ring_in(&member), ring, "{members}");
    for id in &outside {
        assert_eq!(ring_in(id), "", "{members}");
    }
    let keep = ["--member", "A0", "A1", "A2", "A3", "A4"];
    let to = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
    let everything = ["--annex-for", to, "--notes"];
    for profile in ["law_enforcement", "full", "peer_employer"] {
        let (made, folder) =
            refer(&dir, &ring, &[&keep[..], &everything, &["--profile", profile]].concat());
        assert!(made["files"].as_u64().unwrap() >= 4);
        check(&dir, &folder);
    }
    // The test would see one.
    assert_eq!(markers(b"x ZQMARK-parcels y"), [MARK]);
    assert!(!markers(b"1951-07-15").is_empty());
}
