//! What an application says that could be watched: schools, employers, and everything else by its canonical value. Not
//! responsible for whether it is (`lists`).
//!
//! Read are the columns; `education[]` and `employment[]` with `city`, `state`, `country`, `location` and `domain`;
//! `profiles[]` and `code[]` with their numeric ids; `payment[]` and `payments[]` with `wallet`; the unknown columns
//! `wallet`, `employer_domain` and `school_domain`.
//!
//! Invariant: a person's name is never among them.

use crate::{
    indicators::{
        Entry, Subject,
        watch::identifier::{self, host},
    },
    model::{Column, PlaceKind, WatchKind},
    reference::email_domains::is_public,
};

/// A school or an employer that somebody names, with what is said about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// As written; empty where only a domain is given.
    pub name: String,
    /// Its city, state and country, as far as they are given.
    pub places: Vec<String>,
    /// Its domains, as far as they are given.
    pub domains: Vec<String>,
}

/// A value that belongs to one person or firm.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// What sort.
    pub kind: WatchKind,
    /// What it is in the application.
    pub what: &'static str,
    /// In canonical form.
    pub value: String,
    /// As it may be shown.
    pub shown: String,
    /// Whether it is somebody else's: a referee's.
    pub others: bool,
}

/// What an application says that could be watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// Schools.
    pub schools: Vec<Claim>,
    /// Employers.
    pub employers: Vec<Claim>,
    /// Everything else, sorted, without repeats.
    pub identifiers: Vec<Identifier>,
    /// The text of the resume in folded words, for what is borne out by it.
    pub text: String,
}

impl Claims {
    /// What an application says. O(bytes).
    #[must_use]
    pub fn of(subject: &Subject<'_>) -> Self {
        let mut claims = Self {
            schools: schools(subject),
            employers: employers(subject),
            identifiers: Vec::new(),
            text: subject
                .raw(Column::ResumeText)
                .and_then(crate::normalize::fold::words)
                .map_or_else(String::new, |words| format!(" {words} ")),
        };
        claims.contacts(subject);
        claims.accounts(subject);
        claims.identifiers.sort_unstable();
        claims
            .identifiers
            .dedup_by(|a, b| (a.kind, &a.value, a.others) == (b.kind, &b.value, b.others));
        claims
    }

    fn add(&mut self, kind: WatchKind, what: &'static str, value: &str, shown: &str) {
        let (value, shown) = (value.to_owned(), shown.to_owned());
        self.identifiers.push(Identifier { kind, what, value, shown, others: false });
    }

    fn contacts(&mut self, subject: &Subject<'_>) {
        let normal = &subject.normal;
        if let Some(email) = &normal.email {
            self.add(
                WatchKind::Email,
                "mailbox",
                &email.canonical,
                subject.raw(Column::Email).unwrap_or(&email.canonical).trim(),
            );
            if !is_public(&email.domain) {
                self.add(WatchKind::Domain, "domain of the mailbox", &email.domain, &email.domain);
            }
        }
        if let Some(phone) = &normal.phone {
            let shown = subject.raw(Column::Phone).unwrap_or(&phone.e164).trim();
            self.add(WatchKind::Phone, "phone", &phone.e164, shown);
        }
        for (address, what) in
            [(&normal.home, "home address"), (&normal.shipping, "delivery address")]
        {
            if let Some(address) = address.as_ref().filter(|a| a.place != PlaceKind::Area) {
                self.add(WatchKind::Address, what, &address.dwelling, &address.dwelling);
            }
        }
        for referee in &normal.referees {
            let mut found = Vec::new();
            if let Some(email) = &referee.email {
                found.push((WatchKind::Email, "mailbox of a referee", email.canonical.to_string()));
                if !is_public(&email.domain) {
                    let what = "domain of a referee's mailbox";
                    found.push((WatchKind::Domain, what, email.domain.to_string()));
                }
            }
            found.extend(
                referee
                    .phone
                    .iter()
                    .map(|p| (WatchKind::Phone, "phone of a referee", p.e164.to_string())),
            );
            self.identifiers.extend(found.into_iter().map(|(kind, what, value)| Identifier {
                kind,
                what,
                shown: value.clone(),
                value,
                others: true,
            }));
        }
    }

