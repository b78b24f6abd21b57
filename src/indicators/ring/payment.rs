//! Indicators of where pay goes: payee accounts and wallets under several names. Reads the column of the payee account and
//! `payment[]` (`account`, `account_hash`, `wallet`, and `custodial` or `exchange` for deposit addresses).
//!
//! Invariant: an account is never quoted, a wallet only by its ends.

use super::people::{People, crowd, subjects};
use crate::{
    indicators::{
        Assessed, Compute, Entry, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Subject,
        Topic, primary, quoted,
    },
    normalize::document,
};
use std::collections::BTreeSet;

/// Fewest characters of a wallet: what is shorter is no address of one.
const WALLET: usize = 20;

fn entries<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = &'a Entry> {
    ["payment", "payments"].into_iter().flat_map(|name| subject.record.list(name))
}

/// The payee accounts of an application, as keyed hashes.
pub(super) fn accounts(subject: &Subject<'_>) -> BTreeSet<String> {
    let names = ["account_hash", "account_hmac", "bank_account_hash", "iban_hash", "account"];
    let listed = entries(subject).filter_map(|entry| entry.text(&names));
    let listed = listed.filter_map(|text| document::identifier(&text)).map(Into::into);
    let own = subject.normal.payment_account.iter().map(|account| account.to_string());
    own.chain(listed).collect()
}

/// The wallets of an application, deposit addresses of an exchange left out.
pub(super) fn wallets(subject: &Subject<'_>) -> BTreeSet<String> {
    let custodial = |entry: &Entry| entry.flag(&["custodial", "exchange", "deposit"]) == Some(true);
    let own = entries(subject).filter(|entry| !custodial(entry));
    let listed = own.filter_map(|entry| entry.text(&["wallet", "wallet_address"]));
    let extra = ["wallet", "crypto_wallet", "wallet_address"];
    let extra = extra.into_iter().filter_map(|name| subject.record.extra(name));
    listed.chain(extra.map(str::to_owned)).filter_map(|text| wallet(&text)).collect()
}

/// A wallet in canonical form: letter case matters, save after "0x".
fn wallet(text: &str) -> Option<String> {
    let text = text.trim();
    let fine = text.len() >= WALLET && text.chars().all(|c| c.is_ascii_alphanumeric());
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    fine.then(|| if hexadecimal { text.to_ascii_lowercase() } else { text.to_owned() })
}

/// A wallet as it may be shown: its first and last four characters.
pub(super) fn masked(wallet: &str) -> String {
    let end = wallet.len().saturating_sub(4);
    let ends = wallet.get(..4).zip(wallet.get(end..));
    ends.map_or_else(String::new, |(first, last)| format!("{first}...{last}"))
}

/// `payment-convergence`.
pub static CONVERGENCE: Indicator = Indicator {
    id: "payment-convergence",
    title: "Pay flows to few accounts",
    topic: Topic::Identity,
    needs: &["full_name", "bank_account_hash", "payment"],
    how: "One payee account of two or more applicants without anything in common in their names. Medium where they claim one \
          home.",
    strength: Strength::Strong,
    innocent: &[
        "spouses with two family names and one account",
        "a family business, or an agency that pays its people",
    ],
    sources: &[quoted("FBI PSA, July 2025, on comparing payment accounts")],
    compares_names: true,
    compute: Compute::Ring(convergence),
};

fn convergence(case: &RingCase<'_>) -> Assessed {
    let uses: Vec<(String, usize)> = subjects(case)
        .flat_map(|(member, s)| accounts(s).into_iter().map(move |account| (account, member)))
        .collect();
    let uses = uses.need("payee account")?;
    let people = People::of(case);
    people.two_named()?;
    let members: BTreeSet<usize> = uses.iter().map(|u| u.1).collect();
    let distinct: BTreeSet<&String> = uses.iter().map(|u| &u.0).collect();
    let (members, distinct) = (members.len(), distinct.len());
    let shared = people.shared(uses);
    let Some(first) = shared.first() else { return Ok(None) };
    let apart = shared.iter().filter(|s| !people.live_together(&s.apart));
    let best = apart.max_by_key(|s| s.apart.len());
    let strength = if best.is_some() { Strength::Strong } else { Strength::Medium };
    let best = best.unwrap_or(first);
    let reason = format!(
        "{} are paid into one account; {members} members give {distinct} {}",
        crowd(&best.apart),
        if distinct == 1 { "account" } else { "accounts" }
    );
    Ok(Some(Finding::new(strength, reason).with("applications", people.list(&best.apart))))
}

/// `same-wallet`.
pub static SAME_WALLET: Indicator = Indicator {
    id: "same-wallet",
    title: "One wallet under several names",
    topic: Topic::Identity,
    needs: &["full_name", "payment"],
    how: "One wallet of two or more applicants without anything in common in their names. A deposit address of an exchange, \
          where the entry says so, does not count.",
    strength: Strength::Strong,
    innocent: &[
        "a deposit address of an exchange that was not marked as one",
        "spouses with two family names",
    ],
    sources: &[primary("tayvano, lazarus-bluenoroff-research"), PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(same_wallet),
};

fn same_wallet(case: &RingCase<'_>) -> Assessed {
    let uses: Vec<(String, usize)> = subjects(case)
        .flat_map(|(member, s)| wallets(s).into_iter().map(move |wallet| (wallet, member)))
        .collect();
    let uses = uses.need("wallet")?;
    let people = People::of(case);
    people.two_named()?;
    let shared = people.shared(uses);
    Ok(shared.first().map(|s| {
        let reason = format!("{} are paid into one wallet", crowd(&s.apart));
        let finding = Finding::new(Strength::Strong, reason);
        finding.with("wallet", masked(&s.value)).with("applications", people.list(&s.apart))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wallet_is_long_and_shown_by_its_ends_only() {
        assert_eq!(wallet("short"), None);
        assert_eq!(wallet("bc1 qexampleexampleexample"), None);
        let hex = wallet(" 0xABCDEF0123456789abcdef0123456789ABCDEF01 ").unwrap();
        assert_eq!(hex, "0xabcdef0123456789abcdef0123456789abcdef01");
        assert_eq!(masked(&hex), "0xab...ef01");
    }
}
