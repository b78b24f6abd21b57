//! What a command works with: settings, clock, output, and the engine over the store they name. Not responsible
//! for parsing arguments (`cli::args`).
//!
//! Invariant: only commands that bring data make a store; a mistyped `--data` never leaves an empty one behind.

use crate::{
    cli::{
        CliError,
        output::{Output, plain},
        settings::{Settings, Sources},
    },
    engine::Engine,
    model::Clock,
    store::Store,
};
use std::{
    io::{self, Write},
    path::Path,
    sync::Arc,
};

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
}

impl Context {
    /// Tells the user something that is not data, on standard error.
    pub fn note(&self, text: &str) {
        // A failing write to stderr has nowhere left to be reported.
        let _ = writeln!(io::stderr(), "{}", plain(text));
    }

    /// The store in the settings' folder, which must be there.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn store(&self) -> Result<Box<dyn Store>, CliError> {
        let data = &self.settings.data;
        let is_empty = data.read_dir().map_or(true, |mut entries| entries.next().is_none());
        if is_empty {
            return Err(CliError::NoStore(data.display().to_string()));
        }
        self.opened(data)
    }

    /// The store in the settings' folder, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made or opened.
    pub fn store_or_new(&self) -> Result<Box<dyn Store>, CliError> {
        self.opened(&self.settings.data)
    }

    /// The engine over the store in the settings' folder, which must be there.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn engine(&self) -> Result<Engine, CliError> {
        self.engine_over(self.store()?)
    }

    /// The engine over the store in the settings' folder, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made or opened.
    pub fn engine_or_new(&self) -> Result<Engine, CliError> {
        self.engine_over(self.store_or_new()?)
    }

    /// An engine over an open store, under the settings' policy.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn engine_over(&self, store: Box<dyn Store>) -> Result<Engine, CliError> {
        Ok(Engine::open(store, self.settings.policy.clone(), Arc::clone(&self.clock))?)
    }

    fn opened(&self, data: &Path) -> Result<Box<dyn Store>, CliError> {
        let store = open_store(data, &self.clock)?;
        for notice in store.notices() {
            self.note(&format!("note: {} ({})", notice.text, notice.at));
        }
        if let Some(reason) = store.read_only() {
            self.note(&format!("note: the store is read-only: {reason}"));
        }
        Ok(store)
    }
}

/// Awaited: `store::SledStore::open(data, SledOptions, clock)`.
fn open_store(_data: &Path, _clock: &Arc<dyn Clock>) -> Result<Box<dyn Store>, CliError> {
    Err(CliError::Awaited("store"))
}