    fn accounts(&mut self, subject: &Subject<'_>) {
        for profile in &subject.normal.profiles {
            let whole = format!("{}:{}", profile.platform, profile.handle);
            self.add(WatchKind::Handle, "profile", &whole, &whole);
            if &*profile.platform == "web"
                && let Some(host) = host(&profile.handle)
            {
                self.add(WatchKind::Domain, "web site", &host, &host);
            }
        }
        let ids = &["numeric_id", "user_id", "account_id", "id"];
        for (list, platforms) in
            [("profiles", &["platform", "network", "site"][..]), ("code", &["platform", "host"])]
        {
            for entry in subject.record.list(list) {
                let platform = entry.word(platforms);
                let names = entry.text(ids).into_iter().chain(entry.text(&["account", "login"]));
                for name in names {
                    let whole =
                        platform.as_ref().map_or_else(|| name.clone(), |p| format!("{p}:{name}"));
                    if let Some(value) = identifier::canonical(WatchKind::Handle, &whole) {
                        self.add(WatchKind::Handle, "account", &value, &whole);
                    }
                }
            }
        }
        let columns = ["wallet", "wallet_address", "crypto_wallet"];
        let mut wallets: Vec<String> = columns
            .iter()
            .filter_map(|name| subject.record.extra(name))
            .map(str::to_owned)
            .collect();
        for list in ["payment", "payments"] {
            let named = |entry: &Entry| entry.text(&["wallet", "wallet_address", "crypto_wallet"]);
            wallets.extend(subject.record.list(list).iter().filter_map(named));
        }
        for wallet in wallets {
            if let Some(value) = identifier::canonical(WatchKind::Wallet, &wallet) {
                self.add(WatchKind::Wallet, "wallet", &value, &wallet);
            }
        }
    }

    /// The hosts of the applicant's own mailbox and web sites.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        let own = self.identifiers.iter().filter(|i| i.kind == WatchKind::Domain && !i.others);
        own.map(|i| i.value.as_str())
    }
}

fn claim(entry: &Entry, names: &[&str], domains: &[&str]) -> Claim {
    let places = ["city", "state", "region", "country", "location", "campus"];
    Claim {
        name: entry.text(names).unwrap_or_default(),
        places: places.iter().filter_map(|name| entry.text(&[name])).collect(),
        domains: domains.iter().filter_map(|name| host(&entry.text(&[name])?)).collect(),
    }
}

/// Claims that say anything; without any, those that the columns' canonical values make.
fn kept<'a>(mut all: Vec<Claim>, keys: impl Iterator<Item = &'a str>) -> Vec<Claim> {
    all.retain(|c| !c.name.is_empty() || !c.domains.is_empty());
    if all.is_empty() {
        all.extend(keys.map(|key| Claim { name: key.to_owned(), ..Claim::default() }));
    }
    let mut unique: Vec<Claim> = Vec::with_capacity(all.len());
    for claim in all {
        if !unique.contains(&claim) {
            unique.push(claim);
        }
    }
    unique
}

fn from_columns(subject: &Subject<'_>, name: Column, domain: &str) -> Claim {
    Claim {
        name: subject.raw(name).map(str::trim).unwrap_or_default().to_owned(),
        places: Vec::new(),
        domains: subject.record.extra(domain).and_then(host).into_iter().collect(),
    }
}

fn schools(subject: &Subject<'_>) -> Vec<Claim> {
    let mut all = vec![from_columns(subject, Column::Institution, "school_domain")];
    let names = ["school", "institution", "university", "name"];
    let domains = ["domain", "website", "url", "school_domain"];
    all.extend(subject.record.list("education").iter().map(|e| claim(e, &names, &domains)));
    let keys = subject.normal.education.iter().filter_map(|e| e.institution.as_ref());
    kept(all, keys.map(|o| &*o.key))
}

fn employers(subject: &Subject<'_>) -> Vec<Claim> {
    let mut all = vec![from_columns(subject, Column::Employer, "employer_domain")];
    let names = ["employer", "company", "organization", "organisation", "name"];
    let domains = ["domain", "website", "url", "employer_domain", "company_domain"];
    all.extend(subject.record.list("employment").iter().map(|e| claim(e, &names, &domains)));
    let keys = subject.normal.employment.iter().filter_map(|e| e.employer.as_ref());
    kept(all, keys.map(|o| &*o.key))
}
