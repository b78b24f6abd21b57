//! A file from the form to the queue: sent, looked at, understood, rehearsed, imported; and what cannot be.

use crate::verbs::{Answer, Site};
use actix_web::http::{Method, StatusCode, header};
use ringer::{
    engine::Engine,
    ingest::{self, Input},
    model::Column,
    web::{State, Uploads},
};
use std::{
    io::{Cursor, Write as _},
    sync::{Arc, mpsc},
};

const BOUNDARY: &str = "----ringer";

/// The pages over a real engine that knows nobody.
struct Desk {
    site: Site,
    engine: Arc<Engine>,
}

impl Desk {
    fn new() -> Self {
        Self::taking(Uploads::default())
    }

    fn taking(uploads: Uploads) -> Self {
        let engine = crate::whole::empty();
        let mut state = State::new(engine.clone(), "127.0.0.1".parse().unwrap());
        state.uploads = uploads;
        Self { site: Site::over(state), engine }
    }

    fn known(&self) -> usize {
        self.engine.view().network.corpus().len()
    }

    /// How many files lie in the folder of uploads.
    fn files(&self) -> usize {
        let folder = self.site.state.uploads.folder();
        folder.map_or(0, |folder| std::fs::read_dir(folder).unwrap().count())
    }

    async fn send(&self, name: &str, bytes: impl AsRef<[u8]>) -> Answer {
        send_parts(&self.site, &parts(&self.site.csrf(), name, bytes.as_ref()), OURS).await
    }

    /// Sends a file that is kept: where its page is.
    async fn sent(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let answer = self.send(name, bytes).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {}", answer.text("main"));
        answer.location().to_owned()
    }

    async fn act(&self, page: &str, what: &str, form: &[(&str, &str)]) -> Answer {
        let csrf = self.site.csrf();
        let form = [&[("csrf", csrf.as_str())], form].concat();
        self.site.post(&format!("{page}/{what}"), &form).await
    }

    /// Begins an import or a dry run, waits for its end, and shows the page.
    async fn done(&self, page: &str, what: &str, form: &[(&str, &str)]) -> Answer {
        let begun = self.act(page, what, form).await;
        assert_eq!((begun.status, begun.location()), (StatusCode::SEE_OTHER, page));
        self.site.state.imports.wait();
        self.site.get_ok(page).await
    }
}

pub const OURS: &[(&str, &str)] = &[("origin", "null"), ("sec-fetch-site", "same-origin")];

fn part(head: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes();
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
    out
}

