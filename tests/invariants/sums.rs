//! The parts sum to the whole: evidence to links, lines of an explanation to its totals, links to rings.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::engine_with,
};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::{Engine, View},
    model::{Agreement, ApplicantIx, Bits, LinkStrength},
    rings::joining,
};
use std::collections::BTreeSet;

#[track_caller]
fn check_links(view: &View) {
    for link in view.network.links() {
        assert!(link.a < link.b);
        let sum: Bits = link.evidence.iter().map(|e| e.bits).sum();
        assert_eq!(link.bits, sum, "{link:?}");
        for e in &link.evidence {
            let sign = match e.agreement {
                Agreement::Supports => e.bits > Bits::ZERO,
                Agreement::Neutral => e.bits == Bits::ZERO,
                Agreement::Contradicts => e.bits < Bits::ZERO,
            };
            assert!(sign, "{e:?}");
            let of = |app| view.network.applicant_of(app);
            assert_eq!(
                BTreeSet::from([of(e.left), of(e.right)]),
                BTreeSet::from([link.a, link.b]),
                "evidence of other applicants: {e:?}"
            );
        }
    }
}

#[track_caller]
fn check_explanation(engine: &Engine, view: &View, a: ApplicantIx, b: ApplicantIx) {
    let told = engine.explain(view, a, b);
    let total: Bits = told.lines.iter().map(|l| l.bits).sum();
    assert_eq!(told.total, total, "{told:?}");
    let identity: Bits = told.identity.iter().map(|l| l.bits).sum();
    assert_eq!(told.identity_total, identity, "{told:?}");
    let link = (a != b).then(|| view.network.link_between(a, b)).flatten();
    let link = link.map(|ix| view.network.link(ix));
    assert_eq!(told.class, link.map(|l| l.class));
    assert_eq!(told.strength, link.map(|l| l.strength));
    if let Some(link) = link {
        assert_eq!(told.total, link.bits, "{told:?}");
        assert_eq!(told.lines.len(), link.evidence.len());
    }
}

#[track_caller]
fn check_rings(engine: &Engine, view: &View) {
    let policy = &*engine.policy();
    let total = |ix| policy.link.prior + view.network.link(ix).bits;
    let mut taken = BTreeSet::new();
    let joined = joining::joined(&view.network, &view.background, &engine.policy());
    for (position, ring) in view.rings.iter().enumerate() {
        assert!(ring.members.len() >= 2 && ring.members.is_sorted(), "{ring:?}");
        assert!(ring.gates.iter().all(|g| g.passed), "{ring:?}");
        for &member in &ring.members {
            assert!(taken.insert(member), "a member of two rings");
            assert_eq!(view.ring_of(member).map(|r| &r.id), Some(&ring.id), "rank {position}");
        }
        let inside = |m| ring.members.binary_search(&m).is_ok();
        let binding: Vec<_> = ring
            .members
            .iter()
            .flat_map(|&m| view.network.links_of(m))
            .copied()
            .filter(|&ix| {
                let link = view.network.link(ix);
                let binds = link.strength == LinkStrength::Ring || joined.contains(&ix);
                binds && inside(link.a) && inside(link.b)
            })
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        assert_eq!(ring.links, binding, "its links are those that bind among its members");
        // The score is that of the strongest spanning tree, found here by growing from one member (Prim).
        let mut reached = BTreeSet::from([ring.members[0]]);
        let mut score = Bits::ZERO;
        while reached.len() < ring.members.len() {
            let next = ring.links.iter().copied().filter(|&ix| {
                let link = view.network.link(ix);
                reached.contains(&link.a) != reached.contains(&link.b)
            });
            let best = next.max_by_key(|&ix| total(ix)).unwrap_or_else(|| panic!("not connected"));
            score += total(best);
            reached.extend([view.network.link(best).a, view.network.link(best).b]);
        }
        assert_eq!(ring.score, score);
        for artefact in &ring.artefacts {
            assert!(artefact.members.iter().all(|&m| inside(m)), "{artefact:?}");
            assert!(artefact.users as usize >= artefact.members.len(), "{artefact:?}");
        }
        if let Some(drop) = &ring.drop_one {
            assert!((drop.artefact as usize) < ring.artefacts.len());
            let largest = drop.parts.first().map_or(0, |&n| n as usize);
            assert!(drop.parts.iter().sum::<u32>() as usize <= ring.members.len(), "{drop:?}");
            let share = largest as f64 / ring.members.len() as f64;
            assert!((drop.remaining.get() - share).abs() < 1e-9, "{drop:?}");
        }
    }
    let everybody = (0..view.network.applicants().slots()).map(ApplicantIx::new);
    let in_rings = everybody.filter(|&ix| view.ring_of(ix).is_some()).count();
    assert_eq!(in_rings, taken.len(), "an applicant points to a ring that does not have it");
    let next = view.rings.iter().skip(1);
    assert!(view.rings.iter().zip(next).all(|(a, b)| a.score >= b.score), "best supported first");
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn parts_sum_to_the_whole(
        rows in applications(2..=35),
        picks in prop::collection::vec((any::<Index>(), any::<Index>()), 12),
    ) {
        let engine = engine_with(&rows);
        let view = engine.view();
        check_links(&view);
        check_rings(&engine, &view);
        let n = view.network.applicants().len();
        for (a, b) in picks {
            let (a, b) = (ApplicantIx::new(a.index(n)), ApplicantIx::new(b.index(n)));
            let (a, b) = (a.min(b), a.max(b));
            check_explanation(&engine, &view, a, b);
        }
        for link in view.network.links().take(12) {
            check_explanation(&engine, &view, link.a, link.b);
        }
    }
}

#[test]
fn parts_sum_to_the_whole_in_synthetic_data() {
    for rows in SYNTH.iter() {
        let engine = engine_with(rows);
        let view = engine.view();
        check_links(&view);
        check_rings(&engine, &view);
        for link in view.network.links().step_by(7) {
            check_explanation(&engine, &view, link.a, link.b);
        }
    }
}
