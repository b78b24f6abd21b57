//! Indicators of contacts and keys: one key of an operator under many names, one claimed identity with many contacts. Reads
//! the columns of contact and device, `profiles[]` (`numeric_id`), the wallets and accounts of `payment`.

use super::{
    accounts, payment,
    people::{DAY, People, Uses, crowd, densest, subjects, users},
    returns,
};
use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Topic, primary,
        quoted,
    },
    model::{AttributeKind, LineType, Moment},
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Conflicting names for one key from which on it is strong.
const NAMES: usize = 3;

/// Days within which one key must be used under several names: numbers and devices are given to others.
const WHILE: i64 = 730;

/// A value that so many times more applicants use than the members who share it is a hub.
const HUB: usize = 3;

/// Phones and mailboxes of one identity within half a year from which on they rotate.
const CONTACTS: usize = 4;
const HALF_YEAR: i64 = 180;

/// What sort of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Account,
    Wallet,
    Bank,
    Phone,
    WiredPhone,
    Device,
}

impl Key {
    fn label(self) -> &'static str {
        match self {
            Self::Account => "account id",
            Self::Wallet => "wallet",
            Self::Bank => "payee account",
            Self::Phone | Self::WiredPhone => "phone number",
            Self::Device => "device",
        }
    }

    fn kind(self) -> Option<AttributeKind> {
        match self {
            Self::Account | Self::Wallet => None,
            Self::Bank => Some(AttributeKind::PaymentAccount),
            Self::Phone | Self::WiredPhone => Some(AttributeKind::Phone),
            Self::Device => Some(AttributeKind::Device),
        }
    }
}

/// Who used which key when, agencies' contacts left out.
fn keys(case: &RingCase<'_>) -> BTreeMap<(Key, String), Uses> {
    let mut keys: BTreeMap<(Key, String), Uses> = BTreeMap::new();
    for (member, subject) in subjects(case) {
        let normal = &subject.normal;
        let mut add = |key, value: String| {
            keys.entry((key, value)).or_default().push((normal.submitted_at, member));
        };
        accounts::numeric_ids(subject).into_iter().for_each(|id| add(Key::Account, id));
        payment::wallets(subject).into_iter().for_each(|wallet| add(Key::Wallet, wallet));
        payment::accounts(subject).into_iter().for_each(|account| add(Key::Bank, account));
        if normal.agency.is_some() {
            continue;
        }
        if let Some(phone) = &normal.phone {
            let wired = phone.line_type == Some(LineType::Landline);
            add(if wired { Key::WiredPhone } else { Key::Phone }, phone.e164.to_string());
        }
        if let Some(device) = &normal.device {
            add(Key::Device, device.to_string());
        }
    }
    keys
}

/// `identity-many-names`.
pub static MANY_NAMES: Indicator = Indicator {
    id: "identity-many-names",
    title: "One key, many names",
    topic: Topic::Identity,
    needs: &["full_name", "phone", "device_id", "bank_account_hash", "profiles", "payment"],
    how: "One phone, device, numeric account id, wallet or payee account that applicants without anything in common in their \
          names use within two years: two names are medium, three strong. One step less for people who claim one home and \
          for a device, and weak when three times as many applicants as these use it. Contacts and devices of applications \
          that an agency submitted do not count.",
    strength: Strength::Strong,
    innocent: &[
        "a device in a library, a career center or a shared home",
        "the landline of flatmates, the account of spouses with two family names",
        "a number that was given to somebody else",
    ],
    sources: &[
        quoted("FBI PSA I-012325-PSA, January 2025"),
        primary("tayvano, lazarus-bluenoroff-research"),
    ],
    compares_names: true,
    compute: Compute::Ring(many_names),
};

