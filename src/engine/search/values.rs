//! Values by what was typed: the same in any spelling, a part of it, a street, a digit away, spelt much like it. Not
//! responsible for who uses them.
//!
//! Invariant: a sealed value is found by its id alone; one that nobody uses any more is not found.

use crate::{
    engine::search::near::{Spelling, slips},
    matching::{Corpus, corpus::Needle},
    model::{Attribute, AttributeIx, AttributeKind},
    normalize::{address, attributes::canonical, email, fold::fold, ip, organisation, phone},
};
use rustc_hash::FxHashMap;

/// Values that have a part of what was typed, of which more are not looked for.
const MOST: usize = 20_000;
/// Values that are compared letter by letter, at most.
const COMPARED: usize = 20_000;
/// Places where values have a part of what was typed, fitting or not, of which more are not looked at.
const MET: usize = 60_000;
/// Digits that make a part of a phone number worth looking for.
const DIGITS: usize = 4;

/// Why a value is a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    Id,
    Same,
    Street,
    Contains,
    Digits,
    DigitDiffers,
    DigitsExchanged,
    /// From where to where a run of words is so many slips away.
    Alike(usize, std::ops::Range<usize>),
}

impl Why {
    fn fit(&self) -> u8 {
        match self {
            Self::Id => 100,
            Self::Same => 98,
            Self::DigitDiffers | Self::DigitsExchanged => 84,
            Self::Street => 80,
            Self::Alike(1, _) => 76,
            Self::Alike(..) => 72,
            Self::Contains | Self::Digits => 70,
        }
    }
}

/// A value that fits.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) ix: AttributeIx,
    /// How well, 0 to 100.
    pub(super) fit: u8,
    why: Why,
}

impl Value {
    /// Whether it is what was typed.
    pub(super) fn is_exact(&self) -> bool {
        self.why == Why::Same
    }

    /// Why it fits.
    pub(super) fn reason(&self, attribute: &Attribute) -> String {
        match &self.why {
            Why::Id => "attribute id".to_owned(),
            Why::Same => match attribute.kind {
                AttributeKind::Phone => "the same number",
                AttributeKind::Email => "the same mailbox",
                _ => "exactly this value",
            }
            .to_owned(),
            Why::Street => "the street".to_owned(),
            Why::Contains => "contains it".to_owned(),
            Why::Digits => "has these digits".to_owned(),
            Why::DigitDiffers => "one digit differs".to_owned(),
            Why::DigitsExchanged => "two digits are exchanged".to_owned(),
            Why::Alike(_, run) => {
                let run = attribute.value.get(run.clone()).unwrap_or_default();
                format!("spelt much like it: {run}")
            }
        }
    }
}

/// Values that fit.
pub(super) struct Values {
    /// Each once, in no order.
    pub(super) found: Vec<Value>,
    /// Whether more may fit: so many were found that no more were looked at.
    pub(super) more: bool,
}

/// What of a text is looked for in values.
enum Part {
    /// All of it.
    Whole,
    /// Its street, in addresses.
    Street,
    /// Its digits, in phone numbers.
    Digits,
    /// A piece of the spelling of this number that begins there.
    Piece(usize, usize),
}

