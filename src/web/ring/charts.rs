//! The charts of a ring, from what is looked at of it. Not responsible for drawing (`svg`).
//!
//! Invariant: a chart counts what lies within the extent and nothing else.

use crate::{
    engine::View,
    explain::day::Day,
    model::{ApplicantIx, Moment},
    reference::zips,
    svg::{
        chart::Chart,
        degrees::{self, Degree},
        heat,
        lanes::{self, Lane},
        states::{self, Use},
        timeline::{self, Bar},
    },
    web::ring::{extent::Extent, place::Place},
};
use std::collections::{BTreeMap, BTreeSet};

fn name_and_url(view: &View, place: &Place, member: ApplicantIx) -> (String, String) {
    let id = view.network.applicant(member).id.as_str();
    (view.network.label(member).to_owned(), place.focused(id))
}

/// Members by the number of other members they are linked to.
pub fn degrees(view: &View, extent: &Extent<'_>, place: &Place) -> Chart {
    let mut linked: BTreeMap<ApplicantIx, usize> =
        extent.shown.members.iter().map(|&m| (m, 0)).collect();
    for &l in &extent.shown.links {
        let link = view.network.link(l);
        for end in [link.a, link.b] {
            if let Some(n) = linked.get_mut(&end) {
                *n += 1;
            }
        }
    }
    let degree = |(member, n): (ApplicantIx, usize)| {
        let (name, href) = name_and_url(view, place, member);
        Degree { name, href, n }
    };
    degrees::chart(linked.into_iter().map(degree).collect())
}

/// When each member applied.
pub fn lanes(view: &View, extent: &Extent<'_>, place: &Place) -> Chart {
    let lane = |&member: &ApplicantIx| {
        let (name, href) = name_and_url(view, place, member);
        Lane { name, href, moments: extent.moments_of(view, member) }
    };
    lanes::chart(extent.shown.members.iter().map(lane).collect())
}

/// On which day of the week and at which hour they applied.
pub fn heat(view: &View, extent: &Extent<'_>) -> Chart {
    heat::chart(&extent.moments(view))
}

/// Where members say they live, and where they have things sent.
pub fn states(view: &View, extent: &Extent<'_>) -> Chart {
    let corpus = view.network.corpus();
    let text = |state: Option<_>, postal: Option<_>| {
        let by_zip = || Some(zips::zip5(corpus.word(postal?))?.state);
        state.map(|w| corpus.word(w)).or_else(by_zip).unwrap_or_default().to_owned()
    };
    let mut places = Vec::new();
    for &member in &extent.shown.members {
        // Each member counts once for each state and use, however often it applied.
        let mut given: BTreeSet<(String, bool)> = BTreeSet::new();
        for app in extent.applications(view, member) {
            let app = corpus.app(app);
            given.extend(app.home().map(|a| (text(a.state(), a.postal()), false)));
            given.extend(app.shipping().map(|a| (text(a.state(), a.postal()), true)));
        }
        places.extend(given.into_iter().map(|(state, is_sent)| states::Place {
            state,
            use_: if is_sent { Use::Delivery } else { Use::Home },
        }));
    }
    states::chart(&places)
}

/// The time bar: every application of the ring, each bar a link that looks at its days alone.
pub struct TimeBar {
    /// The drawing; empty where nothing has a date.
    pub svg: String,
    /// First and last day of all, for the fields.
    pub bounds: Option<(Day, Day)>,
}

/// The time bar of a ring.
pub fn time_bar(view: &View, extent: &Extent<'_>, place: &Place) -> TimeBar {
    let moments: Vec<Moment> = extent.all_moments(view);
    let bars = timeline::bars(&moments);
    let days = || moments.iter().map(|&m| Day::of(m));
    let is_in = |bar: &Bar| {
        place.from.is_none_or(|from| bar.to >= from) && place.to.is_none_or(|to| bar.from <= to)
    };
    let lead = |bar: &Bar| {
        let is_it = place.from == Some(bar.from) && place.to == Some(bar.to);
        let (from, to) = if is_it { (None, None) } else { (Some(bar.from), Some(bar.to)) };
        (place.windowed(from, to), is_in(bar))
    };
    TimeBar {
        svg: match bars.is_empty() {
            true => String::new(),
            false => timeline::figure(
                &bars,
                "Applications of the members by day of submission; each bar shows its days alone",
                Some(&lead),
            ),
        },
        bounds: days().min().zip(days().max()),
    }
}
