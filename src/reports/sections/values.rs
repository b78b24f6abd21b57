//! Values whose users are not what they were before the period: newly common ones, which explain themselves from now on, and
//! newly surprising ones, which got another claimed identity that nothing innocent explains. Not responsible for what a value
//! is worth (`matching::Background`), which is asked for twice: with its users before the period, and with those at its end.
//!
//! Invariant: nothing is said of a value that its users do not say: how many there were, are, and what Ringer makes of that.

use crate::{
    explain::{innocent_of, words::count},
    graph::Sets,
    matching::{Comparer, FEATURES, Rulings, Shared, crowd},
    model::{
        AppIx, ApplicantIx, AttributeIx, AttributeKind, BackgroundClass, Bits, Discount, LinkClass,
        Role, ValueVerdict, Verdict,
    },
    reports::{
        ReportError,
        ground::Ground,
        numbers::Arrivals,
        section::{Line, Section},
        sections::SectionKind,
        text::{Part, Target, Text},
    },
};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "values",
    title: "Values newly common or newly surprising",
    about: "Phones, mailboxes, addresses, devices, files and other things whose users changed what they are taken for in the \
            period, and those people judged. Schools and employers are shared by nature and count for nothing alone, so none is \
            listed. What people judged is of the whole store, and so is what is newly common; what is newly surprising is of \
            the rings that the report is about, where it is filtered.",
    build,
};

/// A value is common when it is rather a hub than an artefact and has so many users: fewer are no crowd, whatever the class
/// of what they share.
const CROWD: usize = 5;

/// With more identities before the period another one is no surprise: the ring was there.
const KNOWN: usize = 2;

/// Bits from which on sharing a value tells something: four times as likely of one hand as by chance.
const TELLING: f64 = 2.0;

/// New users named at most.
const NAMED: usize = 4;

/// Lines of each sort at most.
const MOST: usize = 20;

/// What a value is taken for now, and was not before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Common,
    Surprising,
}

/// A value whose users changed what it is taken for.
struct Changed {
    attribute: AttributeIx,
    turn: Turn,
    /// Applicants who use it, and who did before the period.
    users: (usize, usize),
    /// Claimed identities among them: who may be one person, or lives together, counts once.
    identities: (usize, usize),
    /// Whether one of its users is in a ring.
    in_ring: bool,
    /// What sharing it is worth now.
    bits: Bits,
    discount: Option<Discount>,
    /// Users who came in the period, the first of them.
    new: Vec<ApplicantIx>,
    /// How many there are.
    n_new: usize,
}

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let arrivals = Arrivals::of(ground);
    let mut changed = changed(ground, &arrivals);
    let corpus = ground.view.network.corpus();
    changed.sort_by_cached_key(|c| {
        let attribute = corpus.attribute(c.attribute);
        let most = std::cmp::Reverse;
        (c.turn == Turn::Common, most((c.in_ring, c.identities.0, c.bits)), attribute)
    });
    let n = |turn| changed.iter().filter(|c| c.turn == turn).count();
    let (common, surprising) = (n(Turn::Common), n(Turn::Surprising));
    let of = |turn| changed.iter().filter(move |c| c.turn == turn).take(MOST);
    let mut lines: Vec<Line> = of(Turn::Surprising).map(|c| surprise(ground, c)).collect();
    lines.extend(of(Turn::Common).map(|c| commonplace(ground, c)));
    let (judged, all_judged) = judged(ground);
    lines.extend(judged);
    let section =
        Section { summary: summary(ground, surprising, common, all_judged), ..Section::default() };
    Ok(section.showing(lines, common + surprising + all_judged))
}

fn summary(ground: &Ground<'_>, surprising: usize, common: usize, judged: usize) -> String {
    if ground.period.arrived.is_empty() && judged == 0 {
        return "No application came in this period, so no value changed what it is taken for."
            .to_owned();
    }
    let said = |n: usize, what: &str| match n {
        0 => format!("no value is newly {what}"),
        n => format!("{} newly {what}", count(n, "value is", "values are")),
    };
    let judged = match judged {
        0 => "people judged none".to_owned(),
        n => format!("people judged {n}"),
    };
    let text =
        format!("{}, {}, and {judged}.", said(surprising, "surprising"), said(common, "common"));
    crate::explain::words::capital(&text)
}

