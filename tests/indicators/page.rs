//! `docs/INDICATORS.md` is made from the list of indicators; `UPDATE=1 cargo test --test indicators` writes it.

use ringer::{
    indicators::{self, EXCULPATING, IndicatorPolicy, Topic},
    model::CheckItem,
};
use std::{fmt::Write, fs, path::Path};

fn page() -> String {
    let policy = IndicatorPolicy::default();
    let mut out = String::from(
        "# Indicators\n\nMade from the list that Ringer computes (`UPDATE=1 cargo test --test indicators`); `ringer indicators` \
         and the page *Indicators* show the same.\n\nAn indicator is a reason to verify, never a verdict. It runs only when its \
         fields are there, and says so when they are not; what is not there never counts. ",
    );
    writeln!(
        out,
        "Worth is counted in bits: weak {}, medium {}, strong {}; one topic counts {} at most. From {} on it is a note; from {} \
         on, if two topics speak, verify; from {} on, if three do, urgent. A ring needs two kinds of \
         evidence, which are the independent families of its links and what several members raise beside them, and is urgent \
         when somebody in it is at an offer or beyond. The numbers are proposals, not calibrated, and \
         stand in `[indicators]` of `ringer.toml`.\n\nP: the primary text was read. Q: as quoted or reported elsewhere. D: a \
         proposal of this project. U: general knowledge, unverified. None of this is legal advice.",
        policy.weak, policy.medium, policy.strong, policy.topic_cap, policy.note, policy.verify, policy.urgent
    )
    .unwrap();
    for &topic in Topic::ALL {
        let mut listed = indicators::all().filter(|i| i.topic == topic).peekable();
        if listed.peek().is_none() {
            continue;
        }
        writeln!(out, "\n## {}\n", topic.label()).unwrap();
        for one in listed {
            let names = if one.compares_names { " It compares two names." } else { "" };
            let sources: Vec<String> =
                one.sources.iter().map(|s| format!("{} ({:?})", s.name, s.standing)).collect();
            writeln!(
                out,
                "**`{}`** {} ({}, {})  \n{}{names}  \n*Needs* {}. *May be innocent:* {}. *Source:* {}.\n",
                one.id,
                one.title,
                one.scope(),
                one.strength,
                one.how,
                if one.needs.is_empty() { "nothing beside the ring".to_owned() } else { one.needs.join(", ") },
                one.innocent.join("; "),
                sources.join("; "),
            )
            .unwrap();
        }
    }
    out.push_str("## What speaks for an applicant\n\n");
    for one in EXCULPATING {
        writeln!(out, "**`{}`** {}: {} Then {}.\n", one.id, one.title, one.how, one.effect)
            .unwrap();
    }
    out.push_str("## The checklist\n\n");
    for item in CheckItem::ALL {
        writeln!(out, "- `{item}`: {}", item.about()).unwrap();
    }
    out
}

#[test]
fn the_page_of_indicators_is_that_of_the_list() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/INDICATORS.md");
    let made = page();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &made).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == made, "docs/INDICATORS.md is not that of the list; UPDATE=1 writes it");
}
