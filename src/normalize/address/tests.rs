//! Addresses as people write them, and what Ringer reads.

use super::*;
use proptest::prelude::*;

fn springfield(street: &str) -> Address {
    parse(&Fields {
        street: Some(street),
        city: Some("Springfield"),
        state: Some("IL"),
        postal_code: Some("62701"),
        ..Fields::default()
    })
    .unwrap()
}

#[track_caller]
fn check(street: &str, dwelling: &str, place: PlaceKind) {
    let address = springfield(street);
    assert_eq!((&*address.dwelling, address.place), (dwelling, place), "{street}: {address:?}");
}

#[track_caller]
fn check_line(line: &str, dwelling: &str) {
    let address = parse_line(line);
    let got = address.as_ref().map(|a| &*a.dwelling);
    assert_eq!(got, Some(dwelling), "{line}: {address:?}");
}

#[test]
fn one_dwelling_has_one_key_however_it_is_written() {
    for street in [
        "123 N. Main Street Apt 4B",
        "123 north main st #4b",
        "123 N Main St, Apt. 4-B",
        "123 N Main St Apt 4 B",
        "123 N Main St # 4B",
        "123 N Main St Apt # 4B",
        "123 N Main St, 4B",
        "Apt 4B, 123 N Main St",
        "4B, 123 North Main Street",
        "123 N MAIN STR UNIT 04B",
        "123 N Main St apt4b",
        "123 N Main St Apt 4B, Springfield, IL 62701",
        "123 N Main St Apt 4B Springfield IL 62701-1234",
        "0123 N Main St Apt 4B",
        "c/o Jane Doe, 123 N Main St Apt 4B",
    ] {
        check(street, "123 n main st #4b, springfield il", PlaceKind::Unit);
        assert_eq!(&*springfield(street).building, "123 n main st, springfield il", "{street}");
    }
}

#[test]
fn street_words_are_canonical() {
    check("42 First Avenue", "42 1st ave, springfield il", PlaceKind::Street);
    check("42 1st Ave.", "42 1st ave, springfield il", PlaceKind::Street);
    check("42 W 5 St", "42 w 5th st, springfield il", PlaceKind::Street);
    check("7 Saint James Street", "7 st james st, springfield il", PlaceKind::Street);
    check("7 St. James St", "7 st james st, springfield il", PlaceKind::Street);
    check("1200-B Oak Blvd", "1200b oak blvd, springfield il", PlaceKind::Street);
    check("1200 B Oak Boulevard", "1200b oak blvd, springfield il", PlaceKind::Street);
    check("45-12 34th Ave", "45-12 34th ave, springfield il", PlaceKind::Street);
    check("123 1/2 Oak Ln", "123 1/2 oak ln, springfield il", PlaceKind::Street);
    check("One Oak Plaza", "1 oak plz, springfield il", PlaceKind::Street);
    check("55 North East Oak Rd", "55 ne oak rd, springfield il", PlaceKind::Street);
    check("55 N.E. Oak Road", "55 ne oak rd, springfield il", PlaceKind::Street);
    check("123 Front St", "123 front st, springfield il", PlaceKind::Street);
    check("123 Front St Rear", "123 front st #rear, springfield il", PlaceKind::Unit);
    check("123 Oak St Bldg 3 Apt 12", "123 oak st #3 12, springfield il", PlaceKind::Unit);
    check("123 Oak St, 2nd Floor", "123 oak st #fl2, springfield il", PlaceKind::Unit);
    check("123 Oak St Fl 2", "123 oak st #fl2, springfield il", PlaceKind::Unit);
    check("# 12 Oak St", "12 oak st, springfield il", PlaceKind::Street);
    check("No. 12 Oak St", "12 oak st, springfield il", PlaceKind::Street);
    check("9 Highway 61", "9 hwy 61, springfield il", PlaceKind::Street);
    check("123, Oak Street", "123 oak st, springfield il", PlaceKind::Street);
    check("The Towers, 123 Oak Street", "123 oak st, springfield il", PlaceKind::Street);
}

