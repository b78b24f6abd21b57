//! The people's side of accounts: the first one, what one sees of one's own, what administrators see of others.

use crate::{
    accounts::{FINE, House, OTHER, cookie},
    fixture::{FixtureDesk, NOW, view},
    verbs::{Answer, Site},
};
use actix_web::http::{Method, StatusCode, header};
use ringer::{
    casework::{Role, SecondFactor},
    model::Moment,
};
use std::sync::Arc;

fn nobody() -> House {
    House::empty(Arc::new(FixtureDesk::new(view)))
}

/// Opens the one-time link.
async fn by_the_link(house: &House) -> (Answer, Site) {
    let token = house.site.state.sessions.one_time_link("clerk").unwrap();
    let host = [("host", "localhost:8080")];
    let page = house.site.send(Method::GET, &format!("/sign-in/{token}"), &host, "").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let site = Site { state: house.site.state.clone(), cookie: cookie(&page, "ringer_session") };
    (page, site)
}

#[actix_web::test]
async fn the_link_leads_to_the_first_account_and_ends_with_it() {
    let house = nobody();
    let (page, link) = by_the_link(&house).await;
    assert_eq!(page.attrs("main a", "href"), ["/first-account"]);
    let page = link.get_ok("/first-account").await;
    assert!(page.text("main").contains("recorded as clerk"), "{}", page.text("main"));
    assert_eq!(
        link.get_ok("/").await.attrs(".menu a", "href"),
        ["/first-account", "/audit", "/privacy"]
    );
    assert_eq!(link.get_ok("/users").await.attrs(".empty a", "href"), ["/first-account"]);

    let wrong = link.post("/first-account", &[("csrf", &link.csrf()), ("name", "\u{202e}")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text("[role=alert]").contains("No account was made"));
    let made = link.post("/first-account", &[("csrf", &link.csrf()), ("name", "ann")]).await;
    let welcome = made.location().to_owned();
    assert!(welcome.starts_with("/welcome/"), "{welcome}");
    link.get_ok("/").await;
    // Who thought better of it begins again; only the newest invitation works.
    let made = link.post("/first-account", &[("csrf", &link.csrf()), ("name", "ann")]).await;
    assert_eq!(house.send(&welcome, "", &[("password", FINE), ("again", FINE)]).await.status, 410);
    let welcome = made.location().to_owned();
    let chosen = house.send(&welcome, "", &[("password", FINE), ("again", FINE)]).await;
    assert_eq!(chosen.location(), "/account#factor-h", "a second factor is offered");
    let ann = Site { state: link.state.clone(), cookie: cookie(&chosen, "ringer_session") };
    assert!(ann.get_ok("/account").await.text(".verdict").starts_with("You are an administrator"));

    // Nobody is anonymous any more.
    assert_eq!(link.get("/").await.location(), "/sign-in");
    let token = house.site.state.sessions.one_time_link("clerk").unwrap();
    let url = format!("/sign-in/{token}");
    let refused = house.site.send(Method::GET, &url, &[("host", "localhost")], "").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ann.get("/first-account").await.status, StatusCode::CONFLICT);
    let second = [("csrf", &*ann.csrf()), ("name", "eve")];
    assert_eq!(ann.post("/first-account", &second).await.status, StatusCode::CONFLICT);
    assert_eq!(house.file().read().unwrap().iter().count(), 1);
}

