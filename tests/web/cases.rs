//! Cases: opened, worked on by several people, decided by two; without JavaScript, and whatever is sent.

use crate::{
    fixture::{FixtureDesk, HOSTILE, NOW, view},
    verbs::{Answer, Site, encoded},
};
use actix_web::{
    http::{Method, StatusCode, header},
    web::Data,
};
use ringer::{
    casework::{AccountsFile, Attachments, Role, UserName},
    referral::Organisation,
    web::{Door, Kept, State},
};
use std::sync::Arc;
use tempfile::TempDir;

const PASSWORD: &str = "plum otter granite lantern";

/// Pages with accounts, and files of at most a few kilobytes.
pub struct Office {
    pub folder: TempDir,
    pub state: Data<State>,
}

impl Office {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = AccountsFile::of(folder.path());
        for (name, role) in [
            ("ann", Role::Investigator),
            ("bo", Role::Investigator),
            ("sue", Role::Supervisor),
            ("tom", Role::Supervisor),
            ("vic", Role::Viewer),
        ] {
            let name: UserName = name.parse().unwrap();
            let secret = file.change(|a| a.add(name, role, NOW)).unwrap();
            file.change(|a| a.accept(&secret, PASSWORD, NOW)).unwrap();
        }
        let desk = Arc::new(FixtureDesk::new(view));
        let state = State::new(desk, "127.0.0.1".parse().unwrap())
            .behind(Door::of(folder.path()))
            .keeping(Attachments::of(folder.path()).up_to(4_096))
            .referring(Kept::of(folder.path()), Organisation::default());
        Self { folder, state: Data::new(state) }
    }

    pub async fn seen_by(&self, name: &str) -> Site {
        let site = Site { state: self.state.clone(), cookie: String::new() };
        let headers = [
            ("host", "localhost:8080"),
            ("origin", "null"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let form = encoded(&[("name", name), ("password", PASSWORD)]);
        let answer = site.send(Method::POST, "/sign-in", &headers, &form).await;
        let set = answer.headers.get_all(header::SET_COOKIE).map(|v| v.to_str().unwrap());
        let mut found = set.filter_map(|c| c.strip_prefix("ringer_session="));
        let cookie = found.next().unwrap().split(';').next().unwrap().to_owned();
        Site { cookie, ..site }
    }

    pub fn ring(&self) -> String {
        self.state.desk.view().rings[0].id.to_string()
    }
}

impl Site {
    /// Sends a form of this session.
    pub async fn sent(&self, url: &str, form: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf();
        self.post(url, &[&[("csrf", &*csrf)], form].concat()).await
    }

    /// Opens a case about this, and gives its page.
    pub async fn opened(&self, about: (&str, &str), title: &str) -> String {
        let answer = self.sent("/cases", &[about, ("title", title)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.location().to_owned()
    }

    /// The version that the forms of a case carry.
    pub async fn version(&self, case: &str) -> String {
        let page = self.get_ok(case).await;
        page.attrs("main input[name=version]", "value")[0].clone()
    }

    /// Changes a case as it is.
    pub async fn changes(&self, case: &str, form: &[(&str, &str)]) -> Answer {
        let version = self.version(case).await;
        self.changes_on(case, &version, form).await
    }

    /// Changes a case as it was.
    pub async fn changes_on(&self, case: &str, version: &str, form: &[(&str, &str)]) -> Answer {
        let form = [&[("version", version)], form].concat();
        self.sent(&format!("{case}/change"), &form).await
    }

    #[track_caller]
    pub fn id(case: &str) -> &str {
        case.strip_prefix("/cases/").unwrap()
    }

    /// Sends a file to a case.
    async fn attaches(&self, case: &str, csrf: &str, name: &str, content: &[u8]) -> Answer {
        const BOUNDARY: &str = "----a-boundary";
        let mut body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
             --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/html\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let (cookie, kind) = (
            format!("ringer_session={}", self.cookie),
            format!("multipart/form-data; boundary={BOUNDARY}"),
        );
        let headers = [
            ("host", "localhost:8080"),
            ("cookie", cookie.as_str()),
            ("content-type", kind.as_str()),
            ("origin", "http://localhost:8080"),
        ];
        self.send_bytes(Method::POST, &format!("{case}/files"), &headers, body).await
    }
}

#[actix_web::test]
async fn a_case_is_opened_where_the_ring_or_the_applicant_is_shown_and_is_marked_there() {
    let office = Office::new();
    let (ann, bo) = (office.seen_by("ann").await, office.seen_by("bo").await);
    let ring = office.ring();
    let page = ann.get_ok(&format!("/rings/{ring}")).await;
    assert_eq!(
        page.attrs("form[action='/cases'] input[name=ring_id]", "value"),
        std::slice::from_ref(&ring)
    );
    let case = ann.opened(("ring_id", &ring), "The farm").await;
    let again = bo.sent("/cases", &[("ring_id", &ring), ("title", "Mine")]).await;
    assert_eq!(again.location(), case, "an open case is led to, not doubled");
    assert!(bo.get_ok(&case).await.text(".flash p").contains("open case about this ring already"));
    let page = bo.get_ok(&format!("/rings/{ring}")).await;
    assert_eq!(page.text(".case-box"), "Case The farm ○ Linked nobody has it".replace("○ ", ""));
    assert!(page.texts("form[action='/cases']").is_empty());
    assert_eq!(bo.get_ok("/").await.texts("a.case-mark"), ["case: Linked, nobody’s"]);

    let apt = ann.get("/applicants/APP-1036").await.location().to_owned();
    let id = apt.strip_prefix("/applicants/").unwrap();
    let form = [("applicant_id", id), ("title", "Helen"), ("mine", "yes")];
    let other = ann.sent("/cases", &form).await.location().to_owned();
    assert!(ann.get_ok(&other).await.text(".verdict").contains("Helen Marsh is in no ring"));
    assert!(ann.get_ok(&apt).await.text(".case-box").contains("Case Helen Linked ann has it"));
    for wrong in [("ring_id", "ring_x"), ("ring_id", "ring_000000000000"), ("applicant_id", "?")] {
        let answer = ann.sent("/cases", &[wrong, ("title", "x")]).await;
        assert!(answer.status.is_client_error(), "{wrong:?}: {}", answer.status);
    }
    let nameless = ann.sent("/cases", &[("applicant_id", "APP-1039"), ("title", " ")]).await;
    assert!(nameless.status.is_client_error());
}

#[actix_web::test]
async fn the_page_of_a_case_says_first_what_it_comes_to_and_what_is_missing() {
    let office = Office::new();
    let ann = office.seen_by("ann").await;
    let ring = office.ring();
    let case = ann.opened(("ring_id", &ring), HOSTILE).await;
    let page = ann.get_ok(&case).await;
    assert!(page.text(".verdict").starts_with("Linked, and nobody has said yet what it means: 9"));
    assert!(page.text(".case-title").contains("<script>"), "shown as it was typed");
    let summary = page.texts(".summary dt");
    assert_eq!(summary, ["How sure", "− Speaks against it", "Who has it", "What is next"]);
    assert!(page.texts(".summary dd").iter().any(|s| s.contains("judge the ring first")));
    let rungs = page.texts(".ladder li");
    assert_eq!(rungs.len(), 5);
    assert!(rungs[2].contains("not yet") && rungs[2].contains(&ring), "{}", rungs[2]);
    assert_eq!(page.attrs(".ladder [aria-current=step]", "class"), ["on"]);
    assert_eq!(page.texts("#checklist ~ .wide tbody tr").len(), 9);
    let offered = page.attrs("select[name=status] option", "value");
    assert_eq!(offered, ["", "probably_ordinary", "closed"]);
    let early = [("what", "status"), ("status", "suspected_ring"), ("why", "so")];
    let refused = ann.changes(&case, &early).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.attrs("main input[name=why]", "value"), ["so"], "what was typed is kept");

    let judgement =
        [("about", "ring"), ("ring_id", &*ring), ("verdict", "confirmed"), ("why", "the courier")];
    ann.sent("/judgements", &judgement).await;
    let set = [("what", "status"), ("status", "suspected_ring"), ("why", "the courier")];
    assert_eq!(ann.changes(&case, &set).await.location(), format!("{case}#status"));
    let page = ann.get_ok(&case).await;
    assert!(page.text(".verdict").starts_with("Suspected coordinated applications: "));
    assert!(page.text(".covered").contains("ann judged it: the courier"));
    assert_eq!(page.texts(".past tbody tr").len(), 2);
    let undone = page.attrs(".flash input[name=status]", "value");
    assert_eq!(undone, ["linked"], "Undo goes back to the status before");
    assert_eq!(ann.get_ok(&format!("{case}?format=json")).await.texts("nothing").len(), 0);
}

#[actix_web::test]
async fn a_decision_on_what_is_not_the_newest_is_refused_with_what_changed_and_keeps_what_was_typed()
 {
    let office = Office::new();
    let (ann, bo) = (office.seen_by("ann").await, office.seen_by("bo").await);
    let case = ann.opened(("ring_id", &office.ring()), "The farm").await;
    let seen = bo.version(&case).await;
    ann.changes(&case, &[("what", "assign"), ("to", "ann")]).await;
    let why = "a hostel, says \"the landlord\" <b>";
    let form = [("what", "status"), ("status", "probably_ordinary"), ("why", why)];
    let stale = bo.changes_on(&case, &seen, &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(stale.text("h1"), "The case changed meanwhile");
    let told = stale.text(".past tbody tr");
    assert!(
        told.contains("assigned it to ann") && told.contains("ann") && told.contains("2026-11-23"),
        "{told}"
    );
    assert!(stale.text("#again-h").contains("set the status “Probably ordinary”"));
    let hidden = |name: &str| stale.attrs(&format!("main input[name={name}]"), "value")[0].clone();
    assert_eq!(
        (hidden("what"), hidden("status"), hidden("why")),
        ("status".into(), "probably_ordinary".into(), why.into())
    );
    let page = bo.get_ok(&case).await;
    assert!(page.text(".ladder .on").contains("Linked"), "nothing was recorded");
    let (version, what, status, why) =
        (hidden("version"), hidden("what"), hidden("status"), hidden("why"));
    let again = [("what", &*what), ("status", &*status), ("why", &*why)];
    assert_eq!(bo.changes_on(&case, &version, &again).await.status, StatusCode::SEE_OTHER);
    assert!(bo.get_ok(&case).await.text(".ladder .on").contains("Probably ordinary"));

    // A note only adds something: it is taken on whatever its author saw.
    let note = [("what", "note"), ("text", "as I said")];
    assert_eq!(ann.changes_on(&case, &seen, &note).await.status, StatusCode::SEE_OTHER);
    assert!(ann.get_ok(&case).await.text(".past tbody").contains("not having seen the line below"));
    for (version, status) in [("", 400), ("x", 400), ("-1", 400), ("999999", 404)] {
        let answer = ann.changes_on(&case, version, &[("what", "assign"), ("to", "bo")]).await;
        assert_eq!(answer.status, status, "{version}");
    }
}

#[actix_web::test]
async fn many_cases_are_changed_at_once_and_those_that_moved_on_are_left_alone_and_said() {
    let office = Office::new();
    let (ann, bo) = (office.seen_by("ann").await, office.seen_by("bo").await);
    let mut cases = Vec::new();
    for applicant in ["APP-1036", "APP-1039", "APP-1042"] {
        cases.push(ann.opened(("applicant_id", applicant), &format!("About {applicant}")).await);
    }
    let list = bo.get_ok("/cases?tab=unassigned").await;
    let keys = list.attrs("input[name=case]", "value");
    assert_eq!(keys.len(), 3);
    ann.changes(&cases[1], &[("what", "assign"), ("to", "ann")]).await;
    let mut form: Vec<(&str, &str)> = keys.iter().map(|key| ("case", key.as_str())).collect();
    form.extend([("what", "assign"), ("assignee", "bo"), ("back", "/cases?tab=all")]);
    let done = bo.sent("/cases/bulk", &form).await;
    assert_eq!(done.location(), "/cases?tab=all");
    let page = bo.get_ok("/cases?tab=all").await;
    let said = page.text(".flash p");
    assert!(said.starts_with("2 cases: you assigned it to bo. Left alone: cas_"), "{said}");
    assert!(
        said.contains(Site::id(&cases[1])) && said.contains("ann assigned it to ann"),
        "{said}"
    );
    assert_eq!(bo.get_ok("/cases").await.texts("tbody a.main").len(), 2, "my work");

    let keys = page.attrs("input[name=case]", "value");
    let one = ("case", keys[0].as_str());
    for (form, status) in [
        (vec![("what", "assign")], 400),
        (vec![one, ("what", "")], 400),
        (vec![one, ("what", "closed"), ("why", " ")], 422),
        (vec![one, ("what", "referral_ready"), ("why", "x")], 400),
        (vec![one, ("what", "due"), ("due", "tomorrow")], 400),
        (vec![("case", "cas_x@1"), ("what", "assign")], 400),
        (vec![("case", "\u{202e}"), ("what", "assign")], 400),
    ] {
        assert_eq!(bo.sent("/cases/bulk", &form).await.status, status, "{form:?}");
    }
    let due = [one, ("what", "due"), ("due", "2026-11-01"), ("back", "https://evil.example")];
    assert_eq!(bo.sent("/cases/bulk", &due).await.location(), "/cases");
    let closed = keys.iter().map(|key| ("case", key.as_str()));
    let mut form: Vec<_> = closed.collect();
    form.extend([("what", "closed"), ("why", "all ordinary")]);
    bo.sent("/cases/bulk", &form).await;
    let said = bo.get_ok("/cases").await.text(".flash p");
    assert!(said.starts_with("2 cases: you set the status “Closed”. Left alone: "), "{said}");
}

#[actix_web::test]
async fn what_waits_for_me_comes_first_and_filters_are_in_the_address() {
    let office = Office::new();
    let (ann, bo) = (office.seen_by("ann").await, office.seen_by("bo").await);
    let late = ann.opened(("applicant_id", "APP-1036"), "Late").await;
    let named = bo.opened(("applicant_id", "APP-1039"), "Mentions").await;
    let soon = ann.opened(("applicant_id", "APP-1042"), "=1+1").await;
    for (case, due) in [(&late, "2026-11-20"), (&soon, "2026-11-25")] {
        ann.changes(case, &[("what", "assign"), ("to", "ANN")]).await;
        ann.changes(case, &[("what", "due"), ("due", due)]).await;
    }
    bo.changes(&named, &[("what", "note"), ("text", "@ann, have you seen this?")]).await;
    let mine = ann.get_ok("/cases").await;
    assert_eq!(mine.texts("tbody a.main"), ["Late", "Mentions", "=1+1"]);
    assert_eq!(mine.text("tbody .overdue"), "2026-11-20 overdue by 3 days");
    assert_eq!(mine.texts(".tag.mention").len(), 1);
    assert_eq!(
        mine.text(".verdict"),
        "2 open cases are yours, 1 of them overdue; 1 case mentions you; 1 belongs to nobody."
    );
    assert!(mine.texts("nav.facets a")[0].contains("My work 3"));
    ann.changes(&named, &[("what", "note"), ("text", "I have")]).await;
    assert_eq!(ann.get_ok("/cases").await.texts(".tag.mention").len(), 0, "answered");

    for (query, found) in [
        ("tab=all&due=overdue", vec!["Late"]),
        ("tab=all&due=soon&sort=opened", vec!["=1+1", "Late"]),
        ("tab=all&due=none", vec!["Mentions"]),
        ("tab=all&assignee=ann&sort=due", vec!["Late", "=1+1"]),
        ("tab=all&q=SEEN+this", vec!["Mentions"]),
        ("tab=all&status=closed", vec![]),
        ("tab=unassigned", vec!["Mentions"]),
    ] {
        let page = ann.get_ok(&format!("/cases?{query}")).await;
        assert_eq!(page.texts("tbody a.main"), found, "{query}");
        assert_eq!(page.texts("section.empty").len(), usize::from(found.is_empty()), "{query}");
    }
    for bad in ["tab=x", "status=guilty", "due=never", "sort=%E2%80%AE", "format=xml"] {
        assert_eq!(
            ann.get(&format!("/cases?{bad}")).await.status,
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    let csv = ann.get_ok("/cases?tab=all&format=csv").await;
    assert!(csv.body.starts_with("case_id,title,status,assignee,due,overdue,"), "{}", csv.body);
    assert!(csv.body.contains(",'=1+1,linked,ANN,2026-11-25,false,"), "{}", csv.body);
    let json: serde_json::Value =
        serde_json::from_str(&ann.get_ok("/cases?tab=all&format=json").await.body).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert_eq!(json[0]["overdue"], true);
}

#[actix_web::test]
async fn a_viewer_reads_everything_but_files_and_gets_no_form() {
    let office = Office::new();
    let (ann, vic) = (office.seen_by("ann").await, office.seen_by("vic").await);
    let ring = office.ring();
    let case = ann.opened(("ring_id", &ring), "The farm").await;
    ann.attaches(&case, &ann.csrf(), "list.csv", b"a,b\n1,2\n").await;
    ann.changes(&case, &[("what", "note"), ("text", "a note")]).await;
    let page = vic.get_ok(&case).await;
    assert!(page.texts("main form").is_empty(), "{:?}", page.attrs("main form", "action"));
    assert!(page.text(".note-card .prose").contains("a note"));
    assert!(page.text("#files ~ .wide").contains("list.csv"));
    assert!(page.texts("#files ~ .wide a").is_empty());
    let list = vic.get_ok("/cases?tab=all").await;
    assert!(list.texts("input[name=case], .bulk").is_empty());
    assert!(vic.get_ok(&format!("/rings/{ring}")).await.texts("form[action='/cases']").is_empty());
    let href = ann.get_ok(&case).await.attrs("#files ~ .wide a", "href")[0].clone();
    assert_eq!(vic.get(&href).await.status, StatusCode::FORBIDDEN);
    for url in ["/cases", "/cases/bulk", &format!("{case}/change"), &format!("{case}/approve")] {
        let answer = vic.sent(url, &[("version", "1"), ("what", "note"), ("text", "x")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{url}");
    }
}

#[actix_web::test]
async fn a_referral_takes_two_persons_one_of_whom_may_refer() {
    let office = Office::new();
    let (ann, sue) = (office.seen_by("ann").await, office.seen_by("sue").await);
    let tom = office.seen_by("tom").await;
    let ring = office.ring();
    let case = ann.opened(("ring_id", &ring), "The farm").await;
    let judgement =
        [("about", "ring"), ("ring_id", &*ring), ("verdict", "confirmed"), ("why", "the courier")];
    ann.sent("/judgements", &judgement).await;
    let early = ann.changes(&case, &[("what", "propose"), ("alternatives", "none")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(early.texts("textarea"), ["none"]);
    let set = [("what", "status"), ("status", "suspected_ring"), ("why", "the courier")];
    ann.changes(&case, &set).await;
    let propose = [("what", "propose"), ("alternatives", "A hostel: <i>no</i>.")];
    assert_eq!(sue.changes(&case, &propose).await.location(), format!("{case}#referral"));

    let own = sue.get_ok(&case).await;
    assert!(own.text("[aria-labelledby=referral]").contains("somebody else has to look"));
    assert!(own.texts("form[action$='/approve']").is_empty());
    assert!(own.text(".alternatives").contains("<i>no</i>"));
    let version = sue.version(&case).await;
    let agree = [("version", &*version), ("why", "I looked at all of it")];
    let refused = sue.sent(&format!("{case}/approve"), &agree).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text(".verdict").contains("sue proposed this"), "{}", refused.body);
    let refused = ann.sent(&format!("{case}/approve"), &agree).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let sly = [("what", "status"), ("status", "referral_ready"), ("why", "x")];
    assert!(ann.changes(&case, &sly).await.status.is_client_error());
    let waits = ann.get_ok(&case).await.text("[aria-labelledby=referral]");
    assert!(waits.contains("A supervisor or an administrator has to look"), "{waits}");

    assert_eq!(tom.get_ok(&case).await.texts("form[action$='/approve']").len(), 1);
    let agreed = tom.sent(&format!("{case}/approve"), &agree).await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.body);
    let page = ann.get_ok(&case).await;
    assert!(page.text(".verdict").starts_with("Suspected identity fraud, reviewed by two persons"));
    let last = page.text(".past tbody tr:first-child");
    assert!(last.contains("tom") && last.contains("set the status “Referral-ready”"), "{last}");

    // A word of the second person on a case that moved on is refused as any other.
    let stale = tom.sent(&format!("{case}/approve"), &agree).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(stale.attrs("main input[name=why]", "value"), ["I looked at all of it"]);
}

#[actix_web::test]
async fn notes_can_do_nothing_and_are_struck_but_not_lost() {
    let office = Office::new();
    let (ann, bo) = (office.seen_by("ann").await, office.seen_by("bo").await);
    let ring = office.ring();
    let case = ann.opened(("ring_id", &ring), "The farm").await;
    let text = format!(
        "<script>alert(1)</script>\n\n![x](https://evil.example/p.png)\n\n[y](javascript:alert(1))\n\n@bo see {ring} and APP-1000, **now**"
    );
    ann.changes(&case, &[("what", "note"), ("text", &text)]).await;
    let page = bo.get_ok(&case).await;
    assert!(page.texts(".prose script, .prose img, .prose [onclick]").is_empty());
    let hrefs = page.attrs(".prose a", "href");
    assert_eq!(hrefs.len(), 3, "{hrefs:?}");
    assert_eq!(hrefs[0], "/cases?tab=all&assignee=bo");
    assert_eq!(hrefs[1], format!("/rings/{ring}"));
    assert_eq!(page.text(".prose strong"), "now");
    assert_eq!(page.texts(".note-card .mention").len(), 1);
    let note =
        ann.get_ok(&case).await.attrs("#notes ~ article input[name=note]", "value")[0].clone();
    let strike = [("what", "strike"), ("note", &*note), ("why", "the wrong case")];
    assert!(
        bo.get_ok(&case).await.texts("#notes ~ article input[name=note]").is_empty(),
        "not bo's to strike"
    );
    assert!(bo.changes(&case, &strike).await.status.is_client_error());
    assert_eq!(ann.changes(&case, &strike).await.location(), format!("{case}#notes"));
    let page = bo.get_ok(&case).await;
    assert!(page.text(".note-card.struck del").contains("now"));
    assert!(page.text(".note-card.struck").contains("Struck out by ann"));
    for text in ["", "  ", &"x".repeat(20_001)] {
        let answer = ann.changes(&case, &[("what", "note"), ("text", text)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.texts("textarea").len(), 1, "what was typed is still there");
    }
    for i in 0..22 {
        ann.changes(&case, &[("what", "note"), ("text", &format!("note {i}"))]).await;
    }
    let page = ann.get_ok(&format!("{case}?notes=2")).await;
    assert_eq!(page.texts(".note-card").len(), 3);
}

#[actix_web::test]
async fn files_come_in_checked_and_go_out_to_be_saved_only() {
    let office = Office::new();
    let (ann, bo) = (office.seen_by("ann").await, office.seen_by("bo").await);
    let case = ann.opened(("ring_id", &office.ring()), "The farm").await;
    let other = ann.opened(("applicant_id", "APP-1036"), "Other").await;
    let csrf = ann.csrf();
    let html = b"<script>alert(1)</script>";
    let done = ann.attaches(&case, &csrf, "../../etc/x\u{202e}txt.txt", html).await;
    assert_eq!(done.location(), format!("{case}#files"), "{}", done.body);
    for (name, content, status) in [
        ("page.html", &html[..], 422),
        ("a.svg", b"<svg/>", 422),
        ("a.pdf", html, 422),
        ("a.png", b"MZ\x90\x00", 422),
        ("a.txt", b"", 422),
        ("", b"x", 400),
        ("large.txt", &[b'x'; 5_000], 413),
        ("huge.txt", &[b'x'; 50_000], 413),
    ] {
        let answer = ann.attaches(&case, &csrf, name, content).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.body);
    }
    assert_eq!(bo.attaches(&case, &csrf, "a.txt", b"x").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ann.attaches("/cases/cas_000000000000", &csrf, "a.txt", b"x").await.status, 404);

    let page = bo.get_ok(&case).await;
    let href = page.attrs("#files ~ .wide a", "href")[0].clone();
    let file = bo.get_ok(&href).await;
    let header = |name: &str| file.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(file.body.as_bytes(), html);
    assert_eq!(header("content-type"), "text/plain; charset=utf-8");
    assert!(header("content-disposition").starts_with("attachment; filename=\"xtxt.txt\""));
    assert_eq!(header("x-content-type-options"), "nosniff");
    let hash = href.rsplit('/').next().unwrap();
    for wrong in [
        format!("{other}/files/{hash}"),
        format!("{case}/files/{}", "0".repeat(64)),
        format!("{case}/files/..%2F..%2Faccounts.json"),
    ] {
        assert_eq!(bo.get(&wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let gone = [("what", "detach"), ("sha256", hash), ("why", "the wrong file")];
    ann.changes(&case, &gone).await;
    assert_eq!(bo.get(&href).await.status, StatusCode::NOT_FOUND);
    assert!(bo.get_ok(&case).await.text("tr.struck").contains("taken off by ann: the wrong file"));
}

#[actix_web::test]
async fn filters_are_saved_by_everybody_for_themselves_and_deleting_one_can_be_undone() {
    let office = Office::new();
    let (ann, vic) = (office.seen_by("ann").await, office.seen_by("vic").await);
    let page = ann.get_ok("/?min=4&kind=phone").await;
    let query = page.attrs(".saved input[name=query]", "value")[0].clone();
    assert_eq!(query, "min=4&kind=phone");
    for (page, query) in [("queue", &*query), ("cases", "tab=all&due=overdue")] {
        let form = [("page", page), ("name", "Every <day>"), ("query", query)];
        let saved = ann.sent("/filters", &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let shown = ann.get_ok(saved.location()).await;
        assert_eq!(shown.texts(".saved li a[aria-current]"), ["Every <day>"]);
        assert_eq!(shown.attrs(".saved li a", "href"), [saved.location()]);
        let others = vic.get_ok(saved.location()).await;
        assert!(others.texts(".saved li").is_empty());
    }
    let delete = [("page", "queue"), ("name", "every <DAY>")];
    assert_eq!(vic.sent("/filters/delete", &delete).await.status, StatusCode::NOT_FOUND);
    let gone = ann.sent("/filters/delete", &delete).await;
    let page = ann.get_ok(gone.location()).await;
    assert!(page.texts(".saved li").is_empty());
    assert_eq!(page.attrs(".flash form", "action"), ["/filters"]);
    assert_eq!(page.attrs(".flash input[name=query]", "value"), ["min=4&kind=phone"]);
    for (page, name, query, status) in [
        ("rings", "x", "", 400),
        ("queue", " ", "", 422),
        ("queue", "a\u{202e}", "", 422),
        ("queue", "x", "a b", 422),
        ("queue", "x", "#x", 422),
    ] {
        let form = [("page", page), ("name", name), ("query", query)];
        assert_eq!(ann.sent("/filters", &form).await.status, status, "{page} {name} {query}");
    }
}

#[actix_web::test]
async fn whatever_is_sent_about_a_case_gets_an_answer_that_is_no_failure() {
    let office = Office::new();
    let ann = office.seen_by("ann").await;
    let case = ann.opened(("ring_id", &office.ring()), "The farm").await;
    let texts = ["", "x", "-1", "cas_000000000000", HOSTILE, "\u{202e}\0", "../..", "2026-02-30"];
    for what in [
        "rename", "status", "propose", "decline", "assign", "due", "note", "strike", "detach",
        "link", "unlink", "", HOSTILE,
    ] {
        for text in texts {
            let fields = [
                "title",
                "status",
                "why",
                "alternatives",
                "to",
                "due",
                "text",
                "note",
                "sha256",
                "ring_id",
            ];
            let mut form = vec![("what", what)];
            form.extend(fields.map(|field| (field, text)));
            let answer = ann.changes(&case, &form).await;
            assert!(!answer.status.is_server_error(), "{what} {text:?}: {}", answer.body);
        }
    }
    for id in ["x", "cas_", "cas_000000000000", "%00", "..%2F.."] {
        for answer in [
            ann.get(&format!("/cases/{id}")).await,
            ann.sent(&format!("/cases/{id}/change"), &[("what", "note"), ("text", "x")]).await,
        ] {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        }
    }
    let forged = ann.post(&format!("{case}/change"), &[("csrf", "wrong"), ("what", "note")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    // A check from the page of the case leads back to it, and nowhere else.
    for (back, to) in [(&*case, case.clone()), ("https://evil.example", String::new())] {
        let form = [
            ("applicant_id", "APP-1000"),
            ("item", "employment"),
            ("result", "confirmed"),
            ("note", "called"),
            ("back", back),
        ];
        let answer = ann.sent("/checks", &form).await;
        assert!(answer.location().starts_with(if to.is_empty() { "/applicants/" } else { &to }));
    }
    assert!(
        ann.get_ok(&case)
            .await
            .text(".checks")
            .contains("✓ Employment confirmed by the employer: confirmed")
    );
}
