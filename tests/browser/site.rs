//! A server over the story of the seed data, with a fixed clock, and tabs that are signed in. Not responsible for what
//! happens in them.
//!
//! Invariant: the shared site is only looked at; a test that changes something takes a site of its own.

use crate::{
    chromium::Chromium,
    made_up::MadeUp,
    page::{Media, Page},
    screens::{EVAN, ring_id},
};
use actix_web::{App, HttpServer, web::Data};
use ringer::{
    engine::{Engine, View},
    ingest,
    matching::Policy,
    model::{CaseEvent, CaseId, CaseSubject, FixedClock, Moment, RingStatus, Verdict},
    referral::Organisation,
    store::MemoryStore,
    web::{Door, Kept, State, app},
};
use std::{
    fs::File,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, OnceLock, mpsc},
    thread,
};
use tempfile::TempDir;

/// The moment everything is seen from: 2026-11-23.
pub const NOW: Moment = Moment(1_795_392_000);

/// A server, and the browser to look at it with.
pub struct Site {
    pub browser: &'static Chromium,
    state: Data<State>,
    address: SocketAddr,
    /// A newer sign-in link ends the older one: between making one and using it nobody else may.
    signing_in: Mutex<()>,
    /// Where its accounts are, if it has any.
    _folder: Option<TempDir>,
}

impl Site {
    /// The story, for tests that only look; none where there is no browser.
    pub fn story() -> Option<&'static Self> {
        static STORY: OnceLock<Site> = OnceLock::new();
        let browser = Chromium::shared()?;
        Some(STORY.get_or_init(|| Self::over(browser, story())))
    }

    /// The story, for one test that changes something.
    pub fn own() -> Option<Self> {
        Chromium::shared().map(|browser| Self::over(browser, story()))
    }

    /// The story, with the ring of its case confirmed, on a server that keeps packages.
    pub fn with_packages() -> Option<Self> {
        let browser = Chromium::shared()?;
        let folder = tempfile::tempdir().unwrap();
        let engine = story();
        let ring = ring_id(&engine.view(), EVAN).parse().unwrap();
        let verdict = Verdict::Ring { ring, verdict: RingStatus::Confirmed };
        engine.judge(verdict, "cy", "the courier").unwrap();
        let house = Organisation {
            name: "Example Corporation".to_owned(),
            address: "1 Example Plaza, Springfield".to_owned(),
            contact: "Cy Example, investigations".to_owned(),
            ..Organisation::default()
        };
        let state = State::new(Arc::new(engine), [127, 0, 0, 1].into())
            .referring(Kept::of(folder.path()), house);
        Some(Self { _folder: Some(folder), ..Self::of(browser, state) })
    }

    /// The story, on a server that makes reports, with a season of them.
    pub fn with_reports() -> Option<Self> {
        let browser = Chromium::shared()?;
        let engine = Arc::new(story());
        let state = State::new(engine.clone(), [127, 0, 0, 1].into())
            .reporting(Arc::new(MadeUp::season(engine)));
        Some(Self::of(browser, state))
    }

    /// A store with nothing in it.
    pub fn empty() -> Option<Self> {
        Chromium::shared().map(|browser| Self::over(browser, empty()))
    }

    /// A store with nothing in it, where people can have accounts and nobody has one yet.
    pub fn with_accounts() -> Option<Self> {
        let browser = Chromium::shared()?;
        let folder = tempfile::tempdir().unwrap();
        let state = State::new(Arc::new(empty()), [127, 0, 0, 1].into());
        let state = state.behind(Door::of(folder.path()));
        Some(Self { _folder: Some(folder), ..Self::of(browser, state) })
    }

    fn over(browser: &'static Chromium, engine: Engine) -> Self {
        Self::of(browser, State::new(Arc::new(engine), [127, 0, 0, 1].into()))
    }

    fn of(browser: &'static Chromium, state: State) -> Self {
        let state = Data::new(state);
        let served = state.clone();
        let (tell, told) = mpsc::channel();
        // It serves until this process ends.
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || App::new().configure(app(served.clone())))
                    .workers(2)
                    .disable_signals()
                    .bind(("127.0.0.1", 0))
                    .unwrap();
                tell.send(server.addrs()[0]).unwrap();
                server.run().await.unwrap();
            });
        });
        let address = told.recv().unwrap();
        Self { browser, state, address, signing_in: Mutex::default(), _folder: None }
    }

    /// A tab of somebody signed in, wide and light.
    pub fn page(&self) -> Page {
        self.page_as(Media::default())
    }

    /// A tab of somebody signed in.
    pub fn page_as(&self, media: Media) -> Page {
        self.page_of("ann", media)
    }

    /// A tab of somebody of this name.
    pub fn page_of(&self, name: &str, media: Media) -> Page {
        let page = self.page_outside(media);
        let cookie = {
            let _alone = self.signing_in.lock().unwrap();
            let token = self.state.sessions.one_time_link(name).unwrap();
            self.state.sessions.sign_in(&token, NOW).unwrap().unwrap()
        };
        page.set_cookie("ringer_session", &cookie);
        page
    }

    /// A tab of somebody who is not signed in.
    pub fn page_outside(&self, media: Media) -> Page {
        let page = Page::open(self.browser, &format!("http://{}", self.address));
        page.emulate(media);
        page
    }

    /// The path of a link that signs in once.
    pub fn one_time_link(&self) -> String {
        format!("/sign-in/{}", self.state.sessions.one_time_link("clerk").unwrap())
    }

    /// What the pages show.
    pub fn view(&self) -> Arc<View> {
        self.state.desk.view()
    }
}

