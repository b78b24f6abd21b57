//! Indicators of identity checks and of payees, as they came in with an application. Not responsible for accounts that several
//! applicants share (`matching`, `ring`).
//!
//! Reads of each entry of `payments[]` (or `payment[]`) `holder_name`, `kind`, `set_at`, `joint`, `relationship`, `wallet`, and
//! `account` (or `account_hash`) and `bank` only to see whether they changed; the columns `started_at` and `employment_type`;
//! checks of the kind `background`.
//!
//! Invariant: numbers of accounts and of people are compared and never quoted.

use crate::{
    indicators::{
        Assessed, Case, Compute, Entry, Finding, Indicator, KNOWN, NameTie, Need, Strength,
        Subject, Topic, checked, claimed, days, idc, primary, quoted,
    },
    model::Moment,
    normalize::date,
};

/// `bank-holder-mismatch`.
pub static HOLDER_MISMATCH: Indicator = Indicator {
    id: "bank-holder-mismatch",
    title: "Account is in another person's name",
    topic: Topic::Identity,
    needs: &["payments[].holder_name", "full_name"],
    how: "The holder of a payee account is the full name of a person and has nothing in common with any name of the applicant, \
          and the account is not marked as joint or a relative's; strong when the accounts of two such holders were named \
          who have nothing in common either.",
    strength: Strength::Strong,
    innocent: &["the account of a spouse or of a parent", "a business account"],
    sources: &[
        quoted("Japan's National Police Agency and ministries, March 2024"),
        primary("OWASP, secure hiring handbook"),
    ],
    compares_names: true,
    compute: Compute::Application(holder_mismatch),
};

fn payments<'s>(subject: &'s Subject<'_>) -> Vec<&'s Entry> {
    ["payments", "payment"].iter().flat_map(|name| subject.record.list(name)).collect()
}

fn holder_mismatch(case: &Case<'_>) -> Assessed {
    const RELATIVES: &[&str] =
        &["child", "family", "husband", "parent", "partner", "spouse", "wife"];
    let all: Vec<&Entry> = case.dossier.latest().iter().flat_map(payments).collect();
    let holder = |payment: &Entry| payment.text(&["holder_name", "holder", "account_name"]);
    let named: Vec<(&Entry, String)> =
        all.into_iter().filter_map(|p| Some((p, holder(p)?))).collect();
    let named = named.need("name of the holder of an account")?;
    let own = claimed::names_and_former(case.dossier).need("name")?;
    let others = named.into_iter().filter(|(payment, holder)| {
        let relative = payment.word(&["relationship", "relation"]);
        let shared = payment.flag(&["joint", "is_joint"]) == Some(true)
            || payment.is(&["kind"], "joint")
            || relative.is_some_and(|word| RELATIVES.contains(&word.as_str()));
        !shared && claimed::against(holder, &own) == Some(NameTie::Conflict)
    });
    let mut others: Vec<String> = others.map(|(_, holder)| holder).collect();
    others.sort_unstable();
    others.dedup();
    let Some(first) = others.first().cloned() else { return Ok(None) };
    let name = |text: &String| claimed::full_name(text);
    let apart =
        others.iter().any(|other| idc::conflicts(name(&first).as_ref(), name(other).as_ref()));
    let strength = if apart { Strength::Strong } else { Strength::Medium };
    let reason = format!("the account is in the name of \"{}\"", others.join("\" and \""));
    Ok(Some(Finding::new(strength, reason).with("holder", first)))
}

/// A change of the payee so many days after the start is early.
const EARLY: i64 = 30;
/// Within so many days changes are counted.
const OFTEN: i64 = 90;

/// `bank-changed-early`.
pub static CHANGED_EARLY: Indicator = Indicator {
    id: "bank-changed-early",
    title: "Payee changed soon or often",
    topic: Topic::Identity,
    needs: &["payments[].set_at, account (or bank, holder_name, kind)", "started_at"],
    how: "The payee account was changed within 30 days after the start of work, or three times within 90 days. Setting the \
          first one is no change.",
    strength: Strength::Medium,
    innocent: &[
        "a new bank with a bonus for opening an account",
        "fraud on the employee's own account",
    ],
    sources: &[quoted("FBI, PSA 250723-4, July 2025"), primary("OWASP, secure hiring handbook")],
    compares_names: false,
    compute: Compute::Application(changed_early),
};

