//! How somebody wants the pages to look: light or dark, comfortable or compact, with or without keys, in which time zone. Kept
//! in a cookie of the browser, since it is about the screen and not about the work. Not responsible for the style sheets.
//!
//! Invariant: whatever a cookie says becomes a display; a part that cannot be read is as if it had not been chosen.

use crate::{
    model::Moment,
    web::{WebError, cookies, judge::back_to, state::Visit, urls},
};
use actix_web::{HttpResponse, web};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;

/// Name of the cookie.
pub(super) const COOKIE: &str = "ringer_display";
/// How long a choice is kept: a year.
const KEPT: u32 = 365 * 86_400;
/// Longest name of a time zone; the longest there is has 32 letters.
const LONGEST_ZONE: usize = 48;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// What the system of the viewer prefers.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them, in display order.
    pub const ALL: &'static [Self] = &[Self::System, Self::Light, Self::Dark];

    /// The name in the form, in the cookie and as a class.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|theme| theme.name() == text)
    }
}

/// How somebody wants the pages to look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Display {
    /// Light or dark.
    pub theme: Theme,
    /// Whether rows and distances are small.
    pub is_compact: bool,
    /// Whether single keys do nothing.
    pub is_without_keys: bool,
    /// The time zone chosen, with its IANA name; none is the browser's, and UTC without JavaScript.
    zone: Option<(String, TimeZone)>,
}

impl Display {
    /// What a cookie says.
    #[must_use]
    pub fn read(cookie: &str) -> Self {
        let mut parts = cookie.splitn(4, '.');
        let mut next = || parts.next().unwrap_or_default();
        Self {
            theme: Theme::read(next()).unwrap_or_default(),
            is_compact: next() == "compact",
            is_without_keys: next() == "off",
            zone: zone(next()),
        }
    }

    /// What a cookie has to say.
    #[must_use]
    pub fn cookie(&self) -> String {
        let density = if self.is_compact { "compact" } else { "comfortable" };
        let keys = if self.is_without_keys { "off" } else { "on" };
        format!("{}.{density}.{keys}.{}", self.theme.name(), self.zone_name())
    }

    /// The IANA name of the time zone chosen; empty where it is the browser's.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        self.zone.as_ref().map_or("", |(name, _)| name)
    }

    /// The classes of the root element.
    #[must_use]
    pub fn classes(&self) -> String {
        let mut classes = vec![self.theme.name()];
        if self.is_compact {
            classes.push("compact");
        }
        if self.is_without_keys {
            classes.push("no-keys");
        }
        classes.join(" ")
    }

    /// The color schemes a browser may use before the style sheet is there.
    #[must_use]
    pub fn color_scheme(&self) -> &'static str {
        match self.theme {
            Theme::System => "light dark",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// A moment as people read it, in the time zone chosen, else in UTC.
    #[must_use]
    pub fn written(&self, at: &Moment) -> String {
        written(at, self.zone.as_ref().map_or(&TimeZone::UTC, |(_, zone)| zone))
    }

    /// A moment as people read it, in UTC.
    #[must_use]
    pub fn utc(&self, at: &Moment) -> String {
        written(at, &TimeZone::UTC)
    }
}

/// `2026-05-16 14:02 UTC`; a moment out of range as it is.
fn written(at: &Moment, zone: &TimeZone) -> String {
    Timestamp::from_second(at.0).map_or_else(
        |_| at.to_string(),
        |t| t.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string(),
    )
}

/// The time zone of that IANA name; none when there is none.
fn zone(name: &str) -> Option<(String, TimeZone)> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+');
    if name.is_empty() || name.len() > LONGEST_ZONE || !name.bytes().all(fits) {
        return None;
    }
    Some((name.to_owned(), TimeZone::get(name).ok()?))
}

/// The choice as the form sends it.
#[derive(Debug, Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    density: String,
    #[serde(default)]
    keys: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    back: String,
}

/// `POST /display`: keeps the choice and goes back to where it was made.
pub async fn choose(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let refused = |what: &str, text: &str, hint: &str| {
        let shown: String = text.chars().take(40).collect();
        WebError::BadRequest(format!("\"{shown}\" is no {what}; {hint}"))
    };
    let asked = form.zone.trim();
    let zone = zone(asked);
    if zone.is_none() && !asked.is_empty() {
        let hint = "write a name such as Europe/Warsaw or America/New_York, or leave it empty";
        return Err(refused("time zone", asked, hint));
    }
    let display = Display {
        theme: Theme::read(&form.theme)
            .ok_or_else(|| refused("color theme", &form.theme, "use system, light or dark"))?,
        is_compact: match form.density.as_str() {
            "compact" => true,
            "comfortable" => false,
            other => return Err(refused("density", other, "use comfortable or compact")),
        },
        is_without_keys: match form.keys.as_str() {
            "on" => false,
            "off" => true,
            other => return Err(refused("choice of keys", other, "use on or off")),
        },
        zone,
    };
    let mut response = back_to(urls::here(&form.back).unwrap_or(urls::QUEUE));
    cookies::set(&mut response, COOKIE, &display.cookie(), Some(KEPT));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_a_cookie_says_is_a_display_that_a_cookie_can_say(cookie in "\\PC{0,60}") {
            let display = Display::read(&cookie);
            prop_assert!(display.cookie().bytes().all(|b| b.is_ascii_graphic() && b != b';'));
            prop_assert_eq!(Display::read(&display.cookie()), display);
        }
    }

    #[test]
    fn a_choice_is_read_as_it_was_written() {
        let cookie = "dark.compact.off.America/New_York";
        let display = Display::read(cookie);
        assert_eq!(display.cookie(), cookie);
        assert_eq!(display.classes(), "dark compact no-keys");
        assert_eq!(Display::read(""), Display::default());
        assert_eq!(Display::read("dark.compact.off.Mars/Base").zone_name(), "");
        assert_eq!(Display::read("dark.compact.off.../../etc/passwd").zone_name(), "");
    }

    #[test]
    fn moments_are_written_in_the_zone_chosen_and_else_in_utc() {
        let at = Moment(1_795_392_000);
        assert_eq!(Display::default().written(&at), "2026-11-23 00:00 UTC");
        let there = Display::read("system.comfortable.on.America/New_York");
        assert_eq!(there.written(&at), "2026-11-22 19:00 EST");
        assert_eq!(there.utc(&at), "2026-11-23 00:00 UTC");
        assert_eq!(there.written(&Moment(i64::MAX)), Moment(i64::MAX).to_string());
    }
}
