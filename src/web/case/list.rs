//! Which cases are listed and in which order, as the address says. Not responsible for how a row looks.
//!
//! Invariant: the address made of a list leads to the same list; what waits for whoever looks comes first unless
//! something else is asked for.

use crate::{
    casework::{UserName, mentions, same_person},
    engine::Cases,
    model::{Case, CaseStatus, Day, Moment},
    web::{WebError, urls},
};
use std::{cmp::Reverse, sync::Arc};
use unicode_normalization::UnicodeNormalization as _;

/// Days that "due soon" looks ahead.
const SOON: i32 = 7;

/// Longest text looked for, in characters.
const TEXT: usize = 200;

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// All of them, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in addresses.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $word,)* } }

            fn read(text: &str) -> Result<Self, WebError> {
                let found = Self::ALL.iter().copied().find(|one| one.name() == text);
                found.ok_or_else(|| {
                    let quoted: String = text.chars().take(40).collect();
                    let known = [$($word),*].join(", ");
                    WebError::BadRequest(format!("\"{quoted}\" is not known here; possible are {known}"))
                })
            }
        }
    };
}

words! {
    /// Whose cases.
    Tab {
        /// Those given to whoever looks, and those that mention them.
        Mine = "mine",
        /// Those given to nobody.
        Unassigned = "unassigned",
        /// All.
        All = "all",
    }
}

words! {
    /// By when.
    Due {
        /// Past its day and still open.
        Overdue = "overdue",
        /// Within a week, or overdue.
        Soon = "soon",
        /// Without a day.
        Never = "none",
    }
}

words! {
    /// What comes first.
    Sort {
        /// Overdue, then what mentions whoever looks, then what is due first.
        Urgent = "urgent",
        /// What is due first.
        Due = "due",
        /// What changed last.
        Changed = "changed",
        /// What was opened last.
        Opened = "opened",
    }
}

/// Which statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statuses {
    /// Whatever is not closed.
    Open,
    /// One.
    One(CaseStatus),
    /// Any.
    Any,
}

impl Statuses {
    /// The word in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::One(status) => status.name(),
            Self::Any => "any",
        }
    }

    fn has(self, case: &Case) -> bool {
        match self {
            Self::Open => case.is_open(),
            Self::One(status) => case.status == status,
            Self::Any => true,
        }
    }
}

/// Who looks, and on which day.
#[derive(Debug, Clone)]
pub struct Looker {
    /// Their name.
    pub me: String,
    /// The UTC day.
    pub today: Option<Day>,
    /// Whom notes can mention.
    pub names: Arc<[UserName]>,
}

impl Looker {
    /// Somebody at a moment.
    #[must_use]
    pub fn new(me: &str, now: Moment, names: Arc<[UserName]>) -> Self {
        Self { me: me.to_owned(), today: Day::of(now), names }
    }

    /// Days until a case is due, negative when it is overdue; none when it is not due or done with.
    #[must_use]
    pub fn days_left(&self, case: &Case) -> Option<i32> {
        if !case.is_open() {
            return None;
        }
        Some(case.due?.days_since(self.today?))
    }

    /// Whether a case is past its day.
    #[must_use]
    pub fn is_overdue(&self, case: &Case) -> bool {
        self.days_left(case).is_some_and(|days| days < 0)
    }

    /// Whether a case is theirs.
    #[must_use]
    pub fn has(&self, case: &Case) -> bool {
        case.assignee.as_deref().is_some_and(|name| same_person(name, &self.me))
    }

    /// Whether somebody else mentioned them in a note after they last did something about the case.
    #[must_use]
    pub fn is_mentioned(&self, case: &Case) -> bool {
        let mine = case.history.iter().rev().find(|entry| same_person(&entry.by, &self.me));
        let since = mine.map(|entry| entry.seq).unwrap_or_default();
        case.is_open()
            && case.notes.iter().rev().take_while(|note| note.seq > since).any(|note| {
                note.struck.is_none()
                    && mentions(&note.text, &self.names)
                        .iter()
                        .any(|mention| same_person(mention.name.as_str(), &self.me))
            })
    }
}

fn folded(text: &str) -> String {
    text.trim().nfkc().collect::<String>().to_lowercase()
}

/// Which cases, in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Whose.
    pub tab: Tab,
    /// Of which status.
    pub status: Statuses,
    /// Given to this person; empty for anybody.
    pub assignee: String,
    /// By when.
    pub due: Option<Due>,
    /// With this in title, id, subject or notes.
    pub text: String,
    /// What comes first.
    pub sort: Sort,
}