fn empty() -> Engine {
    let clock = Arc::new(FixedClock(NOW));
    let store = Box::new(MemoryStore::new(clock.clone()));
    Engine::open(store, Policy::default(), clock).unwrap()
}

fn story() -> Engine {
    let engine = empty();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed_data/applications.csv");
    // A name without folders: pages show it, and pictures of them should be the same everywhere.
    let input = ingest::Input::stream("applications.csv", File::open(file).unwrap());
    let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
    let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
    let counts =
        engine.import("applications.csv", &mut reader, &mut reject, "ann", &mut progress).unwrap();
    assert_eq!((counts.new, counts.rejected), (4_600, 0));
    open_case(&engine);
    engine
}

/// The case that the story has.
static CASE: OnceLock<CaseId> = OnceLock::new();

/// The page of the case that the story has, once there is a site of it.
pub fn case() -> String {
    format!("/cases/{}", CASE.get().unwrap())
}

/// A case about the story's first ring: overdue, with notes, one of them struck, and one that mentions whoever looks.
fn open_case(engine: &Engine) {
    let ring = ring_id(&engine.view(), EVAN).parse().unwrap();
    let id = engine.open_case(CaseSubject::Ring(ring), "The house on Maple Ct", "bo").unwrap();
    let note = |text: &str| CaseEvent::Noted { text: text.to_owned() };
    let due = CaseEvent::DueSet { due: "2026-11-20".parse().ok() };
    let mut version = engine.cases().get(&id).unwrap().version;
    for event in [
        CaseEvent::Assigned { to: Some("ann".to_owned()) },
        due,
        note(
            "Called the courier:\n\n- one porch\n- **five** boxes for `A0003538`\n\n> nobody asked",
        ),
        note("Said twice."),
    ] {
        version = engine.change_case(&id, version, event, "bo").unwrap();
    }
    let struck = CaseEvent::NoteStruck { note: version, why: "twice".to_owned() };
    version = engine.change_case(&id, version, struck, "bo").unwrap();
    engine.change_case(&id, version, note("@ann, what does the landlord say?"), "bo").unwrap();
    // The same in every site: ids come from what is in the store.
    CASE.get_or_init(|| id);
}
