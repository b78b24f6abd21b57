//! Words: counts, lists and plurals as a person would write them. Not responsible for content.

/// A number with the right form of its noun: `1 phone`, `3,118 phones`.
#[must_use]
pub fn count(n: usize, one: &str, several: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {several}", grouped(n)) }
}

/// A whole number as people read it, its digits in threes: `3,118`. What is no whole number stays as it is.
#[must_use]
pub fn grouped(n: impl std::fmt::Display) -> String {
    let text = n.to_string();
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 3);
    for (i, digit) in text.chars().enumerate() {
        if i > 0 && (text.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size as people read it, in powers of 1024: `512 MiB`, `1.5 KiB`.
#[must_use]
pub fn bytes(n: u64) -> String {
    if n < 1024 {
        return format!("{n} bytes");
    }
    let mut tenths = u128::from(n) * 10;
    let mut unit = "";
    for larger in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
        if tenths < 10_240 {
            break;
        }
        tenths /= 1024;
        unit = larger;
    }
    if tenths >= 1000 || tenths % 10 == 0 {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// At most `limit` characters, the last an ellipsis when something was left out.
#[must_use]
pub fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The first letter in upper case.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// A label inside a sentence: lower-case but for abbreviations ("IP address", "PDF id").
#[must_use]
pub fn inside(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(label.chars().skip(1)).collect()
        }
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_counts_read_like_sentences() {
        let items: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(list(&items), "a, b and c");
        assert_eq!(list(&items[..1]), "a");
        assert_eq!(count(1, "phone", "phones"), "1 phone");
        assert_eq!(count(0, "phone", "phones"), "0 phones");
        assert_eq!(inside("IP address"), "IP address");
        assert_eq!(inside("Delivery address"), "delivery address");
    }

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        for (n, said) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1536, "1.5 KiB"),
            (512 << 20, "512 MiB"),
            (5 << 29, "2.5 GiB"),
            (u64::MAX, "15.9 EiB"),
        ] {
            assert_eq!(bytes(n), said);
        }
    }

    #[test]
    fn digits_stand_in_threes() {
        let of = |n: u64| grouped(n);
        assert_eq!(
            [0, 7, 999, 3_118, 12_345, 1_000_000].map(of),
            ["0", "7", "999", "3,118", "12,345", "1,000,000"]
        );
        assert_eq!(grouped("-12.5"), "-12.5");
        assert_eq!(count(3_118, "phone", "phones"), "3,118 phones");
    }

    #[test]
    fn shortening_counts_characters_and_not_bytes() {
        assert_eq!(shortened("żółć", 4), "żółć");
        assert_eq!(shortened("żółćż", 4), "żół…");
    }
}