fn many_names(case: &RingCase<'_>) -> Assessed {
    let keys = keys(case);
    (!keys.is_empty()).then_some(()).need("phone, device or account")?;
    let people = People::of(case);
    people.two_named()?;
    let found =
        keys.iter().filter(|(_, uses)| uses.len() > 1).filter_map(|((key, value), uses)| {
            let members = densest(uses, WHILE);
            let apart = people.apart(&members);
            if apart.len() < 2 {
                return None;
            }
            let full = if apart.len() >= NAMES { Strength::Strong } else { Strength::Medium };
            let hub = key.kind().and_then(|kind| users(case, kind, &members));
            let eased = *key == Key::Device || people.live_together(&apart);
            let strength = match full {
                _ if hub.is_some_and(|users| users >= HUB * members.len()) => Strength::Weak,
                Strength::Strong if eased => Strength::Medium,
                Strength::Medium if eased => Strength::Weak,
                full => full,
            };
            Some(((strength, apart.len(), Reverse((*key, value))), apart))
        });
    let Some(((strength, _, Reverse((key, value))), apart)) = found.max_by_key(|(rank, _)| *rank)
    else {
        return Ok(None);
    };
    let reason = format!("{} use one {}", crowd(&apart), key.label());
    let finding = Finding::new(strength, reason).with("applications", people.list(&apart));
    Ok(Some(match key {
        Key::Bank => finding,
        Key::Wallet => finding.with(key.label(), payment::masked(value)),
        _ => finding.with(key.label(), value.clone()),
    }))
}

/// `identity-many-contacts`.
pub static MANY_CONTACTS: Indicator = Indicator {
    id: "identity-many-contacts",
    title: "One identity, rotating contacts",
    topic: Topic::Identity,
    needs: &["phone", "email", "submitted_at", "outcome"],
    how: "A claimed identity with several applications that has four or more different phones and mailboxes within 180 days, or \
          that came back after a rejection with another phone and another mailbox. Contacts of an agency do not count.",
    strength: Strength::Medium,
    innocent: &[
        "a mailbox made for the job search, and a new number",
        "somebody who moved, or who lost a phone and an account",
    ],
    sources: &[primary("Security Alliance, framework on IT workers, 2026"), PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(many_contacts),
};

/// The contacts of one application.
struct Contacts<'a> {
    at: Moment,
    phone: Option<&'a str>,
    email: Option<&'a str>,
    rejected: bool,
}

fn many_contacts(case: &RingCase<'_>) -> Assessed {
    let mut assessed = false;
    let mut found: Vec<(usize, usize, bool)> = Vec::new();
    for (member, dossier) in case.members.iter().enumerate() {
        let own = dossier.subjects.iter().filter(|s| s.normal.agency.is_none());
        let mut all: Vec<Contacts<'_>> = own
            .filter_map(|s| {
                Some(Contacts {
                    at: s.normal.submitted_at?,
                    phone: s.normal.phone.as_ref().map(|p| &*p.e164),
                    email: s.normal.email.as_ref().map(|e| &*e.canonical),
                    rejected: returns::is_rejected(s),
                })
            })
            .filter(|c| c.phone.is_some() || c.email.is_some())
            .collect();
        all.sort_by_key(|c| (c.at, c.phone, c.email));
        assessed |= all.len() > 1;
        let most = all.iter().map(|last| {
            let within = all
                .iter()
                .filter(|c| c.at <= last.at && last.at.seconds_since(c.at) <= HALF_YEAR * DAY);
            within.flat_map(|c| [c.phone, c.email]).flatten().collect::<BTreeSet<&str>>().len()
        });
        let most = most.max().unwrap_or(0);
        let changed = all.windows(2).any(|pair| match pair {
            [before, after] => {
                let differs =
                    |a: Option<&str>, b: Option<&str>| a.zip(b).is_some_and(|(a, b)| a != b);
                before.rejected
                    && differs(before.phone, after.phone)
                    && differs(before.email, after.email)
            }
            _ => false,
        });
        if most >= CONTACTS || changed {
            found.push((member, most, changed));
        }
    }
    assessed.then_some(()).need("two dated applications of one person with contacts")?;
    let members: Vec<usize> = found.iter().map(|f| f.0).collect();
    let most = found.iter().map(|f| f.1).max();
    let Some(most) = most else { return Ok(None) };
    let identities = super::people::count(members.len(), "identity", "identities");
    let reason = if most >= CONTACTS {
        format!(
            "{identities} with rotating contacts: up to {most} phones and mailboxes within half a year"
        )
    } else {
        format!("{identities} came back after a rejection with another phone and another mailbox")
    };
    let people = People::of(case);
    Ok(Some(Finding::new(Strength::Medium, reason).with("applications", people.list(&members))))
}
