//! Series: values that are not equal but were made by one pattern, as keys under which their users meet. A mailbox
//! stem with other digits, the runs of neighboring digits within one, handles of one stem, internet-telephony numbers
//! bought together, one house that is claimed in several states, one delivery place in several writings,
//! and one network in one week.
//!
//! Not responsible for what a series is worth (`features`, `background`).
//!
//! Invariant: keys depend on one application alone, and never on names that it shares with others: whoever's own
//! name is in a mailbox is in no series by it.

use crate::{
    matching::{
        Corpus,
        blocking::key,
        corpus::{AddressView, App, ProfileView},
        drops,
        features::handle_series,
        similarity::jaro_winkler,
    },
    model::{LineType, Normalized},
    reference::{names, organisation_words},
};
use std::net::Ipv6Addr;

/// Fewest letters of a stem that says anything.
pub const STEM: usize = 6;

/// Numbers of one cell lie within this many of each other, and any two within half of it share a cell.
const CELL: u16 = 40;

/// Numbers of one run lie within this many of each other, and any two within half of it share a run.
const RUN: u32 = 40;

/// Set in the key of a network, and by chance in hardly any other.
const NETWORK: u64 = 0xffff;

/// So many days apart two who came from one network may be.
pub const WEEK: u32 = 7;

/// Set before a skeleton that stood beside the applicant's own name.
const BESIDE: char = '+';

/// The skeleton of a mailbox, unless its stem is short or the applicant's own name: what the corpus keeps. Of a stem in
/// parts, one of which is the applicant's own name, the other part, marked as such.
#[must_use]
pub fn mailbox_skeleton(n: &Normalized) -> Option<String> {
    let email = n.email.as_ref()?;
    if is_own_name(n, &email.stem) {
        let rest = beside_own_name(n, &email.stem, &email.digits)?;
        return Some(format!("{BESIDE}{}", skeleton(rest)));
    }
    Some(skeleton(&email.stem)).filter(|skeleton| skeleton.len() >= STEM)
}

/// Whether a skeleton stood beside the applicant's own name.
#[must_use]
pub fn is_beside_a_name(skeleton: &str) -> bool {
    skeleton.starts_with(BESIDE)
}

/// Whether the whole stem of a mailbox may be one of a series.
#[must_use]
pub fn has_own_stem(corpus: &Corpus, app: &App<'_>) -> bool {
    app.mailbox_series().is_some_and(|series| !is_beside_a_name(corpus.word(series)))
}

/// The one part of a stem beside the applicant's own name that may be a hand's mark: between separators, or, since some
/// providers read none, before or after the longest token of the name; several words where a number follows. Another name of
/// the applicant, or another spelling of theirs, is none: what looks or sounds like a token of the name is left out, and a
/// shorter part too.
fn beside_own_name<'a>(n: &Normalized, stem: &'a str, digits: &str) -> Option<&'a str> {
    let name = n.name.as_ref()?;
    let own = |part: &str| {
        name.tokens.iter().any(|token| {
            token.contains(part)
                || (token.len() >= 3 && part.contains(&**token))
                || jaro_winkler(token, part) >= 0.8
        })
    };
    let parts = || stem.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let rest = if parts().count() > 1 {
        let mut others = parts().filter(|part| !own(part));
        let (first, last) = (others.next()?, others.next_back());
        match last {
            None => first,
            // Who counts on may do so with several words.
            Some(last) if digits.len() > 1 => {
                let rest = between(stem, first, last)?;
                let mut within = rest.split(|c: char| !c.is_alphanumeric());
                Some(rest).filter(|_| !within.any(|part| !part.is_empty() && own(part)))?
            }
            Some(_) => return None,
        }
    } else {
        let whole = parts().next()?;
        let cut = |token: &str| whole.strip_prefix(token).or_else(|| whole.strip_suffix(token));
        let tokens = name.tokens.iter().filter(|token| token.len() >= 3);
        let (_, rest) = tokens
            .filter_map(|token| Some((token.len(), cut(token)?)))
            .max_by_key(|(len, rest)| (*len, *rest))?;
        Some(rest).filter(|rest| !own(rest))?
    };
    // Who counts on need not be inventive: names and trades of six letters are many.
    let least = if digits.len() > 1 { STEM } else { STEM + 1 };
    (rest.chars().count() >= least && !is_a_name_or_trade(n, rest)).then_some(rest)
}