/// The values that fit a text; misspelt ones unless somebody has it as a name. With `whole_contacts` contact data fits only
/// where it is all of it, and how much else there is near it is not to be seen from anything. O(chunks of values + values that
/// have a part of it).
pub(super) fn find(corpus: &Corpus, text: &str, is_name: bool, whole_contacts: bool) -> Values {
    let mut found: FxHashMap<AttributeIx, Why> = FxHashMap::default();
    let fits = |ix: AttributeIx, why: &Why| {
        !whole_contacts || matches!(why, Why::Id | Why::Same) || !corpus.kind(ix).is_contact()
    };
    let mut put = |ix: AttributeIx, why: Why| {
        if !fits(ix, &why) {
            return found.len();
        }
        let known = found.entry(ix).or_insert_with(|| why.clone());
        if known.fit() < why.fit() {
            *known = why;
        }
        found.len()
    };
    if let Some(ix) = text.parse().ok().and_then(|id| corpus.find_attribute(&id)) {
        put(ix, Why::Id);
    }
    let mut same = |kind, value: String, why| {
        if let Some(ix) =
            corpus.index_of(&Attribute { kind, value }).filter(|&ix| is_open(corpus, ix))
        {
            put(ix, why);
        }
    };
    let folded = text.to_lowercase();
    for &kind in AttributeKind::ALL {
        canonical(kind, text).into_iter().for_each(|value| same(kind, value, Why::Same));
        same(kind, folded.clone(), Why::Same);
    }
    for (number, why) in digits_away(text) {
        same(AttributeKind::Referee, format!("phone:{number}"), why.clone());
        same(AttributeKind::Phone, number, why);
    }

    let mut looked_for: Vec<(String, Part)> = Vec::new();
    if folded.chars().count() >= 3 {
        looked_for.push((folded.clone(), Part::Whole));
        let plain = fold(text).trim().to_owned();
        if plain.chars().count() >= 3 && plain != folded {
            looked_for.push((plain, Part::Whole));
        }
    }
    looked_for.extend(street(text).map(|street| (street, Part::Street)));
    looked_for.extend(part_of_number(text).map(|digits| (digits, Part::Digits)));
    let mut more = with_parts(corpus, &looked_for, &[], &mut put);
    // Only what is not there as it was typed is taken for misspelt.
    if found.is_empty() && !is_name {
        let mut put = |ix: AttributeIx, why: Why| {
            if fits(ix, &why) {
                found.entry(ix).or_insert(why);
            }
            found.len()
        };
        a_slip_away(corpus, text, &folded, &mut put);
        let spellings = spellings(text, &folded);
        let mut pieces = Vec::new();
        for (n, spelling) in spellings.iter().enumerate() {
            let all = spelling.pieces().into_iter();
            pieces.extend(all.map(|(at, piece)| (piece.to_owned(), Part::Piece(n, at))));
        }
        more |= with_parts(corpus, &pieces, &spellings, &mut put);
    }
    // How many places had to be looked at tells of contact data that was passed over.
    more &= !whole_contacts;
    let value = |(ix, why): (AttributeIx, Why)| Value { ix, fit: why.fit(), why };
    Values { found: found.into_iter().map(value).collect(), more }
}

fn is_open(corpus: &Corpus, ix: AttributeIx) -> bool {
    !corpus.kind(ix).is_sealed() && corpus.uses(ix) > 0
}

