//! Packages: previewed, made by whoever may refer, downloaded, superseded, withdrawn; and whatever is sent instead.

use crate::{
    cases::Office,
    fixture::HOSTILE,
    verbs::{Answer, Site, encoded},
};
use actix_web::http::StatusCode;
use ringer::{
    casework::audit::{Action, Query},
    model::{PairVerdict, Verdict},
};
use std::{fs, path::PathBuf};

/// An address of the scope page that says what the package is for.
const FOR: &str = "purpose=A+complaint&recipient=The+field+office";

impl Office {
    /// A case that ann proposed to refer and tom agreed to; its page.
    async fn ready(&self) -> String {
        let (ann, tom) = (self.seen_by("ann").await, self.seen_by("tom").await);
        let ring = self.ring();
        let case = ann.opened(("ring_id", &ring), "The farm").await;
        let judgement = [
            ("about", "ring"),
            ("ring_id", &*ring),
            ("verdict", "confirmed"),
            ("why", "the courier"),
        ];
        ann.sent("/judgements", &judgement).await;
        let set = [("what", "status"), ("status", "suspected_ring"), ("why", "the courier")];
        ann.changes(&case, &set).await;
        ann.changes(&case, &[("what", "propose"), ("alternatives", "A hostel: no.")]).await;
        let version = tom.version(&case).await;
        let agree = [("version", &*version), ("why", "I looked at all of it")];
        let agreed = tom.sent(&format!("{case}/approve"), &agree).await;
        assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.body);
        case
    }

    /// Where a package lies.
    fn folder_of(&self, package: &str) -> PathBuf {
        self.folder.path().join(package.trim_start_matches('/'))
    }
}

impl Site {
    /// The fields of the form that makes a package, as its page has them.
    async fn making(&self, case: &str, query: &str) -> Vec<(String, String)> {
        let page = self.get_ok(&format!("{case}/refer?{query}")).await;
        fields(&page)
    }

    /// Makes a package and gives its page.
    async fn refers(&self, case: &str, query: &str) -> String {
        let form = self.making(case, query).await;
        let made = self.sends(&format!("{case}/refer"), &form).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        made.location().to_owned()
    }

    async fn sends(&self, url: &str, form: &[(String, String)]) -> Answer {
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (&**n, &**v)).collect();
        self.post(url, &form).await
    }
}

#[track_caller]
fn fields(page: &Answer) -> Vec<(String, String)> {
    let form =
        page.forms().into_iter().find(|f| f.method == "post" && f.action.ends_with("/refer"));
    let fields = form.unwrap_or_else(|| panic!("no form: {}", page.body)).fields;
    // Names that come several times are in the page several times.
    let names = page.attrs(".make form input", "name");
    let values = page.attrs(".make form input", "value");
    assert!(fields.len() <= names.len());
    names.into_iter().zip(values).collect()
}

fn with(form: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut form = form.to_vec();
    form.retain(|(n, _)| n != name);
    form.push((name.to_owned(), value.to_owned()));
    form
}

#[actix_web::test]
async fn a_package_is_previewed_made_kept_and_downloaded() {
    let office = Office::new();
    let case = office.ready().await;
    let sue = office.seen_by("sue").await;
    let page = sue.get_ok(&case).await;
    let card = page.text("[aria-labelledby=referral]");
    assert!(card.contains("ann proposed it and tom agreed"), "{card}");
    assert_eq!(page.attrs("[aria-labelledby=referral] a.go", "href"), [format!("{case}/refer")]);

    // Without a purpose there is a preview and no form.
    let bare = sue.get_ok(&format!("{case}/refer")).await;
    assert!(bare.texts(".make form").is_empty());
    assert!(bare.text(".make").contains("Say what it is for"));
    let page = sue.get_ok(&format!("{case}/refer?{FOR}")).await;
    let verdict = page.text(".verdict");
    assert_eq!(
        verdict,
        "9 claimed identities, 5 shared values, 9 applications as received, 1 attachment and 1 note leave. \
         3 bystanders are counted, not named; no sealed value is held of them."
    );
    assert!(page.text(".refer-head").contains("ann proposed the referral, tom agreed"));
    assert_eq!(page.texts(".named tbody tr").len(), 9);
    assert!(page.text("[aria-labelledby=texts]").contains(HOSTILE), "word for word");
    assert!(page.text("[aria-labelledby=stays]").contains("bystanders"));
    assert!(page.text(".warnings").contains("[organisation]"));

    let package = sue.refers(&case, FOR).await;
    let made = sue.get_ok(&package).await;
    assert!(made.text(".flash p").contains("is made, recorded and kept"));
    let verdict = made.text(".verdict");
    assert!(
        verdict.contains("9 claimed identities, made by sue for The field office. It stands."),
        "{verdict}"
    );
    let proof = made.text(".proof");
    assert!(proof.contains("ann proposed, tom agreed"), "{proof}");
    let manifest = made.texts("code.whole")[0].clone();
    assert_eq!(manifest.len(), 64);

    let links = made.attrs("[aria-labelledby=files] tbody a", "href");
    assert!(links.len() >= 10, "{links:?}");
    for link in links.iter().chain(&[format!("{package}/package.zip")]) {
        let file = sue.get_ok(link).await;
        let header = |name: &str| file.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert!(header("content-disposition").starts_with("attachment; filename="));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-type"), "application/octet-stream");
    }
    assert!(links.iter().any(|link| link.ends_with(&manifest)));
    let page = sue.get_ok(&case).await;
    let kept = page.text(".packages li");
    assert!(kept.contains(&manifest) && kept.contains("Stands"), "{kept}");
    assert!(sue.get_ok("/referrals").await.text(".verdict").contains("1 package was made"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(office.folder_of(&package)), 0o700);
        assert_eq!(mode(office.folder_of(&package).join("manifest.json")), 0o600);
    }
}