/// The stretch of a text from one part of it to another.
fn between<'a>(text: &'a str, first: &str, last: &str) -> Option<&'a str> {
    let from = text.find(first)?;
    let to = text.rfind(last)? + last.len();
    text.get(from..to)
}

/// Whether a word is a name or a word of organisations that a list knows, or has a word of the applicant's own work in it:
/// whoever has this name or trade may have it in a mailbox.
fn is_a_name_or_trade(n: &Normalized, word: &str) -> bool {
    let titles = n.employment.iter().filter_map(|job| job.title.as_ref());
    let mut work = n.role.iter().chain(titles).flat_map(|text| text.split(' '));
    names::is_family(word)
        || !names::clusters(word).is_empty()
        || organisation_words::concept(word).is_some()
        || work.any(|own| own.len() > 3 && word.contains(own))
}

/// The skeleton of a handle, unless its stem is short or the applicant's own name: what the corpus keeps.
#[must_use]
pub fn handle_skeleton(n: &Normalized, handle: &str) -> Option<String> {
    let stem = handle_series::stem(handle).filter(|stem| !is_own_name(n, stem))?;
    Some(skeleton(stem))
}

/// The series of a mailbox.
#[must_use]
pub fn mailbox(app: &App<'_>) -> Option<u64> {
    Some(key(70, &[app.mailbox_series()?.0]))
}

/// The two overlapping runs of numbers that a mailbox of a series lies in: strangers hit upon one stem, and hardly
/// upon neighboring numbers.
#[must_use]
pub fn runs(app: &App<'_>) -> Option<[u64; 2]> {
    let (series, number) = (app.mailbox_series()?, app.mailbox_number()?);
    let run = |at: u32, shift: u32| key(75, &[series.0, shift, at]);
    Some([run(number / RUN, 0), run((number + RUN / 2) / RUN, 1)])
}

/// How many of the strangers with one stem take one number: of those of as many digits any is as likely, but people like the
/// years they were born in.
#[must_use]
pub fn number_share(number: u32) -> f64 {
    if matches!(number, 65..=99 | 1_940..=2_039) {
        return 1.0 / 20.0;
    }
    [0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6][number.max(1).ilog10().min(5) as usize]
}

/// The series of a handle, with its platform.
#[must_use]
pub fn handle(profile: &ProfileView) -> Option<u64> {
    Some(key(71, &[profile.platform.0, profile.series?.0]))
}

/// The two overlapping cells of its thousands block that an internet-telephony number lies in. Numbers of unknown
/// line count, since not every import says; what is known to be something else does not.
#[must_use]
pub fn cells(app: &App<'_>) -> Option<[u64; 2]> {
    if matches!(app.line_type(), Some(LineType::Mobile | LineType::Landline)) {
        return None;
    }
    let (block, number) = (app.block()?, app.place_in_block()?);
    let cell = |at: u16, shift: u32| key(72, &[block.0, shift, u32::from(at)]);
    Some([cell(number / CELL, 0), cell((number + CELL / 2) / CELL, 1)])
}

/// A house without the state it is claimed in.
#[must_use]
pub fn house(address: &AddressView<'_>) -> Option<u64> {
    let (number, street, city) = (address.number()?, address.street()?, address.city()?);
    Some(key(73, &[number.0, street.0, city.0]))
}

