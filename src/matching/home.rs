//! Whether two applicants live together, and what that explains: families and flatmates share an address, a network,
//! machines and sometimes a phone and a mailbox. Not responsible for weighing what a home does not explain.
//!
//! Invariant: a home is given; a mail drop or a campus is nobody's.

use crate::{
    matching::{
        Background, Linker, corpus::AddressView, feature::Own, features::address::same_building,
        findings::Found,
    },
    model::{AppIx, ApplicantIx, Family, PlaceKind},
};

/// Whether two applicants live together, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In one dwelling or one building.
    Shared,
    /// In different places.
    Apart,
    /// The home of one of them is not known.
    Unknown,
}

impl Home {
    /// The family that evidence counts in: what a home explains (its network, and unless the homes are known to
    /// differ its phone and mailbox) counts with the home.
    #[must_use]
    pub fn group(self, family: Family) -> Family {
        match family.independent() {
            Family::Contact | Family::Payment if self == Self::Shared => Family::Address,
            Family::Delivery if self == Self::Shared => Family::Address,
            other => other,
        }
    }
}

impl Linker<'_> {
    /// The homes an applicant gives. A mail drop or a campus is nobody's home.
    fn homes(&self, ix: ApplicantIx) -> Vec<AddressView<'_>> {
        self.applications(ix)
            .iter()
            .filter_map(|&app| self.comparer.corpus.app(app).home())
            .filter(|home| matches!(home.place(), PlaceKind::Street | PlaceKind::Unit))
            .collect()
    }

    /// Whether one of the two claims to live in the state that a delivery goes to.
    fn is_near(&self, f: &Found, place: Option<AddressView<'_>>) -> bool {
        let state = place.and_then(|p| p.state());
        [f.left, f.right].into_iter().any(|app| {
            let home = self.comparer.corpus.app(app).home().and_then(|home| home.state());
            home.is_some() && home == state
        })
    }

    /// Whether the two live together, as far as it is known; and a delivery address that is the home of both, or
    /// may be, weighed as the home it is.
    pub fn home(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        found: &mut [Found],
        background: &Background,
    ) -> Home {
        let (xs, ys) = (self.homes(a), self.homes(b));
        let cx = &self.comparer;
        let mut shared = xs.iter().any(|x| ys.iter().any(|y| same_building(cx.corpus, x, y)));
        for f in found.iter_mut().filter(|f| f.family == Family::Delivery) {
            let delivery = |app: AppIx| {
                let near = f.shared.attribute.is_none();
                let place = cx.corpus.app(app).shipping();
                place.filter(|p| near || p.dwelling() == f.shared.attribute)
            };
            let mut sides = [f.left, f.right];
            sides.sort_unstable_by_key(|&app| cx.corpus.app(app).key());
            let place = sides.into_iter().find_map(delivery);
            // Who gives a delivery address and no home may well live there, unless people who claim to live all
            // over the country have equipment sent to it.
            let scattered = background.crowd(&f.shared).is_some_and(|crowd| crowd.is_scattered());
            let may_live = |app: AppIx, homes: &[AddressView<'_>]| {
                let there =
                    |h: &AddressView<'_>| place.is_some_and(|p| same_building(cx.corpus, &p, h));
                let elsewhere = |h: AddressView<'_>| {
                    let state = place.and_then(|p| p.state());
                    h.building().is_some() || (h.state().is_some() && h.state() != state)
                };
                homes.iter().any(there)
                    || (!scattered && !cx.corpus.app(app).home().is_some_and(elsewhere))
            };
            let (left, right) = if self.applications(a).contains(&f.left) {
                (f.left, f.right)
            } else {
                (f.right, f.left)
            };
            let (x, y) = (may_live(left, &xs), may_live(right, &ys));
            if scattered && f.shared.own == Own::Not && !x && !y && !self.is_near(f, place) {
                let far = self.comparer.policy.link.shipping;
                (f.shared.bits, f.shared.hub, f.shared.own) = (far.bits(), far.hub, Own::Anywhere);
            }
            if x && y {
                shared = true;
                f.shared.bits = f.shared.bits.min(self.comparer.policy.link.dwelling.bits());
            } else if x || y {
                f.shared.bits = f.shared.bits.min(self.comparer.policy.link.ship_to_home.bits());
            }
        }
        let state = |ix| {
            self.applications(ix)
                .iter()
                .find_map(|&app| cx.corpus.app(app).home().and_then(|home| home.state()))
        };
        let states = state(a).zip(state(b));
        if shared {
            Home::Shared
        } else if states.is_some_and(|(a, b)| a != b) {
            Home::Apart
        } else if xs.is_empty() || ys.is_empty() {
            Home::Unknown
        } else {
            Home::Apart
        }
    }
}
