//! What a command works with: settings, clock, output, and the engine over the store they name. Not responsible
//! for parsing arguments (`cli::args`).
//!
//! Invariant: only commands that bring data make a store; a mistyped `--data` never leaves an empty one behind.

use crate::{
    casework::{
        Attachments,
        audit::{self, Trail},
        keeping::{self, AftermathError, KeptReports, Packages},
    },
    cli::{
        CliError,
        id_key_file::hashing,
        output::{Output, plain},
        progress::Progress,
        recording::{Asked, PLACE},
        settings::{Settings, Sources},
    },
    engine::{Engine, Surroundings, View},
    indicators::{Completions, IpFiles},
    model::Clock,
    store::{SledOptions, SledStore, Store, StoreError},
};
use std::{
    cell::RefCell,
    fs,
    io::{self, Write},
    path::Path,
    sync::{Arc, OnceLock},
};

/// Problems of one table that are told one by one.
const MOST_PROBLEMS: usize = 10;

/// What a command works with.
pub struct Context {
    /// Every setting.
    pub settings: Settings,
    /// Where the settings came from.
    pub sources: Sources,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Standard output.
    pub out: Output,
    /// What the audit trail is told when the store is opened.
    pub asked: RefCell<Option<Asked>>,
    trail: OnceLock<Arc<Trail>>,
}

impl Context {
    /// What a command works with that was asked for by these settings.
    #[must_use]
    pub fn new(settings: Settings, sources: Sources, clock: Arc<dyn Clock>, out: Output) -> Self {
        let (asked, trail) = (RefCell::default(), OnceLock::new());
        Self { settings, sources, clock, out, asked, trail }
    }

    /// The audit trail of the settings' store, once the settings are final.
    pub fn trail(&self) -> Arc<Trail> {
        Arc::clone(self.trail.get_or_init(|| {
            let trail = Trail::of(&self.settings.data);
            trail.seen(&self.settings.user, PLACE);
            Arc::new(trail)
        }))
    }

    /// Records the command that runs, if it is to be and was not yet.
    ///
    /// # Errors
    /// When it cannot be recorded; it must not go on then.
    pub fn record(&self, view: Option<&View>) -> Result<(), CliError> {
        match self.asked.take() {
            Some(asked) => {
                Ok(asked.record(&self.trail(), view, &self.settings.user, self.clock.now())?)
            }
            None => Ok(()),
        }
    }

    /// Tells the user something that is not data, on standard error.
    pub fn note(&self, text: &str) {
        // A failing write to stderr has nowhere left to be reported.
        let _ = writeln!(io::stderr(), "{}", plain(text));
    }

    /// Whether there is a store in the settings' folder, opened by anybody or not.
    #[must_use]
    pub fn has_store(&self) -> bool {
        begun(&self.settings.data)
    }

