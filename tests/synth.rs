//! What a synthetic data set must hold: exact repetition, consistent labels, every innocent look-alike, every kind
//! of ring, and nothing of real people.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data has failed")]

use ringer::model::Column;
use ringer::synth::{Noise, Options, RingSpacing, Summary, generate};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

type Table = Vec<BTreeMap<String, String>>;

struct Data {
    /// Each application with its person and ring under `person_id` and `ring_id`.
    rows: Table,
    rings: Table,
    summary: Summary,
}

fn table(path: &Path) -> Table {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn make(options: &Options) -> Data {
    let dir = tempfile::tempdir().unwrap();
    let summary = generate(options, dir.path()).unwrap();
    read(dir.path(), summary)
}

fn read(dir: &Path, summary: Summary) -> Data {
    let mut rows = table(&dir.join("applications.csv"));
    let truth = table(&dir.join("truth.csv"));
    assert_eq!(rows.len(), truth.len());
    for (row, label) in rows.iter_mut().zip(truth) {
        assert_eq!(row["application_id"], label["application_id"]);
        row.extend(label);
    }
    Data { rows, rings: table(&dir.join("rings.csv")), summary }
}

fn bytes(options: &Options) -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    generate(options, dir.path()).unwrap();
    ["applications.csv", "truth.csv", "rings.csv"]
        .map(|name| std::fs::read(dir.path().join(name)).unwrap())
        .into()
}

/// Large enough for every rare thing to happen; dense in rings so that every kind is there.
static LARGE: LazyLock<Data> = LazyLock::new(|| {
    let mut options = Options::new(60_000, 5);
    options.spacing = RingSpacing::new(150).unwrap();
    make(&options)
});

/// The honest people behind each value of `key`, values that are empty left out.
fn behind(key: impl Fn(&BTreeMap<String, String>) -> String) -> BTreeMap<String, BTreeSet<String>> {
    let mut people: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in LARGE.rows.iter().filter(|r| r["ring_id"].is_empty()) {
        let value = key(row);
        if !value.is_empty() {
            people.entry(value).or_default().insert(row["person_id"].clone());
        }
    }
    people
}

#[track_caller]
fn check(key: impl Fn(&BTreeMap<String, String>) -> String, people: usize, values: usize) {
    let shared = behind(key).values().filter(|p| p.len() >= people).count();
    assert!(shared >= values, "only {shared} values are shared by {people} honest people");
}

fn door(row: &BTreeMap<String, String>) -> String {
    if row["street"].is_empty() {
        return String::new();
    }
    format!("{} {} {}", row["street"], row["unit"], row["city"]).to_lowercase()
}

fn last_name(row: &BTreeMap<String, String>) -> String {
    row["full_name"].to_lowercase().split(' ').next_back().unwrap_or_default().to_owned()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let options = Options::new(3_000, 9);
    let first = bytes(&options);
    assert_eq!(first, bytes(&options));
    assert_ne!(first[0], bytes(&Options::new(3_000, 10))[0]);
    let noisier = Options { noise: Noise::new(3.0).unwrap(), ..options };
    assert_ne!(first[0], bytes(&noisier)[0]);
}

#[test]
fn there_are_exactly_as_many_applications_as_asked_for_over_block_borders_too() {
    for n in [1, 49, 700, 50_001] {
        let data = make(&Options::new(n, 2));
        assert_eq!(data.rows.len() as u64, n);
        assert_eq!(data.summary.applications, n);
        let ids: BTreeSet<&String> = data.rows.iter().map(|r| &r["application_id"]).collect();
        assert_eq!(ids.len() as u64, n);
    }
}

#[test]
fn zero_applications_are_refused_with_what_would_be_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let error = generate(&Options::new(0, 1), dir.path()).unwrap_err().to_string();
    assert!(error.contains("at least 1"), "{error}");
}

