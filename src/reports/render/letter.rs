//! A report as a letter: plain text for everybody, HTML for mail clients that show it, drawings as pictures. Not responsible for
//! sending it (`delivery`) nor for attached files (`load`).
//!
//! Invariant: whoever sees counts alone gets counts and links, no line of any section; nothing is asked for from outside.

use crate::{
    explain::words::{grouped, list, shortened},
    reports::{
        Report, ReportError, Section, Sight,
        delivery::{Enclosure, Letter},
        render::{
            Rendering, png,
            words::{self, Clock, Piece},
        },
    },
};
use askama::Template;

/// Columns of plain text.
const WIDE: usize = 76;
/// Lines of a section and of all that are said in a letter; the rest is in the report.
const LINES: usize = 10;
const ALL_LINES: usize = 60;
/// Characters of a line of the report.
const LONGEST: usize = 400;
/// Pictures at most.
const PICTURES: usize = 12;
/// Width of a picture in a letter.
const PICTURE_WIDE: u32 = 560;
/// Characters of a subject.
const SUBJECT: usize = 140;

struct Item {
    text: Vec<Piece>,
    /// Where the line leads; empty when nowhere.
    href: String,
    act: String,
}

struct Count {
    n: String,
    title: String,
    summary: String,
    lines: Vec<Item>,
    more: usize,
}

struct Shown {
    name: String,
    caption: String,
    wide: u32,
}

#[derive(Template)]
#[template(path = "reports/letter.html")]
struct Page<'a> {
    title: String,
    headline: &'a str,
    facts: Vec<[String; 2]>,
    counts: Vec<Count>,
    empty: String,
    pictures: Vec<Shown>,
    page: String,
    about: String,
    look: &'static Look,
}

/// How things look, as mail clients want it: on each element.
struct Look {
    body: &'static str,
    sheet: &'static str,
    kind: &'static str,
    headline: &'static str,
    quiet: &'static str,
    table: &'static str,
    n: &'static str,
    cell: &'static str,
    line: &'static str,
    act: &'static str,
    link: &'static str,
    button: &'static str,
    caption: &'static str,
    picture: &'static str,
}

const LOOK: Look = Look {
    body: "style=\"margin:0;padding:0;background:#f2f0ea;color:#1c1d20;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5\"",
    sheet: "style=\"max-width:608px;width:100%;background:#ffffff;border:1px solid #dcd9d0;border-collapse:separate\"",
    kind: "style=\"margin:0 0 2px;font-size:13px;font-weight:bold;color:#5b5d63\"",
    headline: "style=\"margin:0 0 14px;font-size:21px;line-height:1.35;font-weight:bold;color:#1c1d20\"",
    quiet: "style=\"margin:6px 0 0;font-size:13px;color:#5b5d63\"",
    table: "style=\"width:100%;border-collapse:collapse;margin:10px 0 6px\"",
    n: "style=\"padding:7px 12px 7px 0;border-top:1px solid #dcd9d0;text-align:right;vertical-align:top;font-size:17px;font-weight:bold;white-space:nowrap\"",
    cell: "style=\"padding:8px 0;border-top:1px solid #dcd9d0;vertical-align:top;font-size:14px\"",
    line: "style=\"margin:6px 0 0;padding:0 0 0 10px;border-left:2px solid #dcd9d0;font-size:13px;word-break:break-word\"",
    act: "style=\"font-weight:bold\"",
    link: "style=\"color:#005a94\"",
    button: "style=\"display:inline-block;padding:9px 16px;background:#005a94;color:#ffffff;font-weight:bold;text-decoration:none;border-radius:4px\"",
    caption: "style=\"margin:26px 0 8px;font-size:13px;color:#1c1d20\"",
    picture: "style=\"display:block;width:100%;max-width:560px;height:auto;border:0\"",
};

