//! Names never score: whoever shares nothing but a name is linked to nobody, and no link counts a name.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{Row, engine_with},
};
use proptest::prelude::*;
use ringer::{engine::Engine, matching::feature, model::ApplicantId};

pub const NAMES: &[&str] = &[
    "Maria Garcia",
    "María García",
    "Maria Garcia Lopez",
    "Min-jun Kim",
    "Kim Minjun",
    "Kim Min Jun",
    "Mohammed Al-Hassan",
    "Muhammad Alhassan",
    "John Smith",
    "Jon Smith",
    "J. Smith",
    "Olena Kovalenko",
    "Elena Kovalenko",
    "Nguyen Van An",
    "An Nguyen",
];

/// Applications that have nothing in common: each its own mailbox, phone, home, device, school and text.
pub fn strangers() -> Vec<Row> {
    (0_u64..NAMES.len() as u64)
        .map(|n| {
            // Numbers that look like nothing of a neighbor's.
            let odd = ApplicantId::derive(&n.to_string())
                .as_str()
                .bytes()
                .fold(n, |sum, b| sum.wrapping_mul(0x100_0000_01b3).wrapping_add(u64::from(b)));
            let hex = format!("{odd:016x}");
            let word = |k: u32| ApplicantId::derive(&format!("{n} {k}")).as_str()[4..10].to_owned();
            let text: Vec<String> = (1..60).map(word).collect();
            [
                ("application_id", format!("S{n:02}")),
                ("email", format!("{hex}@example.com")),
                ("phone", format!("+1{}{:02}55501{:02}", 2 + n % 8, 10 + 5 * n, 99 - 6 * n)),
                ("street", format!("{} {} Street", 100 + odd % 9_000, &hex[..6])),
                ("city", format!("Town{}", &hex[6..9])),
                ("postal_code", format!("{:05}", 10_000 + odd % 80_000)),
                ("device_id", hex.clone()),
                ("institution", format!("{} College", &hex[2..9])),
                ("employer", format!("{} Works", &hex[4..11])),
                ("resume_text", text.join(" ")),
                ("submitted_at", format!("2026-{:02}-{:02}T09:00:00Z", 1 + n % 12, 1 + n)),
            ]
            .map(|(column, value)| (column.to_owned(), value))
            .into()
        })
        .collect()
}

#[track_caller]
fn check_no_name_counts(engine: &Engine) {
    let view = engine.view();
    for link in view.network.links() {
        assert!(link.evidence.iter().all(|e| feature(e.feature).name() != "name"), "{link:?}");
    }
    for link in view.network.links().take(40) {
        let told = engine.explain(&view, link.a, link.b);
        assert!(told.lines.iter().all(|l| l.feature != "name"), "{told:?}");
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn strangers_are_linked_to_nobody_whatever_they_are_called(
        names in prop::collection::vec(prop::sample::select(NAMES), NAMES.len())
    ) {
        let mut rows = strangers();
        for (row, name) in rows.iter_mut().zip(names) {
            row.insert("full_name".to_owned(), name.to_owned());
        }
        let view = engine_with(&rows).view();
        prop_assert!(view.rings.is_empty());
        prop_assert_eq!(view.network.n_links(), 0);
    }

    #[test]
    fn no_link_counts_a_name(rows in applications(2..=30)) {
        check_no_name_counts(&engine_with(&rows));
    }
}

#[test]
fn no_link_in_synthetic_data_counts_a_name() {
    for rows in SYNTH.iter() {
        check_no_name_counts(&engine_with(rows));
    }
}
