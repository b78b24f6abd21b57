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
    n01b_one_person_moves_and_reapplies: who_moves_and_changes_everything_but_the_career_is_one_person,
    n02_married_name: a_married_name_is_no_second_person,
    n03_four_roommates: four_roommates_make_no_ring,
    n03b_two_roommates_one_phone: two_roommates_with_one_phone_make_no_ring,
    n03c_roommates_one_computer: roommates_with_one_computer_make_no_ring,
    n03d_family_of_five: a_family_of_five_makes_no_ring,
    n03e_friends_who_share_different_things: friends_who_share_different_things_make_no_ring,
    n04_father_and_son: father_and_son_of_one_name_are_two_people_and_no_ring,
    n04b_father_and_son_one_landline: father_and_son_who_share_the_whole_house_are_two_people_and_no_ring,
    n05_dormitory: a_dormitory_of_forty_makes_no_ring,
    n05b_dormitory_with_shared_things: a_dormitory_whose_people_share_referees_and_a_computer_makes_no_ring,
    n05c_dormitory_without_rooms: a_dormitory_without_room_numbers_makes_no_ring,
    n05d_student_house_that_is_not_called_so: a_student_house_that_its_address_does_not_betray_makes_no_ring,
    n05e_classmates_in_one_flat: classmates_in_one_flat_make_no_ring,
    n05f_slip_in_the_students_street: a_slip_in_the_students_street_makes_no_ring,
    n06_agency: twenty_five_people_of_an_agency_make_no_ring,
    n06b_agency_that_the_export_does_not_name: people_of_an_agency_that_nothing_names_make_no_ring,
    n06c_agency_with_its_own_header_and_computer: people_of_an_agency_with_header_and_computer_make_no_ring,
    n06d_agency_that_every_third_row_names: people_of_an_agency_that_every_third_row_names_make_no_ring,
    n06e_office_line_and_computer_that_nobody_names: people_of_an_office_that_nobody_names_make_no_ring,
    n07_resume_template: thirty_users_of_a_template_make_no_ring,
    n07b_template_of_one_school: thirty_users_of_a_template_out_of_one_school_make_no_ring,
    n07c_two_sentences_of_a_sample: two_sentences_of_a_sample_make_no_ring,
    n08_cover_letters_from_one_posting: fifty_letters_from_one_posting_make_no_ring,
    n08b_letters_with_nothing_of_their_own: fifty_letters_that_say_nothing_of_their_own_make_no_ring,
    n09_coworking: a_coworking_space_makes_no_ring,
    n09b_coworking_of_sixty: sixty_strangers_at_a_coworking_space_make_no_ring,
    n09c_coworking_that_is_not_called_so: strangers_at_a_mail_drop_that_no_list_knows_make_no_ring,
    n09d_parcel_counter_of_one_town: a_parcel_counter_of_one_town_makes_no_ring,
    n09e_boxes_of_one_mail_drop: boxes_of_one_mail_drop_make_no_ring,
    n10_vpn_exit: forty_users_of_a_vpn_exit_make_no_ring,
    n10b_vpn_exit_of_two_hundred: two_hundred_users_of_a_vpn_exit_make_no_ring,
    n10c_vpn_exit_and_one_posting: users_of_a_vpn_exit_who_apply_for_one_job_make_no_ring,
    n11_recycled_phone: a_recycled_phone_number_makes_no_ring,
    n11b_phone_of_three_owners: a_phone_number_with_three_owners_makes_no_ring,
    n11c_phone_passed_on_within_a_year: a_phone_number_passed_on_within_a_year_makes_no_ring,
    n12_career_centre: the_computer_of_a_career_centre_makes_no_ring,
    n12b_library_computer: the_computer_of_a_library_makes_no_ring,
    n12c_shelter: people_of_a_shelter_make_no_ring,
    n12d_computer_of_a_year: a_computer_used_over_the_months_makes_no_ring,
    n13_bootcamp: a_bootcamp_cohort_makes_no_ring,
    n13b_bootcamp_in_one_room: a_bootcamp_cohort_in_one_room_makes_no_ring,
    n13c_colleagues_after_a_layoff: colleagues_with_one_manager_make_no_ring,
    n13d_colleagues_who_leave_out_the_employer: colleagues_who_leave_out_the_employer_make_no_ring,
    n13e_cohort_page_and_computer: a_cohort_with_a_page_and_a_computer_makes_no_ring,
    n13f_course_that_two_of_four_name: a_course_that_two_of_four_name_makes_no_ring,
    n13g_bootcamp_of_two_sites: a_bootcamp_of_two_sites_makes_no_ring,
    n13h_colleagues_of_a_firm_that_was_sold: colleagues_of_a_firm_that_was_sold_make_no_ring,
    n14_immigrant: an_immigrant_is_linked_to_nobody,
    n14b_five_from_one_university_abroad: graduates_of_one_university_abroad_are_linked_to_nobody,
    n15a_spouses_two_names: spouses_with_one_bank_account_make_no_ring,
    n15b_spouses_one_name: spouses_of_one_name_with_one_bank_account_make_no_ring,
    n15c_spouses_with_everything_in_common: spouses_with_everything_in_common_make_no_ring,
    n16_wrong_pdf: a_wrong_pdf_makes_no_ring,
    n16b_wrong_pdf_for_three: a_wrong_pdf_for_three_people_makes_no_ring,
    n16c_wrong_text: a_text_that_nobody_edited_makes_no_ring_of_two,
    n17_merged_by_the_tracking_system: a_pair_that_the_tracking_system_merged_makes_no_ring,
    n18a_victim_and_one_impostor: a_victim_and_one_impostor_make_no_ring,
    n18b_victim_beside_the_ring: a_victim_stays_outside_the_ring_that_uses_the_name,
    n19_placeholders: placeholders_make_no_ring,
    n20_default_photo: a_default_picture_makes_no_ring,
    n20b_default_photo_saved_again: a_default_picture_that_is_saved_again_makes_no_ring,
    n20c_stock_picture_of_ten: ten_with_one_stock_picture_make_no_ring,
    n21_resume_writer: the_clients_of_a_resume_writer_make_no_ring,
    n22_apartment_tower: the_tenants_of_a_tower_make_no_ring,
    n23_shared_house_over_years: a_shared_house_over_years_makes_no_ring,
    n24_mistyped_phone: a_mistyped_phone_number_makes_no_ring,
    n25_military_mail: a_military_post_office_makes_no_ring,
    n26_students_flat_that_gets_the_parcels: a_students_flat_that_gets_the_parcels_makes_no_ring,
    n27_maiden_names_in_mailboxes: a_maiden_name_in_two_mailboxes_links_nobody,
    n27b_names_and_trades_in_mailboxes: family_names_and_trades_in_mailboxes_link_nobody,
    n28_customers_of_one_provider: customers_of_one_provider_make_no_ring,
    n29_sentence_of_two_friends: two_friends_with_one_sentence_make_no_ring,
    n30_bootcamp_of_one_town: a_cohort_that_kept_different_parts_of_its_wording_makes_no_ring,
    n31_words_of_an_opening: the_words_of_an_opening_make_no_ring,
    n32_full_flat: eight_flatmates_of_one_season_make_no_ring,
    n32b_large_family: two_families_of_one_house_make_no_ring,
    n33_recruiters_of_one_firm: candidates_of_a_firms_recruiters_make_no_ring,
    n34_word_and_year_of_birth: a_word_and_years_of_birth_make_no_ring,
    n35_couple_with_one_profile: a_couple_with_one_profile_makes_no_ring,
    n36_stock_picture_of_two: two_uses_of_a_stock_picture_make_no_ring,
    n37_switchboard: colleagues_behind_one_switchboard_make_no_ring,
    n38_word_that_strangers_hit_upon: a_word_that_strangers_hit_upon_makes_no_ring,
    p01_twenty_two_personas: twenty_two_personas_of_one_desk_are_a_ring,
    p01b_twenty_two_personas_in_three_days: twenty_two_personas_with_shuffled_paragraphs_are_a_ring,
    p02_three_home_states_one_delivery_house: three_home_states_and_one_delivery_house_are_a_ring,
    p02b_house_and_pairwise_different_ties: a_delivery_house_with_different_ties_for_each_pair_is_a_ring,
    p02c_drop_address_written_several_ways: a_delivery_house_written_in_six_ways_is_a_ring,
    p02d_farm_among_the_mail_drops_users: a_ring_at_a_mail_drop_leaves_its_other_customers_outside,
    p02e_farm_of_personas_who_leave_out_their_homes: a_farm_of_personas_who_leave_out_their_homes_is_a_ring,
    p02f_farm_of_two_desks_one_of_which_has_a_box: a_farm_of_two_desks_one_of_which_has_a_box_is_one_ring,
    p03_near_duplicate_resume: a_near_duplicate_resume_under_another_name_is_a_ring,
    p03b_rewritten_for_one_opening: resumes_rewritten_for_one_opening_are_a_ring,
    p04_one_profile_two_people: one_profile_of_two_people_is_a_ring,
    p04b_one_profile_three_people: one_profile_that_is_written_in_three_ways_is_a_ring,
    p05_back_after_a_rejection: who_comes_back_after_a_rejection_under_another_name_is_a_ring,
    p05b_back_with_nothing_but_the_file: who_comes_back_with_nothing_but_the_file_is_a_ring,
    p06_held_by_one_artefact: a_ring_that_one_artefact_holds_carries_the_warning,
    p06b_every_pair_another_thing: personas_of_whom_every_pair_shares_another_thing_are_a_ring,
    p07_two_rings_one_mail_drop: two_rings_at_one_mail_drop_stay_two,
    p07b_two_rings_one_drop_one_exit_one_template: two_rings_with_three_hubs_in_common_stay_two,
    p07c_two_rings_in_one_box: two_rings_in_one_box_of_a_mail_drop_stay_two,
    p08_hired_member: a_hired_member_whose_laptop_goes_to_a_known_flat_is_in_the_ring,
    p08b_hired_member_with_a_clean_record: a_hired_member_whom_only_the_flat_betrays_is_in_the_ring,
    p09_ring_behind_a_popular_exit: a_ring_behind_a_popular_vpn_exit_leaves_its_other_users_outside,
    p10_ring_among_an_agencys_people: a_ring_among_an_agencys_people_leaves_the_others_outside,
    p11_farm_that_is_also_the_home: a_farm_that_its_personas_call_home_is_a_ring,
    p12_one_portrait_saved_again: one_portrait_saved_again_for_each_persona_is_a_ring,
    p13_invented_referee_and_texts: an_invented_referee_and_one_text_are_a_ring,
    p14_three_with_one_account: three_people_of_three_states_with_one_account_are_a_ring,
    p15_phone_of_personas_who_leave_out_their_homes: a_phone_of_personas_who_leave_out_their_homes_is_a_ring,
    p16_one_mark_beside_every_name: one_mark_beside_every_name_is_a_ring,
    p16b_mark_beside_every_name_without_a_separator: one_mark_run_together_with_every_name_is_a_ring,
    p17_chain_that_uses_nothing_twice: a_chain_that_uses_nothing_twice_is_one_ring,
    p18_one_network_in_one_week: a_network_in_one_week_holds_those_who_corroborate_each_other,
    p19_two_rings_one_stem: two_rings_that_hit_upon_one_stem_stay_two,
    p20_nine_in_one_flat: more_people_than_flats_hold_who_come_in_one_season_make_a_ring,
    p21_one_mark_counted_on: a_mark_beside_names_that_somebody_counts_on_makes_a_ring,
    p21b_one_stem_counted_on_by_three: three_neighboring_numbers_of_one_stem_make_a_ring,
    p22_two_rings_count_on_from_different_numbers: two_runs_of_numbers_under_one_stem_stay_two,
    p23_device_and_one_who_came_later: a_machine_that_somebody_uses_later_makes_a_ring,
    p24_phone_with_a_stray_extension: one_phone_with_a_stray_extension_makes_a_ring,
    p25_two_mailboxes_at_a_domain_of_their_own: two_mailboxes_at_one_domain_are_no_firms_desk,
    p26_careers_from_a_kit: personas_with_careers_from_one_kit_make_a_ring,
    p27_one_number_over_nine_months: one_number_for_eight_names_over_nine_months_makes_a_ring,
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