/// The letter, without attached files. Some 10 ms a drawing.
///
/// # Errors
/// When the template fails, which is a defect of the program.
pub(super) fn letter(report: &Report, rendering: &Rendering<'_>) -> Result<Letter, ReportError> {
    let clock = Clock::of(report);
    let counts = counts(report, rendering);
    let empty = empty(report);
    let (images, pictures) = pictures(report);
    let title =
        format!("Report {}, {}", report.heading.schedule, clock.long_day(report.heading.until.at));
    // A page within the web UI is of no use in a mailbox.
    let page =
        if rendering.base.is_empty() { String::new() } else { words::page(report, rendering) };
    let about = match rendering.sight {
        Sight::Counts => {
            "This letter has counts and links only. The report itself is read after signing in."
                .to_owned()
        }
        sight => format!("This letter shows {}.", words::sight(sight)),
    };
    let facts = words::facts(report, &clock, rendering);
    let subject = subject(report, &clock);
    let text = text(&title, report, &facts, &counts, &empty, &page, &about);
    let html = Page {
        title,
        headline: &report.headline,
        facts,
        counts,
        empty,
        pictures,
        page,
        about,
        look: &LOOK,
    };
    let html =
        html.render().map_err(|e| ReportError::Form { form: "letter", what: e.to_string() })?;
    Ok(Letter { subject, text, html, images, files: Vec::new() })
}

fn subject(report: &Report, clock: &Clock) -> String {
    let day = clock.day(report.heading.until.at);
    let subject = format!("Ringer {} {day}: {}", report.heading.schedule, report.headline);
    let subject: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    shortened(&subject, SUBJECT)
}

/// Sections that found something, with the first of their lines where those may be said.
fn counts(report: &Report, rendering: &Rendering<'_>) -> Vec<Count> {
    let mut left = if rendering.sight > Sight::Counts { ALL_LINES } else { 0 };
    let mut counts = Vec::new();
    for section in report.sections.iter().filter(|section| section.n > 0) {
        let shown = section.lines.len().min(LINES).min(left);
        left -= shown;
        let lines: Vec<Item> =
            section.lines.iter().take(shown).map(|line| item(line, rendering)).collect();
        let n = usize::try_from(section.n).unwrap_or(usize::MAX);
        let more = if lines.is_empty() { 0 } else { n.saturating_sub(shown) };
        counts.push(Count {
            n: grouped(section.n),
            title: section.title.clone(),
            summary: section.summary.clone(),
            lines,
            more,
        });
    }
    counts
}

fn item(line: &crate::reports::Line, rendering: &Rendering<'_>) -> Item {
    let mut text = words::pieces(&line.text, rendering);
    if rendering.base.is_empty() {
        text.iter_mut().for_each(|piece| piece.href.clear());
    }
    // A long line is cut, and said to be so by its ellipsis.
    let mut left = LONGEST;
    for piece in &mut text {
        piece.text = shortened(&piece.text, left);
        left -= piece.text.chars().count().min(left);
    }
    text.retain(|piece| !piece.text.is_empty());
    // Of several pages that a line leads to, plain text has the one that it is about.
    let about = line.about.as_ref().map(|to| words::href(rendering.base, &to.path()));
    let href = match about.filter(|_| !rendering.base.is_empty()) {
        Some(about) => about,
        None => {
            text.iter().map(|p| p.href.clone()).find(|href| !href.is_empty()).unwrap_or_default()
        }
    };
    Item { text, href, act: line.act.clone().unwrap_or_default() }
}

/// The sections that found nothing, in one sentence.
fn empty(report: &Report) -> String {
    let titles: Vec<String> = report
        .sections
        .iter()
        .filter(|section| section.n == 0)
        .map(|section: &Section| crate::explain::words::inside(&section.title))
        .collect();
    if titles.is_empty() { String::new() } else { format!("Nothing new: {}.", list(&titles)) }
}

fn pictures(report: &Report) -> (Vec<Enclosure>, Vec<Shown>) {
    let (mut images, mut shown) = (Vec::new(), Vec::new());
    for figure in report.sections.iter().flat_map(|section| &section.figures) {
        if images.len() == PICTURES {
            break;
        }
        // A letter without one picture is better than no letter; the report has the numbers.
        let Ok(Some(picture)) = png::picture(&figure.svg) else { continue };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let id: String = figure.id.chars().filter(|&c| plain(c)).take(40).collect();
        let name = format!("{:02}-{id}.png", images.len() + 1);
        shown.push(Shown {
            name: name.clone(),
            caption: figure.caption.clone(),
            wide: picture.wide.min(PICTURE_WIDE),
        });
        images.push(Enclosure { name, media_type: "image/png", bytes: picture.bytes });
    }
    (images, shown)
}