#[test]
fn the_header_is_the_list_of_import_columns() {
    let dir = tempfile::tempdir().unwrap();
    generate(&Options::new(10, 1), dir.path()).unwrap();
    let mut reader = csv::Reader::from_path(dir.path().join("applications.csv")).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(names, Column::ALL.iter().map(|c| c.name().to_owned()).collect::<Vec<_>>());
}

#[test]
fn ids_follow_the_time_of_submission_so_that_they_tell_nothing_else() {
    let first = &LARGE.rows[..50_000];
    assert!(first.is_sorted_by_key(|r| (&r["submitted_at"], &r["application_id"])));
}

#[test]
fn every_person_is_in_one_ring_or_none_and_the_ring_list_counts_them_right() {
    let mut ring_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut members: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for row in &LARGE.rows {
        ring_of.entry(&row["person_id"]).or_default().insert(&row["ring_id"]);
        let entry = members.entry(&row["ring_id"]).or_default();
        entry.0.insert(&row["person_id"]);
        entry.1 += 1;
    }
    assert!(ring_of.values().all(|rings| rings.len() == 1));
    assert_eq!(LARGE.rings.len() + 1, members.len());
    assert_eq!(LARGE.rings.len() as u64, LARGE.summary.rings);
    for ring in &LARGE.rings {
        let (persons, applications) = &members[ring["ring_id"].as_str()];
        assert_eq!(ring["persons"], persons.len().to_string(), "{ring:?}");
        assert_eq!(ring["applications"], applications.to_string(), "{ring:?}");
        assert!((3..=26).contains(&persons.len()), "{ring:?}");
        assert!(!ring["held_by"].is_empty());
    }
}

#[test]
fn every_kind_of_ring_is_planted_and_most_are_small() {
    let kinds: BTreeSet<&str> = LARGE.rings.iter().map(|r| r["kind"].as_str()).collect();
    assert_eq!(kinds.len(), 16, "{kinds:?}");
    let small = LARGE.rings.iter().filter(|r| r["persons"].parse::<u32>().unwrap() <= 8).count();
    assert!(small * 10 > LARGE.rings.len() * 7, "{small} of {}", LARGE.rings.len());
}

#[test]
fn somebody_tries_six_times_with_a_new_mailbox_each_time() {
    let mut mailboxes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in LARGE.rows.iter().filter(|r| r["ring_id"].is_empty()) {
        mailboxes.entry(&row["person_id"]).or_default().insert(&row["email"]);
    }
    assert!(mailboxes.values().filter(|m| m.len() >= 6).count() >= 20);
}

#[test]
fn people_marry_and_take_another_family_name() {
    let mut names: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for row in LARGE.rows.iter().filter(|r| r["ring_id"].is_empty() && !r["birth_date"].is_empty())
    {
        names.entry((&row["person_id"], &row["birth_date"])).or_default().insert(last_name(row));
    }
    assert!(names.values().filter(|n| n.len() >= 2).count() >= 50);
}

#[test]
fn unrelated_people_share_a_door() {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in LARGE.rows.iter().filter(|r| r["ring_id"].is_empty() && !door(r).is_empty()) {
        names.entry(door(row)).or_default().insert(last_name(row));
    }
    assert!(names.values().filter(|n| n.len() >= 3).count() >= 300);
}

#[test]
fn fathers_and_sons_share_name_and_door() {
    check(
        |r| {
            if door(r).is_empty() {
                String::new()
            } else {
                r["full_name"].replace(" Jr.", "") + &door(r)
            }
        },
        2,
        10,
    );
}

#[test]
fn dorms_hold_many_behind_one_street_and_one_network() {
    check(|r| if r["ip"].starts_with("192.0.2.") { r["ip"].clone() } else { String::new() }, 15, 5);
    check(
        |r| {
            if r["street"].is_empty() {
                String::new()
            } else {
                format!("{} {}", r["street"], r["city"])
            }
        },
        15,
        2,
    );
}

#[test]
fn agencies_submit_under_their_own_mailbox_and_number() {
    check(|r| if r["agency"].is_empty() { String::new() } else { r["email"].clone() }, 20, 10);
    check(|r| if r["agency"].is_empty() { String::new() } else { r["phone"].clone() }, 20, 10);
}

