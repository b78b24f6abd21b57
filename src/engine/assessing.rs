//! Assessing applicants and rings by indicators: what they look at is read from the store when somebody asks. Not responsible
//! for what indicators say (`indicators`).
//!
//! Invariant: changes nothing; the same view, settings and hour give the same assessment.

use crate::{
    engine::{Engine, EngineError, View, service::spoken},
    indicators::{
        self, Assessment, Band, Completions, Context, Dossier, Hour, IndicatorPolicy, IpIntel,
        NoIpIntel, RingAssessment, RingCase, Ties, WatchLists,
        fairness::{self, RulePrecision},
        ring::{Shape, SharedThing, Tie},
    },
    ingest::IdKey,
    matching::feature,
    model::{
        AppIx, ApplicantIx, Application, ApplicationId, BackgroundClass, Check, CheckItem,
        CheckResult, Fact, Link, LinkClass, Moment, PersonName, Ring, RingId, RingStatus, Seq,
    },
    normalize::name,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

/// What the installation knows beside the store.
#[derive(Clone)]
pub struct Surroundings {
    /// The numbers of indicators.
    pub policy: IndicatorPolicy,
    /// What is known of IP addresses.
    pub ips: Arc<dyn IpIntel>,
    /// Which majors schools awarded.
    pub completions: Option<Arc<Completions>>,
    /// The key under which ids are hashed before anything is kept; none where they are kept as they came.
    pub ids: Option<Arc<IdKey>>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            policy: IndicatorPolicy::default(),
            ips: Arc::new(NoIpIntel),
            completions: None,
            ids: None,
        }
    }
}

/// What verdicts say of the rules, as of a view.
pub(super) type Precision = Mutex<Option<(Seq, Arc<Vec<RulePrecision>>)>>;

impl Engine {
    /// The same engine, knowing this beside the store.
    #[must_use]
    pub fn within(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = surroundings;
        self
    }

    /// What the installation knows beside the store.
    #[must_use]
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// The numbers of indicators.
    #[must_use]
    pub fn indicator_policy(&self) -> &IndicatorPolicy {
        &self.surroundings.policy
    }

    /// Assesses an applicant of a view; as a member, when in a ring. Reads its applications from the store.
    #[must_use]
    pub fn assess(&self, view: &View, applicant: ApplicantIx) -> Assessment {
        self.assess_standing(view, applicant).0
    }

    /// The same, with the band of the ring it is in.
    #[must_use]
    pub fn assess_standing(
        &self,
        view: &View,
        applicant: ApplicantIx,
    ) -> (Assessment, Option<Band>) {
        if let Some(ring) = view.ring_of(applicant)
            && let Some(place) = ring.members.iter().position(|&m| m == applicant)
            && let Some(known) = self.at_hand(view, &ring.id)
            && let Some(assessment) = known.members.get(place)
        {
            return (assessment.clone(), Some(known.band()));
        }
        self.with_assessor(view, |assessor| assessor.applicant(applicant))
    }

    /// Assesses an application that is not stored, by itself.
    #[must_use]
    pub fn assess_alone(&self, application: &Application) -> Assessment {
        self.with_assessor(&self.view(), |assessor| assessor.alone(application))
    }

    /// Assesses a ring of a view, unless all were. Reads its members' applications from the store, O(applications).
    #[must_use]
    pub fn assess_ring(&self, view: &View, ring: &Ring) -> RingAssessment {
        if let Some(known) = self.at_hand(view, &ring.id) {
            return RingAssessment::clone(&known);
        }
        self.with_assessor(view, |assessor| assessor.ring(ring))
    }

