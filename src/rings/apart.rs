//! Cuts between two rings that have something in common by chance, however much it is worth: they are customers of one mail
//! drop, or hit upon one pattern at different times. Not responsible for weak links (`cut`).
//!
//! Invariant: every side that is cut off as a ring is one by what its members share besides.

use crate::{
    matching::corpus::AddressView,
    model::{ApplicantIx, Artefact, AttributeIx, Bits, Family, Moment, PlaceKind},
    rings::{
        cut::{Cut, Knife},
        piece::{Piece, number},
    },
};
use std::{cmp::Reverse, collections::BTreeMap};

/// Between two operations that hit upon one pattern lies so long at least, in seconds.
const PAUSE: i64 = 14 * 86_400;

/// Addresses where mail is kept for whoever pays, as most of those write them who give them, and who gives one.
pub(super) struct Drops {
    values: Vec<AttributeIx>,
    /// By number of the member.
    gives: Vec<bool>,
}

impl Drops {
    /// Those among what members share. O(applications of their members).
    pub fn of(piece: &Piece<'_>, artefacts: &[Artefact]) -> Self {
        let mut drops = Self { values: Vec::new(), gives: vec![false; piece.members.len()] };
        for artefact in artefacts {
            let of_place = matches!(artefact.family, Family::Address | Family::Delivery);
            let Some(value) = artefact.attribute.filter(|_| of_place) else { continue };
            let kept = |&member: &ApplicantIx| {
                places(piece, member).any(|place| {
                    let kind = matches!(place.place(), PlaceKind::MailDrop | PlaceKind::PoBox);
                    kind && place.dwelling() == Some(value)
                })
            };
            let members = &artefact.members;
            if members.iter().filter(|member| kept(member)).count() * 2 >= members.len() {
                drops.values.push(value);
                for member in members.iter().filter_map(|&member| piece.member(member)) {
                    drops.gives[member as usize] = true;
                }
            }
        }
        drops
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The links that would not bind without what is said of them: by name, or of a place written much like one that both
    /// ends give.
    pub fn links(&self, piece: &Piece<'_>, threshold: Bits) -> Vec<u32> {
        let mut rest = piece.totals.clone();
        for said in &piece.said {
            let of_place = matches!(said.family, Family::Address | Family::Delivery);
            let (a, b) = piece.ends[said.link as usize];
            let about = match said.about.1 {
                Some(value) => self.values.contains(&value),
                None => self.gives[a as usize] && self.gives[b as usize],
            };
            if of_place && about {
                rest[said.link as usize] = rest[said.link as usize] - said.sum;
            }
        }
        let links = (0..number(rest.len())).zip(&rest).zip(&piece.totals);
        let held = links.filter(|((_, rest), total)| rest < total && **rest < threshold);
        held.map(|((n, _), _)| n).collect()
    }
}

/// The homes and delivery addresses that a member gives.
fn places<'a>(
    piece: &Piece<'a>,
    member: ApplicantIx,
) -> impl Iterator<Item = AddressView<'a>> + use<'a> {
    let network = piece.network;
    let views = network.applicant(member).applications.iter().map(|&app| network.corpus().app(app));
    views.flat_map(|x| x.home().into_iter().chain(x.shipping()))
}