#[actix_web::test]
async fn sessions_are_listed_and_one_of_them_is_ended() {
    let house = House::new();
    let here = house.seen_by(Role::Investigator).await;
    assert!(
        here.get_ok("/account").await.text(".headline .aside").contains("It is the first time")
    );
    let there = house.seen_by(Role::Investigator).await;
    house.seen_by(Role::Supervisor).await;
    let page = here.get_ok("/account").await;
    assert_eq!(page.texts("[aria-labelledby=sessions-h] li").len(), 2, "one's own only");
    let said = page.texts("[aria-labelledby=sessions-h] li").remove(0);
    assert!(said.contains("This one") && said.contains("since 2026-11-23 00:00 UTC"), "{said}");
    let id = page.attrs("input[name=session]", "value");
    assert_eq!(id.len(), 1, "the one that asks ends by signing out");
    assert!(!page.body.contains(&there.cookie) && !page.body.contains(&there.csrf()));
    let form = [("csrf", &*here.csrf()), ("session", &*id[0])];
    assert_eq!(here.post("/account/sessions/end", &form).await.location(), "/account");
    assert_eq!(there.get("/rings/x?q=1").await.location(), "/sign-in?back=%2Frings%2Fx%3Fq%3D1");
    let page = here.get_ok("/account").await;
    assert!(page.text(".flash").contains("has ended"));
    assert_eq!(page.texts("[aria-labelledby=sessions-h] li").len(), 1);
    assert_eq!(here.post("/account/sessions/end", &form).await.status, StatusCode::NOT_FOUND);
    let last = house.seen_by(Role::Investigator).await.get_ok("/account").await;
    assert!(last.text(".headline .aside").contains("Before that: 2026-11-23 00:00 UTC"));
}

#[actix_web::test]
async fn whoever_signs_in_comes_back_to_where_they_were_and_never_elsewhere() {
    let house = House::new();
    for (back, to) in [
        ("/rings/ring_1?view=table", "/rings/ring_1?view=table"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/sign-in?back=/x", "/"),
        ("/welcome/x", "/"),
        ("/x\r\nset-cookie: a=b", "/"),
    ] {
        let form = [("name", "viewer"), ("password", FINE), ("back", back)];
        assert_eq!(house.send("/sign-in", "", &form).await.location(), to, "{back}");
        let form = [("name", "nobody"), ("password", FINE), ("back", back)];
        let wrong = house.send("/sign-in", "", &form).await;
        let kept = wrong.attrs("input[name=back]", "value");
        assert_eq!(kept, if to == "/" { vec![] } else { vec![to.to_owned()] });
    }
    let asked = [("host", "localhost")];
    let page = house.site.send(Method::GET, "/sign-in?back=%2F%2Fevil.example", &asked, "").await;
    assert!(!page.body.contains("evil"));
    let page = house.site.send(Method::GET, "/sign-in?back=%2Fhelp", &asked, "").await;
    assert_eq!(page.attrs("input[name=back]", "value"), ["/help"]);
    let posted = house.site.post("/judgements", &[]).await;
    assert_eq!(posted.location(), "/sign-in", "a form is not sent again");
}

/// Sets up a second factor: the recovery codes, the session that goes on, and the factor.
async fn protected(site: Site) -> (Vec<String>, Site, SecondFactor) {
    let page = site.get_ok("/account").await;
    let shared = page.text("code.id").replace(' ', "");
    let factor: SecondFactor =
        serde_json::from_value(serde_json::json!({ "secret": shared })).unwrap();
    let code = factor.code_at(NOW);
    let form = [("csrf", &*site.csrf()), ("present", FINE), ("code", &*code)];
    let page = site.post("/account/second-factor", &form).await;
    let site = Site { state: site.state, cookie: cookie(&page, "ringer_session") };
    (page.texts(".codes code"), site, factor)
}

#[actix_web::test]
async fn recovery_codes_are_kept_as_a_file_and_made_anew() {
    let house = House::new();
    let (codes, site, _) = protected(house.seen_by(Role::Supervisor).await).await;
    let all = format!("{} ABCD-EFGH-JKMN <b>", codes.join(" "));
    let form = [("csrf", &*site.csrf()), ("codes", &*all)];
    let file = site.post("/account/recovery-codes.txt", &form).await;
    assert_eq!(file.status, StatusCode::OK);
    let kind = |name| file.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert!(kind(header::CONTENT_DISPOSITION).starts_with("attachment"));
    assert!(kind(header::CONTENT_TYPE).starts_with("text/plain"));
    assert_eq!(kind(header::CACHE_CONTROL), "no-store");
    assert!(codes.iter().all(|code| file.body.contains(code)), "{}", file.body);
    assert!(!file.body.contains("JKMN") && !file.body.contains('<'), "only codes of this account");
    let other = house.seen_by(Role::Viewer).await;
    let form = [("csrf", &*other.csrf()), ("codes", &*all)];
    let none = other.post("/account/recovery-codes.txt", &form).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);

    let wrong = [("csrf", &*site.csrf()), ("present", OTHER)];
    let refused = site.post("/account/recovery-codes", &wrong).await;
    assert!(refused.text("[role=alert]").contains("Nothing was changed"));
    let right = [("csrf", &*site.csrf()), ("present", FINE)];
    let fresh = site.post("/account/recovery-codes", &right).await.texts(".codes code");
    assert_eq!(fresh.len(), 10);
    assert!(fresh.iter().all(|code| !codes.contains(code)));
    let half = house.sign_in("supervisor", FINE).await;
    let half = format!("ringer_half={}", cookie(&half, "ringer_half"));
    let old = house.send("/second-step", &half, &[("code", &codes[0])]).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let form = [("code", &*fresh[0]), ("back", "/help")];
    assert_eq!(house.send("/second-step", &half, &form).await.location(), "/help");
}

