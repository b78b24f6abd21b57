//! Corner cases that the properties reach rarely or by luck, each worked out by hand.

use crate::{
    applications::SYNTH,
    judging::{broken, part_and_take_back},
    lab::{Ids, Row, applicant, engine_with, import, judge, memory, open, pair, rings},
    names::{NAMES, strangers},
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ringer::{
    engine::{Engine, Made},
    model::{Bits, Cause, Column, Fact, LinkClass, LinkStrength, PairVerdict, Seq},
};

fn row(id: &str, fields: &[(&str, &str)]) -> Row {
    let mut row: Row = fields.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect();
    row.insert("application_id".to_owned(), id.to_owned());
    row
}

const PUBLIC: &str = "everybody@example.com";
const PRIVATE: &str = "two.of.us@example.com";

/// Two persons of two applications each, who share a mailbox that strangers use as well and a mailbox of their
/// own, each through its first and second application.
fn two_mailboxes(anna_gives: [&str; 2], wei_gives: [&str; 2]) -> Vec<Row> {
    let anna = [("full_name", "Anna Hartley"), ("birth_date", "1990-04-12")];
    let wei = [("full_name", "Wei Zhang"), ("birth_date", "1984-11-02")];
    let mut rows = Vec::new();
    for (who, fields, mailboxes) in [("A", anna, anna_gives), ("W", wei, wei_gives)] {
        for (n, mailbox) in mailboxes.into_iter().enumerate() {
            let mut row = row(&format!("{who}{n}"), &fields);
            row.insert("email".to_owned(), mailbox.to_owned());
            rows.push(row);
        }
    }
    for (n, mut stranger) in strangers().into_iter().enumerate() {
        stranger.insert("full_name".to_owned(), NAMES[n].to_owned());
        stranger.insert("email".to_owned(), PUBLIC.to_owned());
        rows.push(stranger);
    }
    rows
}

#[test]
fn what_two_applicants_share_does_not_depend_on_which_applications_they_share_it_through() {
    let bits = |rows: Vec<Row>| -> Bits {
        let view = engine_with(&rows).view();
        let (a, w) = (view.applicant("A0").unwrap(), view.applicant("W0").unwrap());
        assert_eq!(applicant(&view, a).len(), 2, "Anna is one person");
        view.network.link_between(a, w).map_or(Bits::ZERO, |ix| view.network.link(ix).bits)
    };
    let public_first = bits(two_mailboxes([PUBLIC, PRIVATE], [PUBLIC, PRIVATE]));
    let private_first = bits(two_mailboxes([PRIVATE, PUBLIC], [PRIVATE, PUBLIC]));
    assert_eq!(public_first, private_first);
}

#[test]
fn an_explanation_says_the_same_from_either_side() {
    let engine = engine_with(&two_mailboxes([PUBLIC, PRIVATE], [PRIVATE, PUBLIC]));
    let mut seen = 0;
    for engine in [engine, engine_with(&SYNTH[1])] {
        let view = engine.view();
        for link in view.network.links() {
            let (forth, back) =
                (engine.explain(&view, link.a, link.b), engine.explain(&view, link.b, link.a));
            assert_eq!(forth.total, back.total, "{:?} {:?}", forth.a, forth.b);
            seen += 1;
        }
    }
    assert!(seen > 10, "too few links to prove anything");
}

#[test]
fn two_applicants_judged_different_and_not_linked_through_two_pairs_are_neither() {
    let engine = engine_with(&SYNTH[0]);
    let view = engine.view();
    let two = |ix| applicant(&view, ix).len() > 1;
    let mut links = view.network.links();
    let link = links.find(|l| l.strength == LinkStrength::Ring && (two(l.a) || two(l.b))).unwrap();
    let (p, q) = (applicant(&view, link.a), applicant(&view, link.b));
    let end = |ids: &Ids, last: bool| if last { ids.last() } else { ids.first() }.unwrap().clone();
    let different = pair(&end(&p, false), &end(&q, false), PairVerdict::Different);
    let not_linked = pair(&end(&p, true), &end(&q, true), PairVerdict::NotLinked);
    judge(&engine, different.clone());
    judge(&engine, not_linked.clone());
    assert_eq!(broken(&engine, &different), None);
    assert_eq!(broken(&engine, &not_linked), None);
}

#[test]
fn a_ring_that_a_withdrawn_judgement_had_taken_apart_has_its_id_again() {
    let engine = engine_with(&SYNTH[0]);
    let before = engine.view();
    part_and_take_back(&engine);
    assert_eq!(rings(&before), rings(&engine.view()));
}

#[test]
fn two_strangers_of_one_name_are_not_taken_for_one_person() {
    let mut doubles: Vec<&str> = Vec::new();
    for name in NAMES {
        let mut rows = strangers();
        rows.truncate(2);
        for row in &mut rows {
            row.insert("full_name".to_owned(), (*name).to_owned());
        }
        if engine_with(&rows).view().network.applicants().len() != 2 {
            doubles.push(name);
        }
    }
    assert!(doubles.is_empty(), "taken for one person: {doubles:?}");
}

#[test]
fn a_ring_that_changed_in_a_crash_after_a_judgement_names_the_judgement_when_opened_again() {
    // The judgement was durable, what followed from it was not yet.
    let engine = engine_with(&SYNTH[0]);
    let view = engine.view();
    let ring = view.rings.iter().min_by_key(|r| r.links.len()).unwrap();
    let first = |ix| applicant(&view, ix).into_iter().next().unwrap();
    for link in ring.links.iter().map(|&ix| view.network.link(ix)) {
        judge(&engine, pair(&first(link.a), &first(link.b), PairVerdict::NotLinked));
    }
    let mut facts: Vec<Fact> = Vec::new();
    let mut keep = |_, fact| {
        facts.push(fact);
        Ok(())
    };
    engine.store().facts(Seq(1), &mut keep).unwrap();
    let told = |f: &Fact| matches!(f, Fact::Lineage { events, .. } if events.iter().any(|e| e.ring == ring.id));
    let recorded = facts.iter().rposition(told).unwrap();
    let Fact::Judged(last) = &facts[recorded - 1] else { panic!("a judgement changed the ring") };
    let store = memory();
    store().append(&facts[..recorded]).unwrap();
    let again = open(&store);
    let events = again.view().lineage.get(&ring.id).unwrap().to_vec();
    let cause = &events.last().unwrap().event.cause;
    assert!(matches!(cause, Cause::Judgement { id } if *id == last.id), "{cause:?}");
}

#[test]
fn content_that_was_once_received_is_a_repeat_even_after_it_was_replaced() {
    // The price of "the same file twice changes nothing" for files that hold two versions of one application.
    let old = row("A", &[("full_name", "Anna Hartley"), ("phone", "212-555-0101")]);
    let new = row("A", &[("full_name", "Anna Hartley"), ("phone", "415-555-0199")]);
    let engine = engine_with(std::slice::from_ref(&old));
    import(&engine, &[new]);
    import(&engine, &[old]);
    let versions = engine.versions(&"A".parse().unwrap()).unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1].application.get(Column::Phone), Some("415-555-0199"));
}