/// What an address says of a list; all of it may be missing.
#[derive(Debug, Default, Clone, serde::Deserialize)]
pub struct Asked {
    tab: Option<String>,
    status: Option<String>,
    assignee: Option<String>,
    due: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    /// Which page of it.
    pub page: Option<String>,
    /// `json` or `csv`.
    pub format: Option<String>,
}

impl List {
    /// What an address says.
    ///
    /// # Errors
    /// When a value is none of those possible; the error says which are.
    pub fn read(asked: &Asked) -> Result<Self, WebError> {
        let said = |value: &Option<String>| value.as_deref().unwrap_or_default().trim().to_owned();
        let bounded = |text: String| -> String { text.chars().take(TEXT).collect() };
        let status = match &*said(&asked.status) {
            "" | "open" => Statuses::Open,
            "any" => Statuses::Any,
            text => Statuses::One(text.parse().map_err(|e: crate::model::UnknownCaseStatus| {
                WebError::BadRequest(e.to_string())
            })?),
        };
        let tab = said(&asked.tab);
        let (due, sort) = (said(&asked.due), said(&asked.sort));
        Ok(Self {
            tab: if tab.is_empty() { Tab::Mine } else { Tab::read(&tab)? },
            status,
            assignee: bounded(said(&asked.assignee)),
            due: if due.is_empty() { None } else { Some(Due::read(&due)?) },
            text: bounded(said(&asked.q)),
            sort: if sort.is_empty() { Sort::Urgent } else { Sort::read(&sort)? },
        })
    }

