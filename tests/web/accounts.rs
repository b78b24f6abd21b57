//! Accounts: who gets in, who may what, and what ends a session.

use crate::{
    fixture::{FixtureDesk, NOW, view},
    verbs::{Answer, Site, encoded},
};
use actix_web::{
    http::{Method, StatusCode, header},
    web::Data,
};
use ringer::{
    casework::{AccountsFile, Attachments, Permission, Role, SavedFilters, SecondFactor, UserName},
    model::Moment,
    referral::Organisation,
    web::{Desk, Door, Kept, Needs, RULES, Reporting, State},
};
use std::sync::Arc;
use tempfile::TempDir;

pub const FINE: &str = "plum otter granite lantern";
pub const OTHER: &str = "velvet harbor quartz bicycle";

/// A site with accounts: one of each role, all with the same password.
pub struct House {
    pub folder: TempDir,
    pub site: Site,
}

impl House {
    pub fn new() -> Self {
        Self::over(Arc::new(FixtureDesk::new(view)))
    }

    /// The same over this desk.
    pub fn over(desk: Arc<dyn Desk>) -> Self {
        Self::peopled(Self::empty(desk))
    }

    fn peopled(house: Self) -> Self {
        let file = house.file();
        for &role in Role::ALL {
            let name: UserName = role.name().parse().unwrap();
            let secret = file.change(|a| a.add(name, role, NOW)).unwrap();
            file.change(|a| a.accept(&secret, FINE, NOW)).unwrap();
        }
        house
    }

    /// The same with somebody who makes reports.
    pub fn reporting(desk: Arc<dyn Desk>, reports: Arc<dyn Reporting>) -> Self {
        Self::peopled(Self::furnished(desk, |state| state.reporting(reports)))
    }

    /// One in which nobody has an account.
    pub fn empty(desk: Arc<dyn Desk>) -> Self {
        Self::furnished(desk, |state| state)
    }

    fn furnished(desk: Arc<dyn Desk>, more: impl FnOnce(State) -> State) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = State::new(desk, "127.0.0.1".parse().unwrap())
            .behind(Door::of(folder.path()))
            .keeping(Attachments::of(folder.path()))
            .referring(Kept::of(folder.path()), Organisation::default())
            .filtering(SavedFilters::of(folder.path()));
        let site = Site { state: Data::new(more(state)), cookie: String::new() };
        Self { folder, site }
    }

    pub fn file(&self) -> AccountsFile {
        AccountsFile::of(self.folder.path())
    }

    /// A form sent from the sign-in page, which has no session.
    pub async fn send(&self, url: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
        let headers = [
            ("host", "localhost:8080"),
            ("cookie", cookie),
            ("origin", "null"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.site.send(Method::POST, url, &headers, &encoded(form)).await
    }

    pub async fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.send("/sign-in", "", &[("name", name), ("password", password)]).await
    }

    /// The site as somebody signed in sees it.
    pub async fn seen_by(&self, role: Role) -> Site {
        let answer = self.sign_in(role.name(), FINE).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
        Site { state: self.site.state.clone(), cookie: cookie(&answer, "ringer_session") }
    }
}

/// The value of a cookie that an answer sets.
#[track_caller]
pub fn cookie(answer: &Answer, name: &str) -> String {
    let set = answer.headers.get_all(header::SET_COOKIE).map(|v| v.to_str().unwrap());
    let found = set.filter_map(|c| c.strip_prefix(name)?.strip_prefix('=')).next().unwrap();
    let (value, rest) = found.split_once(';').unwrap();
    assert!(rest.contains("HttpOnly") && rest.contains("SameSite=Strict"), "{rest}");
    value.to_owned()
}

#[actix_web::test]
async fn a_table_of_roles_and_routes_is_what_the_server_does() {
    let house = House::new();
    let id = house.site.view().rings[0].id.to_string();
    for &role in Role::ALL {
        let site = house.seen_by(role).await;
        for rule in RULES.iter().filter(|r| r.needs != Needs::Nothing) {
            if rule.path == "/sign-out" || rule.path.ends_with("everywhere") {
                continue;
            }
            let url = rule
                .path
                .replace("{ring_id}", &id)
                .replace("{applicant_id}", "APP-1000")
                .replace("{attribute_id}", "att_000000000000")
                .replace("{judgement_id}", "jdg_000000000000")
                .replace("{import_id}", "imp_000000000000")
                .replace("{upload_id}", "000000000000")
                .replace("{case_id}", "cas_000000000000")
                .replace("{referral_id}", "ref_000000000000")
                .replace("{sha256}", "00")
                .replace("{watch_id}", "wat_000000000000")
                .replace("{hold_id}", "hld_000000000000")
                .replace("{report_id}", "rep_000000000000")
                .replace("{format}", "html")
                .replace("{name}", "nobody");
            let answer = match rule.method {
                "GET" => site.get(&url).await,
                _ => site.post(&url, &[("csrf", "wrong")]).await,
            };
            let refused = answer.status == StatusCode::FORBIDDEN
                && answer.body.contains("Not with your role");
            assert_eq!(refused, !rule.needs.is_met_by(role), "{role} {} {url}", rule.method);
            let there = answer.status != StatusCode::METHOD_NOT_ALLOWED
                && !answer.body.contains("there is no page");
            assert!(there, "{} {url} is no route: {}", rule.method, answer.status);
        }
    }
}