#[test]
fn one_who_applies_sixty_times_is_one_applicant() {
    let mut rows = strangers();
    let mut template = rows[0].clone();
    template.insert("email".to_owned(), "robin.quillfeather@example.net".to_owned());
    template.insert("full_name".to_owned(), "Robin Quillfeather".to_owned());
    rows.extend((0..60).map(|i| {
        let mut row = template.clone();
        row.insert("application_id".to_owned(), format!("again-{i:02}"));
        row
    }));
    let view = engine_with(&rows).view();
    let first = view.applicant("again-00").unwrap();
    assert_eq!(applicant(&view, first).iter().filter(|id| id.starts_with("again-")).count(), 60);
}

/// Two hundred people by the name of Jordan, so many of whom are called so by their families; two at a time in one flat.
fn jordans(first: usize, last: usize) -> Vec<Row> {
    let name = |n: usize| {
        let part = |n: usize| ["ba", "de", "fi", "go", "lu", "ma", "ne", "ri", "so", "ty"][n % 10];
        format!("{}{}{}lan", part(n), part(n / 10), part(n / 100 + n))
    };
    let row_of = |(n, is_last): (usize, bool)| {
        let full =
            if is_last { format!("{} Jordan", name(n)) } else { format!("Jordan {}", name(n)) };
        let street = format!("{} Linden Street", 10 + n / 2);
        let fields = [
            ("full_name", full.as_str()),
            ("street", &street),
            ("city", "Erie"),
            ("state", "PA"),
            ("postal_code", "16501"),
        ];
        row(&format!("J{n}"), &fields)
    };
    (0..first)
        .map(|n| (n, false))
        .chain((first..first + last).map(|n| (n, true)))
        .map(row_of)
        .collect()
}

