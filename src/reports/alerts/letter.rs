//! An alert as it is brought to somebody: a letter in plain text and HTML, a body for a webhook, a file for a folder. Not
//! responsible for bringing it (`delivery`).
//!
//! An application's id comes from another system and may be a mailbox or a name there: who sees counts and links only gets the
//! number of them, and the page has the ids.
//!
//! Invariant: an alert names nobody, and no application to who sees counts only; nothing in it needs anything from outside.

use crate::{
    explain::words::count,
    model::{Alert, AlertKind, ApplicationId, Recipient},
    reports::{
        ReportError, Sight, Target,
        alerts::{NAMED, list_of},
        delivery::{Enclosure, Letter, Load},
        render::Rendering,
    },
};
use serde::Serialize;
use std::{collections::BTreeSet, fmt::Write};

/// Characters of a line of plain text at most.
const WIDTH: usize = 76;

/// What it is about, in the subject of a letter.
fn subject(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::ConfirmedRingGains => "a ring that people confirmed gained a member",
        AlertKind::AddressIdentities => "an address has one more claimed identity",
        AlertKind::KnownUnit => "something is sent to a known address",
        AlertKind::WatchedAtOffer => "a watched value at stage offer or later",
        AlertKind::UrgentRing => "a ring became urgent",
        AlertKind::Return => "somebody came back after a rejection",
    }
}

/// An alert in the form that suits a recipient.
///
/// # Errors
/// When it cannot be written as JSON, which is a defect of the program.
pub fn load(alert: &Alert, to: &Recipient, rendering: &Rendering<'_>) -> Result<Load, ReportError> {
    Ok(match to {
        Recipient::Mail(_) => Load::Letter(Letter {
            subject: format!("Ringer alert: {}", subject(alert.kind)),
            text: text(alert, rendering),
            html: html(alert, rendering),
            images: Vec::new(),
            files: Vec::new(),
        }),
        Recipient::Webhook(_) => Load::Hook(json(alert, rendering)?),
        Recipient::Folder(_) => Load::Files(vec![Enclosure {
            name: format!("{}.json", alert.id),
            media_type: "application/json",
            bytes: json(alert, rendering)?,
        }]),
    })
}

/// Where an alert leads: words and an absolute address.
fn links(alert: &Alert, rendering: &Rendering<'_>) -> Vec<(&'static str, String)> {
    let at = |path: String| format!("{}{path}", rendering.base);
    let ring = alert.ring.as_ref().map(|ring| ("The ring", at(Target::Ring(ring.clone()).path())));
    let value = alert.attribute.as_ref();
    let value = value.map(|id| ("The value", at(Target::Attribute(id.clone()).path())));
    let list = ("Every alert of this rule", at(list_of(&alert.rule)));
    ring.into_iter().chain(value).chain([list]).collect()
}

/// Sentences of an alert with a scheme and host where they name a path.
fn sentences(alert: &Alert, rendering: &Rendering<'_>) -> String {
    let path = list_of(&alert.rule);
    let text = alert.text.replace(&path, &format!("{}{path}", rendering.base));
    match rendering.sight {
        Sight::Counts => without(text, &alert.applications),
        Sight::Masked | Sight::Full => text,
    }
}

/// Sentences without these ids. What merely reads like one goes too.
fn without(mut text: String, ids: &BTreeSet<ApplicationId>) -> String {
    // The longest first: one may be a part of another.
    let mut ids: Vec<&str> = ids.iter().map(ApplicationId::as_str).collect();
    ids.sort_by_key(|id| (std::cmp::Reverse(id.len()), *id));
    for id in ids {
        for (said, put) in [
            ("Application ", "An application"),
            ("application ", "an application"),
            ("", "another"),
        ] {
            text = replaced(&text, &format!("{said}{id}"), put);
        }
    }
    text
}

