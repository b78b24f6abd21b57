//! `GET /help`: three tasks, the words, how to read bits, the keys, and what Ringer refuses to do. Not responsible for documentation.
//!
//! Invariant: the lists come from the code that uses them.

use crate::{
    explain::words::grouped,
    model::{AttributeKind, Family},
    svg::network::{self, Shape},
    web::{
        WebError, labels,
        page::{self, Chrome, Section},
        state::Visit,
    },
};
use actix_web::HttpResponse;
use askama::Template;

/// A row of the table that says what bits do.
struct BitsRow {
    bits: String,
    times: String,
    odds: String,
}

/// Bits worth telling.
const TOLD: &[i32] = &[20, 10, 5, 3, 1, 0, -1, -3, -10];

/// What so many bits do to the odds, in round numbers.
fn told(bits: i32) -> BitsRow {
    let factor = 1_u64 << bits.unsigned_abs().min(40);
    // 1,024 is a thousand to anybody who reads odds.
    let round = match factor {
        0..1_000 => factor,
        1_000..1_000_000 => factor / 1_000 * 1_000,
        _ => factor / 1_000_000 * 1_000_000,
    };
    let factor = grouped(round);
    let (times, odds) = match bits.signum() {
        1 => (format!("{factor} times as high"), format!("{factor} : 1")),
        0 => ("what they were".to_owned(), "1 : 1".to_owned()),
        _ => (format!("{factor} times as low"), format!("1 : {factor}")),
    };
    BitsRow { bits: format!("{bits:+}"), times, odds }
}

#[derive(Template)]
#[template(path = "pages/help.html")]
struct HelpPage {
    chrome: Chrome,
    kinds: Vec<(String, &'static str, &'static str)>,
    families: Vec<&'static str>,
    bits: Vec<BitsRow>,
}

/// `GET /help`.
pub async fn help(visit: Visit) -> Result<HttpResponse, WebError> {
    page::render(&HelpPage {
        chrome: visit.chrome("Help", Section::Help),
        kinds: AttributeKind::ALL
            .iter()
            .map(|&k| (network::icon(Shape::Thing(k)), k.label(), labels::innocent(k)))
            .collect(),
        bits: TOLD.iter().map(|&bits| told(bits)).collect(),
        families: Family::ALL.iter().map(|f| f.label()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_told_as_people_say_odds() {
        let odds = |bits| told(bits).odds;
        assert_eq!(
            [20, 10, 1, 0, -3].map(odds),
            ["1,000,000 : 1", "1,000 : 1", "2 : 1", "1 : 1", "1 : 8"]
        );
        assert_eq!(told(-1).times, "2 times as low");
    }
}