#[test]
fn a_name_that_many_have_and_that_turns_out_to_be_a_family_name_is_taken_in_bit_by_bit() {
    let all = jordans(80, 100);
    let (before, after) = all.split_at(152);
    let engine = engine_with(before);
    let households = || {
        let view = engine.view();
        view.network.links().filter(|link| link.class == LinkClass::Household).count()
    };
    let first = households();
    for one in after {
        import(&engine, std::slice::from_ref(one));
        assert_eq!(engine.view().made, Made::Advanced, "{}", one["application_id"]);
        engine.verify().unwrap();
    }
    assert!(households() > first + 20, "{} after {first}", households());
}

/// Three rows each of 575: two of one mailbox or one number and a third that may be either's or nobody's, of whom the first has
/// a rare name as the last word; and as many strangers who have it as the first word as make it nearly a family name.
fn torn_between_two(seed: u64) -> Vec<Row> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let name = |dice: &mut ChaCha8Rng, syllables: usize| {
        let mut text = String::new();
        for _ in 0..syllables {
            text.push(char::from(b"bdfgklmnprstvz"[dice.random_range(0..14)]));
            text.push(char::from(b"aeiou"[dice.random_range(0..5)]));
        }
        text
    };
    let mut rows = Vec::new();
    for n in 0..575 {
        let given = name(&mut dice, 3);
        let other = name(&mut dice, 4);
        let mut three = [
            row(&format!("A{n}"), &[("full_name", &format!("{given} Zorvanik"))]),
            row(&format!("B{n}"), &[("full_name", &format!("{given} {other}"))]),
            row(&format!("C{n}"), &[("full_name", &given)]),
        ];
        let mut put = |of: &[usize], column: &str, value: &str| {
            for &at in of {
                three[at].insert(column.to_owned(), value.to_owned());
            }
        };
        put(&[0, 2], "email", &format!("{}@example.org", name(&mut dice, 6)));
        put(&[1], "email", &format!("{}@example.org", name(&mut dice, 6)));
        if dice.random_bool(0.5) {
            put(&[1, 2], "phone", &format!("(415) 555-{:04}", dice.random_range(0..10_000)));
        }
        let mut date = || {
            let (year, month) = (dice.random_range(60..100), dice.random_range(1..13));
            format!("19{year}-{month:02}-{:02}", dice.random_range(1..29))
        };
        let (first, second) = (date(), date());
        match dice.random_range(0..10) {
            0..4 => {
                put(&[0], "birth_date", &first);
                put(&[1], "birth_date", &second);
            }
            4..7 => {
                put(&[0], "birth_date", &first);
                put(&[1, 2], "birth_date", &second);
            }
            _ => {}
        }
        for column in ["institution", "employer"] {
            let value = name(&mut dice, 5);
            match dice.random_range(0..10) {
                0..3 => put(&[1, 2], column, &value),
                3..5 => put(&[0], column, &value),
                5 => put(&[0, 1, 2], column, &value),
                _ => {}
            }
        }
        rows.extend(three);
    }
    for n in 0..525 {
        let (name, mailbox) = (name(&mut dice, 5), name(&mut dice, 6));
        let fields = [
            ("full_name", format!("Zorvanik {name}")),
            ("email", format!("{mailbox}@example.org")),
        ];
        rows.push(row(&format!("D{n}"), &fields.each_ref().map(|(c, v)| (*c, v.as_str()))));
    }
    rows
}

#[test]
fn a_name_that_turns_is_asked_again_of_all_who_have_it_also_without_an_edge() {
    for seed in [1, 2] {
        let engine = engine_with(&torn_between_two(seed));
        let last = [("full_name", "Pelita Zorvanik"), ("email", "pelita.zor@example.org")];
        import(&engine, &[row("E0", &last)]);
        assert_eq!(engine.view().made, Made::Advanced);
        engine.verify().unwrap();
    }
}