/// With something put in the place of every word, or run of words, that is this one.
fn replaced(text: &str, what: &str, put: &str) -> String {
    let (mut out, mut rest, mut last) = (String::with_capacity(text.len()), text, None);
    while let Some((before, after)) = rest.split_once(what) {
        out.push_str(before);
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_whole =
            !is_word(before.chars().next_back().or(last)) && !is_word(after.chars().next());
        out.push_str(if is_whole { put } else { what });
        last = what.chars().next_back();
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Which applications it is about, or how many; none where it is about none.
fn applications(alert: &Alert, rendering: &Rendering<'_>) -> Option<String> {
    let n = alert.applications.len();
    match rendering.sight {
        _ if n == 0 => None,
        // An alert names no more.
        Sight::Counts if n >= NAMED => Some(format!("It is about {n} applications or more.")),
        Sight::Counts => Some(format!("It is about {}.", count(n, "application", "applications"))),
        Sight::Masked | Sight::Full => {
            let ids: Vec<&str> = alert.applications.iter().map(ApplicationId::as_str).collect();
            Some(format!("Applications: {}", ids.join(", ")))
        }
    }
}

fn footer(alert: &Alert, rendering: &Rendering<'_>) -> String {
    let house = match rendering.house {
        "" => String::new(),
        house => format!(" for {house}"),
    };
    format!(
        "Ringer{house} raised it by the rule {} at {}, as of fact {} of its journal ({}). It is a suspicion for a person to \
         look at, and decides nothing.",
        alert.rule, alert.at, alert.as_of.0, alert.id
    )
}

fn text(alert: &Alert, rendering: &Rendering<'_>) -> String {
    let mut out = wrapped(&sentences(alert, rendering));
    out.push('\n');
    if let Some(applications) = applications(alert, rendering) {
        out.push_str(&wrapped(&applications));
        out.push('\n');
    }
    for (words, url) in links(alert, rendering) {
        // Writing to a text cannot fail.
        let _ = writeln!(out, "{words}:\n{url}");
    }
    out.push('\n');
    out.push_str(&wrapped(&footer(alert, rendering)));
    out
}

/// Words in lines; one that is longer than a line has its own.
fn wrapped(text: &str) -> String {
    let (mut out, mut length) = (String::new(), 0);
    for word in text.split_whitespace() {
        let n = word.chars().count();
        if length > 0 && length + 1 + n > WIDTH {
            out.push('\n');
            length = 0;
        }
        if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += n;
    }
    out.push('\n');
    out
}

fn html(alert: &Alert, rendering: &Rendering<'_>) -> String {
    let mut out = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Ringer alert</title></head>\
         <body style=\"font-family:sans-serif;line-height:1.45;max-width:40rem\">",
    );
    let _ =
        write!(out, "<h1 style=\"font-size:1.2rem\">Ringer alert: {}</h1>", subject(alert.kind));
    let _ = write!(out, "<p>{}</p>", escaped(&sentences(alert, rendering)));
    if let Some(applications) = applications(alert, rendering) {
        let _ = write!(out, "<p>{}</p>", escaped(&applications));
    }
    out.push_str("<ul>");
    for (words, url) in links(alert, rendering) {
        let _ = write!(out, "<li><a href=\"{}\">{words}</a></li>", escaped(&url));
    }
    let _ = write!(
        out,
        "</ul><p><small>{}</small></p></body></html>",
        escaped(&footer(alert, rendering))
    );
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// What programs get.
#[derive(Serialize)]
struct Body<'a> {
    kind: &'static str,
    alert_id: &'a str,
    rule: &'a str,
    about: &'static str,
    raised_at: String,
    as_of: u64,
    text: String,
    ring_id: Option<&'a str>,
    attribute_id: Option<&'a str>,
    /// How many applications it is about; one that names as many as an alert may is about so many or more.
    applications: usize,
    /// None for who sees counts only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    application_ids: Vec<&'a str>,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    to: &'static str,
    url: String,
}

fn json(alert: &Alert, rendering: &Rendering<'_>) -> Result<Vec<u8>, ReportError> {
    let links = links(alert, rendering).into_iter().map(|(to, url)| Link { to, url });
    let named = alert.applications.iter().filter(|_| rendering.sight > Sight::Counts);
    let body = Body {
        kind: "alert",
        alert_id: alert.id.as_str(),
        rule: alert.rule.as_str(),
        about: alert.kind.name(),
        raised_at: alert.at.to_string(),
        as_of: alert.as_of.0,
        text: sentences(alert, rendering),
        ring_id: alert.ring.as_ref().map(|id| id.as_str()),
        attribute_id: alert.attribute.as_ref().map(|id| id.as_str()),
        applications: alert.applications.len(),
        application_ids: named.map(ApplicationId::as_str).collect(),
        links: links.collect(),
    };
    Ok(serde_json::to_vec(&body)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{AlertId, Digest, Moment, RingId, Seq},
        reports::Sight,
    };

    fn alert() -> Alert {
        Alert {
            id: AlertId::derive("a"),
            rule: "farms".parse().unwrap(),
            kind: AlertKind::ConfirmedRingGains,
            key: Digest([7; 32]),
            as_of: Seq(41),
            at: Moment(1_795_392_000),
            ring: Some(RingId::derive("r")),
            attribute: None,
            applications: ["A<1>".parse().unwrap()].into(),
            text: format!(
                "{} (confirmed) gained 2 members through 1 delivery address. Before it 3 alerts of this rule were held back: \
                 /reports/alerts?rule=farms lists them.",
                RingId::derive("r")
            ),
            to: ["ann@example.com".parse().unwrap()].into(),
            held_back: false,
        }
    }

    #[test]
    fn every_form_leads_back_and_nothing_of_the_text_is_markup() {
        let rendering = Rendering {
            base: "https://ringer.example",
            sight: Sight::Masked,
            house: "Example Corp",
        };
        let of = |to: &str| load(&alert(), &to.parse().unwrap(), &rendering).unwrap();
        let Load::Letter(letter) = of("ann@example.com") else { panic!("no letter") };
        assert!(letter.subject.is_ascii() && !letter.subject.contains('\n'));
        let url = format!("https://ringer.example/rings/{}", RingId::derive("r"));
        for body in [&letter.text, &letter.html] {
            assert!(body.contains(&url) && body.contains("Example Corp"), "{body}");
            assert!(body.contains("https://ringer.example/reports/alerts?rule=farms"), "{body}");
        }
        assert!(letter.html.contains("A&lt;1&gt;") && !letter.html.contains("A<1>"));
        let long = |line: &str| line.chars().count() > WIDTH && line.contains(' ');
        assert!(!letter.text.lines().any(long), "{}", letter.text);
        let Load::Hook(body) = of("https://hooks.example.com/x") else { panic!("no body") };
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(value["alert_id"], alert().id.as_str());
        assert_eq!(value["about"], "confirmed_ring_gains");
        assert_eq!(value["application_ids"][0], "A<1>");
        let Load::Files(files) = of("folder:/srv/alerts") else { panic!("no files") };
        assert_eq!(files[0].name, format!("{}.json", alert().id));
        assert_eq!(files[0].bytes, body);
    }

    #[test]
    fn whoever_sees_counts_only_is_told_how_many_applications_and_not_which() {
        let id = |text: &str| text.parse::<ApplicationId>().unwrap();
        let text = "Application jo@example.com has things sent to address att_0123456789ab. Ring: application A1 was \
                    rejected, and jo came 3 days after it. A12 is left.";
        let applications = [id("jo@example.com"), id("A1"), id("jo"), id("a")].into();
        let alert = Alert { applications, text: text.to_owned(), ..alert() };
        let at = |sight, to: &str| {
            let rendering = Rendering { base: "https://ringer.example", sight, house: "" };
            match load(&alert, &to.parse().unwrap(), &rendering).unwrap() {
                Load::Letter(letter) => format!("{}{}", letter.text, letter.html),
                Load::Hook(body) => String::from_utf8(body).unwrap(),
                Load::Files(files) => String::from_utf8(files[0].bytes.clone()).unwrap(),
            }
        };
        for to in ["ann@example.com", "https://hooks.example.com/x", "folder:/srv/alerts"] {
            let (counts, masked) = (at(Sight::Counts, to), at(Sight::Masked, to));
            assert!(!counts.contains("jo@") && !counts.contains("A1 "), "{counts}");
            assert!(masked.contains("jo@example.com"), "{masked}");
            let words = counts.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("An application has things sent to"), "{words}");
            assert!(words.contains("an application was rejected, and another came"), "{words}");
            assert!(words.contains("att_0123456789ab") && words.contains("A12 is left"), "{words}");
            assert!(
                words.contains("about 4 applications") || words.contains("\"applications\":4"),
                "{words}"
            );
        }
    }
}
