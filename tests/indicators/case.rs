//! One case of a table: reading it, and what becomes of it.

use ringer::{
    indicators::{
        self, Completions, Compute, Context, Dossier, Hour, Indicator, IndicatorPolicy, IpFacts,
        IpKind, RingCase, Tallies, WatchLists,
        ring::{Shape, SharedThing, Tie},
    },
    model::{
        Application, Bits, Check, Column, Family, Fields, Moment, Normalized, PersonName, Share,
        Source, Tlp, WatchEntry,
    },
    normalize::{date, name, normalize},
};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path};
use toml::{Table, Value};

/// A case as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(skip)]
    pub file: String,
    /// Id of the indicator; "*" for all indicators of a ring.
    pub indicator: String,
    /// What is the case, in a few words.
    pub what: String,
    /// `raised`, `clear` or `not assessed`; of all indicators `at most` and a strength.
    pub expect: String,
    /// How strong it must be, when it is raised.
    pub strength: Option<String>,
    /// What must be said to be missing.
    pub missing: Option<String>,
    /// The application.
    #[serde(default)]
    given: Table,
    /// Further applications of the same person, before or after.
    #[serde(default)]
    also: Vec<Table>,
    /// Members of a ring beside the person of `given` and `also`; each is the list of its applications.
    #[serde(default)]
    members: Vec<Vec<Table>>,
    /// What holds the ring together.
    #[serde(default)]
    shape: ShapeOf,
    /// What is usual: applications, each so many `times`.
    #[serde(default)]
    usual: Vec<Table>,
    /// What is known of IP addresses.
    #[serde(default)]
    ips: Vec<IpRow>,
    /// Names of others whom something ties to the applicant.
    #[serde(default)]
    tied: Vec<String>,
    /// Numbers and lists that differ from the built-in ones.
    #[serde(default)]
    policy: IndicatorPolicy,
    /// A table of completions, as CSV.
    completions: Option<String>,
    /// What people checked about the applicant.
    #[serde(default)]
    checked: Vec<Checked>,
    /// What is watched.
    #[serde(default)]
    watch: Vec<Watched>,
    /// The hour of the assessment.
    now: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ShapeOf {
    identities: Option<usize>,
    families: Vec<Family>,
    without_first: Option<f64>,
    shared: Vec<Shared>,
    links: Vec<Link>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    kind: Option<String>,
    family: Family,
    value: String,
    members: Vec<usize>,
    bits: Option<f64>,
    users: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    ends: (usize, usize),
    bits: Option<f64>,
    families: Vec<Family>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Watched {
    kind: String,
    value: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    weak_aliases: Vec<String>,
    grade: Option<String>,
    list: Option<String>,
    added: Option<String>,
    expires: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IpRow {
    ip: String,
    country: Option<String>,
    region: Option<String>,
    asn: Option<u32>,
    organization: Option<String>,
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checked {
    item: String,
    result: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// In which order the members of a ring stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Written,
    Reversed,
}

/// What became of a case.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Raised { strength: String, text: String },
    Clear,
    NotAssessed(String),
}

/// Every case of one indicator, in the order of the files.
pub fn read_all() -> Vec<Case> {
    read().into_iter().filter(|case| case.indicator != "*").collect()
}

/// Every case of all indicators of a ring together.
pub fn read_whole() -> Vec<Case> {
    read().into_iter().filter(|case| case.indicator == "*").collect()
}

fn read() -> Vec<Case> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/indicators");
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    files.sort();
    let mut cases = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        cases.extend(file.case.into_iter().map(|case| Case { file: name.clone(), ..case }));
    }
    cases
}