    /// What people's verdicts on rings say of each rule, in a view. O(applications in decided rings) when an application came,
    /// and O(those that changed) when the view did otherwise.
    #[must_use]
    pub fn rule_precision(&self, view: &View) -> Arc<Vec<RulePrecision>> {
        let mut known = self.precision.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seq, rules)) = &*known
            && *seq == view.seq
        {
            return Arc::clone(rules);
        }
        let raw = |app| self.raw(view, app);
        let policy = &self.surroundings.policy;
        let (surroundings, now) = (&self.surroundings, self.clock.now());
        let watched = &*self.watched(policy);
        let assessor = Assessor { view, surroundings, policy, watched, now, raw: &raw };
        let decided: Vec<(bool, Arc<RingAssessment>)> = view
            .rings
            .iter()
            .filter_map(|ring| {
                let confirmed = match ring.status {
                    RingStatus::Open => return None,
                    RingStatus::Dismissed => false,
                    RingStatus::Confirmed | RingStatus::Referred => true,
                };
                let known = self.before(view, policy, ring);
                Some((confirmed, known.unwrap_or_else(|| Arc::new(assessor.ring(ring)))))
            })
            .collect();
        let decided = decided.iter().map(|(confirmed, ring)| (*confirmed, &**ring));
        let rules = Arc::new(fairness::precision(decided, policy));
        *known = Some((view.seq, Arc::clone(&rules)));
        rules
    }

    /// The numbers in force in a view: as configured, with the rules muted that verdicts do not bear out.
    pub(super) fn in_force(&self, view: &View) -> IndicatorPolicy {
        let mut policy = self.surroundings.policy.clone();
        let rules = self.rule_precision(view);
        let muted = rules.iter().filter(|rule| rule.muted).map(|rule| rule.indicator_id.to_owned());
        policy.muted.extend(muted);
        policy
    }

    fn with_assessor<T>(&self, view: &View, assess: impl FnOnce(&Assessor<'_>) -> T) -> T {
        self.with_numbers(view, &self.in_force(view), assess)
    }

    /// Assesses under these numbers.
    pub(super) fn with_numbers<T>(
        &self,
        view: &View,
        policy: &IndicatorPolicy,
        assess: impl FnOnce(&Assessor<'_>) -> T,
    ) -> T {
        let raw = |app| self.raw(view, app);
        let (surroundings, now) = (&self.surroundings, self.clock.now());
        let watched = self.watched(policy);
        assess(&Assessor { view, surroundings, policy, watched: &watched, now, raw: &raw })
    }

    /// Records what a person checked about an application; the view contains it when this returns.
    ///
    /// # Errors
    /// When the application is unknown, when `by` or `note` is blank, or when the store fails.
    pub fn check(
        &self,
        application: &ApplicationId,
        item: CheckItem,
        result: CheckResult,
        by: &str,
        note: &str,
    ) -> Result<(), EngineError> {
        let by = spoken(by, "the name of who checked")?;
        let note = spoken(note, "how it was checked, and what was seen")?;
        let mut ledger = self.writer();
        if !ledger.knows(application) {
            return Err(unknown(application));
        }
        let before = ledger.seq;
        let at = self.clock.now();
        let check = Check { application: application.clone(), item, result, by, at, note };
        self.record(&mut ledger, vec![Fact::Checked(check)])?;
        self.restate(&mut ledger, before, None)
    }
}

/// What an application of a view says, as received; none when it cannot be read.
pub type Raw<'a> = dyn Fn(AppIx) -> Option<Application> + Sync + 'a;

/// Assesses what is in a view, reading applications as it is told.
pub struct Assessor<'a> {
    /// Who belongs together, and what is usual.
    pub view: &'a View,
    /// What is known beside the store.
    pub surroundings: &'a Surroundings,
    /// The numbers in force.
    pub policy: &'a IndicatorPolicy,
    /// What is watched.
    pub watched: &'a WatchLists,
    /// The hour.
    pub now: Moment,
    /// Reads an application.
    pub raw: &'a Raw<'a>,
}