#[actix_web::test]
async fn the_purpose_is_in_the_audit_trail_of_the_making_and_of_every_download() {
    let office = Office::new();
    let case = office.ready().await;
    let sue = office.seen_by("sue").await;
    let package = sue.refers(&case, FOR).await;
    sue.get_ok(&format!("{package}/package.zip")).await;
    let entries = office.state.trail.find(&Query::default(), 1_000, 1_000).unwrap().entries;
    let exported: Vec<_> =
        entries.iter().map(|e| &e.event).filter(|e| e.action == Action::Exported).collect();
    assert_eq!(exported.len(), 2, "{exported:?}");
    let id = package.rsplit('/').next().unwrap();
    for event in exported {
        assert_eq!((&*event.who, &*event.why), ("sue", "A complaint"));
        let of_case = event.subject.get("case_id").is_some();
        assert!(event.subject.get("referral_id") == Some(id) || of_case, "{event:?}");
    }
}

#[actix_web::test]
async fn who_may_not_refer_sees_that_a_package_is_there_and_nothing_in_it() {
    let office = Office::new();
    let case = office.ready().await;
    let sue = office.seen_by("sue").await;
    let form = sue.making(&case, "purpose=About+jane.doe@example.com").await;
    let package = sue.refers(&case, "purpose=About+jane.doe@example.com").await;
    let files = sue.get_ok(&package).await.attrs("[aria-labelledby=files] tbody a", "href");
    for name in ["bo", "vic"] {
        let site = office.seen_by(name).await;
        let page = site.get_ok(&package).await;
        assert!(page.texts("main form, [aria-labelledby=files]").is_empty(), "{name}");
        assert!(page.text("main").contains("A supervisor or an administrator can download it"));
        assert_eq!(page.body.contains("jane.doe@example.com"), name == "bo", "{name}");
        let page = site.get_ok(&case).await;
        assert!(page.text(".packages").contains("Stands"));
        assert!(
            page.attrs("main a", "href")
                .iter()
                .all(|href| !href.contains("package.zip") && !href.ends_with("/refer"))
        );
        assert_eq!(site.get_ok("/referrals").await.texts("main tbody tr").len(), 1);
        for url in [&format!("{case}/refer"), &format!("{package}/package.zip"), &files[0]] {
            assert_eq!(site.get(url).await.status, StatusCode::FORBIDDEN, "{name} {url}");
        }
        let csrf = site.csrf();
        let sent = site.sends(&format!("{case}/refer"), &with(&form, "csrf", &csrf)).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
        let gone =
            site.post(&format!("{package}/withdraw"), &[("csrf", &csrf), ("why", "x")]).await;
        assert_eq!(gone.status, StatusCode::FORBIDDEN);
        let checked = site.get_ok(&format!("{package}?check=now")).await;
        assert!(checked.texts(".checked").is_empty(), "nobody looks for them");
    }
    assert_eq!(office.state.desk.cases().referrals().len(), 1);
}

