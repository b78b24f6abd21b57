//! Markers planted in a store, in accounts and in what people type, and then looked for where they must not be: in what
//! the program logs, in pages that tell of an error, in messages, in the arguments of processes, and, where it is a
//! secret, in the data folder. The real program does all of it: imports, serves, signs in and fails to, judges, exports.
//!
//! Invariant: every marker is shown to have been in the program's hands, so that finding none means something.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use ::ringer::{
    casework::SecondFactor,
    model::{Clock, SystemClock},
};
use ringer::Dir;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

const DEADLINE: Duration = Duration::from_secs(60);
const PASSWORD: &str = "marmot velvet copper lantern";
const NEW_PASSWORD: &str = "walnut ferry quartz umbrella";
const WRONG_PASSWORD: &str = "thimble ostrich gravel candle";

/// What the people of the store claim: every piece of it is somebody's.
const PERSONAL: &[&str] = &[
    "202-555-0143",
    "+12025550143",
    "12025550143",
    "quillmarker.one",
    "quillmarker.two",
    "77 Thistlemarker",
    "1987-06-05",
    "078-05-1120",
    "078051120",
    "acctmarker5f4dcc3b",
];

const ROWS: &str = "application_id,submitted_at,full_name,email,phone,street,city,state,postal_code,country,birth_date,\
national_id,bank_account_hash,device_id\n\
M-1,2026-01-05,Ada Quill,quillmarker.one@example.com,202-555-0143,77 Thistlemarker Lane,Dayton,OH,45402,US,1987-06-05,\
078-05-1120,acctmarker5f4dcc3b,dev-1\n\
M-2,2026-01-06,Bertram Oakes,quillmarker.two@example.org,202-555-0143,77 Thistlemarker Lane,Dayton,OH,45402,US,\
1987-06-05,078-05-1120,acctmarker5f4dcc3b,dev-1\n\
M-3,2026-01-07,Cecil Marsh,quillmarker.three@example.org,202-555-0143,77 Thistlemarker Lane,Dayton,OH,45402,US,,,\
acctmarker5f4dcc3b,dev-1\n\
M-4,,,,,,,,,,,,,\n";

/// Which markers a text holds.
fn found<'a>(markers: &[&'a str], text: &str) -> Vec<&'a str> {
    let plain = text.to_lowercase();
    markers.iter().copied().filter(|marker| plain.contains(&marker.to_lowercase())).collect()
}

/// The program at work, with everything it says.
struct Served {
    child: Child,
    said: Arc<Mutex<String>>,
    host: String,
    /// The first link it printed.
    link: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Served {
    fn begin(dir: &Dir) -> Self {
        let mut command = dir.command(&["serve", "--bind", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, told) = mpsc::channel();
        let said = Arc::new(Mutex::new(String::new()));
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for output in outputs {
            let (tell, said) = (tell.clone(), said.clone());
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    writeln!(said.lock().unwrap(), "{line}").unwrap();
                    if line.starts_with("http") {
                        drop(tell.send(line));
                    }
                }
            });
        }
        let link = told.recv_timeout(DEADLINE).unwrap();
        let host = link.split('/').nth(2).unwrap().to_owned();
        Self { child, said, host, link }
    }

    /// Arguments of the program and of whatever it started.
    fn arguments(&self) -> String {
        let mut all = String::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            let parent = after_name.split(' ').nth(1).unwrap_or_default();
            let own = self.child.id().to_string();
            if parent == own || entry.file_name().to_string_lossy() == own {
                let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
                writeln!(all, "{}", String::from_utf8_lossy(&line)).unwrap();
            }
        }
        all
    }
}

/// What came back: status, headers and page.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> String {
        let own = |line: &&str| line.to_lowercase().starts_with(&format!("{name}:"));
        self.head.lines().find(own).map_or("", |line| line[name.len() + 1..].trim()).to_owned()
    }

    fn cookie(&self, name: &str) -> String {
        let line = self.head.lines().find(|line| line.contains(&format!("{name}=")));
        let line = line.unwrap_or_else(|| panic!("no {name} in {}", self.head));
        let value = line.split_once(&format!("{name}=")).unwrap().1;
        value.split(';').next().unwrap().to_owned()
    }

    fn between(&self, before: &str, after: &str) -> String {
        let rest =
            self.body.split_once(before).unwrap_or_else(|| panic!("{before}: {}", self.body)).1;
        rest.split_once(after).unwrap().0.to_owned()
    }
}