#[actix_web::test]
async fn a_lost_second_factor_is_reset_by_a_new_invitation_which_ends_everything_of_before() {
    let house = House::new();
    let (codes, site, _) = protected(house.seen_by(Role::Investigator).await).await;
    let name = "investigator".parse().unwrap();
    let until = Moment(NOW.0 + 86_400);
    let token = house.file().change(|a| a.add_token(&name, "t", Role::Viewer, until, NOW)).unwrap();
    let admin = house.seen_by(Role::Administrator).await;
    let made = admin.post("/users/investigator/invite", &[("csrf", &admin.csrf())]).await;
    let link = made.attrs(".shown-once input", "value").swap_remove(0);
    let path = link.strip_prefix("http://localhost:8080").unwrap();
    assert!(path.starts_with("/welcome/"), "the whole address: {link}");
    assert!(!admin.get_ok("/users").await.body.contains("/welcome/"), "shown once");

    assert_eq!(site.get("/").await.location(), "/sign-in");
    assert_eq!(house.sign_in("investigator", FINE).await.status, StatusCode::UNAUTHORIZED);
    assert!(site.state.sessions.by_token(token.reveal(), NOW).is_none());
    let chosen = house.send(path, "", &[("password", OTHER), ("again", OTHER)]).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    let site = Site { state: site.state.clone(), cookie: cookie(&chosen, "ringer_session") };
    let page = site.get_ok("/account").await;
    assert!(page.text(".verdict").contains("no second factor yet"));
    assert_eq!(house.sign_in("investigator", OTHER).await.location(), "/", "no code is asked for");
    let left = house.file().read().unwrap();
    let left = left.get(&"investigator".parse().unwrap()).unwrap();
    assert!(left.second_factor.is_none() && !codes.is_empty());
}

#[actix_web::test]
async fn nobody_is_shown_a_form_against_their_own_account_and_the_last_administrator_stays() {
    let house = House::new();
    let admin = house.seen_by(Role::Administrator).await;
    let page = admin.get_ok("/users").await;
    let actions = page.attrs("main form", "action");
    assert!(
        actions.iter().all(|action| !action.starts_with("/users/administrator")),
        "{actions:?}"
    );
    assert!(actions.contains(&"/users/viewer/disable".to_owned()));
    assert!(page.attrs("details form", "action").contains(&"/users/viewer/disable".to_owned()));
    assert!(page.text(".people li:first-child").contains("last signed in 2026-11-23"));
    // And what no form offers is refused.
    for (what, form) in
        [("role", ("role", "viewer")), ("disable", ("x", "")), ("invite", ("x", ""))]
    {
        let url = format!("/users/administrator/{what}");
        let answer = admin.post(&url, &[("csrf", &admin.csrf()), form]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert!(answer.body.contains("only administrator"), "{what}");
    }
    admin.get_ok("/users").await;
}

#[actix_web::test]
async fn typing_the_right_password_often_on_ones_own_page_never_has_to_wait() {
    let house = House::new();
    let (_, site, _) = protected(house.seen_by(Role::Viewer).await).await;
    for n in 0..12 {
        let label = format!("program {n}");
        let form =
            [("csrf", &*site.csrf()), ("present", FINE), ("label", &label), ("role", "viewer")];
        let made = site.post("/account/tokens", &form).await;
        assert_eq!(made.attrs(".shown-once input", "value").len(), 1, "{}", made.text("main"));
    }
}
