//! Patterns: how a detector finds a value. Not responsible for which values are worth finding (`indicator`).
//!
//! Invariant: whatever the text, the pattern compares with it and does nothing else: quotes and backslashes are escaped.

/// An object path equal to a text: `email-addr:value = '…'`.
pub(super) fn equal(path: &str, text: &str) -> String {
    format!("{path} = {}", quoted(text))
}

/// An object path within a network.
pub(super) fn within(path: &str, network: &str) -> String {
    format!("{path} ISSUBSET {}", quoted(network))
}

/// One observation of which any of these holds.
pub(super) fn any(comparisons: &[String]) -> String {
    format!("[{}]", comparisons.join(" OR "))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_own_quotes() {
        let hostile = "x' OR a:b = 'y\\";
        assert_eq!(any(&[equal("url:value", hostile)]), "[url:value = 'x\\' OR a:b = \\'y\\\\']");
    }
}