    /// The store in the settings' folder, which must be there.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn store(&self) -> Result<Box<dyn Store>, CliError> {
        let data = &self.settings.data;
        if !begun(data) {
            return Err(CliError::NoStore(data.display().to_string()));
        }
        self.opened(data, |dir, clock| match SledStore::open(dir, SledOptions::default(), clock) {
            // Reading beside `ringer serve` is fine; the lock is about writing.
            Err(StoreError::InUse { .. }) => {
                SledStore::open_reader(dir, Arc::clone(&self.clock)).map(Opened::Beside)
            }
            other => other.map(Opened::Alone),
        })
    }

    /// The store in the settings' folder, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made or opened.
    pub fn store_or_new(&self) -> Result<Box<dyn Store>, CliError> {
        let data = &self.settings.data;
        let is_empty = data.read_dir().map_or(true, |mut entries| entries.next().is_none());
        if !is_empty && !begun(data) {
            return Err(CliError::NotAStore(data.display().to_string()));
        }
        self.alone()
    }

    /// The store in the settings' folder, which must be there, for writing.
    ///
    /// # Errors
    /// When there is none, another process writes to it, or it cannot be opened.
    pub fn store_to_write(&self) -> Result<Box<dyn Store>, CliError> {
        let data = &self.settings.data;
        if !begun(data) {
            return Err(CliError::NoStore(data.display().to_string()));
        }
        self.alone()
    }

    /// The engine over the store in the settings' folder, which must be there.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn engine(&self) -> Result<Engine, CliError> {
        self.engine_over(self.store()?)
    }

    /// The engine over the store in the settings' folder, which must be there, for judging.
    ///
    /// # Errors
    /// When there is none, another process writes to it, or it cannot be opened.
    pub fn engine_to_write(&self) -> Result<Engine, CliError> {
        self.engine_over(self.store_to_write()?)
    }

    /// The engine over the store in the settings' folder, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made or opened.
    pub fn engine_or_new(&self) -> Result<Engine, CliError> {
        self.engine_over(self.store_or_new()?)
    }

    /// The same, hashing ids as the settings say: for what brings applications in.
    ///
    /// # Errors
    /// When the store cannot be made or opened, or the key for hashed ids is missing or another.
    pub fn engine_to_import(&self) -> Result<Engine, CliError> {
        hashing(self, self.engine_or_new()?, true)
    }

    /// The engine over the store in the settings' folder, which must be there, for screening.
    ///
    /// # Errors
    /// When there is none, it cannot be opened, or the key for hashed ids is missing or another.
    pub fn engine_to_screen(&self) -> Result<Engine, CliError> {
        hashing(self, self.engine()?, false)
    }

    /// An engine over an open store, under the settings' policy.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn engine_over(&self, store: Box<dyn Store>) -> Result<Engine, CliError> {
        let _bar = Progress::new("reading the store");
        let engine = Engine::open(store, self.settings.policy.clone(), Arc::clone(&self.clock))?;
        let engine = engine.within(self.surroundings()?);
        self.record(Some(&engine.view()))?;
        if engine.store().read_only().is_some() {
            return Ok(engine);
        }
        // Whoever erased may have been killed before the last file was removed.
        let attachments = Attachments::of(&self.settings.data);
        keeping::finish(&engine.view(), &engine.cases(), &attachments)?;
        Packages::of(&self.settings.data).finish().map_err(AftermathError::from)?;
        KeptReports::of(&self.settings.data).finish().map_err(AftermathError::from)?;
        let trail = self.trail();
        let owed = audit::recover(&trail, engine.store())?;
        if owed > 0 {
            self.note(&format!("note: {owed} decisions were made up for in the audit trail"));
        }
        Ok(engine.watched_by(trail))
    }

    /// What the settings say is known beside the store.
    fn surroundings(&self) -> Result<Surroundings, CliError> {
        let read = |file: &Path| {
            let what = format!(
                "cannot read {}, which the settings ip_files or completions name",
                file.display()
            );
            fs::read(file).map_err(|source| CliError::Surroundings { what, source })
        };
        let mut ips = IpFiles::new();
        for file in &self.settings.ip_files {
            let name = file.display().to_string();
            ips.add(&name, read(file)?)
                .map_err(|error| CliError::Usage(format!("setting ip_files: {error}")))?;
        }
        let mut completions = None;
        if let Some(file) = &self.settings.completions {
            let (table, problems) = Completions::read(&String::from_utf8_lossy(&read(file)?));
            for problem in problems.iter().take(MOST_PROBLEMS) {
                self.note(&format!("{} line {}: {}", file.display(), problem.line, problem.reason));
            }
            if problems.len() > MOST_PROBLEMS {
                self.note(&format!("{}: {} problems in all", file.display(), problems.len()));
            }
            completions = Some(Arc::new(table));
        }
        Ok(Surroundings {
            policy: self.settings.indicators.clone(),
            ips: Arc::new(ips),
            completions,
            ids: None,
        })
    }

    fn alone(&self) -> Result<Box<dyn Store>, CliError> {
        self.opened(&self.settings.data, |dir, clock| {
            SledStore::open(dir, SledOptions::default(), clock).map(Opened::Alone)
        })
    }

    fn opened(
        &self,
        data: &Path,
        open: impl FnOnce(&Path, Arc<dyn Clock>) -> Result<Opened, StoreError>,
    ) -> Result<Box<dyn Store>, CliError> {
        let bar = Progress::new("opening the store");
        let opened = open(data, Arc::clone(&self.clock))?;
        drop(bar);
        let store = match opened {
            Opened::Alone(store) => store,
            Opened::Beside(store) => {
                self.note("note: another process writes to this store; this is how it is now");
                store
            }
        };
        for notice in store.notices() {
            self.note(&format!("note: {} ({})", notice.text, notice.at));
        }
        Ok(Box::new(store))
    }
}

/// How a store was opened.
enum Opened {
    /// With the lock.
    Alone(SledStore),
    /// For reading, while another process has the lock.
    Beside(SledStore),
}

/// Whether somebody began to make a store here, finished or not.
fn begun(data: &Path) -> bool {
    ["format", "journal", "LOCK"].iter().any(|name| data.join(name).exists())
}
