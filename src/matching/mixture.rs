//! The mixture: what a shared value is worth, being an artefact that one hand passes around with some probability, and a hub
//! that unrelated people use otherwise. Not responsible for who uses it (`crowd`) nor for what judgements say (`background`).
//!
//! Invariant: depends only on the crowd as it is judged, on the kind and the class of the value, and on the policy.

use crate::{
    matching::{
        Crowd, Shared,
        crowd::{FLAT, FULL_FLAT},
        feature::Own,
        policy::LinkPolicy,
    },
    model::{AttributeKind, BackgroundClass, Bits},
};

/// So many days people of one hand in one home take to apply, at most: a house of many doors, or a shelter, has users all
/// the time.
const BRIEF: u16 = 90;

/// So probable is it at least of a pattern that strangers hit upon that a hub is behind it.
const MOSTLY_A_WORD: f64 = 0.91;

/// So many days a hand takes at most to use a word so often that strangers hardly hit upon it in the same time.
const BURST: u16 = 60;

/// Bits of a value that is an artefact with some probability and a hub otherwise, and how probable the hub is.
pub fn mixture(
    shared: &Shared,
    seen: Crowd,
    kind: Option<AttributeKind>,
    days: u32,
    link: &LinkPolicy,
) -> (Bits, f64) {
    let home = kind == Some(AttributeKind::Address);
    // A mail drop, a campus or a divided building is a hub by its class.
    let by_class = match shared.class {
        BackgroundClass::MailDrop | BackgroundClass::Campus => 0.98,
        _ => shared.hub,
    };
    let users = seen.users.max(2);
    let with = f64::from(seen.corroborated);
    // Log-odds of "hub": each user with nothing else in common speaks for it, each one with something against.
    let alone = ((1.0 - link.corroboration_hub) / (1.0 - link.corroboration_ring)).log2();
    let together = (link.corroboration_ring / link.corroboration_hub).log2();
    let prior = (by_class / (1.0 - by_class)).log2();
    // Two users are no crowd: the first two tell nothing about a hub. Of a thing of one's own a few more do not,
    // since a careful hand passes around nothing else; a whole crowd of whom nobody shares anything else has no
    // hand behind it.
    let mut full = shared.bits.get();
    let counted = shared.own == Own::Not;
    let picture = kind == Some(AttributeKind::Photo);
    let telling = if counted || picture { 2.0 } else { f64::from(link.careful) };
    // Of a series strangers are expected, and its class says so; not thousands.
    let a_value = counted || shared.attribute.is_some() || seen.is_of_many();
    let strangers = if a_value { (f64::from(users) - with - telling).max(0.0) } else { 0.0 };
    // One face under many names shows at once, and stock pictures are in many hands.
    let alone = if picture { alone * link.stock_picture } else { alone };
    let mut log_odds = prior + strangers * alone - with * together;
    if shared.own == Own::Cohort && seen.has_no_common_ground() && seen.outside * 3 <= seen.inside {
        // Who vouches for people of different schools, firms and states who come in one season is no manager of theirs.
        log_odds -= link.organisation.get();
    } else if !counted && seen.is_organisation() {
        log_odds += link.organisation.get();
    } else if !counted && !picture && shared.own != Own::Cohort {
        let further = f64::from(seen.inside.saturating_sub(2));
        log_odds += f64::from(seen.outside) * link.out_of_season.get();
        if seen.outside * 3 <= seen.inside {
            // Strangers come at any time that the store covers, or of three years: the shorter the season, the
            // less by chance.
            let chance = f64::from(seen.days.max(15)) / f64::from(days.min(1_024));
            let each = -chance.log2().min(0.0) * link.in_season;
            log_odds -= (further * each).min(link.season_cap.get());
            if shared.own == Own::Local {
                log_odds += local(seen, link);
            }
            // The more people one hand's artefact has in a season, the less it is a coincidence; of the words that strangers hit
            // upon, some have many over the months for no reason.
            if !is_a_words(shared) || seen.days <= BURST {
                full += (further * link.further.get() * each.min(1.0)).min(link.further_cap.get());
            }
        }
    }
    // Flatmates may all apply in one summer, and a hall or a shelter has users all the time; whoever has more people in one
    // home than flats hold has them apply together.
    let is_home = home && shared.class == BackgroundClass::Dwelling;
    let at_once = f64::from(seen.families) - f64::from(seen.outside);
    let further = (at_once - f64::from(FLAT)).max(0.0);
    let mut in_season = 0.0;
    let is_crowded = is_home && at_once > f64::from(FULL_FLAT);
    let is_brief = seen.days <= BRIEF && seen.outside * 3 <= seen.inside;
    if is_crowded && is_brief && !seen.is_organisation() {
        let chance = f64::from(seen.days.max(15)) / f64::from(days.min(1_024));
        in_season = further * -chance.log2().min(0.0) * link.in_season;
        log_odds -= in_season.min(link.crowd_season_cap.get());
    }
    let hub = 1.0 / (1.0 + (-log_odds * std::f64::consts::LN_2).exp());
    // On a hub a person has all its other users as innocent company.
    let on_hub = 0.3 / f64::from(users - 1);
    let mixed = ((1.0 - hub) * full.exp2() + hub * on_hub).max(1e-9).log2();
    let crowd = if is_home {
        // Those who come and go over the years are tenants of one house with many doors.
        (further * link.crowd.get() + in_season) * (1.0 - hub)
    } else {
        0.0
    };
    (Bits::new(mixed.max(-12.0) + crowd.min(link.crowd_cap.get())), hub)
}