fn changed_early(case: &Case<'_>) -> Assessed {
    let all = payments(case.subject);
    let set = all.iter().filter_map(|p| Some((p.moment(&["set_at", "at", "changed_at"])?, *p)));
    let mut set: Vec<(Moment, &Entry)> = set.collect();
    set.sort_by_key(|(at, _)| *at);
    (set.len() >= 2).then_some(()).need("history of the payee account")?;
    let what = |payment: &Entry| {
        let fields: [&[&str]; 4] = [
            &["account", "account_hash", "bank_account_hash", "wallet"],
            &["bank"],
            &["holder_name", "holder"],
            &["kind"],
        ];
        fields.map(|names| payment.text(names))
    };
    let changes = set.windows(2).filter_map(|pair| match pair {
        [(_, before), (at, after)] if what(before) != what(after) => Some(*at),
        _ => None,
    });
    let changes: Vec<Moment> = changes.collect();
    let record = &case.subject.record;
    let start = ["started_at", "start_date", "hired_at"].iter().find_map(|c| record.extra(c));
    let start = start.and_then(date::moment);
    let early = start.and_then(|start| {
        changes.iter().copied().find(|at| (0..=EARLY).contains(&days::between(start, *at)))
    });
    if let Some((start, at)) = start.zip(early) {
        let after = days::span(days::between(start, at));
        let reason = format!("the payee account was changed {after} after the start");
        return Ok(Some(Finding::new(Strength::Medium, reason).with("changed", at.day())));
    }
    let often = changes.windows(3).find(|three| match three {
        [first, _, last] => days::between(*first, *last) <= OFTEN,
        _ => false,
    });
    if often.is_none() && start.is_none() {
        return None.need("start of work");
    }
    Ok(often.map(|three| {
        let reason = format!("the payee account was changed three times within {OFTEN} days");
        let last = three.last().map(|at| at.day()).unwrap_or_default();
        Finding::new(Strength::Medium, reason).with("last change", last)
    }))
}

/// `pay-unusual-rail`.
pub static UNUSUAL_RAIL: Indicator = Indicator {
    id: "pay-unusual-rail",
    title: "Asks for crypto or a money-transfer service",
    topic: Topic::Identity,
    needs: &["payments[].kind or wallet", "employment_type"],
    how: "Pay is to go to a crypto wallet or through a money-transfer service, for a role on the payroll: contractors and \
          freelancers (`employment_type`) are left out.",
    strength: Strength::Medium,
    innocent: &["a firm that pays in crypto", "people without a bank account"],
    sources: &[
        quoted("US State, Treasury and FBI, advisory of May 2022"),
        primary("Security Alliance, DPRK IT worker framework, May 2026"),
        quoted("Secureworks, NICKEL TAPESTRY, October 2024"),
    ],
    compares_names: false,
    compute: Compute::Application(unusual_rail),
};

fn unusual_rail(case: &Case<'_>) -> Assessed {
    const RAILS: &[&str] = &[
        "bitcoin",
        "btc",
        "crypto",
        "cryptocurrency",
        "eth",
        "ethereum",
        "hawala",
        "money gram",
        "money transfer",
        "moneygram",
        "msb",
        "remittance",
        "stablecoin",
        "usdc",
        "usdt",
        "western union",
    ];
    const NOT_PAYROLL: &[&str] =
        &["c2c", "consultant", "contract", "contractor", "freelance", "freelancer"];
    let payments = payments(case.subject);
    let rails = payments.iter().filter_map(|payment| {
        let wallet =
            payment.text(&["wallet", "wallet_address"]).map(|_| "crypto wallet".to_owned());
        payment.word(&["kind", "rail", "method"]).or(wallet)
    });
    let rails: Vec<String> = rails.collect();
    let rails = rails.need("kind of payment")?;
    let terms =
        case.subject.record.extra("employment_type").and_then(crate::normalize::fold::words);
    if terms
        .is_some_and(|terms| NOT_PAYROLL.iter().any(|word| terms.split(' ').any(|t| t == *word)))
    {
        return Ok(None);
    }
    let is_rail = |kind: &String| {
        let padded = format!(" {kind} ");
        RAILS.iter().any(|rail| padded.contains(&format!(" {rail} "))) || kind == "crypto wallet"
    };
    Ok(rails.into_iter().find(is_rail).map(|kind| {
        let reason = format!("pay is to go by \"{kind}\"");
        Finding::new(Strength::Medium, reason)
    }))
}

/// `id-attribute-conflict`.
pub static ATTRIBUTE_CONFLICT: Indicator = Indicator {
    id: "id-attribute-conflict",
    title: "Background check finds conflicting facts",
    topic: Topic::Identity,
    needs: &["checks[] of the kind background: result"],
    how: "The latest decided background check says that the number belongs to another name, that the birth date differs, or \
          that facts conflict.",
    strength: Strength::Strong,
    innocent: &["a clerical error", "a change of name", "a file in which two people were mixed up"],
    sources: &[primary("OWASP, secure hiring handbook"), KNOWN],
    compares_names: false,
    compute: Compute::Application(attribute_conflict),
};

fn attribute_conflict(case: &Case<'_>) -> Assessed {
    const KINDS: &[&str] = &[
        "background",
        "background check",
        "id attributes",
        "identity attributes",
        "identity check",
        "ssn",
        "ssn trace",
    ];
    const CONFLICTS: &[&str] = &[
        "birth date mismatch",
        "conflict",
        "conflicting",
        "dob mismatch",
        "mismatch",
        "name mismatch",
        "other name",
        "ssn other name",
    ];
    let decided = checked::latest(&case.subject.record, KINDS, CONFLICTS, checked::PASSED);
    let (entry, conflicts) = decided.need("decided background check")?;
    Ok(conflicts.then(|| {
        let result = entry.text(&["result", "outcome", "status"]).unwrap_or_default();
        let reason = format!("the background check says \"{result}\"{}", checked::by(entry));
        Finding::new(Strength::Strong, reason)
    }))
}