/// The network of an application's address and the two overlapping fortnights that it was used in: any two who came
/// from one network within a week share one.
#[must_use]
pub fn networks(corpus: &Corpus, app: &App<'_>) -> Option<[u64; 2]> {
    let days = u32::try_from(app.submitted()?.0 / 86_400).ok()?;
    let network = network(corpus.value(app.ip()?))?;
    #[expect(clippy::cast_possible_truncation, reason = "halves of a number")]
    let [high, low] = [(network >> 32) as u32, network as u32];
    let at = |fortnight: u32, shift: u32| key(86, &[high, low, shift, fortnight]) | NETWORK;
    Some([at(days / (2 * WEEK), 0), at((days + WEEK) / (2 * WEEK), 1)])
}

/// Whether a key is a network's, which many strangers may have in common.
#[must_use]
pub fn is_network(key: u64) -> bool {
    key & NETWORK == NETWORK
}

/// The /24 of an IPv4 address, the /48 of an IPv6 one, in canonical form, as a number.
fn network(address: &str) -> Option<u64> {
    match address.rsplit_once('.') {
        Some((network, _)) => network
            .split('.')
            .try_fold(1, |number, octet| Some(number << 8 | u64::from(octet.parse::<u8>().ok()?))),
        None => {
            let address: Ipv6Addr = address.split('/').next()?.parse().ok()?;
            let [a, b, c, ..] = address.segments().map(u64::from);
            Some(1 << 48 | a << 32 | b << 16 | c)
        }
    }
}

/// All of them.
pub fn keys(corpus: &Corpus, app: &App<'_>, mut put: impl FnMut(u64)) {
    networks(corpus, app).into_iter().flatten().for_each(&mut put);
    mailbox(app).into_iter().for_each(&mut put);
    runs(app).into_iter().flatten().for_each(&mut put);
    app.profiles().filter_map(|p| handle(&p)).for_each(&mut put);
    cells(app).into_iter().flatten().for_each(&mut put);
    app.home().and_then(|h| house(&h)).into_iter().for_each(&mut put);
    drops::keys(corpus, app, put);
}

/// A stem without separators, and with digits that stand for letters as those letters.
fn skeleton(stem: &str) -> String {
    let plain = |c: char| match c {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '5' => 's',
        other => other,
    };
    stem.chars().filter(|c| c.is_alphanumeric()).map(plain).collect()
}