fn text(
    title: &str,
    report: &Report,
    facts: &[[String; 2]],
    counts: &[Count],
    empty: &str,
    page: &str,
    about: &str,
) -> String {
    let mut out = Plain::default();
    out.line(title, "");
    out.0.push_str(&"=".repeat(title.chars().count().min(WIDE)));
    out.0.push_str("\n\n");
    out.line(&report.headline, "");
    out.0.push('\n');
    for [key, value] in facts {
        out.line(&format!("{:<9} {value}", format!("{key}:")), "          ");
    }
    let wide = counts.iter().map(|count| count.n.chars().count()).max().unwrap_or(1);
    let indent = " ".repeat(wide + 2);
    for count in counts {
        out.0.push('\n');
        out.line(&format!("{:>wide$}  {}", count.n, count.title), &indent);
        out.line(&format!("{indent}{}", count.summary), &indent);
        for item in &count.lines {
            let said: String = item.text.iter().map(|piece| piece.text.as_str()).collect();
            out.line(&format!("{indent}- {said}"), &format!("{indent}  "));
            if !item.href.is_empty() {
                out.line(&format!("{indent}  {}", item.href), &format!("{indent}  "));
            }
            if !item.act.is_empty() {
                out.line(&format!("{indent}  To do: {}", item.act), &format!("{indent}  "));
            }
        }
        if count.more > 0 {
            out.line(&format!("{indent}And {} more in the report.", grouped(count.more)), &indent);
        }
    }
    if !empty.is_empty() {
        out.0.push('\n');
        out.line(empty, "");
    }
    if !page.is_empty() {
        out.0.push_str("\nThe report, with evidence and charts:\n");
        out.line(page, "");
    }
    out.0.push('\n');
    out.line(about, "");
    out.line("What is linked is suspected, not proven: a person decides.", "");
    out.line(
        &format!(
            "Report {}, journal entry {}, hash {}.",
            report.heading.id,
            report.heading.until.seq.0,
            report.heading.head.as_str().get(..16).unwrap_or_default()
        ),
        "",
    );
    out.0
}

/// Plain text whose lines are no longer than [`WIDE`], but for addresses, which no break may cut.
#[derive(Default)]
struct Plain(String);

impl Plain {
    /// A paragraph; `indent` stands before each line but the first, which has its own.
    fn line(&mut self, text: &str, indent: &str) {
        let rest = text.trim_start_matches(' ');
        let own = (text.len() - rest.len()).min(WIDE / 4);
        let mut line = " ".repeat(own);
        let mut wide = own;
        let mut is_empty = true;
        for word in pieces_of(rest, indent.chars().count()) {
            let long = word.chars().count();
            if !is_empty && wide + 1 + long > WIDE {
                self.end(&line);
                line = indent.to_owned();
                wide = indent.chars().count();
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
                wide += 1;
            }
            line.push_str(&word);
            wide += long;
            is_empty = false;
        }
        self.end(&line);
    }

    fn end(&mut self, line: &str) {
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }
}

/// The words of a text, too long ones in pieces; what a reader would not see becomes a blank. Of several blanks in a row all
/// stay, so that columns stay columns.
fn pieces_of(text: &str, indent: usize) -> Vec<String> {
    let most = WIDE - indent.min(WIDE / 2) - 2;
    let clean: String = text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect();
    let mut words = Vec::new();
    for word in clean.split(' ') {
        if word.starts_with("https://") || word.starts_with("http://") {
            words.push(word.to_owned());
            continue;
        }
        let letters: Vec<char> = word.chars().collect();
        if letters.is_empty() {
            words.push(String::new());
        }
        words.extend(letters.chunks(most).map(|piece| piece.iter().collect::<String>()));
    }
    words
}

/// Control characters, and characters that turn the direction of others.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_line_is_too_long_and_no_word_is_lost(text in "[a-zé ]{0,300}", n in 0_usize..12) {
            let mut out = Plain::default();
            let indent = " ".repeat(n);
            out.line(&text, &indent);
            prop_assert!(out.0.lines().all(|line| line.chars().count() <= WIDE), "{}", out.0);
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&out.0), letters(&text));
        }
    }

    #[test]
    fn an_address_is_not_cut_and_nothing_turns_the_text_around() {
        let address = format!("https://ringer.example/{}", "x".repeat(90));
        let mut out = Plain::default();
        out.line(&format!("see {address} or\u{202e}ask\r\nme"), "");
        assert_eq!(out.0, format!("see\n{address}\nor ask  me\n"));
    }
}
