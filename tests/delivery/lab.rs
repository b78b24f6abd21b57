//! A store with a report and an alert in it, what is made of them for each sort of recipient, and servers that receive it.

use ringer::{
    engine::Engine,
    matching::Policy,
    model::{
        Alert, AlertId, AlertKind, Attempt, Delivery, Digest, FixedClock, Moment, Parcel, Point,
        Recipient, ReportId, ReportRun, RunOutcome, Seq,
    },
    reports::{
        ReportError,
        delivery::{Carrier, Enclosure, Letter, Load, Tally, deliver, due_at},
    },
    store::MemoryStore,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ffi::OsString,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// 23 November 2026, a Monday.
pub const NOW: Moment = Moment(1_795_392_000);

/// How long a server may take to say something. Nothing waits this long unless it failed.
const DEADLINE: Duration = Duration::from_secs(60);

/// A picture of two pixels.
pub const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x7b, 0x40, 0xe8,
    0xdd, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xcf, 0x00, 0x04,
    0xff, 0x01, 0x07, 0x00, 0x01, 0xff, 0xe2, 0x23, 0x9e, 0x59, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// The Python that has the libraries of `tests/tools/requirements.txt`; none where there is none and need not be.
pub fn python() -> Option<OsString> {
    let named = env::var_os("RINGER_PYTHON").filter(|v| !v.is_empty());
    let is_required = env::var_os("RINGER_REQUIRE_TOOLS").is_some_and(|v| v == "1");
    assert!(named.is_some() || !is_required, "RINGER_PYTHON is required and not set");
    if named.is_none() {
        eprintln!("skipped: RINGER_PYTHON names no Python with the libraries of tests/tools");
    }
    named
}

pub fn report() -> Parcel {
    Parcel::Report(ReportId::derive("weekly"))
}

pub fn alert() -> Parcel {
    Parcel::Alert(AlertId::derive("offer"))
}

pub fn store() -> MemoryStore {
    MemoryStore::new(Arc::new(FixedClock(NOW)))
}

pub fn open(store: &MemoryStore) -> Engine {
    let clock = Arc::new(FixedClock(NOW));
    Engine::open(Box::new(store.clone()), Policy::default(), clock).unwrap()
}

fn recipients(to: &[&str]) -> BTreeSet<Recipient> {
    to.iter().map(|to| to.parse().unwrap()).collect()
}

/// Puts a report on record that these are to get.
pub fn reported(engine: &Engine, to: &[&str]) {
    let Parcel::Report(id) = report() else { unreachable!() };
    let run = ReportRun {
        id,
        schedule: "weekly".parse().unwrap(),
        filter: String::new(),
        zone: "America/New_York".to_owned(),
        due: Some(NOW),
        missed: 0,
        since: Point::default(),
        until: Point::default(),
        head: "00".repeat(32).parse().unwrap(),
        settings: String::new(),
        format: 1,
        to: recipients(to),
        formats: BTreeSet::new(),
        personal: false,
        by: "ringer".to_owned(),
        took: 3,
        outcome: RunOutcome::Made {
            digest: "11".repeat(32).parse().unwrap(),
            counts: BTreeMap::new(),
        },
    };
    engine.record_run(run).unwrap();
}

/// Puts an alert on record that these are to get.
pub fn alerted(engine: &Engine, to: &[&str]) {
    let Parcel::Alert(id) = alert() else { unreachable!() };
    let alert = Alert {
        id,
        rule: "offers".parse().unwrap(),
        kind: AlertKind::WatchedAtOffer,
        key: Digest([7; 32]),
        as_of: Seq(1),
        at: NOW,
        ring: None,
        attribute: None,
        applications: BTreeSet::new(),
        text: "A watched value reached stage offer.".to_owned(),
        to: recipients(to),
        held_back: false,
    };
    assert_eq!(engine.raise(vec![alert]).unwrap(), 1);
}

fn enclosure(name: &str, media_type: &'static str, bytes: &[u8]) -> Enclosure {
    Enclosure { name: name.to_owned(), media_type, bytes: bytes.to_vec() }
}

/// A made-up letter: beyond ASCII, with a line that is a dot alone, which ends letters when it is not taken care of.
pub fn letter() -> Letter {
    Letter {
        subject: "Weekly report: 3 new rings — Übersicht für Zürich".to_owned(),
        text: "Three rings were born.\n.\n..two dots\nŁódź – 東京\nhttps://ringer.example/reports/r1\n".to_owned(),
        html: "<!doctype html><html lang=\"en\"><p>Three rings – 東京: <a href=\"https://ringer.example/reports/r1\">open\
               </a><img src=\"cid:rings.png\" alt=\"3 rings\"></p></html>\n"
            .to_owned(),
        images: vec![enclosure("rings.png", "image/png", PNG)],
        files: vec![
            enclosure("report.json", "application/json", b"{\"rings\":3}"),
            enclosure("report.csv", "text/csv; charset=utf-8", "ring\n東京\n".as_bytes()),
        ],
    }
}

/// What is made of a parcel for a recipient.
#[expect(clippy::unnecessary_wraps, reason = "it is passed where rendering may fail")]
pub fn load(parcel: &Parcel, to: &Recipient) -> Result<Load, ReportError> {
    Ok(match to {
        Recipient::Mail(_) => Load::Letter(letter()),
        Recipient::Webhook(_) => {
            Load::Hook(format!("{{\"id\":\"{parcel}\",\"city\":\"Łódź\"}}").into_bytes())
        }
        Recipient::Folder(_) => Load::Files(letter().files),
    })
}

/// Tries what is due at this moment.
pub fn tick(engine: &Engine, carrier: &dyn Carrier, now: Moment) -> Tally {
    deliver(engine, carrier, &mut load, &FixedClock(now)).unwrap()
}

/// The tries on record.
pub fn tries(engine: &Engine, parcel: &Parcel, to: &str) -> Vec<Delivery> {
    let to: Recipient = to.parse().unwrap();
    let view = engine.view();
    view.reports.tries(parcel).and_then(|tries| tries.get(&to)).cloned().unwrap_or_default()
}

/// When the next try is due.
pub fn next(engine: &Engine, parcel: &Parcel, to: &str) -> Option<Moment> {
    due_at(&tries(engine, parcel, to))
}

/// Why the last try failed, and whether for good.
#[track_caller]
pub fn failure(engine: &Engine, parcel: &Parcel, to: &str) -> (String, bool) {
    match tries(engine, parcel, to).pop().map(|last| last.outcome) {
        Some(Attempt::Failed { why, is_final }) => (why, is_final),
        other => panic!("{other:?}"),
    }
}

/// A folder with secrets and a certificate for localhost.
pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file that only its owner can read.
    pub fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    /// A certificate for localhost and 127.0.0.1, and its key.
    pub fn certificate(&self, name: &str) -> (PathBuf, PathBuf) {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let pair = rcgen::generate_simple_self_signed(names).unwrap();
        let cert = self.secret(&format!("{name}.pem"), &pair.cert.pem());
        (cert, self.secret(&format!("{name}.key"), &pair.signing_key.serialize_pem()))
    }
}

/// A server of `tests/tools` at work.
pub struct Server {
    child: Child,
    /// It ends when this does.
    _stdin: ChildStdin,
    said: mpsc::Receiver<String>,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    pub fn begin(python: &OsString, script: &str, arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(script);
        let mut command = Command::new(python);
        command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (tell, said) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                drop(tell.send(line));
            }
        });
        let first = said.recv_timeout(DEADLINE).expect("it says on which port it listens");
        let port = first.strip_prefix("port ").unwrap().parse().unwrap();
        Self { child, _stdin: stdin, said, port }
    }

    /// What it received next.
    #[track_caller]
    pub fn received(&self) -> Value {
        let line = self.said.recv_timeout(DEADLINE).expect("it received something");
        serde_json::from_str(&line).unwrap()
    }

    /// That it received nothing else. It says what it got before it answers, so there is nothing to wait for.
    #[track_caller]
    pub fn received_nothing_else(&self) {
        assert_eq!(self.said.try_recv().ok(), None);
    }
}
