//! What a search finds, beside what looking at everything finds.

use super::*;
use crate::{
    engine::{
        Engine,
        fixtures::{import, open, store},
    },
    model::AttributeKind,
};
use proptest::{prelude::*, sample::Index};
use std::collections::BTreeSet;

const HEAD: &str =
    "application_id,full_name,email,phone,street,city,state,institution,employer,github\n";

fn row(n: usize, name: &str, email: &str, phone: &str, rest: &str) -> String {
    format!("A{n},{name},{email},{phone},{rest}\n")
}

fn people() -> String {
    let rest = "12 Maple Court,Springfield,IL,Norwich University,Harbor Analytics,mwhitfield-dev";
    let other = "7 Oak Street,Tampa,FL,Stanford University,Umberstone Foods,tlangston";
    [
        HEAD.to_owned(),
        row(1, "Mia Whitfield", "mia.whitfield@example.com", "202-555-0110", rest),
        row(2, "William Langston", "w.langston@example.com", "202-555-0143", other),
        row(3, "Langston Trevor", "trevor@example.org", "202-555-0110", ",,,,,"),
        row(4, "M. Okafor", "okafor@example.net", "202-555-0178", ",,,,,"),
    ]
    .concat()
}

fn engine() -> Engine {
    let engine = open(&store());
    import(&engine, &people());
    engine
}

fn reasons(view: &View, text: &str) -> Vec<(String, String)> {
    view.search(text, 50).into_iter().map(|hit| (hit.label, hit.reason)).collect()
}

#[test]
fn every_hit_says_why_it_is_one() {
    let view = engine().view();
    for (text, label, reason) in [
        ("whitfield", "Mia Whitfield", "name"),
        ("Whitfeild", "Mia Whitfield", "a name spelt much like it: Whitfeild → Whitfield"),
        ("trevor langston", "Langston Trevor", "name"),
        ("Bill Langston", "William Langston", "another form of the name: Bill → William"),
        ("M Whitfield", "Mia Whitfield", "the initial fits: M → Mia"),
        ("Marcus Okafor", "M. Okafor", "the initial fits: Marcus → M"),
        ("whit", "Mia Whitfield", "a name that begins with it: Whitfield"),
        ("A2", "William Langston", "application A2"),
        ("(202) 555-0110", "+12025550110", "phone: the same number"),
        ("(202) 555-0110", "Mia Whitfield", "uses this phone"),
        ("202-555-0111", "+12025550110", "phone: one digit differs"),
        ("202-555-0134", "+12025550143", "phone: two digits are exchanged"),
        ("555-0143", "+12025550143", "phone: has these digits"),
        ("Mia.Whitfield@Example.com", "mia.whitfield@example.com", "mailbox: the same mailbox"),
        (
            "mia.whitfeild@example.com",
            "mia.whitfield@example.com",
            "mailbox: spelt much like it: mia.whitfield@example.com",
        ),
        ("field@exam", "mia.whitfield@example.com", "mailbox: contains it"),
        ("mwhitfeild-dev", "github:mwhitfield-dev", "profile: spelt much like it: mwhitfield-dev"),
        ("Harbour Analytics", "harbor analytics", "employer: spelt much like it: harbor analytics"),
    ] {
        let found = reasons(&view, text);
        assert!(found.contains(&(label.to_owned(), reason.to_owned())), "{text}: {found:?}");
    }
}

#[test]
fn streets_and_schools_are_found_misspelt_and_as_they_are_kept() {
    let view = engine().view();
    for (text, kind, reason) in [
        ("12 Maple Court", AttributeKind::Address, "address: the street"),
        ("12 Mapel Court", AttributeKind::Address, "address: spelt much like it: 12 maple ct"),
        ("Springfeild", AttributeKind::Address, "address: spelt much like it: springfield"),
        ("Standford University", AttributeKind::Institution, "spelt much like it"),
    ] {
        let hits = view.search(text, 50);
        let found = hits.iter().any(|hit| {
            hit.kind == HitKind::Attribute
                && hit.reason.starts_with(kind.label())
                && hit.reason.contains(reason)
        });
        assert!(found, "{text}: {hits:?}");
    }
}

#[test]
fn what_was_found_is_counted_and_told_page_by_page() {
    let engine = open(&store());
    let rows = (0..70).map(|n| {
        row(
            n,
            &format!("Mia {}{}", word(n), if n < 35 { "" } else { "son" }),
            &format!("p{n}@example.com"),
            "",
            ",,,,,",
        )
    });
    import(&engine, &(HEAD.to_owned() + &rows.collect::<String>()));
    let view = engine.view();
    let page = |first| {
        let wanted = Wanted { kind: Some(HitKind::Applicant), first, ..Wanted::best(30) };
        let found = view.find("mia", wanted);
        let group = &found.groups[0];
        assert_eq!((group.kind, group.total, group.more), (HitKind::Applicant, 70, false));
        assert!(found.groups[1..].iter().all(|other| other.hits.is_empty()));
        group.hits.iter().map(|hit| hit.id.clone()).collect::<Vec<_>>()
    };
    let pages = [page(0), page(30), page(60), page(90)];
    assert_eq!(pages.each_ref().map(Vec::len), [30, 30, 10, 0]);
    assert_eq!(pages.iter().flatten().collect::<BTreeSet<_>>().len(), 70);
}

#[test]
fn one_who_has_another_name_by_now_is_found_by_that_alone() {
    let engine = engine();
    import(&engine, "application_id,full_name\nA1,Petra Holt\n");
    let view = engine.view();
    assert_eq!(reasons(&view, "petra holt"), [("Petra Holt".to_owned(), "name".to_owned())]);
    assert!(!reasons(&view, "whitfield").iter().any(|(_, reason)| reason == "name"));
}

