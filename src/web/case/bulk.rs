//! One change of many cases, as the list sends it. Not responsible for whether it is allowed (`casework`).
//!
//! Invariant: each case is changed by itself, on the version that the list showed; one that is not as it was shown, or
//! that a rule forbids, is left alone and said.

use crate::{
    casework::CaseError,
    engine::{CaseChange, EngineError},
    explain::words::count,
    model::{CaseEvent, CaseId, CaseStatus, Seq},
    web::{
        WebError,
        flash::Flash,
        intake::blocking,
        judge::{back_to, parsed},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};

/// Cases changed at once, at most: those of a page and room.
const MOST: usize = 200;

/// Cases left alone that are named.
const NAMED: usize = 4;

/// What the form sends: names come several times.
type Sent = web::Form<Vec<(String, String)>>;

fn field<'a>(form: &'a Sent, name: &str) -> &'a str {
    form.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
}

/// `POST /cases/bulk`.
pub async fn bulk(visit: Visit, form: Sent) -> Result<HttpResponse, WebError> {
    visit.session.check(field(&form, "csrf"))?;
    let chosen: Vec<(CaseId, Seq)> = form
        .iter()
        .filter(|(name, _)| name == "case")
        .map(|(_, key)| chosen(key))
        .collect::<Result<_, _>>()?;
    if chosen.is_empty() {
        return Err(WebError::BadRequest(
            "no case was chosen; go back and tick at least one".to_owned(),
        ));
    }
    if chosen.len() > MOST {
        return Err(WebError::BadRequest(format!("at most {MOST} cases can be changed at once")));
    }
    let event = event(&form)?;
    let (state, actor, wanted) = (visit.state.clone(), visit.actor(), event.clone());
    let outcomes = blocking(move || {
        let one = |(case, expected): (CaseId, Seq)| {
            let change = CaseChange { case: case.clone(), expected, events: vec![wanted.clone()] };
            let files = state.attachments.as_ref();
            (case, state.desk.change_cases(&actor, vec![change], files).map(drop))
        };
        Ok(chosen.into_iter().map(one).collect::<Vec<_>>())
    })
    .await?;
    let text = told(&event, &outcomes);
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    let back = field(&form, "back");
    let ours = urls::here(back).filter(|url| url.starts_with(urls::CASES));
    Ok(back_to(ours.unwrap_or(urls::CASES)))
}

/// The case and the version that a checkbox stands for.
fn chosen(key: &str) -> Result<(CaseId, Seq), WebError> {
    let unread = || WebError::BadRequest("the form names a case that cannot be read".to_owned());
    let (id, version) = key.split_once('@').ok_or_else(unread)?;
    let version = version.parse().map_err(|_| unread())?;
    Ok((id.parse().map_err(|_| unread())?, Seq(version)))
}

fn event(form: &Sent) -> Result<CaseEvent, WebError> {
    let why = || match field(form, "why") {
        "" => Err(WebError::from(EngineError::Incomplete("a reason"))),
        why => Ok(why.to_owned()),
    };
    Ok(match field(form, "what") {
        "" => {
            return Err(WebError::BadRequest(
                "choose what is to be done with the cases that are ticked".to_owned(),
            ));
        }
        "assign" => {
            let to = field(form, "assignee");
            CaseEvent::Assigned { to: (!to.is_empty()).then(|| to.to_owned()) }
        }
        "due" => {
            let due = field(form, "due");
            CaseEvent::DueSet { due: if due.is_empty() { None } else { Some(parsed(due)?) } }
        }
        // A referral takes two persons who look at that one case.
        status => match parsed::<CaseStatus>(status)? {
            CaseStatus::ReferralReady => {
                return Err(WebError::BadRequest(
                    "a case becomes referral-ready on its own page, by a second person".to_owned(),
                ));
            }
            status => CaseEvent::set(status, why()?),
        },
    })
}

/// What became of each case, in a sentence.
fn told(event: &CaseEvent, outcomes: &[(CaseId, Result<(), CaseError>)]) -> String {
    let done = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let mut text = match done {
        0 => "No case was changed".to_owned(),
        n => format!("{}: you {}", count(n, "case", "cases"), event.sentence()),
    };
    let left: Vec<String> = outcomes
        .iter()
        .filter_map(|(id, outcome)| Some((id, outcome.as_ref().err()?)))
        .map(|(id, error)| match error {
            CaseError::Engine(EngineError::StaleCase { since, .. }) => {
                let last = since.last();
                let what = last.map(|e| format!("{} {}", e.by, e.event.sentence()));
                format!("{id}, which changed meanwhile ({})", what.unwrap_or_default())
            }
            CaseError::Engine(
                EngineError::NotFound { .. }
                | EngineError::Refused(_)
                | EngineError::Incomplete(_)
                | EngineError::CaseOpen { .. },
            )
            | CaseError::NotYet(_)
            | CaseError::Forbidden { .. } => format!("{id} ({error})"),
            // What is inside stays inside.
            _ => format!("{id} (it could not be recorded)"),
        })
        .collect();
    if !left.is_empty() {
        let named: Vec<&str> = left.iter().take(NAMED).map(String::as_str).collect();
        text.push_str(&format!(". Left alone: {}", named.join("; ")));
        if left.len() > NAMED {
            text.push_str(&format!("; and {} more", left.len() - NAMED));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkbox_names_a_case_and_a_version_or_is_refused() {
        let id = CaseId::derive("x");
        assert_eq!(chosen(&format!("{id}@7")).unwrap(), (id.clone(), Seq(7)));
        for bad in ["", "@", "x@1", &format!("{id}"), &format!("{id}@"), &format!("{id}@-1")] {
            assert!(chosen(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn cases_left_alone_are_named_and_the_many_are_counted() {
        let outcomes: Vec<_> = (0..9)
            .map(|i| {
                let refused = CaseError::NotYet("no ring".to_owned());
                (CaseId::derive(&i.to_string()), if i == 0 { Ok(()) } else { Err(refused) })
            })
            .collect();
        let text = told(&CaseEvent::Assigned { to: Some("bo".to_owned()) }, &outcomes);
        assert!(text.starts_with("1 case: you assigned it to bo. Left alone: cas_"), "{text}");
        assert!(text.ends_with("; and 4 more"), "{text}");
    }
}
