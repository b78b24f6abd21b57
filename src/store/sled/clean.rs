//! The marker of an orderly close, in the file `clean`. Not responsible for what follows from its absence: the
//! next open checks more.
//!
//! Invariant: there only while no process writes; what it says was true when the store was closed.

use crate::store::{
    StoreError,
    journal::Witness,
    layout::{self, Layout},
};
use serde::{Deserialize, Serialize};
use std::fs;

/// What was there at an orderly close.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Clean {
    /// Where the journal ended.
    pub journal: Witness,
}

impl Clean {
    /// The marker; none when there is none or it is unreadable.
    pub fn read(layout: &Layout) -> Option<Self> {
        serde_json::from_slice(&fs::read(layout.clean()).ok()?).ok()
    }

    /// Leaves the marker. Everything else is closed by then.
    pub fn write(layout: &Layout, journal: Witness) -> Result<(), StoreError> {
        let clean = Self { journal };
        let text =
            serde_json::to_vec(&clean).map_err(|e| StoreError::Encode { what: e.to_string() })?;
        layout::replace(&layout.clean(), &[&text])
    }

    /// Removes the marker, before anything is written.
    pub fn forget(layout: &Layout) -> Result<(), StoreError> {
        let path = layout.clean();
        if path.exists() {
            fs::remove_file(&path).map_err(StoreError::io(&path))?;
            layout::sync_dir(&layout.dir)?;
        }
        Ok(())
    }
}
