//! The order of the queue: which rings it holds and which comes first, as its filters say. Not responsible for
//! ranking (`indicators`) nor for how a row looks.
//!
//! Invariant: written short and read again it is the same order, so that a ring page knows which ring comes next.

use crate::{
    engine::View,
    indicators::{Band, RingAssessment},
    model::{AttributeKind, Ring, RingId, RingStatus},
    web::{WebError, urls},
};
use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

/// What sorts the rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Band, then rank.
    #[default]
    Rank,
    /// Members, most first.
    Size,
    /// Last application, newest first.
    Last,
}

impl Sort {
    /// The name in URLs; empty for the usual one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rank => "",
            Self::Size => "size",
            Self::Last => "last",
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "" | "rank" => Some(Self::Rank),
            "size" => Some(Self::Size),
            "last" => Some(Self::Last),
            _ => None,
        }
    }
}

/// The filters and the sorting, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Rings of this status; of any without one.
    pub status: Option<RingStatus>,
    /// Rings of at least so many members.
    pub min: usize,
    /// Rings that share something of this kind.
    pub kind: Option<AttributeKind>,
    /// Rings of this band.
    pub band: Option<Band>,
    /// What sorts them.
    pub sort: Sort,
}

impl Default for Order {
    fn default() -> Self {
        Self { status: Some(RingStatus::Open), min: 0, kind: None, band: None, sort: Sort::Rank }
    }
}

/// A ring with what indicators make of it.
pub type Ranked<'a> = (&'a Ring, Arc<RingAssessment>);

/// What a query string says of the order: status, fewest members, kind, band, sorting.
pub type Asked<'a> = [Option<&'a str>; 5];

impl Order {
    /// What a query string says.
    ///
    /// # Errors
    /// When a value is none of those possible; the error says which are.
    pub fn read(asked: Asked<'_>) -> Result<Self, WebError> {
        let bad = |e: String| WebError::BadRequest(e);
        let quoted = |text: &str| text.chars().take(40).collect::<String>();
        let said = |at: usize| asked.get(at).copied().flatten().map(str::trim).unwrap_or_default();
        let status = match said(0) {
            "" => Some(RingStatus::Open),
            "all" => None,
            text => Some(
                text.parse()
                    .map_err(|e: <RingStatus as std::str::FromStr>::Err| bad(e.to_string()))?,
            ),
        };
        let min = match said(1) {
            "" => 0,
            text => text
                .parse()
                .map_err(|_| bad(format!("\"{}\" is no number of members", quoted(text))))?,
        };
        let kind = match said(2) {
            "" => None,
            text => Some(
                text.parse()
                    .map_err(|e: <AttributeKind as std::str::FromStr>::Err| bad(e.to_string()))?,
            ),
        };
        let band = match said(3) {
            "" => None,
            text => {
                Some(Band::ALL.iter().copied().find(|b| b.name() == text).ok_or_else(|| {
                    let all: Vec<&str> = Band::ALL.iter().map(|b| b.name()).collect();
                    bad(format!("\"{}\" is no band; possible are {}", quoted(text), all.join(", ")))
                })?)
            }
        };
        let sort = Sort::read(said(4)).ok_or_else(|| {
            bad(format!(
                "the queue cannot be sorted by \"{}\"; possible are rank, size and last",
                quoted(said(4))
            ))
        })?;
        Ok(Self { status, min, kind, band, sort })
    }

    /// The order that `short` wrote; none for any other text.
    #[must_use]
    pub fn of_short(text: &str) -> Option<Self> {
        let mut asked: Asked<'_> = [None; 5];
        let mut parts = text.split('.');
        for (slot, part) in asked.iter_mut().zip(&mut parts) {
            *slot = Some(part);
        }
        if text.is_empty() || parts.next().is_some() { None } else { Self::read(asked).ok() }
    }

    /// The whole order in one word: `open`, `all.3.phone`, `open....size`.
    #[must_use]
    pub fn short(&self) -> String {
        let values: Vec<String> = self.values().into_iter().map(|(_, value)| value).collect();
        values.join(".").trim_end_matches('.').to_owned()
    }