/// The values that new applications use and that are taken for something else now. O(uses of what they use).
fn changed(ground: &Ground<'_>, arrivals: &Arrivals) -> Vec<Changed> {
    let corpus = ground.view.network.corpus();
    let mut used: Vec<AttributeIx> = arrivals
        .new
        .par_iter()
        .flat_map_iter(|&app| corpus.app(app).used().map(|(ix, _)| ix))
        .filter(|&ix| corpus.uses(ix) >= 2 && corpus.kind(ix).is_artefact())
        .collect();
    used.par_sort_unstable();
    used.dedup();
    let rulings = Rulings::build(corpus, &ground.view.judgements);
    let is_about = about(ground);
    let look =
        Look { view: ground.view, arrivals, rulings: &rulings, is_about: is_about.as_deref() };
    used.into_par_iter().filter_map(|ix| look.at(ix)).collect()
}

/// Which applicants are in rings that the report is about; none where it is about all.
fn about(ground: &Ground<'_>) -> Option<Vec<bool>> {
    (!ground.filter.is_all()).then(|| {
        let mut of = vec![false; ground.view.network.applicants().slots()];
        let rings = ground.view.rings.iter().filter(|ring| ground.is_about(ring));
        for member in rings.flat_map(|ring| &ring.members) {
            if let Some(slot) = of.get_mut(member.at()) {
                *slot = true;
            }
        }
        of
    })
}

struct Look<'a> {
    view: &'a crate::engine::View,
    arrivals: &'a Arrivals,
    rulings: &'a Rulings,
    is_about: Option<&'a [bool]>,
}

impl Look<'_> {
    /// What became of a value, if anything did. O(uses + links of its users).
    fn at(&self, attribute: AttributeIx) -> Option<Changed> {
        let (network, background) = (&self.view.network, &self.view.background);
        let corpus = network.corpus();
        // Whether an applicant used it before.
        let mut users: BTreeMap<ApplicantIx, bool> = BTreeMap::new();
        let mut before: Vec<AppIx> = Vec::new();
        for (app, _) in corpus.uses_of(attribute) {
            let old = !self.arrivals.has(app);
            *users.entry(network.applicant_of(app)).or_default() |= old;
            if old {
                before.push(app);
            }
        }
        let was = users.values().filter(|old| **old).count();
        if users.len() < 2 || users.len() == was || (users.len() < CROWD && was > KNOWN) {
            return None;
        }
        if self.rulings.value(attribute) == Some(ValueVerdict::Common) {
            return None;
        }
        let shared = self.shared(attribute)?;
        let policy = &self.view.in_force;
        let (bits, discount, hub) = background.weigh(corpus, &shared, self.rulings, policy);
        let found = |turn, identities| {
            let new = users.iter().filter(|(_, old)| !**old).map(|(user, _)| *user);
            let mut new: Vec<ApplicantIx> = new.collect();
            new.sort_by_cached_key(|&user| network.order(user));
            new.truncate(NAMED);
            let n_new = users.len() - was;
            let in_ring = users.keys().any(|&user| self.view.ring_of(user).is_some());
            let users = (users.len(), was);
            Changed { attribute, turn, users, identities, in_ring, bits, discount, new, n_new }
        };
        if hub && users.len() < CROWD {
            return None;
        }
        if hub {
            let was_hub = was >= CROWD && {
                let now = background.of(attribute);
                let mut then = crowd::of(corpus, network.applicants(), &before);
                // How many shared something else then is not kept: as many of them as do now.
                let scaled = u64::from(now.corroborated) * u64::from(then.users);
                let scaled = scaled / u64::from(now.users.max(1));
                then.corroborated = u32::try_from(scaled).unwrap_or(u32::MAX);
                background.weigh_among(corpus, &shared, then.judged(), self.rulings, policy).2
            };
            return (!was_hub).then(|| found(Turn::Common, (users.len(), was)));
        }
        if is_innocent(shared.class) || bits.get() < TELLING {
            return None;
        }
        let identities = self.identities(attribute, &users);
        let is = identities.0 >= 2
            && identities.1 <= KNOWN
            && identities.0 > identities.1
            && self.is_about.is_none_or(|of| {
                users.keys().any(|user| of.get(user.at()).copied().unwrap_or(false))
            });
        is.then(|| found(Turn::Surprising, identities))
    }

    /// What two of its users share by it, as a comparison sees it: the newest two applications of different applicants stand
    /// for all.
    fn shared(&self, attribute: AttributeIx) -> Option<Shared> {
        let network = &self.view.network;
        let corpus = network.corpus();
        let order = |app: AppIx| (corpus.submitted(app), corpus.app(app).key());
        let newest = |but: Option<ApplicantIx>| {
            let uses = corpus.uses_of(attribute).map(|(app, _)| app);
            uses.filter(|&app| Some(network.applicant_of(app)) != but).max_by_key(|&app| order(app))
        };
        let one = newest(None)?;
        let other = newest(Some(network.applicant_of(one)))?;
        let comparer = Comparer::new(corpus, &self.view.in_force);
        let pair = comparer.pair(one, other);
        let said = FEATURES.iter().filter_map(|feature| feature.sharing(&comparer, &pair));
        said.filter(|shared| shared.attribute == Some(attribute)).max_by_key(|shared| shared.bits)
    }

    /// Claimed identities that use a value now, and did before the period: whom a link takes for perhaps one person or for one
    /// household counts once. O(links of the users).
    fn identities(
        &self,
        attribute: AttributeIx,
        users: &BTreeMap<ApplicantIx, bool>,
    ) -> (usize, usize) {
        let network = &self.view.network;
        let all: Vec<ApplicantIx> = users.keys().copied().collect();
        let home = network.corpus().kind(attribute) == AttributeKind::Address
            && self.view.background.of(attribute).is_a_homes()
            && !self.view.background.of(attribute).is_scattered();
        let mut sets = Sets::new(all.len());
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        for (at, &user) in all.iter().enumerate() {
            for &link in network.links_of(user) {
                let link = network.link(link);
                let other = if link.a == user { link.b } else { link.a };
                let one = link.class != LinkClass::SharedInfrastructure;
                if let Ok(there) = all.binary_search(&other)
                    && one
                {
                    sets.join(number(at), number(there));
                }
            }
        }
        if home {
            // One roof: who only lives there is a neighbor or a relative, unless a link says that there is more.
            let bound = |user: ApplicantIx| self.view.ring_of(user).is_some();
            if !all.iter().any(|&user| bound(user)) {
                return (1, 1);
            }
        }
        let root = |sets: &mut Sets, at: usize| sets.find(number(at));
        let mut now: Vec<u32> = (0..all.len()).map(|at| root(&mut sets, at)).collect();
        let mut then: Vec<u32> = users
            .values()
            .enumerate()
            .filter(|(_, old)| **old)
            .map(|(at, _)| root(&mut sets, at))
            .collect();
        for roots in [&mut now, &mut then] {
            roots.sort_unstable();
            roots.dedup();
        }
        (now.len(), then.len())
    }
}