pub fn parts(csrf: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let name = name.replace('"', "%22");
    let mut body = part("name=\"csrf\"", csrf.as_bytes());
    body.extend(part(&format!("name=\"file\"; filename=\"{name}\""), bytes));
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

pub async fn send_parts(site: &Site, body: &[u8], more: &[(&str, &str)]) -> Answer {
    send_parts_to(site, "/import", body, more).await
}

pub async fn send_parts_to(site: &Site, url: &str, body: &[u8], more: &[(&str, &str)]) -> Answer {
    let (cookie, kind) = (
        format!("ringer_session={}", site.cookie),
        format!("multipart/form-data; boundary={BOUNDARY}"),
    );
    let headers = [
        &[("host", "localhost:8080"), ("cookie", cookie.as_str()), ("content-type", kind.as_str())],
        more,
    ]
    .concat();
    site.send_bytes(Method::POST, url, &headers, body.to_vec()).await
}

/// Four rows of a foreign export, the third of them broken.
const FOREIGN: &str = "Nr;Vorname;Nachname;Mail;Notiz;Geburtstag\n\
    1;Ada;Quill;ada@example.com;=1+1;1990-01-02\n\
    2;Bo;Tarn;bo@example.com;x;1991-01-02\n\
    =3;Cleo\n\
    4;Dot;Fenn;dot@example.com;;1992-01-02\n";

/// What its columns mean.
const MEANT: &[(&str, &str)] = &[
    ("c0", "application_id"),
    ("c1", "full_name"),
    ("c2", "full_name"),
    ("c3", "email"),
    ("c4", "drop"),
    ("c5", "birth_date"),
];

#[actix_web::test]
async fn a_foreign_export_is_understood_rehearsed_and_imported() {
    let desk = Desk::new();
    let page = desk.sent("november.csv", FOREIGN).await;
    let shown = desk.site.get_ok(&page).await;
    assert!(shown.text(".headline .verdict").contains("says whose application it is"));
    assert!(shown.text(".figures").contains("CSV, semicolon"));
    assert_eq!(shown.texts(".mapping tbody th").len(), 6);
    assert!(shown.texts(".mapping .sample")[1].contains("Ada"));

    let changed = desk.act(&page, "columns", MEANT).await;
    assert_eq!(changed.location(), format!("{page}#preview"));
    let shown = desk.site.get_ok(&page).await;
    assert!(shown.text(".headline .verdict").contains("of its first 4 rows 3 can be taken"));
    let rows = shown.texts(".preview tbody tr");
    assert!(rows[0].contains("Ada Quill") && rows[0].contains("ada@example.com"), "{rows:?}");
    assert!(rows[2].contains("rejected") && rows[2].contains("2 fields"), "{rows:?}");
    assert!(!shown.body.contains("1990-01-02"), "a date of birth is masked");
    assert_eq!(shown.attrs("select[name=c2] option[selected]", "value"), ["full_name"]);

    let rehearsed = desk.done(&page, "dry-run", MEANT).await;
    assert!(
        rehearsed.text(".headline .verdict").starts_with("3 rows of november.csv would be new")
    );
    assert_eq!((desk.known(), desk.engine.view().seq.0), (0, 0));
    assert_eq!(rehearsed.texts(".problems tbody td"), ["3"]);
    assert!(!rehearsed.texts("#columns-form").is_empty(), "the import can follow");

    let imported = desk.done(&page, "start", MEANT).await;
    let verdict = imported.text(".headline .verdict");
    assert_eq!(verdict, "november.csv is in: 3 new rows; 1 row was rejected.");
    let listed = desk.site.get_ok("/import").await;
    assert!(listed.texts("table time")[0].ends_with(" UTC"), "in the zone of whoever looks");
    assert_eq!(desk.known(), 3);
    assert!(imported.texts("#columns-form").is_empty());
    assert_eq!(desk.files(), 1, "the file is gone, its rejects are there");
    let id = "4".parse().unwrap();
    let application = &desk.engine.versions(&id).unwrap()[0].application;
    assert_eq!(application.get(Column::FullName), Some("Dot Fenn"));
    assert_eq!((application.source.file.as_str(), application.extra.len()), ("november.csv", 0));

    let rejects = desk.site.get_ok(&format!("{page}/rejects")).await;
    let kind = rejects.headers.get(header::CONTENT_DISPOSITION).unwrap().to_str().unwrap();
    assert!(kind.starts_with("attachment; filename=\"november.csv.rejects.csv\""), "{kind}");
    let lines: Vec<&str> = rejects.body.lines().collect();
    assert_eq!(lines[0], "row,reason,raw");
    assert!(lines[1].starts_with("3,2 fields") && lines[1].ends_with("'=3;Cleo"), "{lines:?}");
    let again = desk.act(&page, "start", MEANT).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[actix_web::test]
async fn a_second_import_of_the_same_file_changes_nothing() {
    let desk = Desk::new();
    let text = "application_id,full_name\nA,Ada\nB,Bo\n";
    for said in
        ["rows.csv is in: 2 new rows.", "rows.csv is in: 0 new rows; 2 rows were known already."]
    {
        let page = desk.sent("rows.csv", text).await;
        assert_eq!(desk.done(&page, "start", &[]).await.text(".headline .verdict"), said);
    }
    let page = desk.sent("rows.csv", "application_id,full_name\nA,Ada\nB,Bo Tarn\nC,Cleo\n").await;
    let verdict = desk.done(&page, "dry-run", &[]).await.text(".headline .verdict");
    assert!(
        verdict.contains("2 rows of rows.csv would be new; 1 row was known already"),
        "{verdict}"
    );
    assert_eq!(desk.known(), 2);
}

#[actix_web::test]
async fn protected_columns_are_refused_until_somebody_says_that_they_are_to_be_left_out() {
    let desk = Desk::new();
    let text = "application_id,full_name,Gender\nA,Ada,secretvalue\n";
    let page = desk.sent("rows.csv", text).await;
    let shown = desk.site.get_ok(&page).await;
    assert!(shown.text(".headline .verdict").contains("1 protected column, and Ringer refuses"));
    assert!(shown.text("main").contains("Gender (sex)"));
    assert!(!shown.body.contains("secretvalue"));
    for what in ["dry-run", "start"] {
        assert_eq!(desk.act(&page, what, &[]).await.location(), page);
        assert!(!desk.site.state.imports.is_running());
    }
    for meaning in ["extra", "stage"] {
        let refused = desk.act(&page, "start", &[("c2", meaning)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
    let imported = desk.done(&page, "start", &[("protected", "drop")]).await;
    assert!(imported.text(".headline .verdict").contains("1 new row"));
    let stored = desk.engine.versions(&"A".parse().unwrap()).unwrap();
    assert!(stored[0].application.extra.is_empty());
}

#[actix_web::test]
async fn a_preset_is_recognised_and_another_can_be_chosen() {
    let desk = Desk::new();
    let text = "Opportunity ID,Candidate Name,Candidate Email,Posting Title,EEO Gender\n\
                1,Ada,ada@example.com,Engineer,f\n";
    let page = desk.sent("lever.csv", text).await;
    let shown = desk.site.get_ok(&page).await;
    assert!(shown.text("select[name=preset] option[selected]").contains("lever"));
    assert!(
        shown.text("main").contains("EEO Gender (equal-opportunity data)"),
        "recognised is not agreed to"
    );
    // What was only recognised drops nothing protected, also beside a choice.
    desk.act(&page, "columns", &[("c3", "extra")]).await;
    assert!(
        desk.site.get_ok(&page).await.text("main").contains("EEO Gender (equal-opportunity data)")
    );
    desk.act(&page, "columns", &[("preset", "lever")]).await;
    let shown = desk.site.get_ok(&page).await;
    assert!(shown.texts(".preview tbody tr")[0].contains("Engineer"));
    assert!(shown.text(".mapping").contains("left out, unread"));
    desk.act(&page, "columns", &[("preset", "none"), ("protected", "drop")]).await;
    let plain = desk.site.get_ok(&page).await;
    assert!(plain.text(".headline .verdict").contains("says whose application it is"));
    let unknown = desk.act(&page, "columns", &[("preset", "taleo")]).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn what_is_no_table_is_refused_and_leaves_nothing() {
    let desk = Desk::new();
    let line = vec![b'x'; 10 << 20];
    let noise: Vec<u8> =
        (0..4_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (name, bytes, said) in [
        ("empty.csv", b"".as_slice(), "is empty"),
        ("blank.csv", b" \n\n", "is empty"),
        ("book.xlsx", b"PK\x03\x04rest of a workbook", "ZIP archive or an Excel workbook"),
        ("noise.csv", &noise, "binary data"),
        ("page.csv", b"<!doctype html><title>Sign in</title>", "a web page"),
        ("line.csv", &line, "the limit is"),
        ("cut.csv.gz", b"\x1f\x8b\x08\x00\x00", "cannot read"),
    ] {
        let answer = desk.send(name, bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.text("main").contains(said), "{name}: {}", answer.text("main"));
        assert_eq!(answer.attrs("main a", "href"), ["/import"], "{name}");
        assert_eq!((desk.files(), desk.site.state.uploads.len()), (0, 0), "{name}");
    }
    let none = desk.send("", "").await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    assert!(none.text("main").contains("no file was chosen"));
}

#[actix_web::test]
async fn files_in_other_encodings_formats_and_shapes_are_shown_as_they_will_be_read() {
    let desk = Desk::new();
    let utf16: Vec<u8> = "\u{feff}full_name,email\nZoë,z@example.com\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let long = format!("full_name,email\n{}\nZoë,z@example.com\n", "x".repeat(10 << 20));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all("full_name,email\nZoë,z@example.com\n".as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    for (name, bytes, fact) in [
        ("1252.csv", b"full_name,email\nZo\xEB,z@example.com\n".as_slice(), "Windows-1252"),
        ("utf16.csv", &utf16, "UTF-16 (little endian)"),
        ("packed.csv.gz", &gz, "gzip"),
        (
            "rows.jsonl",
            "{\"full_name\":\"Zoë\",\"email\":\"z@example.com\"}\n".as_bytes(),
            "JSON Lines",
        ),
        ("rows.json", "[{\"full_name\":\"Zoë\",\"email\":\"z@example.com\"}]".as_bytes(), "JSON"),
        ("long.csv", long.as_bytes(), "10 MiB"),
    ] {
        let page = desk.sent(name, bytes).await;
        let shown = desk.site.get_ok(&page).await;
        assert!(shown.text(".figures").contains(fact), "{name}: {}", shown.text(".figures"));
        assert!(shown.text(".preview").contains("Zoë"), "{name}");
    }
    let page = desk.sent("header.csv", "full_name,email\n").await;
    assert!(desk.site.get_ok(&page).await.text(".headline .verdict").contains("no rows"));
    let page = desk.sent("nested.jsonl", "{\"id\":\"A\",\"who\":{\"call\":\"Ada\"}}\n").await;
    desk.act(&page, "columns", &[("c0", "application_id"), ("c2", "full_name")]).await;
    assert!(desk.site.get_ok(&page).await.text(".preview").contains("Ada"));
}

#[actix_web::test]
async fn a_small_file_that_unpacks_to_a_huge_one_costs_little() {
    let desk = Desk::new();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"full_name,email\n").unwrap();
    for _ in 0..80 {
        gz.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    let page = desk.sent("bomb.csv.gz", gz.finish().unwrap()).await;
    let shown = desk.site.get_ok(&page).await;
    assert!(shown.text(".preview .rejected").contains("longer than 67108864 bytes"));
}

#[actix_web::test]
async fn a_file_that_is_too_large_is_refused_with_what_to_do() {
    let desk = Desk::taking(Uploads::new(2_000));
    assert!(desk.site.get_ok("/import").await.text("form.send").contains("at most 1.9 KiB"));
    let fits = format!("full_name,email\n{}", "A,a@example.com\n".repeat(100));
    desk.sent("fits.csv", fits).await;
    for times in [200, 2_000] {
        let large = format!("full_name,email\n{}", "A,a@example.com\n".repeat(times));
        let answer = desk.send("large.csv", large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.text("main").contains("Compress it with gzip, split it"));
        assert_eq!((desk.files(), desk.site.state.uploads.len()), (1, 1));
    }
}

#[actix_web::test]
async fn a_file_that_breaks_off_leaves_nothing() {
    let desk = Desk::new();
    let whole = parts(&desk.site.csrf(), "rows.csv", b"full_name\nAda\nBo\n");
    for cut in [whole.len() - 4, whole.len() - 20, whole.len() - 40, 100, 10, 0] {
        let answer = send_parts(&desk.site, &whole[..cut], OURS).await;
        assert!(answer.status.is_client_error(), "{cut}: {}", answer.status);
        assert_eq!((desk.files(), desk.site.state.uploads.len()), (0, 0), "{cut}");
    }
}

#[actix_web::test]
async fn nothing_is_kept_of_a_form_from_elsewhere() {
    let desk = Desk::new();
    let csrf = desk.site.csrf();
    let file = part("name=\"file\"; filename=\"rows.csv\"", b"full_name\nAda\n");
    let end = format!("--{BOUNDARY}--\r\n").into_bytes();
    let secret = part("name=\"csrf\"", csrf.as_bytes());
    let long = part("name=\"csrf\"", &[b'x'; 100_000]);
    for body in [
        [file.clone(), end.clone()].concat(),
        [file.clone(), secret.clone(), end.clone()].concat(),
        [part("name=\"csrf\"", b"0000"), file.clone(), end.clone()].concat(),
        [long, file.clone(), end.clone()].concat(),
        end.clone(),
    ] {
        let answer = send_parts(&desk.site, &body, OURS).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let good = [secret.clone(), file.clone(), end.clone()].concat();
    for elsewhere in [vec![], vec![("origin", "null")], vec![("origin", "http://evil.example")]] {
        let answer = send_parts(&desk.site, &good, &elsewhere).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{elsewhere:?}");
    }
    let two = [secret, file.clone(), file, end].concat();
    assert_eq!(send_parts(&desk.site, &two, OURS).await.status, StatusCode::BAD_REQUEST);
    let plain = desk.site.post("/import", &[("csrf", &csrf)]).await;
    assert_eq!(plain.status, StatusCode::BAD_REQUEST);
    assert_eq!((desk.files(), desk.site.state.uploads.len()), (0, 0));
    let page = desk.sent("rows.csv", "full_name\nAda\n").await;
    for what in ["columns", "dry-run", "start", "stop", "discard"] {
        let answer = desk.site.post(&format!("{page}/{what}"), &[("csrf", "0000")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
    }
    assert!(!desk.site.state.imports.is_running());
    assert_eq!(desk.site.state.uploads.len(), 1);
}

#[actix_web::test]
async fn nobody_sees_the_file_of_another_session() {
    let desk = Desk::new();
    let page = desk.sent("rows.csv", "full_name,email\nAda,ada@example.com\n").await;
    let other = Site::signed_in(desk.site.state.clone());
    for url in [page.clone(), format!("{page}/rejects"), format!("{page}?format=json")] {
        let answer = other.get(&url).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{url}");
        assert!(!answer.body.contains("rows.csv"), "{url}");
    }
    let csrf = other.csrf();
    for what in ["columns", "dry-run", "start", "stop", "discard"] {
        let answer = other.post(&format!("{page}/{what}"), &[("csrf", &csrf)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    }
    assert!(!other.get_ok("/import").await.body.contains("rows.csv"));
    assert!(desk.site.get_ok("/import").await.texts("table")[0].contains("rows.csv"));
}

#[actix_web::test]
async fn a_dry_run_says_what_cannot_be_read_of_rows_that_are_taken() {
    let desk = Desk::new();
    let text =
        "application_id,full_name,submitted_at\n1,Ada Quill,notadate\n2,Bo Tarn,2026-03-01\n";
    let page = desk.sent("rows.csv", text).await;
    let rehearsed = desk.done(&page, "dry-run", &[]).await;
    let said = rehearsed.text(".headline");
    assert!(said.contains("1 value of submitted_at cannot be read"), "{said}");
}

/// Another import that holds the writer until it is told to go on.
fn hold(engine: &Arc<Engine>) -> (mpsc::Sender<()>, std::thread::JoinHandle<()>) {
    let (go, wait) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let engine = engine.clone();
    let thread = std::thread::spawn(move || {
        let text = Cursor::new(b"application_id,full_name\nbroken\n".to_vec());
        let mut reader =
            ingest::open(Input::stream("held.csv", text), &ingest::Options::default()).unwrap();
        let mut reject = |_: &_| {
            tell.send(()).unwrap();
            let _ = wait.recv();
            Ok(())
        };
        engine.import("held.csv", &mut reader, &mut reject, "test", &mut |_| ()).unwrap();
    });
    told.recv().unwrap();
    (go, thread)
}

#[actix_web::test]
async fn one_file_is_imported_at_a_time_and_pages_can_be_read_meanwhile() {
    let desk = Desk::new();
    let (go, held) = hold(&desk.engine);
    let first = desk.sent("first.csv", "full_name,email\nAda,ada@example.com\n").await;
    let second = desk.sent("second.csv", "full_name,email\nBo,bo@example.com\n").await;
    assert_eq!(desk.act(&first, "start", &[]).await.status, StatusCode::SEE_OTHER);

    let going = desk.site.get_ok(&first).await;
    assert!(going.text(".going .verdict").contains("reading and storing rows"));
    assert!(
        going.body.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>")
    );
    assert!(going.texts("#columns-form").is_empty());
    let json = desk.site.get_ok(&format!("{first}?format=json")).await;
    let json: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!((json["state"].as_str(), json["measured"].as_bool()), (Some("running"), Some(true)));
    for url in ["/", "/search?q=ada", "/import", second.as_str()] {
        desk.site.get_ok(url).await;
    }
    for (page, what) in [(&second, "start"), (&second, "dry-run"), (&first, "start")] {
        let busy = desk.act(page, what, &[]).await;
        assert_eq!(busy.status, StatusCode::CONFLICT, "{what}");
        assert!(busy.text("main").contains("try again when it is done"));
    }
    let (csrf, undo) = (desk.site.csrf(), "/imports/imp_000000000000/withdraw");
    let undo = desk.site.post(undo, &[("csrf", &csrf), ("why", "x")]).await;
    assert_eq!(undo.status, StatusCode::CONFLICT);
    let kept = desk.act(&first, "discard", &[]).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);

    drop(go);
    held.join().unwrap();
    desk.site.state.imports.wait();
    assert!(desk.site.get_ok(&first).await.text(".headline .verdict").contains("is in: 1 new row"));
    let json = desk.site.get_ok(&format!("{first}?format=json")).await;
    assert!(json.body.contains("\"state\":\"done\""));
    desk.done(&second, "start", &[]).await;
    assert_eq!(desk.known(), 2);
}

#[actix_web::test]
async fn an_import_can_be_stopped_and_done_again() {
    let desk = Desk::new();
    let (go, held) = hold(&desk.engine);
    let mut text = String::from("application_id,full_name\n");
    for n in 0..60_000 {
        text.push_str(&format!("A-{n},Person number {n}\n"));
    }
    let page = desk.sent("rows.csv", &text).await;
    desk.act(&page, "start", &[]).await;
    assert_eq!(desk.act(&page, "stop", &[]).await.location(), page);
    assert!(desk.site.get_ok(&page).await.text(".note").contains("Stopping"));
    drop(go);
    held.join().unwrap();
    desk.site.state.imports.wait();
    let stopped = desk.site.get_ok(&page).await;
    assert!(stopped.text(".headline .verdict").starts_with("Stopped:"));
    assert!(desk.known() < 60_000);
    assert!(!stopped.texts("#columns-form").is_empty(), "it can be imported again");
}

#[actix_web::test]
async fn a_name_that_tries_to_be_markup_or_a_path_is_only_shown() {
    let desk = Desk::new();
    let name = "../../<script>alert(1)</script>.csv";
    let page = desk.sent(name, "full_name,email\n<b>Ada</b>,ada@example.com\nx\n").await;
    desk.done(&page, "dry-run", &[]).await;
    for url in [page.as_str(), "/import"] {
        let shown = desk.site.get_ok(url).await;
        assert!(!shown.body.contains("<script>alert") && !shown.body.contains("<b>Ada"), "{url}");
        assert!(!shown.body.contains("../"), "{url}");
    }
    assert!(page.trim_start_matches("/import/").bytes().all(|b| b.is_ascii_hexdigit()));
    let rejects = desk.site.get_ok(&format!("{page}/rejects")).await;
    let kind = rejects.headers.get(header::CONTENT_DISPOSITION).unwrap().to_str().unwrap();
    assert!(!kind.contains('<') && !kind.contains('/'), "{kind}");
}

#[actix_web::test]
async fn a_discarded_file_and_the_files_of_who_signs_out_are_gone() {
    let desk = Desk::new();
    let page = desk.sent("rows.csv", "full_name,email\nAda,ada@example.com\n").await;
    assert_eq!(desk.act(&page, "discard", &[]).await.location(), "/import");
    assert!(desk.site.get_ok("/import").await.text(".flash").contains("is discarded"));
    assert_eq!(desk.site.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.files(), 0);
    desk.sent("rows.csv", "full_name,email\nAda,ada@example.com\n").await;
    let csrf = desk.site.csrf();
    desk.site.post("/sign-out", &[("csrf", &csrf)]).await;
    assert_eq!((desk.files(), desk.site.state.uploads.len()), (0, 0));
}

#[actix_web::test]
async fn the_pages_have_one_heading_captions_and_a_label_for_every_field() {
    let desk = Desk::new();
    let page = desk.sent("november.csv", FOREIGN).await;
    desk.act(&page, "columns", MEANT).await;
    let first = desk.site.get_ok(&page).await;
    let rehearsed = desk.done(&page, "dry-run", MEANT).await;
    for shown in [first, rehearsed, desk.site.get_ok("/import").await] {
        assert_eq!(shown.texts("h1").len(), 1);
        assert_eq!(shown.texts("table").len(), shown.texts("table > caption").len());
        let fields = "input:not([type=hidden]):not(#find), select";
        let labelled = "label input:not(#find), label select";
        assert_eq!(shown.attrs(fields, "name"), shown.attrs(labelled, "name"));
        let ids = shown.attrs("[id]", "id");
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
    }
}

#[actix_web::test]
async fn an_empty_queue_leads_to_the_import() {
    let desk = Desk::new();
    assert!(desk.site.get_ok("/").await.attrs(".empty a", "href").contains(&"/import".to_owned()));
}

#[actix_web::test]
async fn a_whole_import_is_undone_with_a_reason_and_comes_back_with_the_file() {
    let desk = Desk::new();
    let text = "application_id,full_name\nA,Ada\nB,Bo\n";
    let page = desk.sent("first.csv", text).await;
    desk.done(&page, "start", &[]).await;
    let page = desk.sent("second.csv", "application_id,full_name\nB,Bo Tarn\nC,Cleo\n").await;
    desk.done(&page, "start", &[]).await;
    let list = desk.site.get_ok("/import").await;
    assert_eq!(list.texts(".imports tbody th"), ["second.csv", "first.csv"]);
    let cells = list.texts(".imports tbody tr:first-child td");
    assert_eq!(cells[1..6], ["ann", "2", "1", "0", "0"]);
    assert!(cells[6].starts_with("complete"), "{cells:?}");
    let undo = list.attrs(".imports form", "action")[0].clone();

    let csrf = desk.site.csrf();
    let blank = desk.site.post(&undo, &[("csrf", &csrf), ("why", "  ")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    let forged = desk.site.post(&undo, &[("csrf", "0000"), ("why", "x")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    for (id, status) in
        [("imp_000000000000", StatusCode::NOT_FOUND), ("x", StatusCode::BAD_REQUEST)]
    {
        let url = format!("/imports/{id}/withdraw");
        let answer = desk.site.post(&url, &[("csrf", &csrf), ("why", "x")]).await;
        assert_eq!(answer.status, status, "{id}");
    }
    assert_eq!(desk.known(), 3);

    let undone = desk.site.post(&undo, &[("csrf", &csrf), ("why", "wrong <file>")]).await;
    assert_eq!((undone.status, undone.location()), (StatusCode::SEE_OTHER, "/import#imports"));
    let list = desk.site.get_ok("/import").await;
    assert_eq!(
        list.text(".flash"),
        "second.csv is undone: 1 application is gone; 1 is back at the version before."
    );
    assert!(list.text(".imports .undone").contains("undone by ann on 2026-11-23: wrong <file>"));
    assert_eq!((desk.known(), list.attrs(".imports form", "action").len()), (2, 1));
    let twice = desk.site.post(&undo, &[("csrf", &csrf), ("why", "again")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);

    let page = desk.sent("second.csv", "application_id,full_name\nB,Bo Tarn\nC,Cleo\n").await;
    let verdict = desk.done(&page, "dry-run", &[]).await.text(".headline .verdict");
    assert!(verdict.contains("2 rows of second.csv would be new"), "{verdict}");
    desk.done(&page, "start", &[]).await;
    assert_eq!(desk.known(), 3);
}

#[actix_web::test]
async fn undoing_names_the_later_files_that_may_have_repeated_it() {
    let desk = Desk::new();
    for (name, text) in [
        ("first.csv", "application_id,full_name\nA,Ada\nB,Bo\n"),
        ("second.csv", "application_id,full_name\nB,Bo\nC,Cleo\n"),
        ("third.csv", "application_id,full_name\nD,Dot\n"),
    ] {
        let page = desk.sent(name, text).await;
        desk.done(&page, "start", &[]).await;
    }
    let list = desk.site.get_ok("/import").await;
    let undo = list.attrs(".imports form", "action")[2].clone();
    let csrf = desk.site.csrf();
    desk.site.post(&undo, &[("csrf", &csrf), ("why", "wrong file")]).await;
    let said = desk.site.get_ok("/import").await.text(".flash");
    assert!(said.ends_with("import those again: second.csv."), "{said}");
    assert_eq!(desk.known(), 2);
}

#[actix_web::test]
async fn imports_are_listed_a_page_at_a_time() {
    let desk = Desk::new();
    // The first brings somebody, the others only repeat that.
    for n in 0..21 {
        let page = desk.sent(&format!("{n}.csv"), "full_name,email\nAda,a@example.com\n").await;
        desk.done(&page, "start", &[]).await;
    }
    let list = desk.site.get_ok("/import").await;
    assert_eq!(list.texts(".imports tbody tr").len(), 20);
    let next = list.attrs("a[rel=next]", "href");
    assert_eq!(desk.site.get_ok(&next[0]).await.texts(".imports tbody th"), ["0.csv"]);
    assert_eq!(list.texts(".snug tbody tr").len(), 8, "files kept are bounded");
}
