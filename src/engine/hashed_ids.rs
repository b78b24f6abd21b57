//! Ids that are hashed before anything keeps them. Not responsible for hashing (`ingest`), nor for the key's file (`cli`).
//!
//! Invariant: where an engine has a key, nothing it imports, rehearses or screens goes on with an id as it was given.

use crate::{
    engine::Engine,
    ingest::{IdKey, Reader},
    model::{Application, sealed},
};
use std::{borrow::Cow, sync::Arc};

impl Engine {
    /// The same engine, hashing ids under this key.
    #[must_use]
    pub fn hashing_ids(mut self, key: IdKey) -> Self {
        self.surroundings.ids = Some(Arc::new(key));
        self
    }

    /// Under which key the ids in the store were hashed, as eight digits that tell it; none when none was. O(applications).
    #[must_use]
    pub fn hashed_under(&self) -> Option<String> {
        let view = self.view();
        let corpus = view.network.corpus();
        corpus.apps().find_map(|app| {
            let app = corpus.app(app);
            let date = app.birth_date().map(|word| corpus.word(word));
            let number = app.national_id().map(|id| corpus.value(id));
            date.and_then(sealed::key_of).or_else(|| sealed::key_of(number?)).map(str::to_owned)
        })
    }

    /// Has a reader hash ids, where this engine does.
    pub(super) fn hash_ids_of(&self, reader: &mut Reader) {
        if let Some(key) = &self.surroundings.ids {
            reader.hash_ids(key.clone());
        }
    }

    /// An application with its ids hashed, where this engine does that.
    pub(super) fn with_hashed_ids<'a>(&self, application: &'a Application) -> Cow<'a, Application> {
        match &self.surroundings.ids {
            Some(key) => Cow::Owned(key.sealed(application.clone())),
            None => Cow::Borrowed(application),
        }
    }
}