#[actix_web::test]
async fn a_form_sent_twice_makes_one_package() {
    let office = Office::new();
    let case = office.ready().await;
    let sue = office.seen_by("sue").await;
    let form = sue.making(&case, FOR).await;
    let url = format!("{case}/refer");
    let (first, second) =
        futures_util::future::join(sue.sends(&url, &form), sue.sends(&url, &form)).await;
    assert_eq!(first.location(), second.location());
    assert!(first.location().starts_with("/referrals/ref_"), "{}", first.body);
    let again = sue.sends(&url, &form).await;
    assert_eq!(again.location(), first.location());
    assert!(sue.get_ok(again.location()).await.text(".flash p").contains("by this form before"));
    assert_eq!(office.state.desk.cases().referrals().len(), 1);
    assert_eq!(
        fs::read_dir(office.folder_of("referrals"))
            .unwrap()
            .flatten()
            .filter(|e| e.path().is_dir())
            .count(),
        1
    );
}

#[actix_web::test]
async fn what_is_made_is_what_was_previewed_or_nothing_is() {
    let office = Office::new();
    let case = office.ready().await;
    let (sue, bo) = (office.seen_by("sue").await, office.seen_by("bo").await);
    let form = sue.making(&case, FOR).await;
    let url = format!("{case}/refer");
    // Somebody decides about people elsewhere in the store, which the package tells.
    let (a, b) = ("APP-1036".parse().unwrap(), "APP-1039".parse().unwrap());
    let pair = Verdict::pair(a, b, PairVerdict::Different).unwrap();
    office.state.desk.judge(pair, "bo", "two people").unwrap();
    let stale = sue.sends(&url, &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
    assert!(stale.text(".verdict").starts_with("Nothing was made"));
    assert_eq!(stale.texts(".changes li"), ["decisions: not the same as when you looked"]);
    assert_eq!(office.state.desk.cases().referrals().len(), 0);
    // The page has the preview as it is now, and its form works.
    let form = fields(&stale);
    bo.changes(&case, &[("what", "note"), ("text", "one more thing")]).await;
    let stale = sue.sends(&url, &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text(".past tbody").contains("one more thing"));
    assert!(stale.text(".changes").contains("the case moved on"));
    let made = sue.sends(&url, &fields(&stale)).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    // Nor can another scope be sent under a preview.
    let form = sue.making(&case, FOR).await;
    for (name, value) in [("purpose", "Another one"), ("tlp", "clear"), ("originals", "")] {
        let sly = sue.sends(&url, &with(&form, name, value)).await;
        assert_eq!(sly.status, StatusCode::CONFLICT, "{name}");
    }
    assert_eq!(office.state.desk.cases().referrals().len(), 1);
}

#[actix_web::test]
async fn no_package_is_made_of_a_case_that_is_not_ready_or_is_overtaken() {
    let office = Office::new();
    let sue = office.seen_by("sue").await;
    let ready = office.ready().await;
    let form = sue.making(&ready, FOR).await;
    // The judgement that it rests on is taken back.
    let judgement = office.state.desk.view().judgements[0].id.clone();
    office.state.desk.withdraw(&judgement, "sue", "a slip").unwrap();
    let page = sue.get_ok(&format!("{ready}/refer?{FOR}")).await;
    assert!(page.text(".refer-head .note").contains("no longer what two persons agreed on"));
    assert!(page.texts(".make form").is_empty());
    assert!(sue.get_ok(&ready).await.texts("[aria-labelledby=referral] a.go").is_empty());
    let sent = sue.sends(&format!("{ready}/refer"), &form).await;
    assert!(sent.status.is_client_error(), "{}", sent.status);
    // Another case, which nobody proposed anything about.
    let csrf = sue.csrf();
    let other = sue.opened(("applicant_id", "APP-1036"), "Other").await;
    let none = sue.get(&format!("{other}/refer?{FOR}")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sent = sue.sends(&format!("{other}/refer"), &with(&form, "csrf", &csrf)).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(office.state.desk.cases().referrals().is_empty());
}

#[actix_web::test]
async fn the_scope_is_in_the_address_and_what_cannot_be_read_is_told_and_kept() {
    let office = Office::new();
    let case = office.ready().await;
    let sue = office.seen_by("sue").await;
    let view = office.state.desk.view();
    let out = view.network.applicant(view.rings[0].members[0]).id.to_string();
    let url = format!(
        "{case}/refer?{FOR}&was=law_enforcement&profile=law_enforcement&tlp=red&attachments=yes&out={out}&without=phone"
    );
    let page = sue.get_ok(&url).await;
    assert!(page.text(".verdict").starts_with("8 claimed identities"), "{}", page.text(".verdict"));
    assert!(page.text("h1").ends_with("TLP:RED"));
    assert_eq!(page.attrs("input[name=out][checked]", "value"), std::slice::from_ref(&out));
    assert_eq!(page.attrs("input[name=without][checked]", "value"), ["phone"]);
    assert!(page.attrs("input[name=originals][checked]", "value").is_empty());
    let peer =
        sue.get_ok(&format!("{case}/refer?{FOR}&was=law_enforcement&profile=peer_employer")).await;
    assert!(peer.texts("input[name=originals]").is_empty());
    assert_eq!(peer.attrs("input[name=values][checked]", "value"), ["clear"]);
    for (bad, said) in [
        ("profile=all", "is not a profile of packages"),
        ("tlp=black&was=law_enforcement", "is not a TLP 2.0 label"),
        ("annex=age1abc", "is no age recipient"),
        ("out=apt_000000000000", "is no member of"),
        ("ring_id=ring_000000000000", "does not cover"),
        ("supersedes=ref_000000000000", "There is no package"),
        ("without=shoe", "is not a kind of attribute"),
    ] {
        let page = sue.get(&format!("{case}/refer?{FOR}&{bad}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(page.text(".changes").contains(said), "{bad}: {}", page.text(".changes"));
        assert_eq!(page.texts("textarea[name=purpose]"), ["A complaint"], "what was typed is kept");
        assert!(page.texts(".make form").is_empty());
    }
    let all: Vec<String> = view.rings[0]
        .members
        .iter()
        .map(|&ix| format!("out={}", view.network.applicant(ix).id))
        .collect();
    let page = sue.get(&format!("{case}/refer?{FOR}&{}", all.join("&"))).await;
    assert!(page.text(".changes").contains("Everybody is left out"));
}

#[actix_web::test]
async fn whatever_is_sent_instead_of_a_form_makes_nothing_and_is_no_failure() {
    let office = Office::new();
    let case = office.ready().await;
    let (sue, tom) = (office.seen_by("sue").await, office.seen_by("tom").await);
    let form = sue.making(&case, FOR).await;
    let url = format!("{case}/refer");
    for csrf in ["", "wrong", &tom.csrf()] {
        let sent = sue.sends(&url, &with(&form, "csrf", csrf)).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
    }
    for name in ["version", "seen", "once", "ring_id", "profile", "was", "out", "without", "annex"]
    {
        for value in ["-1", "x", HOSTILE, "\u{202e}\0", "../..", "999999999999999999999"] {
            let sent = sue.sends(&url, &with(&form, name, value)).await;
            assert!(sent.status.is_client_error(), "{name}={value:?}: {}", sent.status);
            assert!(!sent.body.contains("<script>alert"), "{name}");
        }
    }
    for purpose in ["", "  ", "\n"] {
        let sent = sue.sends(&url, &with(&form, "purpose", purpose)).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{purpose:?}");
    }
    for case in ["/cases/cas_000000000000", "/cases/x", "/cases/..%2F.."] {
        assert_eq!(sue.get(&format!("{case}/refer")).await.status, StatusCode::NOT_FOUND);
        let sent = sue.sends(&format!("{case}/refer"), &form).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND, "{case}");
    }
    assert!(office.state.desk.cases().referrals().is_empty());
    assert!(
        !office.folder_of("referrals").exists()
            || fs::read_dir(office.folder_of("referrals")).unwrap().next().is_none()
    );
    // The secrets of another session do not make another package of it.
    let made = sue.sends(&url, &form).await;
    let copied = tom.sends(&url, &with(&form, "csrf", &tom.csrf())).await;
    assert_eq!(copied.location(), made.location());
}

#[actix_web::test]
async fn nothing_but_the_files_of_that_package_is_given_out() {
    let office = Office::new();
    let case = office.ready().await;
    let sue = office.seen_by("sue").await;
    let one = sue.refers(&case, FOR).await;
    let other = sue.refers(&case, "purpose=Something+else").await;
    let files = |page: &Answer| page.attrs("[aria-labelledby=files] tbody a", "href");
    let (of_one, of_other) = (files(&sue.get_ok(&one).await), files(&sue.get_ok(&other).await));
    let hash = |url: &String| url.rsplit('/').next().unwrap().to_owned();
    let theirs: Vec<String> = of_one.iter().map(hash).collect();
    let only_other = of_other.iter().map(hash).find(|h| !theirs.contains(h)).unwrap();
    for wrong in [
        format!("{one}/files/{only_other}"),
        format!("{one}/files/{}", "0".repeat(64)),
        format!("{one}/files/..%2F..%2Faccounts.json"),
        format!("{one}/files/manifest.json"),
        format!("{one}/files/%2e%2e"),
        "/referrals/ref_000000000000/package.zip".to_owned(),
        "/referrals/..%2F../package.zip".to_owned(),
        "/referrals/%00".to_owned(),
        "/referrals/x".to_owned(),
    ] {
        let status = sue.get(&wrong).await.status;
        assert!(
            matches!(status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST),
            "{wrong}: {status}"
        );
    }
    assert_eq!(sue.get("/referrals?standing=guilty").await.status, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn a_copy_that_was_altered_is_told_and_not_given_out() {
    let office = Office::new();
    let case = office.ready().await;
    let sue = office.seen_by("sue").await;
    let package = sue.refers(&case, FOR).await;
    let whole = sue.get_ok(&format!("{package}?check=now")).await;
    assert!(whole.text(".checked.intact").contains("is intact"), "{}", whole.body);
    let links = whole.attrs("[aria-labelledby=files] tbody a", "href");
    let names = whole.texts("[aria-labelledby=files] tbody a");
    let at = names.iter().position(|name| name.starts_with("originals/")).unwrap();
    let path = office.folder_of(&package).join(&names[at]);
    let bytes = fs::read(&path).unwrap();
    let mut other = bytes.clone();
    other[3] ^= 1;
    fs::write(&path, &other).unwrap();
    let told = sue.get_ok(&format!("{package}?check=now")).await;
    assert!(told.text(".checked.altered").contains(&names[at]), "{}", told.text(".checked"));
    for url in [&links[at], &format!("{package}/package.zip")] {
        assert_eq!(sue.get(url).await.status, StatusCode::CONFLICT, "{url}");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(sue.get(&links[at]).await.status, StatusCode::CONFLICT);
    fs::write(&path, &bytes).unwrap();
    assert_eq!(sue.get(&links[at]).await.status, StatusCode::OK);
    #[cfg(unix)]
    {
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", &path).unwrap();
        assert_eq!(
            sue.get(&links[at]).await.status,
            StatusCode::CONFLICT,
            "a link is not followed"
        );
    }
    let manifest = office.folder_of(&package).join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("originals/", "../../accounts/")).unwrap();
    let page = sue.get_ok(&package).await;
    assert!(page.text("[role=alert]").contains("Nothing is given out"));
    assert!(page.texts("[aria-labelledby=files]").is_empty());
    fs::remove_dir_all(office.folder_of(&package)).unwrap();
    assert!(sue.get_ok(&package).await.text("[role=alert]").contains("No copy of"));
    assert_eq!(sue.get(&format!("{package}/package.zip")).await.status, StatusCode::GONE);
}

#[actix_web::test]
async fn a_package_is_superseded_by_a_later_one_or_withdrawn_with_a_reason() {
    let office = Office::new();
    let case = office.ready().await;
    let (sue, tom) = (office.seen_by("sue").await, office.seen_by("tom").await);
    let first = sue.refers(&case, FOR).await;
    let leads = sue.get_ok(&first).await.attrs("[aria-labelledby=end] a", "href").swap_remove(0);
    let page = tom.get_ok(&leads).await;
    assert!(page.text(".refer-head").contains("It takes the place of"));
    assert_eq!(page.texts("textarea[name=purpose]"), ["A complaint"]);
    let made = tom.sends(&format!("{case}/refer"), &fields(&page)).await;
    let second = made.location().to_owned();
    let page = sue.get_ok(&first).await;
    assert!(page.text(".verdict").starts_with("A later package took its place"));
    assert!(page.texts("[aria-labelledby=end]").is_empty());
    // Of what no longer stands nothing takes the place.
    assert_eq!(sue.get(&leads).await.status, StatusCode::BAD_REQUEST);

    let csrf = sue.csrf();
    let blank = sue.post(&format!("{second}/withdraw"), &[("csrf", &csrf), ("why", " ")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("csrf", &*csrf), ("why", "a member was cleared")];
    assert_eq!(sue.post(&format!("{second}/withdraw"), &form).await.location(), second);
    let page = sue.get_ok(&second).await;
    assert!(page.text(".verdict").contains("Withdrawn by sue: a member was cleared"));
    assert!(page.text(".flash p").contains("tell whoever has it"));
    let twice = sue.post(&format!("{second}/withdraw"), &form).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (standing, n) in [("", 2), ("stands", 0), ("superseded", 1), ("withdrawn", 1)] {
        let url = format!("/referrals?{}", encoded(&[("standing", standing)]));
        assert_eq!(sue.get_ok(&url).await.texts("main tbody tr").len(), n, "{standing}");
    }
    assert!(sue.get_ok("/referrals").await.text(".verdict").contains("none stands"));
    let packages = sue.get_ok(&case).await.texts(".packages li");
    assert!(packages[0].contains("Withdrawn") && packages[1].contains("Superseded"));
}
