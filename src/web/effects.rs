//! What a judgement would change, in words: the sentence first, then every ring, person and link. Not responsible for
//! finding out (`engine`).
//!
//! Invariant: what cannot be told beforehand is said, never guessed; what is cut off is counted.

use crate::{
    engine::{Effect, LinkChange, LinkState, Person, PersonsChange, RingState, RingsChange, Turn},
    explain::words::{capital, count, grouped, shortened},
    model::Bits,
    web::{
        labels,
        standing::Sentence,
        text::{Piece, listed},
        urls,
    },
};

/// Members told of a ring, links of a table, changes in the sentence.
const MEMBERS: usize = 12;
const LINKS: usize = 8;
const TOLD: usize = 3;

/// A ring as it is, or as it would be.
pub struct RingTold {
    /// `5 members`.
    pub size: String,
    /// Its page; empty of one that is to be.
    pub href: String,
    /// What people decided about it so far; empty of one that is to be.
    pub status: &'static str,
    /// Its members, as links.
    pub members: Sentence,
    /// What holds it together.
    pub score: Bits,
}

/// Rings that have to do with each other.
pub struct RingsTold {
    /// What becomes of them; empty where the sentence says it.
    pub said: String,
    /// As they are.
    pub before: Vec<RingTold>,
    /// As they would be.
    pub after: Vec<RingTold>,
    /// Who leaves, and who joins.
    pub leave: Sentence,
    /// Who joins.
    pub join: Sentence,
}

/// A link that would be otherwise.
pub struct LinkTold {
    /// Both ends, as links.
    pub ends: Sentence,
    /// Where both are compared.
    pub compare: String,
    /// `no longer binds`, `binds`, `counts otherwise`.
    pub what: &'static str,
    /// Bits before.
    pub before: String,
    /// Bits after.
    pub after: String,
}

/// Everything that would change.
pub struct EffectView {
    /// In a sentence.
    pub sentence: String,
    /// Rings.
    pub rings: Vec<RingsTold>,
    /// Persons.
    pub persons: Vec<Sentence>,
    /// Links.
    pub links: Vec<LinkTold>,
    /// Links that are not told.
    pub more_links: usize,
    /// What stands against it.
    pub unmet: String,
    /// As of which fact.
    pub as_of: u64,
}

impl EffectView {
    /// What would follow.
    #[must_use]
    pub fn of(effect: &Effect) -> Self {
        let changes = effect.changes.clone().unwrap_or_default();
        Self {
            sentence: sentence(effect),
            rings: changes.rings.iter().map(|r| rings(r, changes.rings.len() > 1)).collect(),
            persons: changes.persons.iter().map(persons).collect(),
            more_links: changes.links.len().saturating_sub(LINKS),
            links: changes.links.iter().take(LINKS).map(link).collect(),
            unmet: effect.unmet.map_or_else(String::new, |stands| {
                format!("But {stands}, because of other judgements.")
            }),
            as_of: effect.as_of.0,
        }
    }
}

/// What would follow, in a sentence.
#[must_use]
pub fn sentence(effect: &Effect) -> String {
    if let Some((ring, was, will)) = &effect.status {
        return format!(
            "Ring {ring}, {} now, becomes {}. Who belongs to it stays as it is.",
            was.name(),
            will.name()
        );
    }
    let Some(changes) = &effect.changes else {
        return "This touches so much that everything is computed anew. What follows cannot be told beforehand."
            .to_owned();
    };
    let off = changes.links.iter().filter(|l| l.looses()).count();
    let on = changes.links.iter().filter(|l| l.binds()).count();
    let mut parts: Vec<String> = changes.rings.iter().take(TOLD).map(turn).collect();
    let more = changes.rings.len().saturating_sub(TOLD);
    if more > 0 {
        parts.push(format!("{} change besides", count(more, "other ring", "other rings")));
    }
    if let [one] = changes.persons.as_slice() {
        parts.push(person_turn(one));
    } else if !changes.persons.is_empty() {
        parts.push(format!("{} come to be told apart otherwise", people(changes.persons.len())));
    }
    if off > 0 {
        parts.push(match off {
            1 => "1 link no longer binds".to_owned(),
            n => format!("{} links no longer bind", grouped(n)),
        });
    }
    if on > 0 {
        parts.push(match on {
            1 => "1 link comes to bind".to_owned(),
            n => format!("{} links come to bind", grouped(n)),
        });
    }
    let other = changes.links.len() - off - on;
    if parts.is_empty() && other > 0 {
        let links = count(other, "link counts", "links count");
        parts.push(format!("no ring and no person changes; {links} otherwise"));
    }
    if parts.is_empty() {
        return "Nothing changes now. It is kept, and binds whatever comes in later.".to_owned();
    }
    format!("{}.", capital(&parts.join("; ")))
}