/// Whether values of a class are innocently shared by what they are.
fn is_innocent(class: BackgroundClass) -> bool {
    !matches!(
        class,
        BackgroundClass::Personal
            | BackgroundClass::Dwelling
            | BackgroundClass::SharedDevice
            | BackgroundClass::JudgedBad
    )
}

fn kind_of(ground: &Ground<'_>, attribute: AttributeIx) -> AttributeKind {
    ground.view.network.corpus().kind(attribute)
}

fn begun(ground: &Ground<'_>, attribute: AttributeIx) -> (Text, Option<Target>) {
    let kind = crate::explain::words::capital(kind_of(ground, attribute).label());
    let id = ground.view.network.corpus().attribute(attribute).id();
    let text = Text::plain(format!("{kind} ")).with(ground.value(attribute));
    (text, Some(Target::Attribute(id)))
}

fn surprise(ground: &Ground<'_>, changed: &Changed) -> Line {
    let (text, about) = begun(ground, changed.attribute);
    let (now, was) = changed.identities;
    let before = match was {
        0 => "nobody used it before the period".to_owned(),
        1 => "one used it before the period".to_owned(),
        n => format!("{n} used it before the period"),
    };
    let mut evidence = vec![Text::plain(format!(
        "worth {} bits between two of its users{}",
        changed.bits,
        discounted(changed.discount)
    ))];
    if let Some(first) = changed.new.first() {
        let mut who = Text::plain("new among its users: ").with(ground.person(*first));
        for &user in changed.new.iter().skip(1).take(NAMED - 1) {
            who = who.and(", ").with(ground.person(user));
        }
        let more = changed.n_new.saturating_sub(NAMED);
        evidence.push(if more > 0 { who.and(format!(" and {more} more")) } else { who });
    }
    evidence.extend(rings(ground, changed.attribute));
    if is_shipped_to(ground, changed.attribute) {
        evidence.push(Text::plain("things are to be sent there"));
    }
    let said = format!(" is used by {now} claimed identities; {before}.");
    Line {
        at: None,
        about,
        text: Text::plain("Newly surprising: ").join(text).and(said),
        evidence,
        innocent: vec![innocent_of(kind_of(ground, changed.attribute)).to_owned()],
        act: Some(
            "An investigator looks at what its users share besides, and judges it common if it is innocently shared.".to_owned(),
        ),
    }
}