    /// The parameters of the address; those that say the usual are empty.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let unless = |usual: bool, name: &str| if usual { String::new() } else { name.to_owned() };
        vec![
            ("tab", unless(self.tab == Tab::Mine, self.tab.name())),
            ("status", unless(self.status == Statuses::Open, self.status.name())),
            ("assignee", self.assignee.clone()),
            ("due", self.due.map_or_else(String::new, |due| due.name().to_owned())),
            ("q", self.text.clone()),
            ("sort", unless(self.sort == Sort::Urgent, self.sort.name())),
        ]
    }

    /// The address, with one more parameter where it says something.
    #[must_use]
    pub fn url(&self, more: (&str, &str)) -> String {
        let own = self.pairs();
        let mut pairs: Vec<(&str, &str)> = own.iter().map(|(n, v)| (*n, v.as_str())).collect();
        pairs.push(more);
        urls::query(urls::CASES, &pairs)
    }

    /// Whether it leaves cases of its tab out, beyond those that are closed.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.status != Statuses::Open
            || !self.assignee.is_empty()
            || self.due.is_some()
            || !self.text.is_empty()
    }

    /// Whether a case is under a tab.
    #[must_use]
    pub fn is_under(tab: Tab, case: &Case, looker: &Looker) -> bool {
        match tab {
            Tab::Mine => looker.has(case) || looker.is_mentioned(case),
            Tab::Unassigned => case.assignee.is_none(),
            Tab::All => true,
        }
    }

    /// Whether a case passes the filters, whatever the tab. O(length of its notes).
    #[must_use]
    pub fn passes(&self, case: &Case, looker: &Looker) -> bool {
        let days = looker.days_left(case);
        self.status.has(case)
            && (self.assignee.is_empty()
                || case.assignee.as_deref().is_some_and(|name| same_person(name, &self.assignee)))
            && match self.due {
                None => true,
                Some(Due::Overdue) => looker.is_overdue(case),
                Some(Due::Soon) => days.is_some_and(|days| days <= SOON),
                Some(Due::Never) => case.due.is_none(),
            }
            && (self.text.is_empty() || self.is_said_in(case))
    }

    fn is_said_in(&self, case: &Case) -> bool {
        let wanted = folded(&self.text);
        let rings = case.rings.keys().map(|ring| ring.as_str());
        let notes = case.notes.iter().filter(|n| n.struck.is_none()).map(|n| n.text.as_str());
        [case.title.as_str(), case.id.as_str(), case.why.as_str()]
            .into_iter()
            .chain(rings)
            .chain(notes)
            .any(|text| folded(text).contains(&wanted))
            || folded(&case.subject.to_string()).contains(&wanted)
    }

    /// The cases under its tab that pass, in order, and how many pass under each tab. O(n log n).
    #[must_use]
    pub fn of(&self, cases: &Cases, looker: &Looker) -> (Vec<Arc<Case>>, Vec<(Tab, usize)>) {
        let passing: Vec<&Arc<Case>> = cases.iter().filter(|c| self.passes(c, looker)).collect();
        let under = |tab| passing.iter().filter(move |c| Self::is_under(tab, c, looker));
        let counts = Tab::ALL.iter().map(|&tab| (tab, under(tab).count())).collect();
        let mut shown: Vec<Arc<Case>> = under(self.tab).map(|case| Arc::clone(case)).collect();
        let due = |case: &Case| (case.due.is_none() || !case.is_open(), case.due);
        let changed = |case: &Case| Reverse((case.last().map(|entry| entry.at), case.version));
        match self.sort {
            Sort::Urgent => shown.sort_by_cached_key(|case| {
                let calm = (!looker.is_overdue(case), !looker.is_mentioned(case));
                (calm, due(case), changed(case))
            }),
            Sort::Due => shown.sort_by_cached_key(|case| (due(case), changed(case))),
            Sort::Changed => shown.sort_by_cached_key(|case| changed(case)),
            Sort::Opened => shown.sort_by_cached_key(|case| {
                Reverse((case.opening().map(|entry| entry.at), case.opening().map(|e| e.seq)))
            }),
        }
        (shown, counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CaseEntry, CaseEvent, CaseId, CaseSubject, RingId, Seq};

    fn looker(me: &str) -> Looker {
        // 2026-11-23.
        let names = ["ann", "bob"].map(|name| name.parse().unwrap());
        Looker::new(me, Moment(1_795_392_000), Arc::new(names))
    }

    /// A case to which these things happened, by turns done by bob and by ann.
    fn case(name: &str, events: Vec<CaseEvent>) -> Case {
        let subject = CaseSubject::Ring(RingId::derive(name));
        let opened = CaseEvent::Opened { subject, title: name.to_owned() };
        let entry = |(i, event)| {
            let by = if i % 2 == 0 { "bob" } else { "ann" };
            let seq = Seq(i + 1);
            CaseEntry { seq, by: by.to_owned(), at: Moment(0), on: Seq(i), event }
        };
        let mut entries = (0..).zip([vec![opened], events].concat()).map(entry);
        let mut case = Case::opened(CaseId::derive(name), entries.next().unwrap()).unwrap();
        entries.for_each(|entry| case.fold(entry));
        case
    }

    fn due(day: &str) -> CaseEvent {
        CaseEvent::DueSet { due: Some(day.parse().unwrap()) }
    }

    #[test]
    fn an_address_made_of_a_list_leads_to_it() {
        let asked = Asked {
            tab: Some("all".to_owned()),
            status: Some("suspected_ring".to_owned()),
            assignee: Some(" Ann O'Neil ".to_owned()),
            due: Some("soon".to_owned()),
            q: Some("a&b".to_owned()),
            sort: Some("changed".to_owned()),
            ..Asked::default()
        };
        let list = List::read(&asked).unwrap();
        let url = list.url(("page", "2"));
        assert_eq!(
            url,
            "/cases?tab=all&status=suspected_ring&assignee=Ann%20O%27Neil&due=soon&q=a%26b&sort=changed&page=2"
        );
        let usual = List::read(&Asked::default()).unwrap();
        assert_eq!(usual.url(("page", "")), "/cases");
        assert!(!usual.is_filtered() && list.is_filtered());
        for bad in [
            Asked { tab: Some("x".into()), ..Asked::default() },
            Asked { status: Some("guilty".into()), ..Asked::default() },
            Asked { due: Some("never".into()), ..Asked::default() },
            Asked { sort: Some("\u{202e}".into()), ..Asked::default() },
        ] {
            assert!(List::read(&bad).is_err());
        }
    }

    #[test]
    fn overdue_is_what_is_open_and_past_its_day() {
        let ann = looker("ann");
        assert!(ann.is_overdue(&case("a", vec![due("2026-11-22")])));
        assert!(!ann.is_overdue(&case("b", vec![due("2026-11-23")])));
        let closed = CaseEvent::set(CaseStatus::Closed, "done");
        assert!(!ann.is_overdue(&case("c", vec![due("2026-11-22"), closed])));
        assert!(!ann.is_overdue(&case("d", vec![])));
    }

    #[test]
    fn a_mention_waits_until_whoever_is_mentioned_does_something() {
        let note = |text: &str| CaseEvent::Noted { text: text.to_owned() };
        let nothing = || CaseEvent::DueSet { due: None };
        // Ann does the second, fourth, ... event; bob the first, third, ...
        let mentioned = case("a", vec![nothing(), note("@ann please look")]);
        assert!(looker("Ann").is_mentioned(&mentioned) && !looker("bob").is_mentioned(&mentioned));
        let answered = case("b", vec![nothing(), note("@ann please look"), note("done")]);
        assert!(!looker("ann").is_mentioned(&answered));
        let own = case("c", vec![note("I am @ann")]);
        assert!(!looker("ann").is_mentioned(&own));
    }
}