/// `two`, `three`; figures from eleven on.
fn number(n: usize) -> String {
    const WORDS: [&str; 11] =
        ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(n).map_or_else(|| grouped(n), |word| (*word).to_owned())
}

fn people(n: usize) -> String {
    count(n, "person", "persons")
}

fn and(items: Vec<String>) -> String {
    let pieces = listed(items.into_iter().map(Piece::text).collect());
    pieces.into_iter().map(|piece| piece.text).collect()
}

/// What becomes of rings: `the ring of 8 becomes two: 5 and 3`.
fn turn(change: &RingsChange) -> String {
    let sizes = |of: &[RingState]| -> Vec<String> {
        of.iter().map(|ring| grouped(ring.members.len())).collect()
    };
    let (was, will) = (sizes(&change.before), sizes(&change.after));
    let first = |sizes: &[String]| sizes.first().cloned().unwrap_or_default();
    let (leave, join) = (change.leave.len(), change.join.len());
    let kept = first(&will);
    let rings = match was.as_slice() {
        [] => String::new(),
        [one] => format!("the ring of {one}"),
        many => format!("{} rings of {}", number(many.len()), and(many.to_vec())),
    };
    let said = match change.turn() {
        Turn::Comes => return format!("a ring of {kept} comes about"),
        Turn::Dissolves => {
            let whose = if was.len() == 1 { "dissolves: its" } else { "dissolve: their" };
            return format!("{rings} {whose} members are in no ring any more");
        }
        Turn::Splits => format!("{rings} becomes {}: {}", number(will.len()), and(will)),
        Turn::Merges => format!("{rings} become one of {kept}"),
        Turn::Regroups => format!("{rings} become {}: {}", number(will.len()), and(will)),
        Turn::Grows => return format!("{rings} grows by {} to {kept}", grouped(join)),
        Turn::Shrinks => return format!("{rings} loses {} and keeps {kept}", grouped(leave)),
        Turn::Exchanges => {
            return format!(
                "{rings} loses {}, gains {} and has {kept}",
                grouped(leave),
                grouped(join)
            );
        }
        Turn::Weighs if was != will => {
            return format!("{rings} counts {kept}, of the same applications");
        }
        Turn::Weighs => {
            let bits = |of: &[RingState]| of.first().map_or(Bits::ZERO, |ring| ring.score);
            let (a, b) = (bits(&change.before), bits(&change.after));
            let way = if b < a { "falls" } else { "rises" };
            return format!("{rings} stays; what holds it together {way} from {a} to {b} bits");
        }
    };
    let mut said = said;
    if leave > 0 {
        said.push_str(&format!(", and {} in no ring any more", be(leave)));
    }
    if join > 0 {
        said.push_str(&format!(", with {} new", grouped(join)));
    }
    said
}

fn be(n: usize) -> String {
    if n == 1 { "1 is".to_owned() } else { format!("{} are", grouped(n)) }
}

fn person_turn(change: &PersonsChange) -> String {
    let names =
        |of: &[Person]| and(of.iter().take(TOLD).map(|p| p.name.clone()).collect::<Vec<String>>());
    match (change.before.as_slice(), change.after.as_slice()) {
        (many, [_]) => format!("{} become one person", names(many)),
        ([one], many) => format!("{} becomes {} persons", one.name, number(many.len())),
        (many, others) => {
            format!("{} become {} other persons", names(many), number(others.len()))
        }
    }
}

fn piece(person: &Person) -> Piece {
    let href = person
        .applications
        .first()
        .map_or_else(String::new, |id| format!("/applicants/{}", urls::escaped(id.as_str())));
    Piece::link(shortened(&person.name, 40), href)
}

fn named(people: &[Person]) -> Sentence {
    let mut names: Vec<Piece> = people.iter().take(MEMBERS).map(piece).collect();
    if people.len() > MEMBERS {
        names.push(Piece::text(format!("{} more", grouped(people.len() - MEMBERS))));
    }
    listed(names)
}

fn rings(change: &RingsChange, is_one_of_several: bool) -> RingsTold {
    let told = |ring: &RingState| RingTold {
        size: count(ring.members.len(), "member", "members"),
        href: ring.id.as_ref().map_or_else(String::new, urls::ring),
        status: if ring.id.is_some() { labels::status(ring.status) } else { "" },
        members: named(&ring.members),
        score: ring.score,
    };
    RingsTold {
        said: if is_one_of_several { capital(&turn(change)) } else { String::new() },
        before: change.before.iter().map(told).collect(),
        after: change.after.iter().map(told).collect(),
        leave: named(&change.leave),
        join: named(&change.join),
    }
}

