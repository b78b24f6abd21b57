//! The policy in the browser: precision with its rings, what other numbers would do, and setting them.

use crate::{
    verbs::{Answer, Site},
    whole::{engine, engine_over},
};
use actix_web::http::StatusCode;
use ringer::{
    engine::Engine,
    model::{RingStatus, Verdict},
    web::State,
};
use std::sync::Arc;

const WHAT_IF: &str = "/policy/what-if";

fn site() -> Site {
    over(engine())
}

fn over(engine: Engine) -> Site {
    Site::over(State::new(Arc::new(engine), "127.0.0.1".parse().unwrap()))
}

/// Judges the rings of a site, one after the other, with these verdicts.
fn judge(site: &Site, verdicts: &[RingStatus]) {
    let rings: Vec<_> = site.view().rings.iter().map(|ring| ring.id.clone()).collect();
    assert!(rings.len() >= verdicts.len(), "only {} rings", rings.len());
    for (ring, &verdict) in rings.into_iter().zip(verdicts) {
        site.state.desk.judge(Verdict::Ring { ring, verdict }, "ann", "seen").unwrap();
    }
}

/// The hidden fields of the form that applies what is shown.
fn fields(page: &Answer) -> Vec<(String, String)> {
    let form = "form[method=post][action=\"/policy/what-if\"] input[type=hidden]";
    page.attrs(form, "name").into_iter().zip(page.attrs(form, "value")).collect()
}

async fn apply(site: &Site, fields: &[(String, String)], why: &str) -> Answer {
    let mut form: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("why", why));
    site.post(WHAT_IF, &form).await
}

#[actix_web::test]
async fn every_number_of_precision_leads_to_as_many_rings() {
    use RingStatus::{Confirmed, Dismissed, Referred};
    let site = over(engine_over(2_000));
    judge(&site, &[Confirmed, Confirmed, Dismissed, Referred, Confirmed, Confirmed]);
    let page = site.get_ok("/precision").await;
    let said = page.text(".verdict");
    assert!(said.starts_with("Of 6 rings that people decided about, they confirmed 5 and dismissed 1: 83 % (44 to 97 %)"), "{said}");
    let numbers = page.texts("table.precision td.num a");
    let links = page.attrs("table.precision td.num a", "href");
    assert!(links.len() > 12, "only {} numbers", links.len());
    for (number, link) in numbers.iter().zip(&links) {
        let behind = site.get_ok(link).await;
        let rings = behind.texts("section[aria-labelledby=rings] tbody tr").len();
        assert_eq!(*number, rings.to_string(), "{link}");
    }
    let months = page.attrs("svg.verdicts a", "href");
    assert_eq!(months.len(), 1, "all were judged in one month");
    let behind = site.get_ok(&months[0]).await;
    assert_eq!(behind.texts("section[aria-labelledby=rings] tbody tr").len(), 6);
    assert!(page.texts("table.precision td").iter().any(|cell| cell == "too few to say"));
}