/// Puts every value that has one of the parts; whether more may have one.
fn with_parts(
    corpus: &Corpus,
    looked_for: &[(String, Part)],
    spellings: &[Spelling],
    put: &mut dyn FnMut(AttributeIx, Why) -> usize,
) -> bool {
    let ready = looked_for.iter().filter_map(|(text, part)| Some((Needle::new(text)?, part)));
    let (needles, parts): (Vec<Needle<'_>>, Vec<&Part>) = ready.unzip();
    let (mut met, mut compared, mut more) = (0, 0, false);
    corpus.values_with(&needles, &mut |ix, part, at| {
        let kind = corpus.kind(ix);
        met += 1;
        more = met > MET;
        if more || !is_open(corpus, ix) {
            return !more;
        }
        let why = match parts.get(part) {
            Some(Part::Whole) => Some(Why::Contains),
            Some(Part::Street) => (kind == AttributeKind::Address).then_some(Why::Street),
            Some(Part::Digits) => is_number(kind, corpus.value(ix)).then_some(Why::Digits),
            Some(Part::Piece(n, offset)) if is_spelt(kind) => {
                compared += 1;
                let near = spellings.get(*n).and_then(|s| s.nearest(corpus.value(ix), *offset, at));
                near.map(|(slips, run)| Why::Alike(slips, run))
            }
            _ => None,
        };
        more = compared > COMPARED || why.is_some_and(|why| put(ix, why) >= MOST);
        !more
    });
    more
}

/// Puts the mailboxes, profiles, schools and employers that one slip makes of a text.
fn a_slip_away(
    corpus: &Corpus,
    text: &str,
    folded: &str,
    put: &mut dyn FnMut(AttributeIx, Why) -> usize,
) {
    let mut texts: Vec<(AttributeKind, &str, String)> = Vec::new();
    if let Some(email) = email::parse(text) {
        texts.push((AttributeKind::Email, "", email.canonical.to_string()));
        texts.push((AttributeKind::Referee, "email:", email.canonical.into()));
    } else {
        let school = organisation::institution(text).map(|o| o.key);
        texts.extend(school.map(|key| (AttributeKind::Institution, "", key.into())));
        let employer = organisation::employer(text).map(|o| o.key);
        texts.extend(employer.map(|key| (AttributeKind::Employer, "", key.into())));
        if folded.len() > 3 && !folded.contains(' ') {
            let profiles = ["linkedin:", "github:"];
            texts.extend(profiles.map(|p| (AttributeKind::Profile, p, folded.to_owned())));
        }
    }
    for (kind, before, text) in texts {
        slips(&text, |other| {
            let value = [before, &other].concat();
            let run = before.len()..value.len();
            let ix = corpus.index_of(&Attribute { kind, value });
            if let Some(ix) = ix.filter(|&ix| is_open(corpus, ix)) {
                put(ix, Why::Alike(1, run));
            }
        });
    }
}

/// Whether values of a kind are words that people spell.
fn is_spelt(kind: AttributeKind) -> bool {
    matches!(
        kind,
        AttributeKind::Email
            | AttributeKind::Address
            | AttributeKind::Institution
            | AttributeKind::Employer
            | AttributeKind::Profile
            | AttributeKind::Referee
    )
}

fn is_number(kind: AttributeKind, value: &str) -> bool {
    match kind {
        AttributeKind::Phone => true,
        AttributeKind::Referee => value.starts_with("phone:"),
        _ => false,
    }
}

/// The texts that may be misspelt: as typed, the part of a mailbox before its domain, a street, a school and an employer as
/// they are kept.
fn spellings(text: &str, folded: &str) -> Vec<Spelling> {
    let mut texts = match email::parse(text) {
        Some(email) => {
            email.canonical.split('@').next().map(str::to_owned).into_iter().collect::<Vec<_>>()
        }
        None => vec![folded.to_owned()],
    };
    if !text.contains('@') {
        texts.extend(street(text));
        texts.extend(organisation::institution(text).map(|o| o.key.into()));
        texts.extend(organisation::employer(text).map(|o| o.key.into()));
    }
    texts.sort_unstable();
    texts.dedup();
    // Letters in a row, which neither hashes nor network addresses have for long.
    let is_word = |text: &&String| {
        let mut runs = text.split(|c: char| !c.is_ascii_alphabetic());
        runs.any(|run| run.len() >= 4) && ip::parse(text).is_none()
    };
    texts.iter().filter(is_word).filter_map(|text| Spelling::new(text)).collect()
}

/// "12 Maple Court" is kept as "12 maple ct".
fn street(text: &str) -> Option<String> {
    let address = address::parse_line(text)?;
    let street = address.street?;
    let whole = address.number.map_or_else(|| street.to_string(), |n| format!("{n} {street}"));
    (whole.len() >= 4).then_some(whole)
}

/// The digits of what can be nothing but a part of a phone number.
fn part_of_number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (is_like_a_number(text) && digits.len() >= DIGITS && digits != text).then_some(digits)
}

/// Whether a text is digits with what stands between them in phone numbers.
pub(super) fn is_like_a_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c))
}

/// The numbers that a slip makes of the one that was typed.
fn digits_away(text: &str) -> Vec<(String, Why)> {
    let Some(number) = phone::parse(text, None).filter(|_| is_like_a_number(text)) else {
        return Vec::new();
    };
    let digits: Vec<char> = number.e164.chars().collect();
    // "+" and the country code of most.
    let from = if number.e164.starts_with("+1") { 2 } else { 1 };
    let mut away = Vec::new();
    for at in from..digits.len() {
        let mut with = |digits: Vec<char>, why| away.push((digits.into_iter().collect(), why));
        for digit in '0'..='9' {
            let mut other = digits.clone();
            if let Some(place) = other.get_mut(at).filter(|place| **place != digit) {
                *place = digit;
                with(other, Why::DigitDiffers);
            }
        }
        if at + 1 < digits.len() && digits.get(at) != digits.get(at + 1) {
            let mut other = digits.clone();
            other.swap(at, at + 1);
            with(other, Why::DigitsExchanged);
        }
    }
    away
}
