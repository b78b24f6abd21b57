//! Names and codes of countries that application forms contain. Not a full gazetteer: an unknown
//! name is no country.
//!
//! Invariant: the result is an upper-case ISO 3166-1 alpha-2 code.

/// Names, folded to letters, with their code; two-letter codes need no row.
const NAMES: &[(&str, &str)] = &[
    ("america", "US"),
    ("argentina", "AR"),
    ("aus", "AU"),
    ("australia", "AU"),
    ("austria", "AT"),
    ("bangladesh", "BD"),
    ("belarus", "BY"),
    ("belgium", "BE"),
    ("bra", "BR"),
    ("brasil", "BR"),
    ("brazil", "BR"),
    ("bulgaria", "BG"),
    ("can", "CA"),
    ("canada", "CA"),
    ("chile", "CL"),
    ("china", "CN"),
    ("chn", "CN"),
    ("colombia", "CO"),
    ("croatia", "HR"),
    ("czechia", "CZ"),
    ("czechrepublic", "CZ"),
    ("denmark", "DK"),
    ("deu", "DE"),
    ("deutschland", "DE"),
    ("egypt", "EG"),
    ("england", "GB"),
    ("esp", "ES"),
    ("espana", "ES"),
    ("estonia", "EE"),
    ("finland", "FI"),
    ("fra", "FR"),
    ("france", "FR"),
    ("gbr", "GB"),
    ("georgia", "GE"),
    ("germany", "DE"),
    ("greatbritain", "GB"),
    ("greece", "GR"),
    ("hongkong", "HK"),
    ("hungary", "HU"),
    ("ind", "IN"),
    ("india", "IN"),
    ("indonesia", "ID"),
    ("ireland", "IE"),
    ("israel", "IL"),
    ("ita", "IT"),
    ("italia", "IT"),
    ("italy", "IT"),
    ("japan", "JP"),
    ("jpn", "JP"),
    ("kenya", "KE"),
    ("kor", "KR"),
    ("korea", "KR"),
    ("latvia", "LV"),
    ("lithuania", "LT"),
    ("malaysia", "MY"),
    ("mex", "MX"),
    ("mexico", "MX"),
    ("morocco", "MA"),
    ("netherlands", "NL"),
    ("newzealand", "NZ"),
    ("nigeria", "NG"),
    ("northernireland", "GB"),
    ("norway", "NO"),
    ("osterreich", "AT"),
    ("pakistan", "PK"),
    ("peru", "PE"),
    ("philippines", "PH"),
    ("pol", "PL"),
    ("poland", "PL"),
    ("portugal", "PT"),
    ("republicofkorea", "KR"),
    ("romania", "RO"),
    ("russia", "RU"),
    ("russianfederation", "RU"),
    ("saudiarabia", "SA"),
    ("schweiz", "CH"),
    ("scotland", "GB"),
    ("serbia", "RS"),
    ("singapore", "SG"),
    ("slovakia", "SK"),
    ("slovenia", "SI"),
    ("southafrica", "ZA"),
    ("southkorea", "KR"),
    ("spain", "ES"),
    ("srilanka", "LK"),
    ("sweden", "SE"),
    ("switzerland", "CH"),
    ("taiwan", "TW"),
    ("thailand", "TH"),
    ("theunitedstates", "US"),
    ("theunitedstatesofamerica", "US"),
    ("turkey", "TR"),
    ("turkiye", "TR"),
    ("uae", "AE"),
    ("uk", "GB"),
    ("ukraine", "UA"),
    ("unitedarabemirates", "AE"),
    ("unitedkingdom", "GB"),
    ("unitedstates", "US"),
    ("unitedstatesofamerica", "US"),
    ("usa", "US"),
    ("vietnam", "VN"),
    ("wales", "GB"),
];

/// The ISO code of a country given by code or English (or own) name. O(log n).
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    if text.len() > 64 {
        return None;
    }
    if text == "US" {
        return Some("US");
    }
    if let &[a, b] = text.as_bytes()
        && a.is_ascii_alphabetic()
        && b.is_ascii_alphabetic()
        && !NAMES.iter().any(|(name, _)| name.eq_ignore_ascii_case(text))
    {
        return CODES.iter().copied().find(|code| code.eq_ignore_ascii_case(text));
    }
    let folded: String = deunicode::deunicode(text)
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if let Ok(at) = NAMES.binary_search_by(|(name, _)| (*name).cmp(folded.as_str())) {
        return NAMES.get(at).map(|(_, code)| *code);
    }
    CODES.iter().copied().find(|code| code.eq_ignore_ascii_case(&folded))
}

/// ISO 3166-1 alpha-2.
const CODES: &[&str] = &[
    "US", "CA", "GB", "AU", "DE", "IN", "CN", "KR", "JP", "AD", "AE", "AF", "AG", "AI", "AL", "AM",
    "AO", "AQ", "AR", "AS", "AT", "AW", "AX", "AZ", "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI",
    "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CC", "CD", "CF",
    "CG", "CH", "CI", "CK", "CL", "CM", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DJ", "DK",
    "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR",
    "GA", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU",
    "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IO", "IQ", "IR", "IS",
    "IT", "JE", "JM", "JO", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KW", "KY", "KZ", "LA", "LB",
    "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH",
    "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ",
    "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF",
    "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU",
    "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR",
    "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN",
    "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
    "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_found_by_code_and_by_the_names_forms_contain() {
        for (text, expected) in [
            ("US", Some("US")),
            ("usa", Some("US")),
            ("U.S.A.", Some("US")),
            ("United States", Some("US")),
            ("uk", Some("GB")),
            ("de", Some("DE")),
            ("Österreich", Some("AT")),
            ("au", Some("AU")),
            ("Republic of Korea", Some("KR")),
            ("zz", None),
            ("", None),
            ("somewhere", None),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn the_names_are_sorted_so_that_binary_search_finds_them() {
        assert!(NAMES.windows(2).all(|w| w[0].0 < w[1].0));
    }
}