fn commonplace(ground: &Ground<'_>, changed: &Changed) -> Line {
    let (text, about) = begun(ground, changed.attribute);
    let (now, was) = changed.users;
    let was = match was {
        0 => "nobody used it before the period".to_owned(),
        1 => "1 did before the period".to_owned(),
        n => format!("{n} did before the period"),
    };
    let mut evidence = Vec::new();
    if let Some(discount) = changed.discount {
        let share = crate::reports::wording::share(discount.corroborated.get());
        evidence.push(Text::plain(format!("taken for: {}", discount.class.label())));
        evidence.push(Text::plain(format!(
            "{share} of its users share something else with another of them; {} are taken off where two share it, which leaves {}",
            bits(discount.bits),
            bits(changed.bits),
        )));
    }
    Line {
        at: None,
        about,
        text: Text::plain("Newly common: ")
            .join(text)
            .and(format!(" is used by {}; {was}.", count(now, "applicant", "applicants"))),
        evidence,
        innocent: vec![innocent_of(kind_of(ground, changed.attribute)).to_owned()],
        act: None,
    }
}

fn bits(bits: Bits) -> String {
    format!("{:.1} bits", bits.get())
}

fn discounted(discount: Option<Discount>) -> String {
    match discount {
        Some(Discount { class: BackgroundClass::JudgedBad, .. }) => {
            ", as people judged it known bad".to_owned()
        }
        Some(discount) => {
            format!(", after {} were taken off for {}", bits(discount.bits), discount.class.label())
        }
        None => String::new(),
    }
}

/// The rings its users are in.
fn rings(ground: &Ground<'_>, attribute: AttributeIx) -> Option<Text> {
    let network = &ground.view.network;
    let users = network.users(attribute);
    let mut rings: Vec<_> = users.iter().filter_map(|&user| ground.view.ring_of(user)).collect();
    rings.sort_by(|a, b| a.id.cmp(&b.id));
    rings.dedup_by(|a, b| a.id == b.id);
    let mut named = rings.iter().take(3);
    let mut text = Text::plain("its users are in ").with(ground.ring(named.next()?));
    for ring in named {
        text = text.and(", ").with(ground.ring(ring));
    }
    let more = rings.len().saturating_sub(3);
    Some(if more > 0 { text.and(format!(" and {} more", more)) } else { text })
}

fn is_shipped_to(ground: &Ground<'_>, attribute: AttributeIx) -> bool {
    let mut uses = ground.view.network.corpus().uses_of(attribute);
    uses.any(|(_, role)| role == Role::Shipping)
}

