//! Why a try failed, in words that may be kept and shown. Not responsible for what is done about it (`backoff`).
//!
//! Invariant: one line of at most [`LONGEST`] characters, none of which hides or reorders others; what the other side wrote
//! gets in only through [`quoted`].

use crate::model::Attempt;
use std::{error::Error, io};

/// Characters of a reason at most.
pub(super) const LONGEST: usize = 400;

/// Characters of a line by the other side at most.
const QUOTED: usize = 120;

/// Why a try failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) why: String,
    pub(super) is_final: bool,
}

impl Trouble {
    /// Something that may be over at the next try, or that somebody can mend until then.
    pub(super) fn passing(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_final: false }
    }

    /// Something that no further try changes.
    pub(super) fn lasting(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_final: true }
    }
}

impl From<Result<String, Trouble>> for Attempt {
    fn from(outcome: Result<String, Trouble>) -> Self {
        match outcome {
            Ok(answer) => Self::Delivered { answer: one_line(&answer, QUOTED) },
            Err(Trouble { why, is_final }) => {
                Self::Failed { why: one_line(&why, LONGEST), is_final }
            }
        }
    }
}

/// A text on one line, cut to so many characters.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let joined = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let hides = |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    joined.chars().filter(|c| !hides(c)).take(longest).collect()
}

/// A line that the other side wrote: what is printable ASCII of it, cut short.
pub(super) fn quoted(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).collect();
    one_line(&plain, QUOTED)
}

/// What an error of the network comes down to, in words of our own; `ca` is the setting that names trusted certificates.
pub(super) fn network(error: &(dyn Error + 'static), ca: &str) -> String {
    let mut next = Some(error);
    let mut kind = None;
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return encryption(tls, ca);
        }
        let io = error.downcast_ref::<io::Error>();
        kind = io.map(io::Error::kind).or(kind);
        // What an `io::Error` holds is not its source.
        let held = io.and_then(io::Error::get_ref).map(|held| held as &(dyn Error + 'static));
        next = held.or_else(|| error.source());
    }
    match kind {
        Some(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => "no answer in time".to_owned(),
        Some(io::ErrorKind::ConnectionRefused) => {
            "nobody answers there: connection refused".to_owned()
        }
        Some(
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe,
        ) => "the other side broke the connection off".to_owned(),
        Some(io::ErrorKind::UnexpectedEof) => "the other side ended the connection".to_owned(),
        Some(kind) => format!("the network failed: {kind}"),
        None => "the network failed".to_owned(),
    }
}

/// What is wrong with an encrypted connection.
fn encryption(error: &rustls::Error, ca: &str) -> String {
    use rustls::CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::UnknownIssuer => format!(
                "the certificate of the other side is not trusted: nobody known made it; name the house's own in {ca}"
            ),
            Bad::Expired | Bad::ExpiredContext { .. } => {
                "the certificate of the other side has expired".to_owned()
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "the certificate of the other side is for another name".to_owned()
            }
            other => format!(
                "the certificate of the other side is not trusted: {}",
                quoted(&format!("{other:?}"))
            ),
        },
        rustls::Error::InvalidMessage(_) => "the other side speaks no TLS there".to_owned(),
        other => format!("no encrypted connection: {}", quoted(&other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_that_hides_nothing() {
        let attempt = Attempt::from(Err(Trouble::passing(
            "a\r\nb\u{202e}\u{200b}c\t d".to_owned() + &"x".repeat(999),
        )));
        let Attempt::Failed { why, is_final } = attempt else { panic!() };
        assert!(why.starts_with("a bc dx") && why.chars().count() == LONGEST && !is_final, "{why}");
        assert_eq!(quoted("550 \u{1b}[31mno\nsuch  M\u{fc}ller"), "550 [31mno such M ller");
    }

    #[test]
    fn errors_of_the_network_are_told_apart() {
        let said = |error: io::Error| network(&error, "[x] ca");
        assert!(said(io::ErrorKind::WouldBlock.into()).contains("no answer in time"));
        assert!(said(io::ErrorKind::ConnectionRefused.into()).contains("refused"));
        let untrusted = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let error = io::Error::new(io::ErrorKind::InvalidData, untrusted);
        assert!(said(error).contains("not trusted"), "through what holds it");
        let secret = io::Error::other("https://hooks.example.com/secret");
        assert!(!said(secret).contains("secret"), "no text of others");
    }
}