/// A browser, as far as it takes one.
struct Browser<'a> {
    served: &'a Served,
    cookie: String,
    /// Pages that tell of an error, and messages.
    errors: String,
}

impl Browser<'_> {
    fn send(&mut self, method: &str, path: &str, more: &str, body: &str) -> Answer {
        let host = &self.served.host;
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let kind = "application/x-www-form-urlencoded";
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {}\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\nConnection: close\r\n{more}\r\n{body}",
            self.cookie,
            body.len()
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let answer = Answer { status, head: head.to_owned(), body: body.to_owned() };
        if answer.status >= 400 {
            self.errors.push_str(&answer.head);
            self.errors.push_str(&answer.body);
        } else if let Some((_, flash)) = answer.body.split_once("<div class=\"flash\"") {
            self.errors.push_str(flash.split("</p>").next().unwrap());
        }
        answer
    }

    fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", "")
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let escape = |text: &str| -> String {
            text.bytes()
                .map(|b| match b {
                    b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
                    b => format!("%{b:02X}"),
                })
                .collect()
        };
        let body: Vec<String> = fields.iter().map(|(n, v)| format!("{n}={}", escape(v))).collect();
        self.send("POST", path, "", &body.join("&"))
    }

    fn csrf(&mut self) -> String {
        self.get("/help").between("name=\"csrf\" value=\"", "\"")
    }
}

/// Every file below a folder.
fn files(folder: &Path, all: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            all.insert(path.display().to_string(), text);
        }
    }
}

