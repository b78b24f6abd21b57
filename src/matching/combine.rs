//! Combination: what is found between two applicants, weighed against its background and added up. Not responsible
//! for finding (`found`) nor for what a home is (`home`).
//!
//! Invariant: what is taken off is kept in the evidence, so that a link weighs what its evidence weighs.

use crate::{
    matching::{
        Background, Crowd, Linker, corpus::doublings, feature, feature::Own, features::resume,
        findings::Found, home::Home, policy::Sharing, series,
    },
    model::{
        Agreement, AppIx, ApplicantIx, AttributeKind, BackgroundClass, Bits, Discount, Evidence,
        Family, Share,
    },
};

/// More than so many at one delivery building are no few personas with invented units.
const CROWD: u32 = 12;

/// So many strangers with one stem there may be at least, of whom the nearest is met.
const STRANGERS: u32 = 4;

/// Fewest mailboxes with neighboring numbers that somebody counted on in.
const RUN: u32 = 3;

/// Fewest people with one text who are rather a class, if one state is theirs, than personas who happen to claim it.
pub(super) const CLASS: u32 = 4;

/// Evidence on its way to a link.
struct Weighed {
    evidence: Evidence,
    /// The group it counts in: what one cause explains at once counts once.
    group: Family,
    /// The cause it is shown with, where that is another one: a machine in two homes is no home's, though a library
    /// has machines and a network.
    counted: Option<Family>,
    /// Whether it is about a hub, which brings strangers together and corroborates nothing.
    hub: bool,
}

/// Whether so many mailboxes are in a run that somebody counted on.
pub(super) fn is_run(background: &Background, run: u64) -> bool {
    background.series_crowd(run).is_some_and(|crowd| crowd.users >= RUN)
}

