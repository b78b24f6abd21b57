//! A view made by hand and a desk that shows it: two rings, a household, a busy network, people with nothing in
//! common, and names that try to be markup.

use ringer::{
    casework::{Actor, Attachments, CaseError, Casework},
    engine::{
        Assessor, CaseChange, Cases, Changes, Decisions, Effect, Engine, EngineError, EraseOrder,
        Erased, ErasurePlan, History, Progress, Proposed, Recorded, Rehearsed, Saved, Stand,
        StoreHit, Surroundings, TakenBack, Undone, View, Watching,
    },
    explain::{PairExplanation, Side},
    graph::Network,
    indicators::{Assessment, Band, IndicatorPolicy, RingAssessment, WatchLists},
    ingest::{Reader, RowProblem},
    matching::{Applicants, Corpus, Entry, FEATURES, Policy, thresholds},
    model::{
        Agreement, AlertRule, AppIx, Applicant, ApplicantId, ApplicantIx, Application,
        ApplicationId, Artefact, Attribute, AttributeIx, AttributeKind, BackgroundClass, Bits,
        Bridge, CaseId, CaseSubject, Cause, Check, CheckItem, CheckResult, Column, Day, Discount,
        DropOne, Evidence, EvidenceLine, Family, FeatureId, FileHash, FixedClock, Gate, HoldId,
        HoldOn, ImportCounts, ImportId, ImportRecord, Judgement, JudgementId, LineageEvent,
        LineageKind, Link, LinkClass, LinkIx, LinkStrength, Moment, Normalized, Referral,
        ReferralId, Ring, RingId, RingStatus, Role, Schedule, Seq, Share, Slug, Source, Turn,
        Verdict, WatchEntry, WatchId,
    },
    referral::{ReferralError, Secrets, package::assemble, sample},
    store::{MemoryStore, Version},
    web::{Desk, Drafted, Files, ToRefer},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

/// The moment everything is seen from: 2026-11-23.
pub const NOW: Moment = Moment(1_795_392_000);
const DAY: i64 = 86_400;
/// Names that try to be markup.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'&";

/// An applicant of the fixture: name, days before now of each application, values.
pub struct Person {
    name: String,
    days: Vec<i64>,
    values: Vec<(AttributeKind, String, Role)>,
}

fn person(name: &str, days: &[i64], values: &[(AttributeKind, &str)]) -> Person {
    let values = values
        .iter()
        .map(|(kind, value)| {
            let role = if value.contains("lakeview") { Role::Shipping } else { Role::Own };
            (*kind, (*value).to_owned(), role)
        })
        .collect();
    Person { name: name.to_owned(), days: days.to_vec(), values }
}

/// The people of the fixture, members of the first ring first.
pub fn people() -> Vec<Person> {
    use AttributeKind::*;
    const FARM: &str = "1420|lakeview dr||phoenix|az|85001";
    const BOX: &str = "88|harbor st|box 12|tampa|fl|33601";
    const PDF: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let mut all = vec![
        person(
            "Daniel Whitfield",
            &[61, 20],
            &[(Phone, "+12025550118"), (Device, "d-77f1"), (Address, FARM), (Ip, "198.51.100.7")],
        ),
        person(
            "Marcus Ellery",
            &[58],
            &[(Phone, "+12025550118"), (Device, "d-77f1"), (Address, FARM)],
        ),
        person("Trevor Langston", &[55], &[(Device, "d-77f1"), (Address, FARM), (Document, PDF)]),
        person("Owen Prescott", &[54], &[(Device, "d-77f1"), (Address, FARM), (Document, PDF)]),
        person(
            "Calvin Hargrove",
            &[41],
            &[(Address, FARM), (Referee, "t.brandt@example.org"), (Ip, "198.51.100.7")],
        ),
        person("Nathan Oakes", &[40, 12], &[(Address, FARM), (Referee, "t.brandt@example.org")]),
        person(
            "Simon Aldridge",
            &[33],
            &[(Referee, "t.brandt@example.org"), (Phone, "+12025550164")],
        ),
        person("Victor Renshaw", &[30], &[(Phone, "+12025550164"), (Ip, "198.51.100.7")]),
        person(HOSTILE, &[29], &[(Phone, "+12025550164"), (Email, "v.ren@mail.example")]),
        person(
            "Aisha Farouk",
            &[18],
            &[(PaymentAccount, "acct:5f4dcc3b5aa765d6"), (Address, BOX), (Ip, "198.51.100.7")],
        ),
        person("Łukasz Żółć", &[17], &[(PaymentAccount, "acct:5f4dcc3b5aa765d6"), (Address, BOX)]),
        person(
            "Grace O’Donnell",
            &[11],
            &[(PaymentAccount, "acct:5f4dcc3b5aa765d6"), (GovernmentId, "078051120")],
        ),
        person("Helen Marsh", &[70], &[(Address, "9|oak ave||dayton|oh|45402")]),
        person("Peter Marsh", &[69], &[(Address, "9|oak ave||dayton|oh|45402")]),
    ];
    for i in 0..60 {
        all.push(person(&format!("Passer-by {i:02}"), &[i + 1], &[(Ip, "198.51.100.7")]));
    }
    all
}

/// The view of the fixture with these judgements in force.
pub fn view(judgements: Vec<Judgement>) -> View {
    let people = people();
    let network = network(&people, &links);
    let status = |id: &RingId| {
        judgements
            .iter()
            .rev()
            .find_map(|j| match &j.verdict {
                Verdict::Ring { ring, verdict } if ring == id => Some(*verdict),
                _ => None,
            })
            .unwrap_or_default()
    };
    let mut rings = vec![first_ring(&network), second_ring(&network)];
    for ring in &mut rings {
        ring.status = status(&ring.id);
    }
    finished(network, rings, judgements)
}

/// A view with one ring of `n` members and as many links, to see what is too much.
pub fn large_view(n: usize) -> View {
    let people: Vec<Person> = (0..n)
        .map(|i| Person {
            name: format!("Member {i:04}"),
            days: vec![1 + (i as i64 % 90)],
            values: vec![
                (AttributeKind::Phone, format!("+1202555{:04}", i / 7), Role::Own),
                (AttributeKind::Device, format!("dev-{:03}", (i + 3) / 7), Role::Own),
            ],
        })
        .collect();
    let network = network(&people, &|corpus: &Corpus| {
        (1..n)
            .map(|i| {
                // A chain: neighbours share a phone, or a device where the phone changes.
                let bits = 9.0 - (i / 7) as f64 * 0.02;
                let evidence = if i % 7 == 0 {
                    let device =
                        find(corpus, AttributeKind::Device, &format!("dev-{:03}", (i + 3) / 7));
                    exact("device", i - 1, i, device, Family::Network, bits, None)
                } else {
                    let phone =
                        find(corpus, AttributeKind::Phone, &format!("+1202555{:04}", i / 7));
                    exact("phone", i - 1, i, phone, Family::Contact, bits, None)
                };
                let evidence = vec![evidence];
                link(i - 1, i, LinkClass::SharedInfrastructure, evidence)
            })
            .collect()
    });
    let members: Vec<usize> = (0..n).collect();
    let ring = ring(&network, "large", &members, vec![]);
    finished(network, vec![ring], vec![])
}

/// A view of two who are linked by nothing but a network that hundreds use.
pub fn crowded_view() -> View {
    let people: Vec<Person> = (0..240)
        .map(|i| Person {
            name: format!("Visitor {i:03}"),
            days: vec![1],
            values: vec![(AttributeKind::Ip, "198.51.100.7".to_owned(), Role::Own)],
        })
        .collect();
    let network = network(&people, &|corpus: &Corpus| {
        let busy = find(corpus, AttributeKind::Ip, "198.51.100.7");
        vec![link(
            0,
            1,
            LinkClass::SharedInfrastructure,
            vec![exact("ip", 0, 1, busy, Family::Network, 6.0, None)],
        )]
    });
    finished(network, vec![], vec![])
}

fn finished(network: Network, rings: Vec<Ring>, judgements: Vec<Judgement>) -> View {
    let mut lineage = History::default();
    for ring in &rings {
        let attributes: Vec<_> = ring
            .artefacts
            .iter()
            .filter_map(|a| Some(network.corpus().attribute(a.attribute?).id()))
            .take(3)
            .collect();
        let members = applications(&network, &ring.members);
        let cause = || Cause::Evidence {
            applications: members.iter().take(20).cloned().collect(),
            attributes: attributes.clone(),
        };
        lineage.add(recorded(LineageKind::Born, &ring.id, None, members.clone(), cause(), 90, 40));
        lineage.add(recorded(LineageKind::Grew, &ring.id, None, members.clone(), cause(), 160, 9));
    }
    if let Some(first) = rings.first() {
        let members = applications(&network, &first.members);
        let merged = recorded(
            LineageKind::Merged,
            &merged_id(),
            Some(first.id.clone()),
            BTreeSet::new(),
            Cause::Policy,
            150,
            12,
        );
        lineage.add(merged);
        let born =
            recorded(LineageKind::Born, &dissolved_id(), None, members, Cause::Policy, 20, 50);
        let gone = recorded(
            LineageKind::Dissolved,
            &dissolved_id(),
            None,
            BTreeSet::new(),
            Cause::Judgement { id: JudgementId::derive("gone") },
            140,
            15,
        );
        lineage.add(born);
        lineage.add(gone);
    }
    View {
        seq: Seq(173),
        policy: "3fa91c07be52".to_owned(),
        network: Arc::new(network),
        rings: rings.into_iter().collect(),
        lineage,
        judgements: Arc::new(judgements),
        ..View::default()
    }
}

/// A ring that was merged into the first.
pub fn merged_id() -> RingId {
    RingId::derive("merged")
}

/// A ring that is no more.
pub fn dissolved_id() -> RingId {
    RingId::derive("dissolved")
}

fn applications(network: &Network, members: &[ApplicantIx]) -> BTreeSet<ApplicationId> {
    members
        .iter()
        .flat_map(|&m| network.applicant(m).applications.iter())
        .map(|&app| network.corpus().id(app))
        .collect()
}

fn recorded(
    kind: LineageKind,
    ring: &RingId,
    other: Option<RingId>,
    members: BTreeSet<ApplicationId>,
    cause: Cause,
    seq: u64,
    days: i64,
) -> Recorded {
    let event = LineageEvent { kind, ring: ring.clone(), other, members, cause };
    Recorded { seq: Seq(seq), at: Moment(NOW.0 - days * DAY), event }
}

fn network(people: &[Person], links: &dyn Fn(&Corpus) -> Vec<Link>) -> Network {
    let mut rows = Vec::new();
    let mut applicants = Vec::new();
    for (i, person) in people.iter().enumerate() {
        let mut own = Vec::new();
        for (j, days) in person.days.iter().enumerate() {
            own.push(AppIx::new(rows.len()));
            rows.push(Entry {
                normalized: Arc::new(normalized(i, j, *days, person)),
                label: person.name.clone().into_boxed_str(),
            });
        }
        let id = ApplicantId::derive(&format!("person {i}"));
        applicants.push(Applicant { id, applications: own });
    }
    let corpus = Corpus::build(rows);
    let links = links(&corpus);
    let applicants = Applicants::new(applicants, corpus.len());
    Network::new(corpus, applicants, links)
}

fn application_id(person: usize, j: usize) -> ApplicationId {
    format!("APP-{:04}", 1000 + person * 3 + j).parse().unwrap()
}

fn normalized(i: usize, j: usize, days: i64, person: &Person) -> Normalized {
    let mut attributes: Vec<(Attribute, Role)> = person
        .values
        .iter()
        .map(|(kind, value, role)| (Attribute { kind: *kind, value: value.clone() }, *role))
        .collect();
    attributes.sort();
    Normalized {
        id: application_id(i, j),
        submitted_at: Some(Moment(NOW.0 - days * DAY)),
        requisition: None,
        role: None,
        channel: None,
        agency: None,
        name: ringer::normalize::name::parse(&person.name),
        email: None,
        phone: None,
        home: None,
        shipping: None,
        education: vec![],
        employment: vec![],
        profiles: vec![],
        ip: None,
        device: None,
        user_agent: None,
        timezone: None,
        resume: None,
        documents: vec![],
        photo: None,
        referees: vec![],
        payment_account: None,
        birth_date: None,
        birth_hash: None,
        national_id: None,
        outcome: None,
        stage: None,
        attributes,
    }
}

fn find(corpus: &Corpus, kind: AttributeKind, value: &str) -> AttributeIx {
    corpus.find_attribute(&Attribute { kind, value: value.to_owned() }.id()).unwrap()
}

fn feature(name: &str) -> FeatureId {
    FeatureId(FEATURES.iter().position(|f| f.name() == name).unwrap() as u8)
}

fn exact(
    name: &str,
    a: usize,
    b: usize,
    attribute: AttributeIx,
    family: Family,
    bits: f64,
    discount: Option<Discount>,
) -> Evidence {
    Evidence {
        feature: feature(name),
        family,
        counted: family,
        agreement: Agreement::Supports,
        bits: Bits::new(bits),
        left: AppIx::new(a),
        right: AppIx::new(b),
        attribute: Some(attribute),
        discount,
    }
}

fn near(name: &str, family: Family, bits: f64) -> Evidence {
    Evidence {
        feature: feature(name),
        family,
        counted: family,
        agreement: if bits < 0.0 { Agreement::Contradicts } else { Agreement::Supports },
        bits: Bits::new(bits),
        left: AppIx::new(0),
        right: AppIx::new(1),
        attribute: None,
        discount: None,
    }
}

fn link(a: usize, b: usize, class: LinkClass, evidence: Vec<Evidence>) -> Link {
    let bits: Bits = evidence.iter().map(|e| e.bits).sum();
    let strength = if class == LinkClass::SharedInfrastructure {
        LinkStrength::Ring
    } else {
        LinkStrength::Watch
    };
    Link { a: ApplicantIx::new(a), b: ApplicantIx::new(b), class, strength, bits, evidence }
}

/// Links between all users of each value; the busy network alone links nobody.
fn links(corpus: &Corpus) -> Vec<Link> {
    let people = people();
    let busy = Discount {
        users: 65,
        corroborated: Share::new(0.12),
        bits: Bits::new(7.4),
        class: BackgroundClass::BusyNetwork,
    };
    let farm = Discount {
        users: 6,
        corroborated: Share::new(1.0),
        bits: Bits::new(1.2),
        class: BackgroundClass::Dwelling,
    };
    let mut all = Vec::new();
    for a in 0..14 {
        for b in a + 1..14 {
            let mut evidence = Vec::new();
            for (kind, value, _) in &people[a].values {
                if !people[b].values.iter().any(|(k, v, _)| (k, v) == (kind, value)) {
                    continue;
                }
                let (name, family, bits, discount) = match kind {
                    AttributeKind::Phone => ("phone", Family::Contact, 11.2, None),
                    AttributeKind::Device => ("device", Family::Network, 12.6, None),
                    AttributeKind::Address => {
                        ("shipping_address", Family::Address, 8.4, Some(farm))
                    }
                    AttributeKind::Document => ("resume_file", Family::Document, 10.1, None),
                    AttributeKind::Referee => ("referee", Family::Referee, 9.7, None),
                    AttributeKind::PaymentAccount => {
                        ("payment_account", Family::Payment, 14.3, None)
                    }
                    _ => ("ip", Family::Network, 0.6, Some(busy)),
                };
                let ix = find(corpus, *kind, value);
                evidence.push(exact(name, a, b, ix, family, bits, discount));
            }
            if evidence.is_empty() {
                continue;
            }
            if (a, b) == (2, 3) {
                evidence.push(near("resume_text", Family::Text, 7.9));
            }
            evidence.push(near("employment", Family::History, -1.4));
            let class =
                if a == 12 { LinkClass::Household } else { LinkClass::SharedInfrastructure };
            evidence.sort_by_key(|e| std::cmp::Reverse(e.bits));
            let made = link(a, b, class, evidence);
            if made.bits > Bits::new(5.0) {
                all.push(made);
            }
        }
    }
    all
}

fn ring(network: &Network, name: &str, members: &[usize], near: Vec<Artefact>) -> Ring {
    let members: Vec<ApplicantIx> = members.iter().map(|&m| ApplicantIx::new(m)).collect();
    let inside = |m: ApplicantIx| members.binary_search(&m).is_ok();
    let links: Vec<LinkIx> = network
        .link_ixs()
        .filter(|&l| inside(network.link(l).a) && inside(network.link(l).b))
        .collect();
    let mut best: BTreeMap<AttributeIx, (Evidence, Bits)> = BTreeMap::new();
    for &l in &links {
        for e in &network.link(l).evidence {
            if let Some(ix) = e.attribute {
                best.entry(ix).or_insert((e.clone(), e.bits));
            }
        }
    }
    let mut artefacts: Vec<Artefact> = best
        .into_iter()
        .map(|(ix, (evidence, bits))| {
            let users = network.users(ix);
            Artefact {
                attribute: Some(ix),
                feature: evidence.feature,
                family: evidence.family,
                members: users.iter().copied().filter(|&u| inside(u)).collect(),
                bits,
                users: users.len() as u32,
            }
        })
        .collect();
    artefacts.extend(near);
    artefacts.sort_by_key(|a| std::cmp::Reverse((a.bits, a.members.len())));
    let families: BTreeSet<Family> = artefacts.iter().map(|a| a.family).collect();
    let moments: Vec<Moment> = members
        .iter()
        .flat_map(|&m| network.applicant(m).applications.clone())
        .filter_map(|app| network.corpus().submitted(app))
        .collect();
    Ring {
        id: RingId::derive(name),
        score: links.iter().map(|&l| network.link(l).bits).sum(),
        identities: u32::try_from(members.len()).unwrap(),
        members,
        links,
        artefacts,
        families: families.into_iter().collect(),
        drop_one: None,
        bridges: vec![],
        cut_members: vec![],
        gates: vec![
            Gate {
                name: "identities".into(),
                passed: true,
                detail: "three or more different claimed identities".into(),
            },
            Gate {
                name: "families".into(),
                passed: true,
                detail: "two or more independent families of evidence".into(),
            },
            Gate { name: "drop_one".into(), passed: true, detail: "67 % remain".into() },
        ],
        status: RingStatus::Open,
        first_seen: moments.iter().min().copied(),
        last_seen: moments.iter().max().copied(),
    }
}

fn first_ring(network: &Network) -> Ring {
    let texts = Artefact {
        attribute: None,
        feature: feature("resume_text"),
        family: Family::Text,
        members: vec![ApplicantIx::new(2), ApplicantIx::new(3)],
        bits: Bits::new(7.9),
        users: 2,
    };
    let mut ring = ring(network, "first", &[0, 1, 2, 3, 4, 5, 6, 7, 8], vec![texts]);
    let farm = ring.artefacts.iter().position(|a| a.family == Family::Address).unwrap();
    ring.drop_one =
        Some(DropOne { artefact: farm as u32, remaining: Share::new(0.44), parts: vec![4, 4] });
    let bridge = network.link_between(ApplicantIx::new(5), ApplicantIx::new(6)).unwrap();
    ring.bridges = vec![Bridge {
        link: bridge,
        weak: true,
        side: vec![ApplicantIx::new(6), ApplicantIx::new(7), ApplicantIx::new(8)],
    }];
    ring.cut_members = vec![ApplicantIx::new(6)];
    ring
}

fn second_ring(network: &Network) -> Ring {
    let mut ring = ring(network, "second", &[9, 10, 11], vec![]);
    ring.score = Bits::new(28.6);
    ring.drop_one = Some(DropOne { artefact: 0, remaining: Share::new(0.67), parts: vec![2] });
    ring
}

fn judgement(verdict: Verdict, by: &str, why: &str) -> Judgement {
    let id = JudgementId::derive(&format!("{verdict:?}{why}"));
    Judgement { id, verdict, by: by.to_owned(), at: NOW, why: why.to_owned() }
}

fn taken_back(seq: Seq, by: &str, why: &str) -> TakenBack {
    TakenBack { seq, by: by.to_owned(), at: NOW, why: why.to_owned() }
}

/// A desk over the fixture; judgements change its view as the engine would.
pub struct FixtureDesk {
    make: fn(Vec<Judgement>) -> View,
    view: Mutex<Arc<View>>,
    surroundings: Surroundings,
    /// Keeps the cases.
    cases: Engine,
}

impl FixtureDesk {
    pub fn new(make: fn(Vec<Judgement>) -> View) -> Self {
        let view = Mutex::new(Arc::new(make(vec![])));
        let clock = Arc::new(FixedClock(NOW));
        let store = Box::new(MemoryStore::new(clock.clone()));
        let cases = Engine::open(store, Policy::default(), clock).unwrap();
        Self { make, view, surroundings: Surroundings::default(), cases }
    }

    fn assessed<T>(&self, view: &View, assess: impl FnOnce(Assessor<'_>) -> T) -> T {
        let raw = |app| {
            let id = view.network.corpus().id(app);
            self.versions(&id).ok()?.pop().map(|version| version.application)
        };
        let (surroundings, policy) = (&self.surroundings, &self.surroundings.policy);
        let watched = &WatchLists::default();
        assess(Assessor { view, surroundings, policy, watched, now: NOW, raw: &raw })
    }

    /// The view as it would be with these decisions.
    fn with(&self, change: impl FnOnce(&mut Decisions, Seq)) -> View {
        let before = self.view();
        let mut decisions = before.decisions.clone();
        let seq = Seq(before.seq.0 + 1);
        change(&mut decisions, seq);
        let reports = before.reports.clone();
        View { seq, decisions: decisions.clone(), reports, ..(self.make)(decisions.in_force()) }
    }

    /// Takes over what the engine has on record of reports.
    fn reported(&self) {
        let reports = self.cases.view().reports.clone();
        let mut view = self.view.lock().unwrap();
        *view = Arc::new(View { reports, ..View::clone(&view) });
    }

    fn change(&self, change: impl FnOnce(&mut Decisions, Seq)) {
        let changed = Arc::new(self.with(change));
        *self.view.lock().unwrap() = changed;
    }
}

impl Desk for FixtureDesk {
    fn view(&self) -> Arc<View> {
        self.view.lock().unwrap().clone()
    }

    fn now(&self) -> Moment {
        NOW
    }

    fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, EngineError> {
        let view = self.view();
        let corpus = view.network.corpus();
        let app = corpus
            .find(id)
            .ok_or_else(|| EngineError::NotFound { what: "application", id: id.to_string() })?;
        let label = corpus.label(app).to_owned();
        let mut fields: BTreeMap<Column, String> = [
            (Column::FullName, label.clone()),
            (Column::Role, "Machine learning engineer".to_owned()),
            (Column::BirthDate, "1991-03-07".to_owned()),
            (Column::NationalId, "078-05-1120".to_owned()),
            (Column::Email, format!("{}@example.com", app.0)),
            (Column::City, if app.0 % 2 == 0 { "Phoenix".into() } else { "Phoenixville".into() }),
        ]
        .into();
        for (ix, role) in corpus.app(app).used() {
            let attribute = corpus.attribute(ix);
            let column = match (attribute.kind, role) {
                (AttributeKind::Phone, _) => Column::Phone,
                (AttributeKind::Device, _) => Column::DeviceId,
                (AttributeKind::Address, Role::Shipping) => Column::ShipStreet,
                (AttributeKind::Address, _) => Column::Street,
                (AttributeKind::Ip, _) => Column::Ip,
                (AttributeKind::PaymentAccount, _) => Column::BankAccountHash,
                (AttributeKind::GovernmentId, _) => Column::NationalId,
                _ => Column::Website,
            };
            fields.insert(column, attribute.value.clone());
        }
        let application = Application {
            id: id.clone(),
            fields: fields.into(),
            extra: [
                ("Favourite editor".to_owned(), HOSTILE.to_owned()),
                ("candidate_ssn".to_owned(), "078-05-1120".to_owned()),
            ]
            .into(),
            nested: [(
                "education".to_owned(),
                r#"[{"institution":"Example State","birth_date":"1991-03-07"}]"#.to_owned(),
            )]
            .into(),
            source: Source { file: "november.csv".to_owned(), row: u64::from(app.0) + 1 },
        };
        let (seq, import) = (Seq(u64::from(app.0) + 2), ImportId::derive("november"));
        Ok(vec![Version { seq, import, application }])
    }

    fn assess(&self, view: &View, applicant: ApplicantIx) -> (Assessment, Option<Band>) {
        self.assessed(view, |assessor| assessor.applicant(applicant))
    }

    fn assess_ring(&self, view: &View, ring: &Ring) -> RingAssessment {
        self.assessed(view, |assessor| assessor.ring(ring))
    }

    fn assess_rings(&self, view: &View) -> Arc<BTreeMap<RingId, Arc<RingAssessment>>> {
        let of = |ring: &Ring| (ring.id.clone(), Arc::new(self.assess_ring(view, ring)));
        Arc::new(view.rings.iter().map(of).collect())
    }

    fn set_policy(
        &self,
        _: &thresholds::Changes,
        seen: &Stand,
        _: &str,
        _: &str,
    ) -> Result<(), EngineError> {
        if *seen == self.view().stand() { Ok(()) } else { Err(EngineError::Outdated) }
    }

    fn indicator_policy(&self) -> &IndicatorPolicy {
        &self.surroundings.policy
    }

    fn watch_hits(&self, view: &View) -> Result<Arc<Vec<StoreHit>>, EngineError> {
        let lists = WatchLists::new(view.watched.values().cloned(), NOW);
        let corpus = view.network.corpus();
        let mut hits = Vec::new();
        for ix in (0..corpus.attribute_numbers().len()).map(AttributeIx::new) {
            for (hit, _) in lists.attribute(corpus.kind(ix), corpus.value(ix)) {
                let applications = corpus.uses_of(ix).map(|(app, _)| corpus.id(app)).collect();
                let attribute = Some(corpus.attribute(ix).id());
                hits.push(StoreHit { hit, attribute, applications });
            }
        }
        Ok(Arc::new(hits))
    }

    fn watch(&self, entries: Vec<WatchEntry>, _: &str) -> Result<Watching, EngineError> {
        let mut watching = Watching::default();
        let mut view = self.view.lock().unwrap();
        let mut changed = View::clone(&view);
        for entry in entries {
            match Arc::make_mut(&mut changed.watched).insert(entry.id.clone(), entry) {
                None => watching.new += 1,
                Some(_) => watching.changed += 1,
            }
        }
        *view = Arc::new(changed);
        let view = view.clone();
        watching.hits = self.watch_hits(&view)?.to_vec();
        Ok(watching)
    }

    fn unwatch(&self, ids: &[WatchId], _: &str, _: &str) -> Result<(), EngineError> {
        let mut view = self.view.lock().unwrap();
        let mut changed = View::clone(&view);
        Arc::make_mut(&mut changed.watched).retain(|id, _| !ids.contains(id));
        *view = Arc::new(changed);
        Ok(())
    }

    fn check(
        &self,
        application: &ApplicationId,
        item: CheckItem,
        result: CheckResult,
        by: &str,
        note: &str,
    ) -> Result<(), EngineError> {
        if note.trim().is_empty() {
            return Err(EngineError::Incomplete("how it was checked, and what was seen"));
        }
        let application = application.clone();
        let (by, note) = (by.to_owned(), note.to_owned());
        let check = Check { application: application.clone(), item, result, by, at: NOW, note };
        let mut view = self.view.lock().unwrap();
        let mut changed = View::clone(&view);
        let checks = Arc::make_mut(&mut changed.checks).entry(application).or_default();
        checks.insert(item, (Seq(1), check));
        *view = Arc::new(changed);
        Ok(())
    }

    fn explain(&self, view: &View, a: ApplicantIx, b: ApplicantIx) -> PairExplanation {
        let network = &view.network;
        let link = network.link_between(a, b).map(|l| network.link(l));
        let side = |ix| Side {
            applicant_id: network.applicant(ix).id.clone(),
            label: network.label(ix).to_owned(),
            applications: vec![],
        };
        let lines: Vec<EvidenceLine> = link
            .map(|l| l.evidence.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|e| {
                let attribute = e.attribute.map(|ix| network.corpus().attribute(ix).clone());
                let value = attribute.as_ref().map(|a| a.value.clone());
                let against = e.bits < Bits::ZERO;
                EvidenceLine {
                    feature: if against { "career_dates" } else { "shared_value" },
                    label: if against { "Career dates" } else { e.family.label() },
                    family: e.family,
                    agreement: e.agreement,
                    bits: e.bits,
                    left: value.clone().unwrap_or_else(|| "2016 to 2019 at Example Corp".into()),
                    right: value.unwrap_or_else(|| "2018 to 2021 at Sample LLC".into()),
                    sentence: if against {
                        "Their careers do not overlap in place or time.".into()
                    } else {
                        "Both use the same value.".into()
                    },
                    attribute,
                    discount: e.discount,
                    sources: ["november.csv, row 3".into(), "november.csv, row 9".into()],
                }
            })
            .collect();
        PairExplanation {
            a: side(a),
            b: side(b),
            verdict: match link {
                Some(_) => "Two different claimed identities on the same infrastructure.".into(),
                None => "Nothing links them.".into(),
            },
            class: link.map(|l| l.class),
            strength: link.map(|l| l.strength),
            prior: Bits::new(-13.0),
            total: lines.iter().map(|l| l.bits).sum(),
            lines,
            judgements: vec![],
            would_change: "Judging the shared device common would leave too little.".into(),
            identity_prior: Bits::new(-9.0),
            identity: vec![],
            identity_total: Bits::ZERO,
        }
    }

    fn preview(&self, proposed: &Proposed) -> Result<Effect, EngineError> {
        let before = self.view();
        let after = self.with(|all, seq| match proposed {
            Proposed::Judge(verdict) => all.judge(seq, judgement(verdict.clone(), "ann", "x")),
            Proposed::TakeBack(id) => all.take_back(id, &taken_back(seq, "ann", "x")),
        });
        let status = before.rings.iter().find_map(|ring| {
            let will = after.rings.find(&ring.id)?.status;
            (will != ring.status).then(|| (ring.id.clone(), ring.status, will))
        });
        let changes = Some(Changes::between(&before, &after));
        Ok(Effect { as_of: before.seq, status, changes, unmet: None })
    }

    fn judge_as_of(
        &self,
        verdict: Verdict,
        by: &str,
        why: &str,
        seen: Option<Seq>,
    ) -> Result<Saved, EngineError> {
        let news = seen.map(|seen| self.view().news(&verdict, seen, by)).unwrap_or_default();
        if !news.is_empty() {
            return Err(EngineError::Overtaken { news });
        }
        let judgement = judgement(verdict, by, why);
        let id = judgement.id.clone();
        self.change(|all, seq| all.judge(seq, judgement));
        Ok(Saved { id, is_in_effect: true })
    }

    fn withdraw(&self, id: &JudgementId, by: &str, why: &str) -> Result<bool, EngineError> {
        if self.view().decisions.find(id).is_none() {
            return Err(EngineError::NotFound { what: "judgement in force", id: id.to_string() });
        }
        self.change(|all, seq| all.take_back(id, &taken_back(seq, by, why)));
        Ok(true)
    }

    fn cases(&self) -> Arc<Cases> {
        self.cases.cases()
    }

    fn open_case(
        &self,
        actor: &Actor,
        subject: CaseSubject,
        title: &str,
    ) -> Result<CaseId, CaseError> {
        let view = self.view();
        Casework { engine: &self.cases, view: &view, attachments: None }.open(actor, subject, title)
    }

    fn change_cases(
        &self,
        actor: &Actor,
        changes: Vec<CaseChange>,
        files: Option<&Attachments>,
    ) -> Result<Vec<Seq>, CaseError> {
        let view = self.view();
        Casework { engine: &self.cases, view: &view, attachments: files }.change(actor, changes)
    }

    /// A made-up dossier that says what was asked for, whom the ring has, and what was judged.
    fn draft(&self, of: &ToRefer<'_>, _: Files) -> Result<Drafted, ReferralError> {
        let ring = of.view.rings.find(of.ring).unwrap();
        let named = ring
            .members
            .iter()
            .filter(|&&ix| of.scope.members.has(&of.view.network.applicant(ix).id));
        let mut dossier = sample::dossier(named.count());
        let heading = &mut dossier.heading;
        heading.referral = of.id.clone();
        heading.supersedes = of.supersedes.cloned();
        heading.ring = of.ring.clone();
        heading.case = Some((of.case.id.clone(), of.case.title.clone()));
        heading.review = ringer::casework::review(of.case);
        (heading.profile, heading.tlp) = (of.scope.profile, of.scope.tlp);
        heading.purpose.clone_from(&of.scope.purpose);
        heading.recipient.clone_from(&of.scope.recipient);
        heading.by = of.by.to_owned();
        heading.at = NOW;
        heading.organisation = of.organisation.clone();
        if !of.scope.originals {
            dossier.originals.clear();
        }
        if !of.scope.attachments {
            dossier.attachments.clear();
        }
        dossier.alternatives = HOSTILE.to_owned();
        dossier.decisions[0].why = format!("{} judgements", of.view.judgements.len());
        if of.scope.annex_for.is_empty() {
            dossier.annex.clear();
        }
        let package = assemble(&dossier, &Secrets::default(), &[])?;
        Ok(Drafted { dossier, package: Some(package) })
    }

    fn refer(&self, actor: &Actor, referral: Referral, seen: Seq) -> Result<Seq, CaseError> {
        let view = self.view();
        let casework = Casework { engine: &self.cases, view: &view, attachments: None };
        casework.refer(actor, referral, seen)
    }

    fn withdraw_referral(
        &self,
        actor: &Actor,
        referral: &ReferralId,
        why: &str,
    ) -> Result<Seq, CaseError> {
        let view = self.view();
        let casework = Casework { engine: &self.cases, view: &view, attachments: None };
        casework.withdraw_referral(actor, referral, why)
    }

    fn set_schedule(&self, schedule: Schedule, by: &str) -> Result<(), EngineError> {
        self.cases.set_schedule(schedule, by)?;
        self.reported();
        Ok(())
    }

    fn turn_schedule(
        &self,
        name: &Slug,
        turn: Turn,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        self.cases.turn_schedule(name, turn, by, why)?;
        self.reported();
        Ok(())
    }

    fn set_alert_rule(&self, rule: AlertRule, by: &str) -> Result<(), EngineError> {
        self.cases.set_alert_rule(rule, by)?;
        self.reported();
        Ok(())
    }

    fn turn_alert_rule(
        &self,
        name: &Slug,
        turn: Turn,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        self.cases.turn_alert_rule(name, turn, by, why)?;
        self.reported();
        Ok(())
    }

    fn imports(&self) -> Vec<ImportRecord> {
        Vec::new()
    }

    fn hold(
        &self,
        on: HoldOn,
        until: Option<Day>,
        by: &str,
        why: &str,
    ) -> Result<HoldId, EngineError> {
        self.cases.hold(on, until, by, why)
    }

    fn release_hold(&self, id: &HoldId, by: &str, why: &str) -> Result<(), EngineError> {
        self.cases.release_hold(id, by, why)
    }

    fn plan_erasure(
        &self,
        _: &BTreeSet<ApplicationId>,
        _: &BTreeSet<FileHash>,
    ) -> Result<ErasurePlan, EngineError> {
        Ok(ErasurePlan::default())
    }

    fn erase(
        &self,
        order: &EraseOrder,
        may: &(dyn Fn(&View, &Cases) -> Result<(), EngineError> + Sync),
        first: &(dyn Fn(&ErasurePlan) -> Result<(), EngineError> + Sync),
    ) -> Result<Erased, EngineError> {
        self.cases.erase(order, may, first)
    }

    fn withdraw_import(&self, id: &ImportId, _: &str, _: &str) -> Result<Undone, EngineError> {
        Err(EngineError::NotFound { what: "import", id: id.to_string() })
    }

    fn import(
        &self,
        _: &str,
        reader: &mut Reader,
        reject: &mut (dyn FnMut(&RowProblem) -> std::io::Result<()> + Send),
        _: &str,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<ImportCounts, EngineError> {
        Ok(self.rehearse(reader, reject, progress)?.counts)
    }

    /// Reads the rows; what is shown stays as it was made.
    fn rehearse(
        &self,
        reader: &mut Reader,
        reject: &mut (dyn FnMut(&RowProblem) -> std::io::Result<()> + Send),
        _: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Rehearsed, EngineError> {
        let mut counts = ImportCounts::default();
        for row in reader {
            counts.read += 1;
            match row {
                Ok(_) => counts.new += 1,
                Err(problem) => {
                    reject(&problem).map_err(EngineError::Rejects)?;
                    counts.rejected += 1;
                }
            }
        }
        Ok(Rehearsed { counts, ..Rehearsed::default() })
    }
}