#[test]
fn records_that_say_the_same_are_one_person_however_many_they_are() {
    let fields = [
        ("full_name", "Anna Hartley"),
        ("email", "anna.hartley@example.com"),
        ("phone", "212 555 0101"),
        ("street", "14 Linden Street"),
        ("city", "Erie"),
        ("state", "PA"),
        ("postal_code", "16501"),
    ];
    let mut rows: Vec<Row> = (0..600).map(|n| row(&format!("S{n}"), &fields)).collect();
    rows.extend(jordans(60, 60));
    let last = rows.swap_remove(300);
    let engine = engine_with(&rows);
    let persons = |engine: &Engine| {
        let view = engine.view();
        let a = view.applicant("S0").unwrap();
        applicant(&view, a).len()
    };
    assert_eq!(persons(&engine), 599);
    import(&engine, &[last]);
    assert_eq!(engine.view().made, Made::Advanced);
    assert_eq!(persons(&engine), 600);
    engine.verify().unwrap();
}

#[test]
fn numbers_in_a_row_do_not_make_one_person_of_several_who_share_an_account() {
    let people = ["Anna Hartley", "Bruno Tarn", "Cleo Okafor", "Edgar Quill", "Fenna Nakamura"];
    let of = |(n, name): (usize, &&str)| {
        let number = format!("123-45-678{n}");
        let (mailbox, phone) = (format!("p{}@example.com", n * 37), "212 555 0110");
        let fields = [
            ("full_name", *name),
            ("email", &mailbox),
            ("phone", phone),
            ("bank_account_hash", "5f0c5f0c5f0c5f0c"),
            ("national_id", &number),
        ];
        row(&format!("R{n}"), &fields)
    };
    let rows: Vec<Row> = people.iter().enumerate().map(of).collect();
    let view = engine_with(&rows).view();
    assert_eq!(view.network.applicants().len(), 5);
    assert_eq!(rings(&view).into_values().next().map(|ring| ring.len()), Some(5));
}

/// So many words, no two alike, of a series of their own.
fn words(series: &str, n: usize) -> String {
    let words: Vec<String> = (0..n).map(|i| format!("{series}{i}")).collect();
    words.join(" ")
}

#[test]
fn a_ring_of_one_text_is_looked_at_again_when_a_passage_becomes_common_without_changing_a_link() {
    let (block, extra) = (words("block", 90), words("extra", 9));
    let person = |id: &str, n: usize, text: &str| {
        let names = [
            "Anna Hartley",
            "Bruno Tarn",
            "Cleo Okafor",
            "Edgar Quill",
            "Fenna Nakamura",
            "Goran Ilic",
            "Hana Weiss",
            "Ivo Castell",
            "Jun Morita",
            "Karin Dahl",
            "Luca Ferro",
            "Mina Sato",
        ];
        let mailbox = format!("{}@example.com", names[n].replace(' ', "."));
        let states = ["PA", "OH", "FL", "GA", "OR", "TX", "ID", "NY"];
        let day = format!("2026-03-{:02}", 4 + n);
        let fields = [
            ("full_name", names[n]),
            ("email", mailbox.as_str()),
            ("state", states[n % 8]),
            ("submitted_at", day.as_str()),
            ("resume_text", text),
        ];
        row(id, &fields)
    };
    let mut rows: Vec<Row> = (0..400)
        .map(|n| row(&format!("H{n}"), &[("full_name", &format!("Given{n} Family{n}"))]))
        .collect();
    // All four have the block, and three of them something besides, which keeps it from being a template's.
    for (n, id) in ["Ra", "Rb", "Rc", "Rd"].into_iter().enumerate() {
        let own = words(&format!("own{id}"), 110);
        let more = if n < 3 { extra.as_str() } else { "" };
        rows.push(person(id, n, &format!("{block} {own} {more}")));
    }
    let engine = engine_with(&rows);
    let ring = |engine: &Engine| {
        let view = engine.view();
        let of = |id| view.ring_of(view.applicant(id).unwrap()).map(|ring| ring.members.len());
        of("Ra")
    };
    assert_eq!(ring(&engine), Some(4));
    for n in 4..12 {
        let id = format!("S{n}");
        let text = format!("{extra} {}", words(&format!("own{id}"), 40));
        import(&engine, &[person(&id, n, &text)]);
        assert_eq!(engine.view().made, Made::Advanced);
        engine.verify().unwrap();
    }
    assert_eq!(ring(&engine), None);
}