impl Assessor<'_> {
    /// Assesses an applicant; as a member, when in a ring, and then with the ring's band.
    #[must_use]
    pub fn applicant(&self, applicant: ApplicantIx) -> (Assessment, Option<Band>) {
        if let Some(ring) = self.view.ring_of(applicant)
            && let Some(place) = ring.members.iter().position(|&m| m == applicant)
        {
            let ring = self.ring(ring);
            if let Some(assessment) = ring.members.get(place) {
                return (assessment.clone(), Some(ring.band()));
            }
        }
        let tied = linked(self.view, [applicant]);
        let raw = self.applications(applicant);
        let dossier = dossier(self.view, &raw);
        let tied: Vec<&PersonName> = tied.iter().collect();
        let (ties, now) = (ties(self.view, applicant), Hour::of(self.now));
        (indicators::assess(&dossier, &ties, &self.context(&tied, &now)), None)
    }

    /// Assesses an application by itself.
    #[must_use]
    pub fn alone(&self, application: &Application) -> Assessment {
        let dossier = Dossier::new([application]);
        indicators::assess(&dossier, &Ties::default(), &self.context(&[], &Hour::of(self.now)))
    }

    /// Assesses a ring. O(applications of its members).
    #[must_use]
    pub fn ring(&self, ring: &Ring) -> RingAssessment {
        self.ring_by_hour(ring).0
    }

    /// The same, and whether it may be another at another hour.
    pub(super) fn ring_by_hour(&self, ring: &Ring) -> (RingAssessment, bool) {
        let tied = linked(self.view, ring.members.iter().copied());
        let order = self.by_id(ring);
        let raw: Vec<Vec<Application>> = order.iter().map(|&m| self.applications(m)).collect();
        let members: Vec<Dossier<'_>> = raw.iter().map(|all| dossier(self.view, all)).collect();
        let ties: Vec<Ties> = order.iter().map(|&m| ties(self.view, m)).collect();
        let tied: Vec<&PersonName> = tied.iter().collect();
        let now = Hour::of(self.now);
        let context = self.context(&tied, &now);
        let shape = shape(self.view, ring, &order);
        let case = RingCase { members: &members, shape: &shape, context: &context };
        let mut assessment = indicators::rank(&case, ring.score, &ties);
        // Back to the places that members have in the ring.
        let place = |at: usize| order.get(at).and_then(|m| ring.members.binary_search(m).ok());
        for signal in &mut assessment.signals {
            signal.members = signal.members.iter().filter_map(|&at| place(at)).collect();
            signal.members.sort_unstable();
        }
        let mut placed: Vec<(ApplicantIx, Assessment)> =
            order.iter().copied().zip(std::mem::take(&mut assessment.members)).collect();
        placed.sort_by_key(|(member, _)| *member);
        assessment.members = placed.into_iter().map(|(_, member)| member).collect();
        (assessment, now.was_asked())
    }

    /// The members of a ring by their ids: numbers depend on what was computed before, and what is said of a ring must not.
    fn by_id(&self, ring: &Ring) -> Vec<ApplicantIx> {
        let mut order = ring.members.clone();
        order.sort_by(|&a, &b| {
            let id = |ix| &self.view.network.applicant(ix).id;
            id(a).cmp(id(b))
        });
        order
    }

    /// The newest version of every application of an applicant; those that cannot be read are left out.
    fn applications(&self, applicant: ApplicantIx) -> Vec<Application> {
        let applications = &self.view.network.applicant(applicant).applications;
        applications.iter().filter_map(|&app| (self.raw)(app)).collect()
    }

    fn context<'b>(&'b self, tied: &'b [&'b PersonName], now: &'b Hour) -> Context<'b> {
        Context {
            policy: self.policy,
            tallies: &self.view.tallies,
            watched: self.watched,
            ips: &*self.surroundings.ips,
            completions: self.surroundings.completions.as_deref(),
            tied,
            now,
        }
    }
}

impl View {
    /// The rings with what indicators make of them, the first to be looked at in front: by band, then by rank, then by id.
    #[must_use]
    pub fn queue(
        &self,
        assessed: &BTreeMap<RingId, Arc<RingAssessment>>,
    ) -> Vec<(&Ring, Arc<RingAssessment>)> {
        let with = |ring| {
            let ring: &Ring = ring;
            Some((ring, Arc::clone(assessed.get(&ring.id)?)))
        };
        let mut queue: Vec<(&Ring, Arc<RingAssessment>)> =
            self.rings.iter().filter_map(with).collect();
        queue.sort_by(|(a, x), (b, y)| y.order().cmp(&x.order()).then_with(|| a.id.cmp(&b.id)));
        queue
    }
}