fn persons(change: &PersonsChange) -> Sentence {
    let told = |person: &Person| {
        let ids: Vec<String> =
            person.applications.iter().take(4).map(ToString::to_string).collect();
        let more = if person.applications.len() > 4 { ", …" } else { "" };
        let name = piece(person);
        Piece { text: format!("{} ({}{more})", name.text, ids.join(", ")), ..name }
    };
    let mut said = listed(change.before.iter().map(told).collect());
    said.push(Piece::text(match (change.before.len(), change.after.len()) {
        (1, _) => " becomes ",
        _ => " become ",
    }));
    said.extend(listed(change.after.iter().map(told).collect()));
    said
}

fn link(change: &LinkChange) -> LinkTold {
    let bits = |state: Option<LinkState>| {
        state.map_or_else(|| "none".to_owned(), |state| state.bits.to_string())
    };
    let id =
        |person: &Person| person.applications.first().map_or_else(String::new, |a| a.to_string());
    LinkTold {
        ends: listed(vec![piece(&change.a), piece(&change.b)]),
        compare: urls::compare(&id(&change.a), &id(&change.b)),
        what: if change.looses() {
            "no longer binds"
        } else if change.binds() {
            "comes to bind"
        } else {
            "counts otherwise"
        },
        before: bits(change.before),
        after: bits(change.after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::Changes,
        model::{ApplicantId, ApplicationId, RingId, RingStatus, Seq},
    };

    fn person(n: usize) -> Person {
        let application: ApplicationId = format!("A{n}").parse().unwrap();
        Person {
            id: ApplicantId::derive(&n.to_string()),
            name: format!("P{n}"),
            applications: vec![application],
        }
    }

    fn ring(members: std::ops::Range<usize>, bits: f64) -> RingState {
        RingState {
            id: None,
            status: RingStatus::Open,
            members: members.map(person).collect(),
            score: Bits::new(bits),
        }
    }

    fn said(before: Vec<RingState>, after: Vec<RingState>, leave: usize, join: usize) -> String {
        let some = |n: usize| (0..n).map(person).collect();
        let rings = vec![RingsChange { before, after, leave: some(leave), join: some(join) }];
        let changes = Some(Changes { rings, ..Changes::default() });
        sentence(&Effect { as_of: Seq(1), status: None, changes, unmet: None })
    }

    #[test]
    fn what_becomes_of_a_ring_is_said_in_figures() {
        let r = ring;
        for (expected, told) in [
            (
                "The ring of 8 becomes two: 5 and 3.",
                said(vec![r(0..8, 9.0)], vec![r(0..5, 5.0), r(5..8, 3.0)], 0, 0),
            ),
            (
                "The ring of 8 becomes two: 4 and 3, and 1 is in no ring any more.",
                said(vec![r(0..8, 9.0)], vec![r(0..4, 5.0), r(4..7, 3.0)], 1, 0),
            ),
            (
                "Two rings of 5 and 3 become one of 8.",
                said(vec![r(0..5, 5.0), r(5..8, 3.0)], vec![r(0..8, 9.0)], 0, 0),
            ),
            (
                "The ring of 3 dissolves: its members are in no ring any more.",
                said(vec![r(0..3, 3.0)], vec![], 3, 0),
            ),
            ("A ring of 3 comes about.", said(vec![], vec![r(0..3, 3.0)], 0, 3)),
            ("The ring of 3 grows by 1 to 4.", said(vec![r(0..3, 1.0)], vec![r(0..4, 1.0)], 0, 1)),
            (
                "The ring of 4 loses 1 and keeps 3.",
                said(vec![r(0..4, 1.0)], vec![r(0..3, 1.0)], 1, 0),
            ),
            (
                "The ring of 4 stays; what holds it together falls from +9.0 to +7.5 bits.",
                said(vec![r(0..4, 9.0)], vec![r(0..4, 7.5)], 0, 0),
            ),
        ] {
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn nothing_and_what_cannot_be_told_are_said() {
        let effect = |changes| Effect { as_of: Seq(1), status: None, changes, unmet: None };
        assert!(sentence(&effect(Some(Changes::default()))).starts_with("Nothing changes now"));
        assert!(sentence(&effect(None)).contains("cannot be told beforehand"));
        let ring = RingId::derive("x");
        let status = Some((ring, RingStatus::Open, RingStatus::Confirmed));
        let told = sentence(&Effect { status, ..effect(Some(Changes::default())) });
        assert!(told.contains("becomes confirmed"), "{told}");
    }
}