#[test]
fn boxes_mail_drops_and_halls_are_kinds_of_their_own() {
    check("P.O. Box 12", "po box 12, springfield il", PlaceKind::PoBox);
    check("PO BOX #12", "po box 12, springfield il", PlaceKind::PoBox);
    check("Post Office Box 12", "po box 12, springfield il", PlaceKind::PoBox);
    check("123 Oak St PMB 45", "123 oak st #45, springfield il", PlaceKind::MailDrop);
    check("The UPS Store, 123 Oak St #45", "123 oak st #45, springfield il", PlaceKind::MailDrop);
    check("WeWork, 123 Oak St", "123 oak st, springfield il", PlaceKind::MailDrop);
    check("Regus 123 Oak St Suite 200", "123 oak st #200, springfield il", PlaceKind::MailDrop);
    check("Baker Hall Room 203", "baker hall #203, springfield il", PlaceKind::Campus);
    check("Baker Hall, Rm. 203", "baker hall #203, springfield il", PlaceKind::Campus);
    check("12 College Ave", "12 college ave, springfield il", PlaceKind::Street);
    check("12 Hall St", "12 hall st, springfield il", PlaceKind::Street);
    let known = parse_line("30 N Gould St Ste R, Sheridan, WY 82801").unwrap();
    assert_eq!(known.place, PlaceKind::MailDrop);
}

#[test]
fn the_unit_column_counts_like_a_unit_in_the_street() {
    for (street, unit) in [
        ("123 Oak St", "Apt 4B"),
        ("123 Oak St", "#4b"),
        ("123 Oak St", "4-B"),
        ("123 Oak St Apt 4B", "4B"),
        ("123 Oak St Apt 4B", ""),
    ] {
        let address = parse(&Fields {
            street: Some(street),
            unit: Some(unit),
            postal_code: Some("62701"),
            ..Fields::default()
        });
        assert_eq!(
            &*address.unwrap().dwelling,
            "123 oak st #4b, springfield il",
            "{street} {unit}"
        );
    }
}

#[test]
fn a_zip_fills_in_city_and_state_and_a_town_without_zip_is_kept_apart() {
    let address = parse(&Fields {
        street: Some("123 Oak St"),
        postal_code: Some("62701-1234"),
        ..Fields::default()
    })
    .unwrap();
    assert_eq!(
        (address.city.as_deref(), address.state.as_deref()),
        (Some("springfield"), Some("IL"))
    );
    assert_eq!(address.postal_code.as_deref(), Some("62701"));
    check_line("123 Oak St, Springfield, Illinois", "123 oak st, springfield il");
    check_line("123 Oak St, Salem, Oregon", "123 oak st, salem or");
    check_line("221B Baker Street, London NW1 6XE, UK", "221b baker st, nw16xe");
    check_line("10 High St, London, SW1A 2AA", "10 high st, sw1a2aa");
    check_line("Calle Mayor 12, 28013 Madrid, Spain", "12 calle mayor, 28013");
    check_line("15 Rue de la Paix Apt 3, Montreal, QC H3B 1A1", "15 rue de la paix #3, h3b1a1");
    check_line("RR 2 Box 45, Salem OR 97301", "45 rr 2 box, salem or");
    check_line("123 A St SE, Washington DC 20003", "123 a st se, washington dc");
    check_line("9 Saint Marys Rd, St. Louis, MO, USA", "9 st marys rd, st louis mo");
    let lost_zero =
        parse(&Fields { postal_code: Some("2139"), state: Some("MA"), ..Fields::default() })
            .unwrap();
    assert_eq!(lost_zero.postal_code.as_deref(), Some("02139"));
}

