//! `/reports/alerts/new` and `/reports/alerts/rules/{name}`: a rule of alerts is made, looked at, changed. Not responsible for
//! pausing and removing one (`reporting::doing`) nor for what the form says (`reporting::rule_form`).
//!
//! Invariant: a form that cannot be taken comes back as it was typed, with what is wrong at its field; nothing is changed over
//! what somebody else changed meanwhile.

use crate::{
    casework::Permission,
    engine::Standing,
    explain::words::{capital, count},
    model::{AlertKind, AlertRule},
    web::{
        WebError,
        flash::Flash,
        judge::{aside, back_to},
        page::{self, Chrome, Section},
        reporting::{Lacking, RuleFields, RuleReady, RuleWrong, doing::slug, lacking, place},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/alert_rule.html")]
struct AlertRulePage {
    chrome: Chrome,
    /// Whether it is yet to be made.
    is_new: bool,
    headline: String,
    fields: RuleFields,
    wrong: RuleWrong,
    /// Name, what it looks for.
    kinds: Vec<(&'static str, String)>,
    /// Where, what sort of place that is, what it lacks.
    recipients: Vec<(String, &'static str, String)>,
    url: String,
    turn_url: String,
    alerts_url: String,
    paused: String,
    set: String,
    n: String,
}

impl AlertRulePage {
    /// Whether whoever looks may change it.
    fn may(&self) -> bool {
        self.chrome.may(Permission::Report)
    }
}

/// A rule that is there.
fn known(visit: &Visit, name: &str) -> Result<Standing<AlertRule>, WebError> {
    let name = slug("rule of alerts", name)?;
    let found = visit.view.reports.rules().get(&name).cloned();
    found.ok_or_else(|| WebError::NotFound { what: "rule of alerts", id: name.to_string() })
}

/// `GET /reports/alerts/new`.
pub async fn fresh(visit: Visit) -> Result<HttpResponse, WebError> {
    page::render(&built(&visit, None, RuleFields::fresh(), RuleWrong::default(), &Lacking::new()))
}

/// `POST /reports/alerts/new`.
pub async fn make(visit: Visit, form: web::Form<RuleFields>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let fields = form.into_inner();
    let mut ready = fields.read();
    let rules = visit.view.reports.rules();
    if ready.rule.as_ref().is_some_and(|rule| rules.contains_key(&rule.name)) {
        ready.wrong.name = "there is a rule of this name; open it to change it".to_owned();
    }
    taken(visit, None, fields, ready).await
}

/// `GET /reports/alerts/rules/{name}`.
pub async fn alert_rule(visit: Visit, path: web::Path<String>) -> Result<HttpResponse, WebError> {
    let standing = known(&visit, &path)?;
    let fields = RuleFields::of(&standing.is);
    let lacks = lacking(&visit, standing.is.to.clone()).await?;
    page::render(&built(&visit, Some(&standing), fields, RuleWrong::default(), &lacks))
}

/// `POST /reports/alerts/rules/{name}`.
pub async fn change(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<RuleFields>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let standing = known(&visit, &path)?;
    let fields = RuleFields { name: standing.is.name.to_string(), ..form.into_inner() };
    let mut ready = fields.read();
    if fields.seen != standing.seq.0.to_string() {
        ready.wrong.whole = format!(
            "{} changed this rule since you opened it. What you typed is kept below; send it again to put it in place of theirs",
            standing.by
        );
    }
    taken(visit, Some(standing), fields, ready).await
}

/// Saves what the form says, or shows it again.
async fn taken(
    visit: Visit,
    standing: Option<Standing<AlertRule>>,
    fields: RuleFields,
    ready: RuleReady,
) -> Result<HttpResponse, WebError> {
    let rule = ready.rule.filter(|_| !ready.wrong.is_any());
    let Some(rule) = rule else {
        let to = standing.as_ref().map(|standing| standing.is.to.clone()).unwrap_or_default();
        let lacks = lacking(&visit, to).await?;
        let page = built(&visit, standing.as_ref(), fields, ready.wrong, &lacks);
        return page::render_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let (desk, user, name) =
        (visit.state.desk.clone(), visit.session.user.clone(), rule.name.clone());
    aside(move || desk.set_alert_rule(rule, &user)).await?;
    let what = if standing.is_some() { "changed" } else { "made" };
    let flash = Flash { text: format!("Rule {name} is {what}"), undo: None };
    visit.state.sessions.put_flash(&visit.key, flash);
    Ok(back_to(&urls::alert_rule(&name)))
}

fn built(
    visit: &Visit,
    standing: Option<&Standing<AlertRule>>,
    mut fields: RuleFields,
    wrong: RuleWrong,
    lacks: &Lacking,
) -> AlertRulePage {
    let reports = &visit.view.reports;
    let may = visit.session.role.may(Permission::Report);
    let rule = standing.map(|standing| &standing.is);
    fields.seen = standing.map_or_else(String::new, |standing| standing.seq.0.to_string());
    let n = reports.alerts().iter().filter(|r| rule.is_some_and(|is| r.alert.rule == is.name));
    let paused = standing.and_then(|standing| standing.paused.as_ref());
    let title = rule
        .map_or_else(|| "A new rule of alerts".to_owned(), |rule| format!("Rule {}", rule.name));
    AlertRulePage {
        is_new: standing.is_none(),
        headline: match (rule, paused) {
            (None, _) => "Say what somebody is to hear of at once, and who.".to_owned(),
            (Some(_), Some(_)) => "It is paused: nobody is told until it is resumed.".to_owned(),
            (Some(rule), None) => format!("Told when {}.", rule.kind.about()),
        },
        kinds: AlertKind::ALL.iter().map(|k| (k.name(), capital(k.about()))).collect(),
        recipients: rule.map_or_else(Vec::new, |rule| {
            let lacks = |to| lacks.get(to).cloned().unwrap_or_default();
            rule.to.iter().map(|to| (place(to, may), to.kind(), lacks(to))).collect()
        }),
        url: rule.map_or_else(|| urls::NEW_ALERT_RULE.to_owned(), |r| urls::alert_rule(&r.name)),
        turn_url: rule.map_or_else(String::new, |rule| urls::turn_alert_rule(&rule.name)),
        alerts_url: rule.map_or_else(String::new, |rule| urls::alerts_of(&rule.name)),
        paused: paused.map_or_else(String::new, |pause| {
            format!("Paused on {} by {}: {}", pause.at.day(), pause.by, visit.view.text(&pause.why))
        }),
        set: standing.map_or_else(String::new, |standing| {
            format!("as {} set it on {}", standing.by, standing.from.day())
        }),
        n: count(n.count(), "alert", "alerts"),
        fields,
        wrong,
        chrome: visit.chrome(title, Section::Reports),
    }
}