/// What people judged common or known bad in the period, the latest first, and how many there were.
fn judged(ground: &Ground<'_>) -> (Vec<Line>, usize) {
    let corpus = ground.view.network.corpus();
    let of_period = ground.view.decisions.iter().rev().filter(|d| ground.period.has(d.seq));
    let all: Vec<_> = of_period
        .filter_map(|decision| match &decision.judgement.verdict {
            Verdict::Value { attribute, verdict } => Some((decision, attribute, *verdict)),
            _ => None,
        })
        .collect();
    let line = |(decision, attribute, verdict): &(
        &crate::engine::Decision,
        &crate::model::Attribute,
        ValueVerdict,
    )| {
        let ix = corpus.index_of(attribute);
        let value = ix.map_or_else(|| Part::value(attribute), |ix| ground.value(ix));
        let (said, means) = match verdict {
            ValueVerdict::Common => ("innocently shared", "sharing it links nobody from then on"),
            ValueVerdict::KnownBad => {
                ("known to belong to an operator", "sharing it counts for more from then on")
            }
        };
        let back = if decision.taken_back.is_some() {
            ", and the judgement was withdrawn since"
        } else {
            ""
        };
        let kind = crate::explain::words::capital(attribute.kind.label());
        let users = ix.map_or(0, |ix| ground.view.network.users(ix).len());
        Line {
            at: Some(decision.judgement.at),
            about: Some(Target::Attribute(attribute.id())),
            text: Text::plain(format!("Judged: {} ", kind.to_lowercase()))
                .with(value)
                .and(format!(" is {said}{back}.")),
            evidence: vec![Text::plain(format!(
                "{means}; used by {}",
                count(users, "applicant", "applicants")
            ))],
            innocent: Vec::new(),
            act: None,
        }
    };
    (all.iter().take(MOST).map(line).collect(), all.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::{
        Sight,
        sections::fixture::{House, RING, said},
    };
    use std::fmt::Write as _;

    const HEAD: &str = "application_id,submitted_at,full_name,email,phone,device_id,street,city,state,postal_code,ship_street,ship_city,ship_state,ship_postal_code,role,channel,agency\n";

    const GIVEN: [&str; 8] = ["Ada", "Bruno", "Cleo", "Edgar", "Fenna", "Gustav", "Hanne", "Ivo"];
    const FAMILY: [&str; 7] =
        ["Quill", "Tarn", "Marsh", "Okafor", "Nakamura", "Lindqvist", "Pardo"];

    /// Strangers, of whom each has everything of their own but this device, over years.
    fn strangers(from: usize, to: usize, device: &str) -> String {
        let mut text = HEAD.to_owned();
        for n in from..to {
            let (given, family) = (GIVEN[n % 8], FAMILY[(n / 8 + n) % 7]);
            writeln!(
                text,
                "S-{n},20{:02}-0{}-1{}T1{}:30:00Z,{given} {family}x{n},{given}.{family}.{n}@example.com,202-555-0{:03},{device},{} Main{n} St,Town{n},OH,45{:03},,,,,engineer,job board,",
                10 + n % 15, 1 + n % 9, n % 9, n % 9, 100 + n, n + 1, n
            )
            .unwrap();
        }
        text
    }

    #[test]
    fn what_gets_a_second_identity_is_surprising_and_comes_with_both_numbers() {
        let house = House::empty();
        let lines: Vec<&str> = RING.lines().collect();
        house.import(&[lines[0], lines[1], lines[5]].join("\n"));
        let since = house.head();
        house.import(&[lines[0], lines[2], lines[3]].join("\n"));
        let section = house.since(since, "values");
        let text = said(&section, Sight::Full);
        // Phone, device and delivery address, each of one before and of three now.
        assert_eq!((section.n, section.lines.len()), (3, 3), "{text}");
        assert!(
            section.summary.starts_with("3 values are newly surprising, no value is newly common"),
            "{}",
            section.summary
        );
        assert_eq!(
            text.matches("is used by 3 claimed identities; one used it before the period.").count(),
            3,
            "{text}"
        );
        assert!(text.contains("Newly surprising: Phone +12025550143"), "{text}");
        assert!(text.contains("new among its users: Bruno Tarn, Cleo Marsh"), "{text}");
        assert!(text.contains("things are to be sent there"), "{text}");
        let counts = said(&section, Sight::Counts);
        assert!(
            !counts.contains("Bruno") && !counts.contains("555") && !counts.contains("dev-7"),
            "{counts}"
        );
        // Nothing came since, and with three identities before a fourth is no surprise.
        let later = house.head();
        assert_eq!(house.since(later, "values").n, 0);
        house.import(&[lines[0], lines[4]].join("\n"));
        assert_eq!(house.since(later, "values").n, 0);
    }

    #[test]
    fn whoever_applies_again_surprises_nobody() {
        let house = House::empty();
        let lines: Vec<&str> = RING.lines().collect();
        house.import(&[lines[0], lines[1]].join("\n"));
        let since = house.head();
        let again = lines[1].replace("A-1,2026-06-01", "A-9,2026-06-08");
        house.import(&[lines[0], &again].join("\n"));
        let section = house.since(since, "values");
        assert_eq!(section.n, 0, "{section:#?}");
        assert!(
            section.summary.starts_with("No value is newly surprising, no value is newly common")
        );
    }

    #[test]
    fn a_crowd_of_strangers_makes_a_value_common_once() {
        let house = House::empty();
        house.import(&strangers(0, 2, "dev-kiosk"));
        let since = house.head();
        house.import(&strangers(2, 40, "dev-kiosk"));
        let section = house.since(since, "values");
        let text = said(&section, Sight::Full);
        assert!(
            text.contains(
                "Newly common: Device dev-kiosk is used by 40 applicants; 2 did before the period."
            ),
            "{text}"
        );
        assert!(text.contains("taken for: shared device"), "{text}");
        let later = house.head();
        house.import(&strangers(40, 60, "dev-kiosk"));
        assert!(!said(&house.since(later, "values"), Sight::Full).contains("Newly common"));
    }

    #[test]
    fn what_people_judged_in_the_period_is_told_and_makes_nothing_newly_common() {
        let house = House::with_a_ring();
        let since = house.head();
        let attribute = crate::model::Attribute {
            kind: AttributeKind::Phone,
            value: "+12025550143".to_owned(),
        };
        let verdict = Verdict::Value { attribute, verdict: ValueVerdict::Common };
        house.engine.judge(verdict, "ann", "our recruiter").unwrap();
        let section = house.since(since, "values");
        let text = said(&section, Sight::Full);
        assert_eq!(section.n, 1, "{text}");
        assert!(text.contains("Judged: phone +12025550143 is innocently shared."), "{text}");
        assert!(!text.contains("recruiter") && !text.contains("ann"), "{text}");
    }
}