#[test]
fn resume_templates_and_postings_put_the_same_words_into_many_resumes() {
    check(
        |r| {
            if r["pdf_author"].ends_with("Templates") {
                r["pdf_author"].clone()
            } else {
                String::new()
            }
        },
        30,
        10,
    );
    check(|r| r["pdf_id"].clone(), 10, 3);
    let copied = LARGE.rows.iter().filter(|r| r["resume_text"].contains("thrives in ambiguity"));
    assert!(copied.count() >= 200);
    let short = LARGE
        .rows
        .iter()
        .filter(|r| r["resume_text"].contains("challenging position where I can grow"));
    assert!(short.count() >= 200);
}

#[test]
fn strangers_rent_boxes_at_the_same_mail_drop() {
    let boxed = |unit: &str| ["PMB", "Suite", "Ste"].iter().any(|d| unit.starts_with(d));
    check(|r| if boxed(&r["unit"]) { r["street"].clone() } else { String::new() }, 5, 10);
}

#[test]
fn strangers_come_through_the_same_anonymizer_and_the_same_carrier() {
    check(
        |r| if r["ip"].starts_with("203.0.113.") { r["ip"].clone() } else { String::new() },
        25,
        10,
    );
    check(
        |r| if r["ip"].starts_with("198.51.100.") { r["ip"].clone() } else { String::new() },
        10,
        100,
    );
}

#[test]
fn numbers_come_back_with_another_owner_after_three_years() {
    let mut uses: BTreeMap<String, BTreeMap<&str, i32>> = BTreeMap::new();
    for row in LARGE.rows.iter().filter(|r| r["ring_id"].is_empty() && r["agency"].is_empty()) {
        let digits: String = row["phone"].chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= 10 {
            let year = row["submitted_at"][..4].parse().unwrap();
            uses.entry(digits[digits.len() - 10..].to_owned())
                .or_default()
                .insert(&row["person_id"], year);
        }
    }
    let apart = |years: &BTreeMap<&str, i32>| {
        years.values().max().unwrap_or(&0) - years.values().min().unwrap_or(&0) >= 3
    };
    assert!(uses.values().filter(|u| u.len() == 2 && apart(u)).count() >= 3);
}

#[test]
fn machines_of_career_centres_and_libraries_are_used_by_many() {
    check(|r| r["device_id"].clone(), 8, 20);
}

#[test]
fn students_of_one_course_share_referee_and_project() {
    check(|r| r["reference_email"].clone(), 8, 3);
    check(|r| r["resume_text"].split("Course project").nth(1).unwrap_or("").to_owned(), 5, 3);
}

#[test]
fn honest_people_with_country_code_foreign_degree_and_english_name_exist_in_number() {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in LARGE.rows.iter().filter(|r| r["ring_id"].is_empty() && r["phone"].starts_with("+1"))
    {
        names
            .entry(&row["person_id"])
            .or_default()
            .insert(row["full_name"].split(' ').next().unwrap_or(""));
    }
    assert!(names.len() > 4_000);
    assert!(names.values().filter(|n| n.len() > 1).count() > 50);
}

#[test]
fn spouses_share_a_payee_account() {
    check(|r| r["bank_account_hash"].clone(), 2, 1);
}

#[test]
fn wrong_files_and_merged_records_join_strangers() {
    check(|r| r["resume_sha256"].clone(), 2, 10);
    check(
        |r| {
            if r["agency"].is_empty() && !r["email"].starts_with("no") {
                r["email"].clone()
            } else {
                String::new()
            }
        },
        2,
        20,
    );
}