#[actix_web::test]
async fn the_form_that_changes_the_policy_is_there_for_whoever_may_change_it() {
    let house = House::new();
    for &role in Role::ALL {
        let page = house.seen_by(role).await.get_ok("/policy/what-if?ring.min_identities=9").await;
        let forms = page.texts("form[method=post][action='/policy/what-if']").len();
        assert_eq!(forms == 1, role.may(Permission::Policy), "{role}");
    }
}

#[actix_web::test]
async fn nobody_gets_further_than_the_way_in_without_signing_in() {
    let house = House::new();
    for rule in RULES.iter().filter(|r| r.needs != Needs::Nothing) {
        let method: Method = rule.method.parse().unwrap();
        let headers = [("host", "localhost"), ("origin", "http://localhost")];
        let answer = house.site.send(method, rule.path, &headers, "").await;
        let there = answer.location().split('?').next().unwrap();
        assert_eq!(there, "/sign-in", "{} {}", rule.method, rule.path);
    }
    let page = house.site.send(Method::GET, "/sign-in", &[("host", "localhost")], "").await;
    assert_eq!(page.text("h1"), "Sign in");
}

#[actix_web::test]
async fn a_wrong_name_and_a_wrong_password_look_alike_and_many_of_them_have_to_wait() {
    let house = House::new();
    let unknown = house.sign_in("somebody", FINE).await;
    let wrong = house.sign_in("viewer", OTHER).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert_eq!(unknown.body.replace("somebody", ""), wrong.body.replace("viewer", ""));
    for _ in 0..5 {
        house.sign_in("viewer", OTHER).await;
    }
    let waits = house.sign_in("viewer", FINE).await;
    assert!(waits.texts("[role=alert]")[0].contains("wait"), "{}", waits.body);
    assert_eq!(house.sign_in("supervisor", FINE).await.status, StatusCode::SEE_OTHER);
}