#[actix_web::test]
async fn precision_of_nothing_says_so_and_nonsense_is_refused() {
    let site = Site::new();
    let page = site.get_ok("/precision").await;
    assert!(page.text(".verdict").starts_with("Nobody has decided about a ring yet"));
    assert_eq!(page.texts("svg.verdicts").len(), 0);
    for bad in ["?by=shoe&of=x", "?verdict=guilty", "?by=rule&of=x&verdict=1e400"] {
        let answer = site.get(&format!("/precision{bad}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(answer.body.contains("possible are"), "{bad}");
    }
    for odd in ["?by=rule&of=%3Cscript%3E", "?by=month&of=2026-99", "?page=99&verdict=open"] {
        let answer = site.get_ok(&format!("/precision{odd}")).await;
        assert!(!answer.body.contains("<script>"), "{odd}");
    }
}

#[actix_web::test]
async fn numbers_are_foreseen_applied_with_a_reason_told_and_undone() {
    let site = site();
    judge(&site, &[RingStatus::Confirmed, RingStatus::Dismissed]);
    let (before, policy) = (site.view().rings.clone(), site.view().policy.clone());
    let url = format!("{WHAT_IF}?ring.min_identities=6&ring.min_families=3");
    let seq = site.view().seq;
    let page = site.get_ok(&url).await;
    assert_eq!(site.view().seq, seq, "looking records nothing");
    let said = page.text(".verdict");
    assert!(said.contains("vanish"), "{said}");
    let n = page.texts("section[aria-labelledby=rings] tbody tr").len();
    assert!(n > 0);
    for link in page.attrs("nav[aria-label='Which rings'] a, .figures a", "href") {
        site.get_ok(&link).await;
    }
    let fields = fields(&page);
    let refused = apply(&site, &fields, " ").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = apply(&site, &fields, "small rings <b>were</b> families").await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/policy#changes"));
    let view = site.view();
    assert_eq!(view.in_force.ring.min_identities, 6);
    assert_eq!(before.len() - view.rings.len(), n, "as was foreseen");
    let page = site.get_ok("/policy").await;
    let rows = page.texts("table.changes tbody tr");
    assert_eq!(rows.len(), 1);
    let told = "Fewest claimed identities: 3 → 6";
    assert!(
        rows[0].contains(told) && rows[0].contains("small rings <b>were</b> families"),
        "{rows:?}"
    );
    assert!(page.texts("tr.moved td.origin")[0].starts_with("set by ann, 2026-11-23"));
    let link = page.attrs("table.changes a", "href");
    let changed = site.get_ok(&link[0]).await;
    assert_eq!(changed.texts("h3#changed").len(), 1);
    assert_eq!(changed.texts("section[aria-labelledby=changes] table.snug tbody tr").len(), n);
    // The flash was shown with the policy page; Undo sends what it holds.
    let form = ".flash form input";
    let undo: Vec<(String, String)> =
        page.attrs(form, "name").into_iter().zip(page.attrs(form, "value")).collect();
    let undo: Vec<(&str, &str)> = undo.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let done = site.post(&page.attrs(".flash form", "action")[0], &undo).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let view = site.view();
    assert_eq!(view.policy, policy);
    assert!(view.rings.iter().eq(before.iter()), "rings, ids and verdicts are as they were");
    assert_eq!(site.get_ok("/policy").await.texts("table.changes tbody tr").len(), 2);
}

#[actix_web::test]
async fn what_was_looked_at_on_another_store_is_not_applied_but_shown_anew() {
    let site = site();
    let page = site.get_ok(&format!("{WHAT_IF}?ring.min_identities=6")).await;
    let old = fields(&page);
    judge(&site, &[RingStatus::Confirmed]);
    let seq = site.view().seq;
    let refused = apply(&site, &old, "too many").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text("[role=alert]").starts_with("Nothing was applied"));
    assert_eq!(site.view().seq, seq);
    let new = fields(&refused);
    assert_ne!(new, old);
    assert_eq!(apply(&site, &new, "too many").await.status, StatusCode::SEE_OTHER);
    let again = apply(&site, &new, "twice").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(site.view().policy_changes.len(), 1);
}

#[actix_web::test]
async fn hostile_numbers_are_refused_with_the_range_and_the_form_to_go_on_with() {
    let site = Site::new();
    for bad in
        ["NaN", "inf", "-inf", "1e400", "-99", "99", "1.2345", "%00", "%3Cscript%3E", "1%2C5"]
    {
        let answer = site.get(&format!("{WHAT_IF}?link.threshold={bad}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
        let said = answer.text("[role=alert]");
        assert!(said.contains("it takes a number from -2 to 20 bits"), "{bad}: {said}");
        assert_eq!(answer.texts("table.thresholds tr.wrong").len(), 1, "{bad}");
        assert!(!answer.body.contains("<script>"));
    }
    let unknown = site.get(&format!("{WHAT_IF}?link.phone=1")).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(unknown.text("[role=alert]").contains("possible are link.threshold"));
    let together = site.get(&format!("{WHAT_IF}?link.watch=19")).await;
    assert_eq!(together.status, StatusCode::BAD_REQUEST);
    assert!(together.text("[role=alert]").contains("at most link.threshold"));
    for odd in ["?q=a", "?show=everything&page=x"] {
        let page = site.get_ok(&format!("{WHAT_IF}{odd}")).await;
        assert!(page.text(".verdict").starts_with("Move a number"));
    }
    let csrf = site.csrf();
    let form = [("csrf", csrf.as_str()), ("weighed", "1e9"), ("why", "x")];
    assert_eq!(site.post(WHAT_IF, &form).await.status, StatusCode::BAD_REQUEST);
    let form = [("weighed", "0"), ("why", "x")];
    assert_eq!(site.post(WHAT_IF, &form).await.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn the_address_holds_what_is_moved_and_nothing_else() {
    let site = Site::new();
    let page = site.get_ok(WHAT_IF).await;
    let names = page.attrs("form[method=get][action=\"/policy/what-if\"] input", "name");
    let values = page.attrs("form[method=get][action=\"/policy/what-if\"] input", "value");
    let sent: Vec<String> = names
        .iter()
        .zip(&values)
        .map(|(name, value)| match name.as_str() {
            "link.threshold" => "link.threshold=2.50".to_owned(),
            name => format!("{name}={value}"),
        })
        .collect();
    let answer = site.get(&format!("{WHAT_IF}?{}", sent.join("&"))).await;
    assert_eq!(answer.location(), "/policy/what-if?link.threshold=2.5");
    assert_eq!(site.get(&format!("{WHAT_IF}?link.threshold=1.5")).await.location(), WHAT_IF);
}