#[test]
fn other_countries_are_read_by_their_shape() {
    let at = |street, postal_code, state, country| {
        let fields = Fields {
            street: Some(street),
            postal_code: Some(postal_code),
            state,
            country,
            ..Fields::default()
        };
        parse(&fields).unwrap()
    };
    let au = at("7 wallaby place", "2119", Some("nsw"), None);
    assert_eq!(
        (&*au.dwelling, au.country.as_deref(), au.state.as_deref()),
        ("7 wallaby pl, 2119", Some("AU"), Some("NSW"))
    );
    for street in [
        "4/12 Smith St",
        "Unit 4/12 Smith Street",
        "Unit 4, 12 Smith St",
        "U4/12 Smith St",
        "12 Smith St Unit 4",
    ] {
        assert_eq!(
            &*at(street, "2000", Some("nsw"), Some("Australia")).dwelling,
            "12 smith st #4, 2000",
            "{street}"
        );
    }
    for street in ["Hauptstraße 5", "Hauptstr. 5", "HAUPTSTRASSE 5"] {
        assert_eq!(
            &*at(street, "10115", None, Some("DE")).dwelling,
            "5 hauptstr, 10115",
            "{street}"
        );
    }
    assert_eq!(&*at("Hauptstr. 5 a", "10115", None, Some("DE")).dwelling, "5a hauptstr, 10115");
    for street in ["Flat 2, 10 High Street", "10 High St, Flat 2"] {
        let gb = at(street, "SW1A 1AA", None, None);
        assert_eq!(
            (&*gb.dwelling, gb.country.as_deref()),
            ("10 high st #2, sw1a1aa", Some("GB")),
            "{street}"
        );
    }
    assert_eq!(
        &*at("12 rue de la Paix", "K1A 0B1", None, None).dwelling,
        "12 rue de la paix, k1a0b1"
    );
}

#[test]
fn what_names_no_building_has_no_key() {
    let address =
        parse(&Fields { city: Some("Salem"), state: Some("OR"), ..Fields::default() }).unwrap();
    assert_eq!((address.place, &*address.dwelling), (PlaceKind::Area, ""));
    let no_town = parse_line("123 Oak St").unwrap();
    assert_eq!((no_town.place, &*no_town.dwelling), (PlaceKind::Area, ""));
    let no_number = springfield("Oak St");
    assert_eq!((no_number.place, no_number.street.as_deref()), (PlaceKind::Area, Some("oak st")));
    assert_eq!(parse(&Fields { country: Some("US"), ..Fields::default() }), None);
    assert_eq!(parse_line("n/a"), None);
}

proptest! {
    #[test]
    fn case_and_punctuation_never_change_the_key(
        number in 1_u32..9999, name in "[a-z]{4,9}", suffix in prop::sample::select(vec!["street", "avenue", "road"]), unit in 1_u32..99,
    ) {
        let plain = springfield(&format!("{number} {name} {suffix} apt {unit}"));
        let noisy = springfield(&format!("  {number}, {} {}.,  APT. #{unit} ", name.to_uppercase(), suffix.to_uppercase()));
        prop_assert_eq!(&plain.dwelling, &noisy.dwelling);
        prop_assert_eq!(&plain.building, &noisy.building);
    }

    #[test]
    fn any_text_gives_keys_exactly_when_a_building_is_named(
        street in ".{0,50}|[0-9a-zA-Z #,/.-]{0,50}", unit in ".{0,10}", city in ".{0,12}", state in "[A-Za-z]{0,3}", postal_code in "[0-9A-Z -]{0,10}",
    ) {
        let fields = Fields {
            street: Some(&street), unit: Some(&unit), city: Some(&city), state: Some(&state), postal_code: Some(&postal_code), country: None,
        };
        if let Some(address) = parse(&fields) {
            prop_assert_eq!(address.dwelling.is_empty(), address.place == PlaceKind::Area);
            prop_assert_eq!(address.building.is_empty(), address.place == PlaceKind::Area);
        }
    }
}