#[actix_web::test]
async fn the_sign_in_form_takes_nothing_from_other_sites() {
    let house = House::new();
    let headers = [
        ("host", "localhost"),
        ("origin", "https://evil.example"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let body = encoded(&[("name", "viewer"), ("password", FINE)]);
    let answer = house.site.send(Method::POST, "/sign-in", &headers, &body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
}

#[actix_web::test]
async fn an_invitation_leads_to_an_account_and_works_once() {
    let house = House::new();
    let admin = house.seen_by(Role::Administrator).await;
    let form = [("csrf", &*admin.csrf()), ("name", "ann"), ("role", "investigator")];
    let made = admin.post("/users", &form).await;
    let link = made.attrs(".shown-once input", "value").swap_remove(0);
    let link = link.strip_prefix("http://localhost:8080").unwrap().to_owned();
    let refused = house.send(&link, "", &[("password", "password1234"), ("again", "password1234")]);
    assert!(refused.await.texts("[role=alert]")[0].contains("guessed first"));
    let chosen = house.send(&link, "", &[("password", OTHER), ("again", OTHER)]).await;
    assert_eq!(chosen.location(), "/account#factor-h", "a second factor is offered");
    let site = Site { state: house.site.state.clone(), cookie: cookie(&chosen, "ringer_session") };
    assert!(site.get_ok("/account").await.text(".verdict").contains("investigator"));
    assert_eq!(house.send(&link, "", &[("password", FINE), ("again", FINE)]).await.status, 410);
    assert_eq!(house.sign_in("ANN", OTHER).await.location(), "/");
}

#[actix_web::test]
async fn a_second_factor_is_set_up_asked_for_and_replaced_by_a_recovery_code() {
    let house = House::new();
    let site = house.seen_by(Role::Investigator).await;
    let page = site.get_ok("/account").await;
    assert_eq!(page.texts("svg.code").len(), 1);
    let shared = page.text("code.id").replace(' ', "");
    let factor: SecondFactor =
        serde_json::from_value(serde_json::json!({ "secret": shared })).unwrap();
    let wrong = [("csrf", &*site.csrf()), ("present", FINE), ("code", "000000")];
    assert!(site.post("/account/second-factor", &wrong).await.body.contains("Nothing was changed"));
    let code = factor.code_at(NOW);
    let right = [("csrf", &*site.csrf()), ("present", FINE), ("code", &*code)];
    let confirmed = site.post("/account/second-factor", &right).await;
    let codes = confirmed.texts(".codes code");
    assert_eq!(codes.len(), 10, "{}", confirmed.body);
    let renewed = cookie(&confirmed, "ringer_session");
    assert_ne!(renewed, site.cookie);
    assert_eq!(site.get("/account").await.location(), "/sign-in?back=%2Faccount");
    let site = Site { state: site.state, cookie: renewed };
    assert!(site.get_ok("/account").await.text(".verdict").contains("10 recovery codes"));

    let half = house.sign_in("investigator", FINE).await;
    assert_eq!(half.location(), "/second-step");
    assert!(
        half.headers
            .get_all(header::SET_COOKIE)
            .all(|c| !c.to_str().unwrap().contains("ringer_session="))
    );
    let half = format!("ringer_half={}", cookie(&half, "ringer_half"));
    let again = house.send("/second-step", &half, &[("code", &code)]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "that code was used");
    let in_by_paper = house.send("/second-step", &half, &[("code", &codes[2])]).await;
    assert_eq!(in_by_paper.location(), "/");
    assert_eq!(
        house.send("/second-step", &half, &[("code", &codes[3])]).await.location(),
        "/sign-in"
    );
    assert_eq!(house.send("/second-step", "", &[("code", &codes[4])]).await.location(), "/sign-in");
}

#[actix_web::test]
async fn what_the_command_line_does_to_an_account_counts_from_the_next_request_on() {
    let house = House::new();
    let (viewer, other) = (house.seen_by(Role::Viewer).await, house.seen_by(Role::Viewer).await);
    viewer.get_ok("/").await;
    house.file().change(|a| a.disable(&"viewer".parse().unwrap(), NOW)).unwrap();
    for site in [&viewer, &other] {
        assert_eq!(site.get("/").await.location(), "/sign-in");
    }
    assert_eq!(house.sign_in("viewer", FINE).await.status, StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn a_changed_password_ends_every_other_session() {
    let house = House::new();
    let (here, there) =
        (house.seen_by(Role::Supervisor).await, house.seen_by(Role::Supervisor).await);
    let form = [("csrf", &*here.csrf()), ("present", FINE), ("password", OTHER), ("again", OTHER)];
    let answer = here.post("/account/password", &form).await;
    let renewed = cookie(&answer, "ringer_session");
    assert_ne!(renewed, here.cookie);
    assert_eq!(there.get("/").await.location(), "/sign-in");
    assert_eq!(here.get("/").await.location(), "/sign-in", "the old secret is void");
    let here = Site { state: house.site.state.clone(), cookie: renewed };
    assert!(here.get_ok("/account").await.text(".flash p").contains("changed"));
    let everywhere = here.post("/account/sign-out-everywhere", &[("csrf", &here.csrf())]).await;
    assert_eq!(everywhere.location(), "/sign-in");
    assert_eq!(here.get("/").await.location(), "/sign-in");
}

#[actix_web::test]
async fn a_token_reads_as_its_owner_may_and_cannot_be_guessed() {
    let house = House::new();
    let name: UserName = "supervisor".parse().unwrap();
    let until = Moment(NOW.0 + 86_400);
    let token =
        house.file().change(|a| a.add_token(&name, "ats", Role::Viewer, until, NOW)).unwrap();
    let with = |token: String| {
        let site = &house.site;
        async move {
            let bearer = format!("Bearer {token}");
            let headers = [("host", "localhost"), ("authorization", bearer.as_str())];
            let read = site.send(Method::GET, "/?format=json", &headers, "").await.status;
            (read, site.send(Method::POST, "/judgements", &headers, "").await.status)
        }
    };
    let (read, judged) = with(token.reveal().to_owned()).await;
    assert_eq!((read, judged), (StatusCode::OK, StatusCode::FORBIDDEN));
    assert_eq!(with("0".repeat(64)).await.0, StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn forms_that_judge_are_shown_to_those_who_may_and_referring_needs_a_supervisor() {
    let house = House::new();
    let url = format!("/rings/{}", house.site.view().rings[0].id);
    let id = house.site.view().rings[0].id.to_string();
    for &role in Role::ALL {
        let site = house.seen_by(role).await;
        let choices = site.get_ok(&url).await.attrs(".decide input[name=verdict]", "value");
        assert_eq!(choices.is_empty(), role == Role::Viewer, "{role}");
        let may_refer = role >= Role::Supervisor;
        assert_eq!(choices.contains(&"referred".to_owned()), may_refer, "{role}");
        let csrf = site.csrf();
        let form = [
            ("csrf", csrf.as_str()),
            ("about", "ring"),
            ("ring_id", id.as_str()),
            ("verdict", "referred"),
            ("why", "a package was made"),
        ];
        let looked = site.post("/judge", &form).await.status;
        assert_eq!(looked == StatusCode::FORBIDDEN, !may_refer, "{role}: {looked}");
        let sent = site.post("/judgements", &form).await.status;
        assert_eq!(sent == StatusCode::FORBIDDEN, !may_refer, "{role}: {sent}");
        let read = site.get_ok("/judgements").await;
        assert_eq!(read.texts(".take-back").is_empty(), !may_refer, "{role}");
        for judgement in site.view().judgements.iter() {
            let (desk, id) = (&site.state.desk, &judgement.id);
            desk.withdraw(id, "supervisor", "for the next").unwrap();
        }
    }
}