/// A word of letters that stands for a number.
fn word(n: usize) -> String {
    ["anber", "belto", "corvi", "dalen", "elwin", "fargo", "gerso"][n % 7].to_owned()
        + ["ax", "bo", "ci", "du", "ef"][n / 7 % 5]
}

fn rows(picks: &[(Index, Index, Index)]) -> Vec<String> {
    let row = |(n, (name, more, id)): (usize, &(Index, Index, Index))| {
        let (given, family) = (word(name.index(35)), word(more.index(35)));
        let id = if id.index(4) == 0 { id.index(5) } else { n + 10 };
        let phone = format!("202-555-01{:02}", more.index(100));
        let rest = format!("{} {given} St,{family},IL,{given} College,,{family}{n}", n % 9 + 1);
        row(
            id,
            &format!("{given} {family}"),
            &format!("{given}.{family}{n}@example.com"),
            &phone,
            &rest,
        )
    };
    picks.iter().enumerate().map(row).collect()
}

fn everything(view: &View, text: &str) -> Found {
    view.find(text, Wanted::best(usize::MAX))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_looking_at_everything_finds_is_found_and_no_matter_how_the_view_was_made(
        picks in prop::collection::vec(any::<(Index, Index, Index)>(), 1..40),
        cut in any::<Index>(),
        asked in prop::collection::vec(any::<(Index, Index, Index)>(), 1..12),
    ) {
        let rows = rows(&picks);
        let (first, rest) = rows.split_at(cut.index(rows.len() + 1));
        let stored = store();
        let stepwise = open(&stored);
        import(&stepwise, &(HEAD.to_owned() + &first.concat()));
        for row in rest {
            import(&stepwise, &(HEAD.to_owned() + row));
        }
        let whole = open(&store());
        import(&whole, &(HEAD.to_owned() + &rows.concat()));
        let (view, anew) = (stepwise.view(), whole.view());
        drop(stepwise);
        let reopened = open(&stored).view();
        let corpus = view.network.corpus();
        for (value, from, length) in asked {
            let ix = AttributeIx::new(value.index(corpus.attribute_numbers().len()));
            let value = corpus.value(ix);
            let from = value.floor_char_boundary(from.index(value.len()));
            let text: String = value[from..].chars().take(3 + length.index(12)).collect();
            let name = corpus.label(AppIx::new(length.index(corpus.len())));
            for text in [text.as_str(), value, name, &name[..name.len() / 2]] {
                let found = everything(&view, text);
                prop_assert_eq!(&found, &everything(&anew, text), "{}", text);
                prop_assert_eq!(&found, &everything(&reopened, text), "{}", text);
                let ids = |kind| {
                    let hits = found.groups.iter().filter(move |g| g.kind == kind).flat_map(|g| &g.hits);
                    hits.map(|hit| hit.id.clone()).collect::<BTreeSet<_>>()
                };
                let folded = text.trim().to_lowercase();
                let attributes = ids(HitKind::Attribute);
                for ix in corpus.attribute_numbers().filter(|&ix| corpus.uses(ix) > 0) {
                    let has = folded.chars().count() >= 3 && corpus.value(ix).contains(&folded);
                    if !corpus.kind(ix).is_sealed() && has {
                        prop_assert!(attributes.contains(corpus.attribute(ix).id().as_str()), "{}", text);
                    }
                }
                let Some(typed) = name::parse(text) else { continue };
                let applicants = ids(HitKind::Applicant);
                for app in corpus.apps() {
                    let tokens: Vec<&str> = corpus.app(app).tokens().map(|t| corpus.tokens().text(t)).collect();
                    if typed.tokens.iter().all(|word| tokens.contains(&&**word)) {
                        let id = &view.network.applicant(view.network.applicant_of(app)).id;
                        prop_assert!(applicants.contains(id.as_str()), "{} {:?}", text, tokens);
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_that_is_typed_breaks_it(text in "\\PC{0,300}") {
        let view = engine().view();
        let found = view.find(&text, Wanted::best(5));
        prop_assert!(found.groups.iter().all(|group| group.hits.len() <= 5 && group.total >= group.hits.len()));
    }
}

#[test]
fn hostile_texts_are_texts() {
    let view = engine().view();
    let long = "whitfield ".repeat(5_000);
    for text in [
        long.as_str(),
        ".*",
        "(((((",
        "[a-z]+$",
        "\u{202e}dleiftihw",
        "👩‍👩‍👧 mia",
        "%00",
        "a\0b",
        "مرحبا بالعالم",
        "e\u{301}e\u{301}e\u{301}e\u{301}",
        "--",
        "' OR 1=1 --",
        "😀😀😀😀😀😀😀",
        "+++++++++",
        "1111111111111111111111",
    ] {
        let _ = view.find(text, Wanted::best(50));
    }
}

#[test]
fn ids_are_found_misspelt_where_nothing_else_is_found() {
    let engine = open(&store());
    let rows: String = (0..4)
        .map(|n| format!("APP-204{n},Person {n},p{n}@example.com,202-555-010{n},,,,,,\n"))
        .collect();
    import(&engine, &format!("{HEAD}{rows}"));
    let view = engine.view();
    let wrong = "APP-2O42";
    assert_eq!(
        reasons(&view, wrong),
        [("Person 2".to_owned(), format!("an id much like it: {wrong} → APP-2042"))]
    );
    let id = view.network.applicant(ApplicantIx::new(1)).id.to_string();
    let missing: String = id.chars().enumerate().filter(|(i, _)| *i != 9).map(|(_, c)| c).collect();
    assert!(reasons(&view, &missing)[0].1.ends_with(&id));
    assert!(reasons(&view, "APP-9999").is_empty());
}