#[test]
fn no_password_token_or_contact_data_is_in_logs_error_pages_arguments_or_in_clear_in_the_folder() {
    if !Path::new("/proc/self/cmdline").exists() {
        println!("skipped: there is no /proc here");
        return;
    }
    let dir = Dir::new();
    dir.write("rows.csv", ROWS);
    let mut logs = String::new();
    let imported = dir.ringer(&["import", "rows.csv"]);
    assert_eq!(imported.code, 0, "{imported:?}");
    logs.push_str(&imported.stderr);
    let served = Served::begin(&dir);
    let one_time = served.link.rsplit('/').next().unwrap().to_owned();
    let mut secrets = vec![one_time.clone()];

    // The first account, by the link.
    let mut browser = Browser { served: &served, cookie: String::new(), errors: String::new() };
    let opened = browser.get(&format!("/sign-in/{one_time}"));
    let by_link = opened.cookie("ringer_session");
    browser.cookie = format!("ringer_session={by_link}");
    secrets.push(by_link);
    let csrf = browser.csrf();
    let made = browser.post("/first-account", &[("csrf", &csrf), ("name", "ann")]);
    let invitation = made.header("location").rsplit('/').next().unwrap().to_owned();
    secrets.extend([csrf, invitation.clone()]);
    let welcome = format!("/welcome/{invitation}");
    browser.post(&welcome, &[("password", PASSWORD), ("again", WRONG_PASSWORD)]);
    browser.post(&welcome, &[("password", "aaaaaaaaaaaa"), ("again", "aaaaaaaaaaaa")]);
    let chosen = browser.post(&welcome, &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    let session = chosen.cookie("ringer_session");
    browser.cookie = format!("ringer_session={session}");
    secrets.push(session);
    browser.get(&welcome);
    browser.get(&format!("/sign-in/{one_time}"));

    // The second factor, a token, a new password.
    let page = browser.get("/account");
    let shared = page.between("<code class=\"id\">", "</code>").replace(' ', "");
    let factor: SecondFactor =
        serde_json::from_value(serde_json::json!({ "secret": shared })).unwrap();
    let now = SystemClock.now();
    let mut csrf = browser.csrf();
    let code = factor.code_at(now);
    browser.post(
        "/account/second-factor",
        &[("csrf", &csrf), ("present", WRONG_PASSWORD), ("code", &code)],
    );
    let confirmed = browser
        .post("/account/second-factor", &[("csrf", &csrf), ("present", PASSWORD), ("code", &code)]);
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let listed = confirmed.between("<ul class=\"codes\">", "</ul>");
    let codes: Vec<String> = listed
        .split("<code>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 10);
    let session = confirmed.cookie("ringer_session");
    browser.cookie = format!("ringer_session={session}");
    secrets.push(session);
    secrets.extend(codes.iter().cloned());
    csrf = browser.csrf();
    let token = browser.post(
        "/account/tokens",
        &[
            ("csrf", &csrf),
            ("present", PASSWORD),
            ("label", "ats"),
            ("role", "viewer"),
            ("days", "9"),
        ],
    );
    let token = token.between("readonly value=\"", "\"");
    secrets.push(token.clone());
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let mut program = Browser { served: &served, cookie: String::new(), errors: String::new() };
    assert_eq!(program.send("GET", "/?format=json", &bearer, "").status, 200);
    assert_eq!(program.send("POST", "/judgements", &bearer, "csrf=").status, 403);
    let changed = browser.post(
        "/account/password",
        &[
            ("csrf", &csrf),
            ("present", PASSWORD),
            ("password", NEW_PASSWORD),
            ("again", NEW_PASSWORD),
        ],
    );
    assert_eq!(changed.status, 303, "{}", changed.body);

    // Signing in: wrong, half, and right.
    let mut other = Browser { served: &served, cookie: String::new(), errors: String::new() };
    other.post("/sign-in", &[("name", "ann"), ("password", WRONG_PASSWORD)]);
    let half = other.post("/sign-in", &[("name", "ann"), ("password", NEW_PASSWORD)]);
    let half = half.cookie("ringer_half");
    other.cookie = format!("ringer_half={half}");
    other.post("/second-step", &[("code", "wrong-code-here")]);
    let in_again = other.post("/second-step", &[("code", &codes[0])]);
    assert_eq!(in_again.status, 303, "{}", in_again.body);
    let session = in_again.cookie("ringer_session");
    other.cookie = format!("ringer_session={session}");
    secrets.extend([half, session]);
    browser = Browser { errors: browser.errors, ..other };

    // Somebody at work, who also does wrong.
    let csrf = browser.csrf();
    let found_page = browser.get("/search?q=202-555-0143");
    let value = found_page.body.split("/attributes/").nth(1).unwrap();
    let value: String = value.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let person = browser.get("/search?q=Ada+Quill");
    let person = person.body.split("/applicants/").nth(1).unwrap();
    let person: String = person.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let mut shown = browser.get(&format!("/applicants/{person}")).body;
    shown.push_str(&browser.get(&format!("/attributes/{value}")).body);
    let judged = browser.post(
        "/judgements",
        &[
            ("csrf", &csrf),
            ("about", "value"),
            ("attribute_id", &value),
            ("verdict", "common"),
            ("why", "a switchboard"),
        ],
    );
    assert_eq!(judged.status, 303, "{}", judged.body);
    shown.push_str(&browser.get(&format!("/attributes/{value}")).body);
    for fields in [
        [("csrf", &*csrf), ("about", "value"), ("attribute_id", "x"), ("verdict", "common")],
        [("csrf", "wrong"), ("about", "value"), ("attribute_id", &*value), ("verdict", "common")],
        [("csrf", &*csrf), ("about", "ring"), ("ring_id", "x"), ("verdict", "confirmed")],
        [("csrf", &*csrf), ("about", "pair"), ("a", "M-1"), ("b", "M-1")],
    ] {
        assert!(browser.post("/judgements", &fields).status >= 400);
    }
    let watched = browser.post(
        "/watch-lists",
        &[
            ("csrf", &csrf),
            ("kind", "phone"),
            ("value", "202-555-0143"),
            ("list", "x"),
            ("reason", "y"),
        ],
    );
    assert_eq!(watched.status, 303, "{}", watched.body);
    browser.get("/watch-lists");
    browser.post(
        "/checks",
        &[("csrf", &csrf), ("applicant_id", &person), ("item", "x"), ("result", "y")],
    );
    for path in [
        "/rings/x",
        "/applicants/x",
        "/?page=x",
        "/compare?a=M-1&b=nobody",
        "/nowhere",
        "/import/x",
        "/%75sers",
    ] {
        browser.get(path);
    }
    browser.send("DELETE", "/users", "", "");
    browser.send("POST", "/judgements", "", "\u{fffd}");

    // The command line beside it.
    for args in [
        &["user", "add", "bob", "--role", "viewer"][..],
        &["user", "invite", "bob"],
        &["user", "role", "bob", "investigator"],
        &["user", "list"],
        &["user", "sign-out", "bob"],
        &["user", "disable", "bob"],
        &["user", "disable", "ann"],
        &["user", "add", "ann"],
    ] {
        let run = dir.ringer(args);
        logs.push_str(&run.stderr);
        if let Some((_, secret)) = run.stdout.trim().split_once("/welcome/") {
            secrets.push(secret.to_owned());
        }
    }
    let arguments = served.arguments();
    assert!(arguments.contains("serve"), "{arguments}");
    let errors = std::mem::take(&mut browser.errors) + &program.errors;
    assert!(errors.matches("class=\"error\"").count() > 12, "errors were seen");
    assert!(errors.contains("innocently shared") && errors.contains("Watched: "), "and messages");
    logs.push_str(&served.said.lock().unwrap().replacen(&served.link, "", 1));
    drop(served);
    for run in
        [dir.ringer(&["verify"]), dir.ringer(&["rings"]), dir.ringer(&["judge", "pair", "M-1"])]
    {
        logs.push_str(&run.stderr);
    }

    assert_eq!(
        dir.names(),
        ["ringer-data", "rows.csv", "rows.csv.rejects.csv"],
        "nothing is left elsewhere"
    );
    // They were there to be leaked: pages show what may be shown, and what may be kept is kept.
    let mut kept = BTreeMap::new();
    files(&dir.path().join("ringer-data"), &mut kept);
    let accounts = dir.read("ringer-data/accounts.json");
    assert!(found(PERSONAL, &shown).len() >= 5, "{:?}", found(PERSONAL, &shown));
    assert!(accounts.contains("$argon2id$") && accounts.contains("\"ats\""));
    assert!(secrets.len() > 20 && secrets.iter().all(|secret| secret.len() > 10), "{secrets:?}");

    let passwords = [PASSWORD, NEW_PASSWORD, WRONG_PASSWORD];
    let hidden: Vec<&str> =
        passwords.into_iter().chain(secrets.iter().map(String::as_str)).collect();
    let never: Vec<&str> =
        hidden.iter().copied().chain([shared.as_str()]).chain(PERSONAL.iter().copied()).collect();
    for (what, text) in [("logs", &logs), ("error pages", &errors), ("arguments", &arguments)] {
        // A page whose form failed carries the secret of its own forms, and no other.
        let ours: Vec<&str> = never.iter().copied().filter(|marker| *marker != csrf).collect();
        assert_eq!(found(&ours, text), [""; 0], "in {what}");
    }
    for (file, text) in &kept {
        assert_eq!(found(&hidden, text), [""; 0], "in clear in {file}");
        // The authenticator's secret has to be kept as it is; its file is the only place.
        assert!(file.ends_with("accounts.json") || !text.contains(&shared), "{file}");
    }
}

#[test]
fn a_marker_is_found_wherever_it_stands_and_however_it_is_written() {
    let markers = [PASSWORD, "quillmarker.one"];
    assert_eq!(found(&markers, &format!("wrong password \"{PASSWORD}\"")), [PASSWORD]);
    assert_eq!(found(&markers, "mailto:QuillMarker.One@example.com"), ["quillmarker.one"]);
    assert_eq!(found(&markers, "nothing of it"), [""; 0]);
}