    fn values(&self) -> [(&'static str, String); 5] {
        let min = if self.min == 0 { String::new() } else { self.min.to_string() };
        [
            ("status", self.status.map_or("all", RingStatus::name).to_owned()),
            ("min", min),
            ("kind", self.kind.map_or("", AttributeKind::name).to_owned()),
            ("band", self.band.map_or("", Band::name).to_owned()),
            ("sort", self.sort.name().to_owned()),
        ]
    }

    /// The parameters of the queue.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        self.values().into()
    }

    /// The queue in this order, with one more parameter where it says something.
    #[must_use]
    pub fn url(&self, more: (&str, &str)) -> String {
        let kept = self.values();
        let mut pairs: Vec<(&str, &str)> = kept.iter().map(|(n, v)| (*n, v.as_str())).collect();
        if self.status == Some(RingStatus::Open) {
            pairs.retain(|(name, _)| *name != "status");
        }
        pairs.push(more);
        urls::query(urls::QUEUE, &pairs)
    }

    /// Whether a ring passes the filters for size and kind.
    #[must_use]
    pub fn fits(&self, view: &View, ring: &Ring) -> bool {
        let corpus = view.network.corpus();
        ring.members.len() >= self.min
            && self.kind.is_none_or(|kind| {
                ring.artefacts.iter().any(|a| a.attribute.is_some_and(|ix| corpus.kind(ix) == kind))
            })
    }

    /// Whether a ring's status passes.
    #[must_use]
    pub fn has_status(&self, ring: &Ring) -> bool {
        self.status.is_none_or(|status| ring.status == status)
    }

    /// Whether a ring's band passes.
    #[must_use]
    pub fn has_band(&self, assessment: &RingAssessment) -> bool {
        self.band.is_none_or(|band| assessment.band() == band)
    }

    /// The rings that pass all filters, in order. O(n log n).
    #[must_use]
    pub fn rings<'a>(
        &self,
        view: &'a View,
        assessed: &BTreeMap<RingId, Arc<RingAssessment>>,
    ) -> Vec<Ranked<'a>> {
        let mut shown = view.queue(assessed);
        shown.retain(|(r, a)| self.has_status(r) && self.has_band(a) && self.fits(view, r));
        match self.sort {
            Sort::Rank => {}
            Sort::Size => shown.sort_by_key(|(ring, _)| Reverse(ring.members.len())),
            Sort::Last => shown.sort_by_key(|(ring, _)| Reverse(ring.last_seen)),
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_order_written_short_is_read_again(
            status in prop::option::of(0..RingStatus::ALL.len()),
            min in 0usize..10_000,
            kind in prop::option::of(0..AttributeKind::ALL.len()),
            band in prop::option::of(0..Band::ALL.len()),
            sort in prop::sample::select(vec![Sort::Rank, Sort::Size, Sort::Last]),
        ) {
            let order = Order {
                status: status.map(|i| RingStatus::ALL[i]),
                min,
                kind: kind.map(|i| AttributeKind::ALL[i]),
                band: band.map(|i| Band::ALL[i]),
                sort,
            };
            prop_assert_eq!(Order::of_short(&order.short()), Some(order));
        }

        #[test]
        fn any_other_text_is_no_order(text in "[a-z.]{0,12}") {
            if let Some(order) = Order::of_short(&text) {
                prop_assert_eq!(Order::of_short(&order.short()), Some(order));
            }
        }
    }

    #[test]
    fn the_usual_order_is_one_word_and_no_parameter() {
        assert_eq!(Order::default().short(), "open");
        assert_eq!(Order::default().url(("preview", "")), "/");
        let size = Order { sort: Sort::Size, status: None, ..Order::default() };
        assert_eq!(size.short(), "all....size");
        assert_eq!(size.url(("page", "2")), "/?status=all&sort=size&page=2");
        assert!(Order::of_short("open.x").is_none() && Order::of_short("open.....").is_none());
    }
}