/// The application that a table describes: columns, lists, and the rest as unknown columns.
pub fn application(table: &Table, id: &str) -> Application {
    let mut fields = Fields::default();
    let (mut extra, mut nested) = (BTreeMap::new(), BTreeMap::new());
    for (key, value) in table {
        match (value, Column::from_name(key)) {
            (Value::Array(_) | Value::Table(_), _) => {
                let json = serde_json::to_string(&value).unwrap();
                nested.insert(key.clone(), json);
            }
            (value, Some(column)) => fields.set(column, &plain(value)),
            (value, None) => {
                extra.insert(key.clone(), plain(value));
            }
        }
    }
    let id = fields.get(Column::ApplicationId).unwrap_or(id).parse().unwrap();
    Application { id, fields, extra, nested, source: Source { file: "case".into(), row: 1 } }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Case {
    /// What becomes of it.
    pub fn outcome(&self) -> Outcome {
        self.outcome_in(Order::Written)
    }

    /// What becomes of it when the members of a ring stand in this order.
    pub fn outcome_in(&self, order: Order) -> Outcome {
        let indicator = indicators::all().find(|i| i.id == self.indicator);
        let indicator = indicator.unwrap_or_else(|| panic!("{}: no {}", self.file, self.indicator));
        self.outcome_of(indicator, order)
    }

    /// What becomes of it when this is the indicator.
    pub fn outcome_of(&self, indicator: &Indicator, order: Order) -> Outcome {
        let tallies = self.tallies();
        let ips: BTreeMap<String, IpFacts> = self.ips.iter().map(IpRow::facts).collect();
        let tied: Vec<PersonName> = self.tied.iter().map(|n| name::parse(n).unwrap()).collect();
        let tied: Vec<&PersonName> = tied.iter().collect();
        let now = self.now.as_deref().map_or(Moment(1_795_392_000), |t| date::moment(t).unwrap());
        let completions = self.completions.as_deref().map(|text| {
            let (table, problems) = Completions::read(text);
            assert_eq!(problems, [], "{}: {}", self.file, self.what);
            table
        });
        let watched = WatchLists::new(self.watch.iter().map(Watched::entry), now);
        let context = Context {
            policy: &self.policy,
            tallies: &tallies,
            watched: &watched,
            ips: &ips,
            completions: completions.as_ref(),
            tied: &tied,
            now: &Hour::of(now),
        };
        let own: Vec<&Table> = std::iter::once(&self.given).chain(&self.also).collect();
        let mut people: Vec<Vec<&Table>> = vec![own];
        people.extend(self.members.iter().map(|tables| tables.iter().collect()));
        let people: Vec<Vec<Application>> = people
            .iter()
            .enumerate()
            .map(|(p, tables)| {
                let numbered = tables.iter().enumerate();
                numbered.map(|(n, table)| application(table, &format!("A-{p}-{n}"))).collect()
            })
            .collect();
        let mut dossiers: Vec<Dossier<'_>> = people.iter().map(Dossier::new).collect();
        dossiers[0].checks = self.checked.iter().map(Checked::read).collect();
        let assessed = match indicator.compute {
            Compute::Application(compute) => {
                let dossier = &dossiers[0];
                let first = &people[0][0].id;
                let subject = dossier.subjects.iter().find(|s| s.application.id == *first).unwrap();
                compute(&indicators::Case { subject, dossier, context: &context })
            }
            Compute::Ring(compute) => {
                let mut shape = self.shape.read(dossiers.len());
                if order == Order::Reversed {
                    dossiers.reverse();
                    reverse(&mut shape, dossiers.len());
                }
                compute(&RingCase { members: &dossiers, shape: &shape, context: &context })
            }
        };
        match assessed {
            Err(missing) => Outcome::NotAssessed(missing.0.to_owned()),
            Ok(None) => Outcome::Clear,
            Ok(Some(finding)) => {
                let values = finding.values.iter().map(|(what, value)| format!("{what}: {value}"));
                let text = format!("{} {}", finding.reason, values.collect::<Vec<_>>().join(", "));
                let half = if finding.half { "half " } else { "" };
                Outcome::Raised { strength: format!("{half}{}", finding.strength), text }
            }
        }
    }

    /// The same with other names for everybody who has one: those of a list in turn.
    pub fn renamed(mut self) -> Self {
        const NAMES: [&str; 4] = ["Zoltan Quist", "Amara Okoro", "Li Na", "Ruth Baranova"];
        let own = std::iter::once(&mut self.given).chain(&mut self.also);
        // One person keeps one name.
        for table in own.filter(|table| table.contains_key("full_name")) {
            table.insert("full_name".to_owned(), Value::String(NAMES[0].to_owned()));
        }
        for (n, member) in self.members.iter_mut().enumerate() {
            for table in member.iter_mut().filter(|table| table.contains_key("full_name")) {
                let name = NAMES[(n + 1) % NAMES.len()];
                table.insert("full_name".to_owned(), Value::String(name.to_owned()));
            }
        }
        self
    }

    /// Values that no reason may quote.
    pub fn sealed(&self) -> Vec<String> {
        let sealed = |table: &Table| -> Vec<String> {
            let of = |column: &Column| table.get(column.name()).map(plain);
            Column::ALL.iter().filter(|c| c.is_sealed()).filter_map(of).collect()
        };
        let tables =
            std::iter::once(&self.given).chain(&self.also).chain(self.members.iter().flatten());
        tables.flat_map(sealed).collect()
    }

    fn tallies(&self) -> Tallies {
        let mut all: Vec<(Application, Normalized)> = Vec::new();
        for (n, table) in self.usual.iter().enumerate() {
            let times = table.get("times").and_then(Value::as_integer).unwrap_or(1);
            let mut table = table.clone();
            table.remove("times");
            for time in 0..times {
                let application = application(&table, &format!("U-{n}-{time}"));
                let normal = normalize(&application);
                all.push((application, normal));
            }
        }
        Tallies::of(all.iter().map(|(a, n)| (a, n)))
    }
}

impl Checked {
    fn read(&self) -> Check {
        Check {
            application: "A-0-0".parse().unwrap(),
            item: self.item.parse().unwrap(),
            result: self.result.parse().unwrap(),
            by: "R. Reviewer".to_owned(),
            at: Moment(1_795_000_000),
            note: String::new(),
        }
    }
}

impl Watched {
    fn entry(&self) -> WatchEntry {
        let list = self.list.clone().unwrap_or_else(|| "ours".to_owned());
        let kind = self.kind.parse().unwrap();
        let at = |text: &Option<String>| text.as_deref().map(|t| date::moment(t).unwrap());
        WatchEntry {
            id: WatchEntry::id_of(&list, kind, &self.value),
            list,
            kind,
            value: self.value.clone(),
            aliases: self.aliases.clone(),
            weak_aliases: self.weak_aliases.clone(),
            reason: "written in the case".to_owned(),
            source: "a test".to_owned(),
            grade: self.grade.as_deref().unwrap_or("high").parse().unwrap(),
            tlp: Tlp::Green,
            added: at(&self.added).unwrap_or(Moment(0)),
            expires: at(&self.expires),
        }
    }
}

/// The same shape of members in reversed order.
fn reverse(shape: &mut Shape, members: usize) {
    let turned = |place: usize| members - 1 - place;
    for thing in &mut shape.shared {
        thing.members.iter_mut().for_each(|m| *m = turned(*m));
        thing.members.sort_unstable();
    }
    for tie in &mut shape.links {
        tie.ends = (turned(tie.ends.0), turned(tie.ends.1));
    }
}

impl IpRow {
    fn facts(&self) -> (String, IpFacts) {
        let kind = self.kind.as_deref().map(|k| IpKind::read(k).unwrap());
        let facts = IpFacts {
            country: self.country.clone(),
            region: self.region.clone(),
            asn: self.asn,
            organization: self.organization.clone(),
            kind,
        };
        (self.ip.clone(), facts)
    }
}

impl ShapeOf {
    fn read(&self, members: usize) -> Shape {
        let bits = |bits: Option<f64>| Bits::new(bits.unwrap_or(10.0));
        let shared = self.shared.iter().map(|s| SharedThing {
            kind: s.kind.as_deref().map(|k| k.parse().unwrap()),
            family: s.family,
            value: s.value.clone(),
            label: s.value.clone(),
            members: s.members.clone(),
            bits: bits(s.bits),
            users: s.users.unwrap_or(s.members.len()),
        });
        let links = self.links.iter().map(|l| Tie {
            ends: l.ends,
            bits: bits(l.bits),
            families: l.families.clone(),
        });
        Shape {
            identities: self.identities.unwrap_or(members),
            families: self.families.clone(),
            shared: shared.collect(),
            without_first: self.without_first.map(Share::new),
            links: links.collect(),
        }
    }
}