fn unknown(application: &ApplicationId) -> EngineError {
    EngineError::NotFound { what: "application", id: application.to_string() }
}

/// The identity of these applications, with the last check of each item about any of them.
fn dossier<'a>(view: &View, raw: &'a [Application]) -> Dossier<'a> {
    let checks = view.checked(raw.iter().map(|a| &a.id)).into_values().cloned().collect();
    Dossier::new(raw).checked(checks)
}

/// Names of those whom links tie to any of these, and of these themselves where there are several.
fn linked(view: &View, these: impl IntoIterator<Item = ApplicantIx>) -> Vec<PersonName> {
    let network = &view.network;
    let mut all: BTreeSet<ApplicantIx> = BTreeSet::new();
    for one in these {
        for &link in network.links_of(one) {
            let link = network.link(link);
            all.extend([link.a, link.b]);
        }
    }
    let mut all: Vec<ApplicantIx> = all.into_iter().collect();
    all.sort_by(|&a, &b| network.applicant(a).id.cmp(&network.applicant(b).id));
    all.into_iter().filter_map(|ix| name::parse(network.label(ix))).collect()
}

/// What ties an applicant to others in innocent ways.
fn ties(view: &View, applicant: ApplicantIx) -> Ties {
    let network = &view.network;
    let links: Vec<&Link> =
        network.links_of(applicant).iter().map(|&link| network.link(link)).collect();
    let has = |class| {
        let evidence = links.iter().flat_map(|link| &link.evidence);
        evidence.filter_map(|e| e.discount).any(|discount| discount.class == class)
    };
    Ties {
        households: links.iter().filter(|link| link.class == LinkClass::Household).count(),
        campus: has(BackgroundClass::Campus),
        template: has(BackgroundClass::Template),
    }
}

/// What holds a ring together, by the places of its members in this order.
fn shape(view: &View, ring: &Ring, order: &[ApplicantIx]) -> Shape {
    let network = &view.network;
    let places: BTreeMap<ApplicantIx, usize> =
        order.iter().enumerate().map(|(at, &member)| (member, at)).collect();
    let place = |ix: ApplicantIx| places.get(&ix).copied();
    let sorted = |members: &[ApplicantIx]| {
        let mut found: Vec<usize> = members.iter().filter_map(|&m| place(m)).collect();
        found.sort_unstable();
        found
    };
    let shared = ring.artefacts.iter().map(|artefact| {
        let attribute = artefact.attribute.map(|ix| network.corpus().attribute(ix));
        let open = attribute.as_ref().filter(|a| !a.is_sealed());
        SharedThing {
            kind: attribute.as_ref().map(|a| a.kind),
            family: artefact.family,
            value: open.map_or_else(String::new, |a| a.value.clone()),
            label: feature(artefact.feature).label().to_owned(),
            members: sorted(&artefact.members),
            bits: artefact.bits,
            users: artefact.users as usize,
        }
    });
    let links = ring.links.iter().filter_map(|&ix| {
        let link = network.link(ix);
        let mut families: Vec<_> = link.evidence.iter().map(|e| e.family).collect();
        families.sort_unstable();
        families.dedup();
        let (a, b) = (place(link.a)?, place(link.b)?);
        Some(Tie { ends: (a.min(b), a.max(b)), bits: link.bits, families })
    });
    let mut links: Vec<Tie> = links.collect();
    links.sort_by_key(|tie| tie.ends);
    Shape {
        identities: ring.identities as usize,
        families: ring.families.clone(),
        shared: shared.collect(),
        without_first: ring.drop_one.as_ref().map(|drop| drop.remaining),
        links,
    }
}