#[test]
fn victims_of_stolen_identities_apply_as_well() {
    let key =
        |r: &BTreeMap<String, String>| (r["full_name"].to_lowercase(), r["birth_date"].clone());
    let honest: BTreeSet<_> =
        LARGE.rows.iter().filter(|r| r["ring_id"].is_empty()).map(key).collect();
    let stolen = LARGE.rows.iter().filter(|r| {
        !r["ring_id"].is_empty() && !r["birth_date"].is_empty() && honest.contains(&key(r))
    });
    assert!(stolen.count() >= 2);
}

#[test]
fn nothing_real_is_in_the_data() {
    for row in &LARGE.rows {
        for column in ["email", "reference_email"] {
            if let Some((_, domain)) = row[column].split_once('@') {
                let reserved = [".example", "example.com", "example.net", "example.org", ".test"];
                // A typo in a domain loses or adds a letter; then at least no other domain may come out of it.
                let whole = reserved.iter().any(|r| domain.ends_with(r));
                let broken =
                    domain.contains("exam") || domain.contains("mple") || domain.contains("ex");
                assert!(whole || broken, "{} {}", row["application_id"], row[column]);
            }
        }
        let digits: String = row["phone"].chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= 10 {
            let ten = &digits[digits.len() - 10..];
            assert!(
                &ten[3..6] == "555" || ["0000000000", "1234567890"].contains(&ten),
                "{}",
                row["phone"]
            );
        }
        let ip = &row["ip"];
        let documentation =
            ["2001:db8:", "198.18.", "198.19.", "192.0.2.", "198.51.100.", "203.0.113."];
        assert!(ip.is_empty() || documentation.iter().any(|p| ip.starts_with(p)), "{ip}");
        assert!(row["github"].is_empty() || row["github"].contains("--"), "{}", row["github"]);
    }
}

#[test]
fn names_schools_and_country_codes_do_not_tell_personas_from_others() {
    // Share of people with a common family name, with a plus sign, with each degree: the same within five points.
    let common: BTreeSet<String> = {
        let mut people: Vec<_> = behind(last_name).into_iter().map(|(n, p)| (p.len(), n)).collect();
        people.sort_unstable_by(|a, b| b.cmp(a));
        people.into_iter().take(80).map(|(_, n)| n).collect()
    };
    let common_schools: BTreeSet<String> = {
        let mut people: Vec<_> =
            behind(|r| r["institution"].clone()).into_iter().map(|(n, p)| (p.len(), n)).collect();
        people.sort_unstable_by(|a, b| b.cmp(a));
        people.into_iter().take(80).map(|(_, n)| n).collect()
    };
    type Trait<'a> = &'a dyn Fn(&BTreeMap<String, String>) -> bool;
    let traits: [(&str, Trait<'_>); 3] = [
        ("common family name", &|r| common.contains(&last_name(r))),
        ("country code", &|r| r["phone"].starts_with('+')),
        ("common school", &|r| common_schools.contains(&r["institution"])),
    ];
    for (what, has) in traits {
        let share = |in_ring: bool| {
            let firsts: BTreeMap<&str, bool> = LARGE
                .rows
                .iter()
                .filter(|r| r["ring_id"].is_empty() != in_ring && r["agency"].is_empty())
                .map(|r| (r["person_id"].as_str(), has(r)))
                .collect();
            firsts.values().filter(|h| **h).count() as f64 / firsts.len() as f64
        };
        let (honest, persona) = (share(false), share(true));
        assert!((honest - persona).abs() < 0.05, "{what}: {honest} and {persona}");
    }
}

#[test]
fn more_noise_makes_one_person_write_their_name_in_more_ways() {
    let variants = |noise: f64| {
        let data = make(&Options { noise: Noise::new(noise).unwrap(), ..Options::new(8_000, 4) });
        let names: BTreeSet<(&str, &str)> =
            data.rows.iter().map(|r| (r["person_id"].as_str(), r["full_name"].as_str())).collect();
        names.len() as f64 / data.summary.persons as f64
    };
    let [none, normal, high] = [0.0, 1.0, 3.0].map(variants);
    assert!(none < normal && normal < high, "{none} {normal} {high}");
}

/// Rewrites `seed_data/` when the environment says `UPDATE=1`; otherwise it must be what the generator gives.
#[test]
fn seed_data_is_what_the_generator_gives() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed_data");
    let fresh = tempfile::tempdir().unwrap();
    generate(&Options::seed_data(), fresh.path()).unwrap();
    for name in ["applications.csv", "truth.csv", "rings.csv"] {
        let made = std::fs::read(fresh.path().join(name)).unwrap();
        if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(dir.join(name), &made).unwrap();
        }
        assert!(made.len() < 4_000_000, "{name} has {} bytes", made.len());
        let kept = std::fs::read(dir.join(name)).unwrap_or_default();
        assert!(
            kept == made,
            "seed_data/{name} differs: run UPDATE=1 cargo test --test synth seed_data"
        );
    }
}