/// Whether a stem is made from the applicant's own name, as most people's is.
#[must_use]
pub fn is_own_name(n: &Normalized, stem: &str) -> bool {
    let Some(name) = &n.name else { return false };
    let whole: String = stem.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut rest = whole.clone();
    let mut tokens: Vec<&str> = name.tokens.iter().map(|t| &**t).collect();
    tokens.sort_by_key(|t| std::cmp::Reverse(t.len()));
    if tokens.iter().any(|t| t.len() >= 4 && whole.contains(t)) {
        return true;
    }
    for token in &tokens {
        if token.len() > 2 {
            rest = rest.replacen(*token, "", 1);
        }
    }
    rest.len() <= 3 && rest.len() * 2 < whole.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::{Corpus, Entry},
        model::{AppIx, Application, Column, Source},
    };
    use std::collections::BTreeMap;

    #[test]
    fn separators_and_look_alikes_do_not_hide_a_series() {
        assert_eq!(skeleton("bright.dev"), skeleton("br1ght-dev").replace('l', "i"));
        assert_eq!(skeleton("star_f0rge"), "starforge");
    }

    #[test]
    fn a_mark_beside_the_own_name_is_a_series_and_another_name_of_ones_own_is_none() {
        let of = |name: &str, local: &str| {
            let fields = [
                (Column::FullName, name.to_owned()),
                (Column::Email, format!("{local}@example.com")),
            ];
            let application = Application {
                id: "A1".parse().unwrap(),
                fields: fields.into(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".into(), row: 1 },
            };
            mailbox_skeleton(&crate::normalize::normalize(&application))
        };
        let mark = Some("+amberhollow".to_owned());
        assert_eq!(of("Maria Okafor", "maria.amberhollow7"), mark);
        assert_eq!(of("Jonas Reed", "amberhollow_jonas"), mark);
        assert_eq!(of("Maria Okafor", "maria.okafor"), None);
        assert_eq!(of("Muhammad Elsayed", "muhammad.alsayyed"), None, "another spelling");
        assert_eq!(of("Maria Okafor", "maria.dev"), None, "too short");
        assert_eq!(of("Maria Okafor", "maria.amberhollow.garden"), None, "words");
    }

    #[test]
    fn mailboxes_with_neighboring_numbers_share_a_run_and_strangers_of_the_stem_do_not() {
        let entry = |(i, local): (usize, &&str)| {
            let application = Application {
                id: format!("A{i}").parse().unwrap(),
                fields: [(Column::Email, format!("{local}@example.com"))].into_iter().collect(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".into(), row: 1 },
            };
            let normalized = crate::normalize::normalize(&application).into();
            Entry { normalized, label: "x".into() }
        };
        let locals = ["copperotter028", "copperotter034", "copperotter6750", "copperotter"];
        let corpus = Corpus::build(locals.iter().enumerate().map(entry).collect());
        let of = |n| runs(&corpus.app(AppIx::new(n)));
        let share = |a, b| of(a).unwrap().iter().any(|k| of(b).unwrap().contains(k));
        assert!(share(0, 1) && !share(0, 2));
        assert_eq!(of(3), None, "no number");
    }

    #[test]
    fn two_who_came_from_one_network_within_a_week_share_a_fortnight_and_others_do_not() {
        let entry = |(i, (ip, day)): (usize, &(&str, u32))| {
            let fields = [
                (Column::Ip, (*ip).to_owned()),
                (Column::SubmittedAt, format!("2026-04-{day:02}T12:00:00Z")),
                (Column::FullName, "Maria Okafor".to_owned()),
            ];
            let application = Application {
                id: format!("A{i}").parse().unwrap(),
                fields: fields.into(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".into(), row: 1 },
            };
            let normalized = crate::normalize::normalize(&application).into();
            Entry { normalized, label: "x".into() }
        };
        let near = (1..=20).map(|day| ("203.0.113.7", day));
        let rest = [
            ("198.51.100.7", 1),
            ("2001:db8:5:1::1", 1),
            ("2001:db8:5:2::1", 3),
            ("2001:db8:6:1::1", 3),
        ];
        let all: Vec<(&str, u32)> = near.chain(rest).collect();
        let corpus = Corpus::build(all.iter().enumerate().map(entry).collect());
        let of = |n: usize| networks(&corpus, &corpus.app(AppIx::new(n))).unwrap();
        let share = |a: usize, b: usize| of(a).iter().any(|key| of(b).contains(key));
        for day in 0..13 {
            assert!(share(day, day + 7), "{day}");
        }
        assert!(!share(0, 19), "nineteen days apart");
        assert!(!share(0, 20) && share(21, 22) && !share(22, 23));
        assert!(of(0).into_iter().all(is_network));
    }

    #[test]
    fn two_numbers_within_twenty_share_a_cell_and_distant_ones_do_not() {
        let entry = |last: usize| {
            let application = Application {
                id: format!("A{last}").parse().unwrap(),
                fields: [(Column::Phone, format!("+1 202 555 0{last:03}"))].into_iter().collect(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".into(), row: 1 },
            };
            Entry {
                normalized: crate::normalize::normalize(&application).into(),
                label: "x".into(),
            }
        };
        let corpus = Corpus::build((0..1_000).map(entry).collect());
        let share = |a: usize, b: usize| {
            let of = |n| cells(&corpus.app(AppIx::new(n))).unwrap();
            of(a).iter().any(|k| of(b).contains(k))
        };
        for a in 0..980 {
            assert!(share(a, a + 20), "{a}");
            assert!(a + 60 > 999 || !share(a, a + 60), "{a}");
        }
    }
}
