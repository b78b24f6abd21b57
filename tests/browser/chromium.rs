//! One headless Chromium for the whole run, spoken to over its DevTools pipe. Not responsible for what is said
//! (`page`, `input`).
//!
//! Invariant: the browser ends with the tests, however they end: it stops when its pipe closes, and the shell that
//! started it then removes its profile. It reaches this machine only.

use serde_json::{Value, json};
use std::{
    collections::HashMap,
    env,
    fmt::Write as _,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

/// How long anything may take. Long, because a machine may be busy: it is only ever waited out by a test that fails.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Set to 1, a missing browser is a failure.
const REQUIRE: &str = "RINGER_REQUIRE_BROWSER";
/// Path of the browser, where it is not one of `NAMES` on the PATH.
const CHOSEN: &str = "RINGER_BROWSER";
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser's DevTools pipe is its descriptors 3 and 4; when it is gone, so is the profile.
const START: &str = r#"profile=$1; shift
TMPDIR="$profile" "$@" --user-data-dir="$profile" 3<&0 4>&1 </dev/null >/dev/null
rm -rf "$profile""#;

const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    // Chromium refuses to run as root with its sandbox; it sees no pages but ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--lang=en-US",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "about:blank",
];

/// A running browser.
pub struct Chromium {
    commands: Mutex<ChildStdin>,
    asked: AtomicU64,
    waiting: Arc<Mutex<Waiting>>,
    last_words: Arc<Mutex<String>>,
}

/// Who waits for an answer, and which tab hears which events. Dropping a sender tells that nothing will come.
#[derive(Default)]
struct Waiting {
    answers: HashMap<u64, Sender<Value>>,
    tabs: HashMap<String, Sender<Value>>,
    is_over: bool,
}

impl Chromium {
    /// The browser of this run, started at the first call; none where there is none and none is required.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Chromium>> = OnceLock::new();
        let browser = SHARED.get_or_init(|| found().map(|path| Self::start(&path)));
        if browser.is_none() {
            let required = env::var(REQUIRE).is_ok_and(|set| set == "1");
            assert!(!required, "{REQUIRE} is set, and none of {NAMES:?} is on the PATH");
            // Not by `eprintln!`, which the runner keeps to itself when a test passes. Threads are named after tests.
            let test = thread::current().name().unwrap_or_default().to_owned();
            let line = format!("{test} is skipped: no browser, install chromium or set {CHOSEN}\n");
            io::stderr().write_all(line.as_bytes()).unwrap();
        }
        browser.as_ref()
    }

    fn start(path: &Path) -> Self {
        let folder = format!("browser-{}", std::process::id());
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
        fs::create_dir_all(&profile).unwrap();
        let mut child = Command::new("sh")
            .args(["-c", START, "sh"])
            .arg(&profile)
            .arg(path)
            .args(FLAGS)
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let commands = Mutex::new(child.stdin.take().unwrap());
        let answers = child.stdout.take().unwrap();
        let errors = child.stderr.take().unwrap();
        let waiting: Arc<Mutex<Waiting>> = Arc::default();
        let last_words: Arc<Mutex<String>> = Arc::default();
        let (told, said) = (Arc::clone(&waiting), Arc::clone(&last_words));
        thread::spawn(move || listen(answers, &told));
        thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                let mut said = said.lock().unwrap();
                if said.len() < 4_000 {
                    writeln!(said, "{line}").unwrap();
                }
            }
            drop(child.wait());
        });
        Self { commands, asked: AtomicU64::new(1), waiting, last_words }
    }

    /// Sends a command to a tab, or to the browser itself, and waits for its answer.
    ///
    /// # Errors
    /// What the browser says is wrong with it.
    pub fn ask(&self, tab: Option<&str>, method: &str, params: Value) -> Result<Value, String> {
        let id = self.asked.fetch_add(1, Ordering::Relaxed);
        let mut command = json!({ "id": id, "method": method, "params": params });
        if let Some(tab) = tab {
            command["sessionId"] = tab.into();
        }
        let (tell, told) = channel();
        {
            let mut waiting = self.waiting.lock().unwrap();
            if !waiting.is_over {
                waiting.answers.insert(id, tell);
            }
        }
        let mut bytes = serde_json::to_vec(&command).unwrap();
        bytes.push(0);
        // A pipe that is broken is told of below, with the browser's last words.
        drop(self.commands.lock().unwrap().write_all(&bytes));
        let mut answer = match told.recv_timeout(DEADLINE) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => panic!("no answer to {method} in {DEADLINE:?}"),
            Err(RecvTimeoutError::Disconnected) => {
                panic!("the browser has gone; it said:\n{}", self.last_words.lock().unwrap())
            }
        };
        match answer.get("error") {
            Some(error) => Err(error["message"].as_str().unwrap_or("an error").to_owned()),
            None => Ok(answer["result"].take()),
        }
    }

    /// The events of a tab, from now on.
    pub fn hear(&self, tab: &str) -> Receiver<Value> {
        let (tell, told) = channel();
        self.waiting.lock().unwrap().tabs.insert(tab.to_owned(), tell);
        told
    }

    /// No more events of a tab.
    pub fn forget(&self, tab: &str) {
        self.waiting.lock().unwrap().tabs.remove(tab);
    }
}

/// Hands what the browser says to whom it concerns, until it says no more.
fn listen(answers: impl Read, waiting: &Mutex<Waiting>) {
    let mut answers = BufReader::new(answers);
    let mut bytes = Vec::new();
    while answers.read_until(0, &mut bytes).is_ok_and(|n| n > 0) {
        bytes.pop();
        let message: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        bytes.clear();
        let mut waiting = waiting.lock().unwrap();
        // Whoever no longer listens has given up, which is not for this thread to judge.
        if let Some(tell) = message["id"].as_u64().and_then(|id| waiting.answers.remove(&id)) {
            drop(tell.send(message));
        } else if let Some(tab) = message["sessionId"].as_str()
            && let Some(tell) = waiting.tabs.get(tab)
        {
            drop(tell.send(message));
        }
    }
    *waiting.lock().unwrap() = Waiting { is_over: true, ..Waiting::default() };
}

/// The browser that is chosen or on the PATH.
fn found() -> Option<PathBuf> {
    if let Some(chosen) = env::var_os(CHOSEN).filter(|chosen| !chosen.is_empty()) {
        return Some(chosen.into());
    }
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    NAMES.iter().find_map(|name| folders.iter().map(|f| f.join(name)).find(|file| file.is_file()))
}
