//! The written cases beside this file, one TOML file each: situations that must or must not become a ring.
//!
//! Each case is imported together with a few hundred honest synthetic applications, so that frequencies are those
//! of a real store. `README.md` says how to write one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod lab;
mod people;

use lab::{applications, engine, evidence, judge};
use people::{background, few_hundred};
use ringer::model::ApplicantIx;
use std::{collections::BTreeSet, fs};

/// One test a line: the name of the file without `.toml`, and what it shows as a sentence.
macro_rules! cases {
    ($($file:ident: $sentence:ident,)*) => {
        const LISTED: &[&str] = &[$(stringify!($file)),*];
        $(
            #[test]
            fn $sentence() {
                comes_out_as_it_says(stringify!($file));
            }
        )*
    };
}

cases! {
    n01_same_person_reapplies: who_applies_six_times_is_one_person_and_no_ring,
    n02_married_name: a_married_name_is_no_second_person,
    n03_four_roommates: four_roommates_make_no_ring,
    n04_father_and_son: father_and_son_of_one_name_are_two_people_and_no_ring,
    n05_dormitory: a_dormitory_of_forty_makes_no_ring,
    n06_agency: twenty_five_people_of_an_agency_make_no_ring,
    n07_resume_template: thirty_users_of_a_template_make_no_ring,
    n08_cover_letters_from_one_posting: fifty_letters_from_one_posting_make_no_ring,
    n09_coworking: a_coworking_space_makes_no_ring,
    n10_vpn_exit: forty_users_of_a_vpn_exit_make_no_ring,
    n11_recycled_phone: a_recycled_phone_number_makes_no_ring,
    n12_career_centre: the_computer_of_a_career_centre_makes_no_ring,
    n13_bootcamp: a_bootcamp_cohort_makes_no_ring,
    n14_immigrant: an_immigrant_is_linked_to_nobody,
    n15a_spouses_two_names: spouses_with_one_bank_account_make_no_ring,
    n15b_spouses_one_name: spouses_of_one_name_with_one_bank_account_make_no_ring,
    n16_wrong_pdf: a_wrong_pdf_makes_no_ring,
    n17_merged_by_the_tracking_system: a_pair_that_the_tracking_system_merged_makes_no_ring,
    n18a_victim_and_one_impostor: a_victim_and_one_impostor_make_no_ring,
    n18b_victim_beside_the_ring: a_victim_stays_outside_the_ring_that_uses_the_name,
    p01_twenty_two_personas: twenty_two_personas_of_one_desk_are_a_ring,
    p02_three_home_states_one_delivery_house: three_home_states_and_one_delivery_house_are_a_ring,
    p03_near_duplicate_resume: a_near_duplicate_resume_under_another_name_is_a_ring,
    p04_one_profile_two_people: one_profile_of_two_people_is_a_ring,
    p05_back_after_a_rejection: who_comes_back_after_a_rejection_under_another_name_is_a_ring,
    p06_held_by_one_artefact: a_ring_that_one_artefact_holds_carries_the_warning,
    p07_two_rings_one_mail_drop: two_rings_at_one_mail_drop_stay_two,
    p08_hired_member: a_hired_member_whose_laptop_goes_to_a_known_flat_is_in_the_ring,
}

#[track_caller]
fn comes_out_as_it_says(name: &str) {
    let case = lab::read(name);
    let wrong = judge(&case);
    let (title, expected) = (&case.title, case.expect);
    assert!(wrong.is_empty(), "{name} ({title}), expected {expected:?}:\n  {}", wrong.join("\n  "));
}

#[test]
fn every_file_has_its_line_in_the_list_and_every_line_its_file() {
    let files: BTreeSet<String> = fs::read_dir(lab::folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let listed: BTreeSet<String> = LISTED.iter().map(|&name| name.to_owned()).collect();
    let without_line: Vec<_> = files.difference(&listed).collect();
    let without_file: Vec<_> = listed.difference(&files).collect();
    assert!(without_line.is_empty(), "add a line to `cases!` in main.rs for {without_line:?}");
    assert!(without_file.is_empty(), "no file beside main.rs for {without_file:?}");
    assert_eq!(LISTED.len(), listed.len(), "a file is listed twice");
}

#[test]
fn every_control_and_every_scenario_that_was_asked_for_has_a_case() {
    let starts = (1..=18).map(|n| format!("n{n:02}")).chain((1..=8).map(|n| format!("p{n:02}")));
    for start in starts {
        assert!(LISTED.iter().any(|name| name.starts_with(&start)), "no case {start}");
    }
}

#[test]
fn the_honest_background_alone_has_no_ring() {
    let engine = engine(&background(few_hundred()));
    let view = engine.view();
    let everybody: Vec<ApplicantIx> = view.rings.iter().flat_map(|r| r.members.clone()).collect();
    let whose = everybody.iter().map(|&m| applications(&view, m).pop_first().unwrap());
    let ids: Vec<String> = whose.collect();
    let whose = ids.iter().zip(everybody).collect();
    assert!(view.rings.is_empty(), "{}", evidence(&engine, &view, &whose).join("\n"));
}
