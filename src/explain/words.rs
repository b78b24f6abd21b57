//! Words: counts, lists and plurals as a person would write them. Not responsible for content.

/// `1 phone`, `3 phones`.
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
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
}
