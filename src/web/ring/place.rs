//! Where on a ring page somebody looks: view, focus, window of days, day as of which, place in the queue. Not
//! responsible for what is shown there.
//!
//! Invariant: a place written as an address and read again is the same place; what cannot be read is ignored and said.

use crate::{
    explain::day::Day,
    model::RingId,
    web::{order::Order, urls},
};
use serde::Deserialize;

/// The parameters as they come.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Ask {
    /// Which tab.
    pub view: Option<String>,
    /// What is looked at.
    pub focus: Option<String>,
    /// First day of the window.
    pub from: Option<String>,
    /// Last day of the window.
    pub to: Option<String>,
    /// The day as of which the ring is shown.
    pub as_of: Option<String>,
    /// The order of the queue somebody comes from.
    pub q: Option<String>,
    /// The ring whose old address led here.
    pub was: Option<String>,
    /// Page of the members.
    pub members: Option<String>,
    /// Page of the shared things.
    pub shared: Option<String>,
    /// Page of the links.
    pub links: Option<String>,
    /// `json` for JSON.
    pub format: Option<String>,
}

/// The tabs of the workbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// The network.
    #[default]
    Graph,
    /// The members as a table.
    Table,
    /// When they applied.
    Timeline,
    /// Where they live and have things sent.
    Map,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: &'static [Self] = &[Self::Graph, Self::Table, Self::Timeline, Self::Map];

    /// The name in URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Table => "table",
            Self::Timeline => "timeline",
            Self::Map => "map",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Graph => "Graph",
            Self::Table => "Table",
            Self::Timeline => "Timeline",
            Self::Map => "Map",
        }
    }
}

/// Where somebody looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    path: String,
    /// The tab.
    pub tab: Tab,
    /// What is looked at, as an address names it; empty for nothing.
    pub focus: String,
    /// First day of the window.
    pub from: Option<Day>,
    /// Last day of the window.
    pub to: Option<Day>,
    /// The day as of which the ring is shown.
    pub as_of: Option<Day>,
    /// The order of the queue, if somebody comes from it.
    pub order: Option<Order>,
    /// Page of the members.
    pub members: String,
    /// Page of the shared things.
    pub shared: String,
    /// Page of the links.
    pub links: String,
}

impl Place {
    /// The place that parameters name, and what of them was ignored.
    pub fn read(ring: &RingId, ask: &Ask) -> (Self, Vec<String>) {
        let mut notes = Vec::new();
        let text = |asked: &Option<String>| asked.as_deref().unwrap_or_default().trim().to_owned();
        let shown = |text: &str| text.chars().take(40).collect::<String>();
        let mut day = |name: &str, asked: &Option<String>| {
            let text = text(asked);
            let day = Day::read(&text);
            if day.is_none() && !text.is_empty() {
                notes.push(format!("\"{}\" is no day, so {name} is ignored", shown(&text)));
            }
            day
        };
        let (mut from, mut to) = (day("from", &ask.from), day("to", &ask.to));
        let as_of = day("as_of", &ask.as_of);
        if let (Some(first), Some(last)) = (from, to)
            && first > last
        {
            notes.push(format!("{first} is after {last}, so the window is ignored"));
            (from, to) = (None, None);
        }
        let view = text(&ask.view);
        let tab = Tab::ALL.iter().copied().find(|tab| tab.name() == view);
        if tab.is_none() && !view.is_empty() {
            notes.push(format!("there is no view \"{}\"", shown(&view)));
        }
        let place = Self {
            path: urls::ring(ring),
            tab: tab.unwrap_or_default(),
            focus: text(&ask.focus),
            from,
            to,
            as_of,
            order: Order::of_short(&text(&ask.q)),
            members: text(&ask.members),
            shared: text(&ask.shared),
            links: text(&ask.links),
        };
        (place, notes)
    }

    /// Its parameters; those that say nothing are empty.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let day = |day: Option<Day>| day.map_or_else(String::new, |d| d.to_string());
        let tab = if self.tab == Tab::Graph { "" } else { self.tab.name() };
        vec![
            ("view", tab.to_owned()),
            ("focus", self.focus.clone()),
            ("from", day(self.from)),
            ("to", day(self.to)),
            ("as_of", day(self.as_of)),
            ("q", self.order.map_or_else(String::new, |order| order.short())),
            ("members", self.members.clone()),
            ("shared", self.shared.clone()),
            ("links", self.links.clone()),
        ]
    }

    /// Its parameters but for these: what a form or a pager has to keep.
    #[must_use]
    pub fn keeping_all_but(&self, changed: &[&str]) -> Vec<(&'static str, String)> {
        let mut pairs = self.pairs();
        pairs.retain(|(name, value)| !value.is_empty() && !changed.contains(name));
        pairs
    }

    /// The address; `anchor` with its `#`.
    #[must_use]
    pub fn url(&self, anchor: &str) -> String {
        let kept = self.pairs();
        let pairs: Vec<(&str, &str)> = kept.iter().map(|(n, v)| (*n, v.as_str())).collect();
        format!("{}{anchor}", urls::query(&self.path, &pairs))
    }

    /// The page of the ring without anything.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The address with something else looked at.
    #[must_use]
    pub fn focused(&self, focus: &str) -> String {
        Self { focus: focus.to_owned(), ..self.clone() }.url("#evidence")
    }

    /// The address with nothing looked at.
    #[must_use]
    pub fn unfocused(&self) -> String {
        Self { focus: String::new(), ..self.clone() }.url("")
    }

    /// The address in another tab.
    #[must_use]
    pub fn tabbed(&self, tab: Tab) -> String {
        Self { tab, members: String::new(), ..self.clone() }.url("#workbench")
    }

    /// The address with another window.
    #[must_use]
    pub fn windowed(&self, from: Option<Day>, to: Option<Day>) -> String {
        Self { from, to, ..self.clone() }.url("#time")
    }

    /// The address as of now.
    #[must_use]
    pub fn now(&self) -> String {
        Self { as_of: None, ..self.clone() }.url("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> (Place, Vec<String>) {
        let mut ask = Ask::default();
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            let slot = match name {
                "view" => &mut ask.view,
                "focus" => &mut ask.focus,
                "from" => &mut ask.from,
                "to" => &mut ask.to,
                "as_of" => &mut ask.as_of,
                _ => &mut ask.q,
            };
            *slot = Some(value.to_owned());
        }
        Place::read(&RingId::derive("x"), &ask)
    }

    #[test]
    fn a_place_written_is_read_again_and_the_usual_one_needs_no_parameters() {
        let (usual, notes) = read("view=graph");
        assert_eq!((usual.url(""), notes.len()), (urls::ring(&RingId::derive("x")), 0));
        let query = "view=map&focus=apt_1&from=2026-01-02&to=2026-03-04&as_of=2026-05-06&q=all.3";
        let (place, notes) = read(query);
        assert!(notes.is_empty());
        let again = place.url("#x");
        assert!(again.ends_with(&format!("?{query}#x")), "{again}");
    }

    #[test]
    fn what_cannot_be_read_is_ignored_and_said() {
        for query in ["from=yesterday", "to=2026-02-30", "as_of=%", "view=hologram"] {
            let (place, notes) = read(query);
            assert_eq!(notes.len(), 1, "{query}");
            assert_eq!(place, read("").0, "{query}");
        }
        let (place, notes) = read("from=2026-03-01&to=2026-02-01");
        assert!(place.from.is_none() && notes[0].contains("is after"), "{notes:?}");
    }
}