/// The page with the table under each marker made anew from the data.
fn told(page: &str, data: &Data) -> String {
    let mut out = String::new();
    let mut skipping = false;
    for line in page.lines() {
        if line == "<!-- end -->" {
            skipping = false;
        }
        if skipping {
            continue;
        }
        out.push_str(line);
        out.push('\n');
        if let Some(what) = line.strip_prefix("<!-- ").and_then(|l| l.strip_suffix(" -->"))
            && what != "end"
        {
            skipping = true;
            out.push_str(
                "\n| Application | Day | Name | Claimed home | Stage |\n|---|---|---|---|---|\n",
            );
            for row in
                data.rows.iter().filter(|r| r["ring_id"] == what || r["street"].starts_with(what))
            {
                let home = [&row["city"], &row["state"]].map(String::as_str);
                let home =
                    home.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
                let stage = if row["outcome"] == "rejected" { "rejected" } else { &row["stage"] };
                let (id, name) = (&row["application_id"], &row["full_name"]);
                out.push_str(&format!(
                    "| {id} | {} | {name} | {home} | {stage} |\n",
                    &row["submitted_at"][..10]
                ));
            }
            out.push('\n');
        }
    }
    out
}

#[test]
fn the_story_is_told_by_the_data_and_by_its_page() {
    let data = make(&Options::seed_data());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed_data/STORY.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let fresh = told(&page, &data);
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        std::fs::write(&path, &fresh).unwrap();
    } else {
        assert_eq!(page, fresh, "run UPDATE=1 cargo test --test synth");
    }
    let of = |ring: &str| data.rows.iter().filter(|r| r["ring_id"] == ring).collect::<Vec<_>>();
    let distinct = |rows: &[&BTreeMap<String, String>], column: &str| {
        rows.iter().map(|r| r[column].clone()).filter(|v| !v.is_empty()).collect::<BTreeSet<_>>()
    };
    let farm = of("R000001");
    assert_eq!(distinct(&farm, "person_id").len(), 6);
    assert_eq!(distinct(&farm, "state").len(), 5);
    assert!(farm.iter().all(|r| r["ship_street"].starts_with("1418 Maple C")));
    assert_eq!(farm.iter().filter(|r| r["stage"] == "hired").count(), 1);
    let series = of("R000002");
    assert_eq!(distinct(&series, "person_id").len(), 5);
    assert!(series.iter().all(|r| r["email"].starts_with("brightdev")));
    assert!(series.iter().all(|r| r["phone_line_type"] == "voip"));
    let profile = of("R000003");
    assert_eq!(distinct(&profile, "person_id").len(), 4);
    let shared = profile.iter().filter(|r| r["linkedin"].ends_with("r-calloway-example-7f3a91"));
    assert_eq!(shared.map(|r| &r["person_id"]).collect::<BTreeSet<_>>().len(), 3);
    let flat: Vec<_> =
        data.rows.iter().filter(|r| r["street"].starts_with("77 Willow Way")).collect();
    assert_eq!(distinct(&flat, "person_id").len(), 4);
    assert_eq!(distinct(&flat, "ip").len(), 1);
    assert!(flat.iter().all(|r| r["ring_id"].is_empty()));
}
