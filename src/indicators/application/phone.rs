//! Indicators of the phone number.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, Need, Strength, Topic, quoted,
        tallies::has_plus_one,
    },
    model::Column,
};

/// Share of a channel's US numbers that are typed with "+1" from which on the form is what adds it, in per cent.
const HABIT: u32 = 20;

/// `phone-plus-one-format`.
pub static PLUS_ONE_FORMAT: Indicator = Indicator {
    id: "phone-plus-one-format",
    title: "US number typed with \"+1\"",
    topic: Topic::Phone,
    needs: &["phone", "channel", "country"],
    how: "A number of somebody who claims a home in the United States begins with \"+1\", on a channel where fewer than 20 % \
          of the US numbers do (of at least 20).",
    strength: Strength::Weak,
    innocent: &[
        "people who lived abroad, or whose contacts are there, write numbers so",
        "the browser or an applicant-tracking system filled it in",
    ],
    sources: &[quoted("Amazon, Stephen Schmidt, December 2025")],
    compares_names: false,
    compute: Compute::Application(plus_one_format),
};

fn plus_one_format(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let typed = subject.raw(Column::Phone).need("phone number")?;
    let home = subject.normal.home.as_ref().and_then(|h| h.country.as_deref());
    if home.need("country of the home")? != "US" {
        return Ok(None);
    }
    let channel = subject.normal.channel.as_deref().need("channel")?;
    let habit = case.context.tallies.channel(channel).and_then(|c| c.plus_one_percent());
    let habit = habit.need("channel with at least 20 US numbers")?;
    if !has_plus_one(typed) || habit >= HABIT {
        return Ok(None);
    }
    let reason = format!("begins with \"+1\", as {habit} % of the US numbers on this channel do");
    Ok(Some(Finding::new(Strength::Weak, reason).with("phone as typed", typed)))
}