impl Linker<'_> {
    /// What was found, weighed against its background and combined.
    pub fn weighed(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        found: &mut [Found],
        background: &Background,
    ) -> Vec<Evidence> {
        let home = self.home(a, b, found, background);
        let together = self.together(found, background);
        let mut weighed: Vec<Weighed> =
            found.iter().map(|f| self.weigh(f, home, together, background)).collect();
        // Where they live and work together, one and the same explains their home and their school or employer.
        if found.iter().any(|f| self.is_premises(f, background)) {
            for w in weighed.iter_mut().filter(|w| w.group == Family::History) {
                w.group = Family::Address;
            }
        }
        // One place has a door and a network: what both say of it counts as one.
        if self.one_place(found) {
            for w in weighed.iter_mut().filter(|w| w.evidence.family == Family::Delivery) {
                w.group = Family::Address;
            }
        }
        self.combine(&mut weighed, home);
        weighed
            .into_iter()
            .map(|w| Evidence { counted: w.counted.unwrap_or(w.group), ..w.evidence })
            .collect()
    }

    /// Whether two worked or studied together, by what they say or by what they share.
    pub(super) fn together(&self, found: &[Found], background: &Background) -> bool {
        found.iter().any(|f| {
            self.were_together(f.left, f.right)
                || self.is_of_an_organisation(f, background)
                || (f.family == Family::Text && self.is_a_courses(f, background))
                || (matches!(f.family, Family::Text | Family::Address | Family::Network)
                    && background.crowd(&f.shared).is_some_and(|crowd| crowd.is_premises()))
        })
    }

    /// Whether the passages of two texts are those of a course, a team or an office of one place: all who have them live in
    /// one state, in homes of their own. One hand's personas claim to live all over the country. Whichever of the passages
    /// show it, since people of one course leave out different ones.
    fn is_a_courses(&self, f: &Found, background: &Background) -> bool {
        f.shared.series.iter().filter(|&&key| key != 0).any(|&key| {
            background
                .series_crowd(key)
                .is_some_and(|crowd| crowd.inside >= CLASS && crowd.states == 1 && crowd.homes > 2)
        })
    }

    /// What two texts say of which only some passages agree. What others have as well is a project or a course that many
    /// list; what these two alone have was copied, however little an edited copy leaves.
    fn few(&self, f: &Found, background: &Background) -> Option<Sharing> {
        let (corpus, policy) = (self.comparer.corpus, &self.comparer.policy.link);
        if !resume::is_few(corpus, &corpus.app(f.left), &corpus.app(f.right)) {
            return None;
        }
        let crowd = background.crowd(&f.shared);
        // An agency's header stands above the texts of all whom it submits.
        if crowd.is_some_and(|crowd| crowd.is_agencys()) {
            return Some(policy.resume_opening);
        }
        let alone = crowd.is_some_and(|crowd| crowd.users <= 2);
        Some(if alone { policy.resume_few_alone } else { policy.resume_few })
    }

    /// One thing found, weighed against its background.
    fn weigh(&self, f: &Found, home: Home, together: bool, background: &Background) -> Weighed {
        let policy = self.comparer.policy;
        let mut shared = f.shared;
        let known = |sharing: Sharing| shared.bits.min(sharing.bits());
        let mut group = home.group(f.family);
        let mut counted = None;
        let mut two_hands = false;
        let homely = background.crowd(&f.shared).is_none_or(|crowd| crowd.is_a_homes());
        match f.family {
            // A phone or mailbox is a family's if its users live together as far as is known.
            Family::Contact if home == Home::Shared || homely => {
                shared.bits = known(policy.link.contact_home_unknown);
                group = Family::Address;
            }
            // Spouses have one account and one home.
            Family::Payment if home == Home::Apart && !homely => {
                shared.bits = shared.bits.max(policy.link.payment_apart.bits());
            }
            // The street address of a tower or a mail drop says no more than the building.
            Family::Delivery if self.is_at_the_door(f, background) => {
                shared.bits = known(policy.link.building);
                group = Family::Address;
            }
            // Who has equipment sent to a place in their own state may live there.
            Family::Delivery if shared.own == Own::Not => group = Family::Address,
            // Others claim the same house in another state: it is nobody's home.
            Family::Address
                if background.series_crowd(shared.series[0]).is_some_and(|c| c.states > 1)
                    && !self.is_ruled(f) =>
            {
                shared.attribute = None;
                shared.bits = policy.link.house_in_two_states.bits();
                shared.hub = policy.link.house_in_two_states.hub;
                shared.own = Own::Anywhere;
            }
            // Numbers are bought where one lives, by one or two at a time.
            Family::Series
                if home == Home::Shared
                    && feature(f.feature).name() == "phone_block"
                    && background.crowd(&f.shared).is_none_or(|crowd| crowd.users < 3) =>
            {
                group = Family::Address;
            }
            // Whoever numbers mailboxes counts on; strangers who hit upon one stem take any number, and two hands that do count
            // on, each from a number of its own.
            Family::Series if feature(f.feature).name() == "email_series" => {
                two_hands = self.are_of_two_runs(f, background);
                let near = self.nearness(f, background).exp2();
                shared.hub /= shared.hub + (1.0 - shared.hub) * near;
            }
            // What is mostly used by people of one school or employer is where they live and work.
            Family::Address | Family::Network if self.is_premises(f, background) => {
                shared.bits = known(policy.link.building);
                group = Family::Address;
            }
            // The machine of a home, where one of them leaves the home out.
            Family::Network
                if shared.class == BackgroundClass::SharedDevice
                    && home == Home::Unknown
                    && homely =>
            {
                shared.bits = known(policy.link.contact_home_unknown);
                group = Family::Address;
            }
            // One machine in two homes is no family computer, if its users have several homes.
            Family::Network
                if shared.class == BackgroundClass::SharedDevice
                    && home != Home::Shared
                    && !homely =>
            {
                shared.bits = policy.link.device_apart.bits();
                counted = Some(Family::Network);
            }
            // Who worked or studied together has a manager, a project and a club in common.
            Family::Text if together => {
                shared.bits = known(policy.link.resume_together);
                group = Family::History;
            }
            // A school's or a firm's template bears its name as author.
            Family::Document if together && feature(f.feature).name() == "pdf_author" => {
                group = Family::History;
            }
            Family::Text => {
                if let Some(few) = self.few(f, background) {
                    shared.bits = known(few);
                }
            }
            Family::Referee | Family::Profile if together && !self.is_a_persons(f) => {
                shared.bits = known(policy.link.together);
                group = Family::History;
            }
            _ => {}
        }
        let (bits, mut discount, hub) = if !two_hands {
            background.weigh(self.comparer.corpus, &shared, self.rulings, policy)
        } else {
            let crowd = background.crowd(&shared).unwrap_or(Crowd::ALONE);
            let corroborated = Share::of(crowd.corroborated as usize, crowd.users as usize);
            let (users, class) = (crowd.users, BackgroundClass::Common);
            (Bits::ZERO, Some(Discount { users, corroborated, bits: Bits::ZERO, class }), true)
        };
        if let Some(d) = discount.as_mut() {
            d.bits += f.shared.bits - shared.bits;
        }
        let evidence = Evidence {
            feature: f.feature,
            family: f.family,
            counted: group,
            agreement: Agreement::Supports,
            bits,
            left: f.left,
            right: f.right,
            attribute: f.shared.attribute,
            discount,
        };
        Weighed { evidence, group, counted, hub }
    }

    /// Whether somebody judged the value that two share.
    fn is_ruled(&self, f: &Found) -> bool {
        f.shared.attribute.is_some_and(|ix| self.rulings.value(ix).is_some())
    }

    /// Whether the numbers of two mailboxes lie in two runs of neighboring ones, each of which others are in.
    fn are_of_two_runs(&self, f: &Found, background: &Background) -> bool {
        let corpus = self.comparer.corpus;
        let runs = |app| series::runs(&corpus.app(app));
        let (Some(p), Some(q)) = (runs(f.left), runs(f.right)) else { return false };
        let is_run = |runs: [u64; 2]| runs.iter().any(|&run| is_run(background, run));
        !p.iter().any(|run| q.contains(run)) && is_run(p) && is_run(q)
    }

    /// How much nearer the numbers of two mailboxes lie than those of the nearest of the strangers with their stem, in bits.
    fn nearness(&self, f: &Found, background: &Background) -> f64 {
        let corpus = self.comparer.corpus;
        let (x, y) = (corpus.app(f.left), corpus.app(f.right));
        let (Some(p), Some(q)) = (x.mailbox_number(), y.mailbox_number()) else { return 0.0 };
        let stem = series::mailbox(&x).filter(|stem| series::mailbox(&y) == Some(*stem));
        let Some(stem) = stem else { return 0.0 };
        let users = background.series_crowd(stem);
        let strangers = users.map_or(0, |crowd| crowd.users).max(STRANGERS);
        let near = f64::from(2 * p.abs_diff(q) + 1) * series::number_share(p.max(q));
        let bits = -(near * f64::from(strangers)).min(1.0).log2();
        bits.min(self.comparer.policy.link.email_numbers_near.get())
    }

    /// Whether two have things sent to a building of many units of which one leaves out the unit, and people come and go
    /// there: not only those of one season, who may have invented the units.
    fn is_at_the_door(&self, f: &Found, background: &Background) -> bool {
        let corpus = self.comparer.corpus;
        let at_the_door = |app: AppIx| {
            let place = corpus.app(app).shipping();
            place.is_some_and(|place| {
                let many = |building| corpus.has_many_units(building);
                place.unit().is_none() && place.building().is_some_and(many)
            })
        };
        // ... nor a crowd most of which has nothing else in common: so many invented units have one hand behind them.
        // Who has others in common counts for the place as it is written, where two write it alike.
        let written = background.crowd(&f.shared).map_or(0, |crowd| crowd.corroborated);
        let come_and_go = |key: u64| {
            background.series_crowd(key).is_some_and(|c| {
                let with = c.corroborated.max(written);
                c.outside * 6 > c.inside || (c.users > CROWD && with * 2 < c.users)
            })
        };
        (at_the_door(f.left) || at_the_door(f.right)) && come_and_go(f.shared.series[0])
    }

    /// Whether a profile that two share belongs to one person: a professional profile does, a page of code or of
    /// the web may be a school's.
    fn is_a_persons(&self, f: &Found) -> bool {
        f.shared.attribute.is_some_and(|ix| {
            let corpus = self.comparer.corpus;
            corpus.kind(ix) == AttributeKind::Profile && corpus.value(ix).starts_with("linkedin:")
        })
    }

    /// Whether two share the referee or the page of an organisation: one whose users are mostly of one school or
    /// employer, or come and go over the years.
    fn is_of_an_organisation(&self, f: &Found, background: &Background) -> bool {
        self.source(f) == Family::Referee.independent()
            && f.shared.attribute.is_some()
            && background.crowd(&f.shared).is_some_and(|crowd| {
                crowd.may_be_organisations() || (crowd.users > 3 && crowd.outside >= crowd.inside)
            })
    }

    /// Whether what two share is mostly used by people of one school or employer, so that it says no more of them
    /// than that they were there.
    pub(super) fn is_premises(&self, f: &Found, background: &Background) -> bool {
        matches!(f.family, Family::Address | Family::Network)
            && background.crowd(&f.shared).is_some_and(|crowd| crowd.is_premises())
    }

    /// Whether two applications name the same employer, or the same school within three years: so long two who
    /// study there meet.
    pub(super) fn were_together(&self, left: AppIx, right: AppIx) -> bool {
        let (x, y) = (self.comparer.corpus.app(left), self.comparer.corpus.app(right));
        let worked = x
            .employment()
            .filter_map(|j| j.employer)
            .any(|e| y.employment().any(|k| k.employer == Some(e)));
        worked
            || x.education().any(|e| {
                y.education().any(|f| {
                    e.institution.is_some()
                        && e.institution == f.institution
                        && (e.year == 0 || f.year == 0 || e.year.abs_diff(f.year) <= 3)
                })
            })
    }

    /// Combines what was found. The strongest family counts by its own weight; each further independent family
    /// counts for more than its weight, since strangers who share one thing by chance hardly ever share another;
    /// further evidence of one family counts for less. Timing adds where something else speaks.
    fn combine(&self, weighed: &mut [Weighed], home: Home) {
        let policy = &self.comparer.policy.link;
        let gain = policy.corroborates * doublings(self.comparer.corpus.len().max(1_000));
        let home_first = |w: &Weighed| home == Home::Shared && w.evidence.family == Family::Address;
        weighed.sort_by_key(|w| (std::cmp::Reverse(w.evidence.bits), w.evidence.feature));
        // Where they live together, the home speaks for its group.
        if let Some(at) = weighed.iter().position(home_first) {
            let bits = weighed[at].evidence.bits;
            for w in weighed.iter_mut().filter(|w| w.group == Family::Address) {
                if w.evidence.bits > bits {
                    reduce(&mut w.evidence, bits, BackgroundClass::Dwelling);
                }
            }
            weighed.sort_by_key(|w| {
                (std::cmp::Reverse(w.evidence.bits), !home_first(w), w.evidence.feature)
            });
        }
        let mut seen: Vec<Family> = Vec::new();
        let mut deficit = 0.0_f64;
        let timing = |w: &Weighed| w.evidence.family == Family::Timing;
        for w in weighed.iter_mut().filter(|w| !timing(w)) {
            let bits = w.evidence.bits.get();
            let common = |d: Discount| d.class == BackgroundClass::JudgedCommon;
            let judged = w.evidence.discount.is_some_and(common);
            // What a home explains says no more than the home.
            let explained = home == Home::Shared
                && w.group == Family::Address
                && w.evidence.family != Family::Address;
            // A hub brings strangers together: no coincidence, unless its users corroborate.
            let strangers = w.hub && bits <= 0.0;
            let known = seen.contains(&w.group);
            let bits = if judged || strangers || (explained && known) {
                0.0
            } else if known {
                bits.max(0.0) * policy.overlap
            } else if seen.is_empty() {
                deficit = bits.min(0.0);
                seen.push(w.group);
                bits.max(0.0)
            } else {
                seen.push(w.group);
                (bits + gain + deficit).clamp(0.0, policy.corroborates_cap.get().max(bits))
            };
            settle(&mut w.evidence, Bits::new(bits));
        }
        let substance: Bits = weighed.iter().filter(|w| !timing(w)).map(|w| w.evidence.bits).sum();
        let mut timed = false;
        for w in weighed.iter_mut().filter(|w| timing(w)) {
            if substance <= Bits::ZERO || timed {
                reduce(&mut w.evidence, Bits::ZERO, BackgroundClass::Common);
            }
            timed = true;
        }
    }
}

/// Sets what evidence counts for, with a discount where that is less than its own weight.
fn settle(e: &mut Evidence, bits: Bits) {
    if bits < e.bits {
        let class = e.discount.map_or(BackgroundClass::Common, |d| d.class);
        reduce(e, bits, class);
    } else {
        e.bits = bits;
    }
}

/// Takes evidence down to so many bits, and keeps what was taken off.
pub fn reduce(e: &mut Evidence, bits: Bits, class: BackgroundClass) {
    if bits >= e.bits {
        return;
    }
    let taken = e.bits - bits;
    let before = e.discount.unwrap_or(Discount {
        users: 2,
        corroborated: Share::default(),
        bits: Bits::ZERO,
        class,
    });
    // What somebody judged stays judged.
    let class = if before.class == BackgroundClass::JudgedBad { before.class } else { class };
    e.discount = Some(Discount { bits: before.bits + taken, class, ..before });
    e.bits = bits;
}