impl Knife<'_> {
    /// The sides without these links that only a mail drop lies on, if each is a ring by what its members share besides and
    /// hardly anybody is of none: of one ring that uses several things, most have something besides in common with either
    /// side.
    pub(super) fn at_a_drop(&mut self, drops: &Drops, cut: &[u32]) -> Option<Cut> {
        let (side_of, sizes) = self.sides_without(cut)?;
        let is_whole = self.whole(&side_of, &sizes);
        let whole = is_whole.iter().filter(|&&is| is).count();
        let of_whole: u32 =
            is_whole.iter().zip(&sizes).filter(|(is, _)| **is).map(|(_, n)| n).sum();
        let bridge = cut.iter().copied().max_by(|&p, &q| self.piece.weaker(p, q))?;
        let nearly_all = of_whole * 5 >= number(self.piece.members.len()) * 4;
        // Both are customers, and not one of them and a stray member.
        let mut customers = vec![0_u32; sizes.len()];
        for (&side, &gives) in side_of.iter().zip(&drops.gives) {
            customers[side as usize] += u32::from(gives);
        }
        let all = is_whole.iter().zip(&customers).all(|(&is, &customers)| !is || customers >= 2);
        (whole >= 2 && nearly_all && all).then_some(Cut {
            bridge,
            side_of,
            sides: sizes.len(),
            whole,
        })
    }

    /// The sides without these links that only patterns of one kind lie on, if they are rings by what their members share
    /// besides, and one was over before the other began: two hands hit upon one stem or bought numbers of one block at
    /// different times, and one hand uses both at one time. Whoever the pattern alone binds goes with the side that most of
    /// these links lead to. None where a side says nothing of its time.
    pub(super) fn between_seasons(&mut self, cut: &[u32]) -> Option<Cut> {
        let (mut side_of, sizes) = self.sides_without(cut)?;
        let is_whole = self.whole(&side_of, &sizes);
        if is_whole.iter().filter(|&&is| is).count() < 2 {
            return None;
        }
        self.adopt(cut, &mut side_of, is_whole);
        let (sides, sizes) = renumber(&mut side_of);
        let is_whole = self.whole(&side_of, &sizes);
        let mut seasons: Vec<(Moment, Moment)> = Vec::new();
        for side in (0..sides).filter(|&side| is_whole[side]) {
            seasons.push(self.season(&side_of, number(side))?);
        }
        seasons.sort_unstable();
        let apart = |pair: &[(Moment, Moment)]| pair[1].0.0 > pair[0].1.0 + PAUSE;
        let bridge = cut.iter().copied().max_by(|&p, &q| self.piece.weaker(p, q))?;
        (seasons.len() >= 2 && seasons.windows(2).all(apart)).then_some(Cut {
            bridge,
            side_of,
            sides,
            whole: seasons.len(),
        })
    }

    /// Puts everybody who is of no settled side to the one that most of these links lead to, round by round; of two alike
    /// to that whose first member comes first. O(links × rounds).
    fn adopt(&self, cut: &[u32], side_of: &mut [u32], mut settled: Vec<bool>) {
        let piece = self.piece;
        let mut first = vec![u64::MAX; settled.len()];
        for (member, &side) in side_of.iter().enumerate() {
            first[side as usize] = first[side as usize].min(piece.order[member]);
        }
        loop {
            let mut links: BTreeMap<(u32, u32), u32> = BTreeMap::new();
            for &link in cut {
                let (a, b) = piece.ends[link as usize];
                let (p, q) = (side_of[a as usize], side_of[b as usize]);
                for (from, to) in [(p, q), (q, p)] {
                    if !settled[from as usize] && settled[to as usize] {
                        *links.entry((from, to)).or_default() += 1;
                    }
                }
            }
            let mut goes: BTreeMap<u32, (u32, Reverse<u64>, u32)> = BTreeMap::new();
            for ((from, to), n) in links {
                let offer = (n, Reverse(first[to as usize]), to);
                let best = goes.entry(from).or_insert(offer);
                *best = offer.max(*best);
            }
            if goes.is_empty() {
                return;
            }
            for side in side_of.iter_mut() {
                if let Some((_, _, to)) = goes.get(side) {
                    *side = *to;
                }
            }
            // Sides that moved are empty now.
            goes.keys().for_each(|&from| settled[from as usize] = true);
        }
    }

    /// When the members of a side first and last applied; none where none of them says.
    fn season(&self, side_of: &[u32], side: u32) -> Option<(Moment, Moment)> {
        let network = self.piece.network;
        let members = self.piece.members.iter().zip(side_of).filter(|(_, of)| **of == side);
        let applications = members.flat_map(|(&member, _)| &network.applicant(member).applications);
        let times = applications.filter_map(|&app| network.corpus().submitted(app));
        times.fold(None, |season: Option<(Moment, Moment)>, at| {
            let (first, last) = season.unwrap_or((at, at));
            Some((first.min(at), last.max(at)))
        })
    }
}

/// Numbers the sides that have members anew, and says how many there are and how many members each has.
fn renumber(side_of: &mut [u32]) -> (usize, Vec<u32>) {
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let mut sizes: Vec<u32> = Vec::new();
    for side in side_of {
        let next = number(sizes.len());
        let now = *numbers.entry(*side).or_insert(next);
        if now == next {
            sizes.push(0);
        }
        sizes[now as usize] += 1;
        *side = now;
    }
    (sizes.len(), sizes)
}