/// Whether it is a pattern that is mostly a word strangers hit upon, as stems of mailboxes and handles are.
fn is_a_words(shared: &Shared) -> bool {
    let is_pattern = shared.attribute.is_none() && shared.class == BackgroundClass::Personal;
    is_pattern && shared.hub > MOSTLY_A_WORD
}

/// What the states its users claim to live in say for a hub: libraries, offices and landlines are used by people
/// of one place, and personas claim to live all over the country.
fn local(seen: Crowd, link: &LinkPolicy) -> f64 {
    let (states, inside) = (f64::from(seen.states), f64::from(seen.inside.max(2)));
    if states >= 2.0 && states >= 0.6 * inside {
        -((states - 1.0) * link.state.get()).min(link.state_cap.get())
    } else if seen.inside > 2 && seen.homes > 1 && states <= 0.34 * inside {
        link.state.get()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{matching::feature::NO_SERIES, model::AttributeIx};

    fn weigh(crowd: Crowd, class: BackgroundClass, hub: f64, own: Own) -> f64 {
        let link = LinkPolicy::default();
        let (attribute, bits) = (Some(AttributeIx(0)), link.phone.bits());
        let shared = Shared { attribute, series: NO_SERIES, class, bits, hub, own };
        mixture(&shared, crowd, None, 1_024, &link).0.get()
    }

    fn crowd(users: u32, corroborated: u32) -> Crowd {
        Crowd { users, corroborated, inside: 2, outside: users - 2, ..Crowd::default() }
    }

    #[test]
    fn a_value_shared_by_hundreds_who_share_nothing_else_explains_itself() {
        let personal = BackgroundClass::Personal;
        assert!(weigh(crowd(2, 0), personal, 0.001, Own::Anywhere) > 6.0);
        assert!(weigh(crowd(300, 3), personal, 0.001, Own::Anywhere) < 0.1);
    }

    #[test]
    fn a_busy_value_whose_users_corroborate_each_other_keeps_its_weight() {
        let personal = BackgroundClass::Personal;
        assert!(weigh(crowd(40, 30), personal, 0.001, Own::Anywhere) > 6.0);
        assert!(weigh(crowd(40, 30), BackgroundClass::MailDrop, 0.02, Own::Not) > 6.0);
        assert!(weigh(crowd(40, 2), BackgroundClass::MailDrop, 0.02, Own::Not) < 0.1);
    }

    #[test]
    fn a_stem_that_thousands_have_weighs_what_those_say_who_corroborate() {
        let link = LinkPolicy::default();
        let weigh = |corroborated| {
            let crowd = Crowd { users: 6_000, corroborated, traits: 512, ..Crowd::default() };
            assert!(crowd.is_of_many());
            let shared = Shared {
                attribute: None,
                series: NO_SERIES,
                class: BackgroundClass::Common,
                bits: link.email_series.bits(),
                hub: link.email_series.hub,
                own: Own::Anywhere,
            };
            mixture(&shared, crowd, None, 1_024, &link).0.get()
        };
        assert!(weigh(300) < 0.1);
        assert!(weigh(5_000) > 6.0);
    }

    #[test]
    fn more_corroboration_never_makes_a_value_worth_less() {
        for users in [2, 3, 5, 20, 100] {
            let mut last = f64::NEG_INFINITY;
            for corroborated in 0..=users {
                let crowd = crowd(users, corroborated);
                let bits = weigh(crowd, BackgroundClass::Personal, 0.05, Own::Anywhere);
                assert!(bits >= last, "{users} {corroborated}");
                last = bits;
            }
        }
    }

    #[test]
    fn strangers_of_one_season_and_many_states_share_what_one_hand_passes_around() {
        let season = |inside, users, states| Crowd {
            users,
            inside,
            outside: users - inside,
            states,
            ..Crowd::default()
        };
        let weigh = |crowd| weigh(crowd, BackgroundClass::SharedDevice, 0.02, Own::Local);
        assert!(weigh(season(5, 5, 5)) > weigh(season(2, 2, 1)) + 1.0);
        assert!(weigh(season(5, 60, 5)) < 1.0, "a library's computer");
    }

    #[test]
    fn a_whole_crowd_of_one_season_without_anything_else_in_common_explains_itself() {
        let weigh = |users, corroborated| {
            let crowd = Crowd { users, corroborated, inside: users, ..Crowd::default() };
            weigh(crowd, BackgroundClass::Personal, 0.001, Own::Anywhere)
        };
        assert!(weigh(8, 0) > 6.0, "a careful hand");
        assert!(weigh(30, 0) < 1.0, "an agency's phone");
        assert!(weigh(30, 15) > 6.0);
    }

    #[test]
    fn what_one_employer_or_school_has_is_the_organisations() {
        let crowd = |organisation: bool| Crowd {
            users: 5,
            inside: 5,
            states: 3,
            traits: if organisation { 2 } else { 0 },
            ..Crowd::default()
        };
        let weigh = |crowd| weigh(crowd, BackgroundClass::Personal, 0.05, Own::Anywhere);
        assert!(weigh(crowd(false)) > weigh(crowd(true)) + 2.0);
    }
}
