//! Who holds a store: one process at a time may write. Not responsible for readers, which need no lock.
//!
//! Invariant: the lock is the system's on the open file and goes with the process, however it ends; the text
//! in the file only says who holds it.

use crate::{
    model::Moment,
    store::{StoreError, layout::Layout},
};
use std::{
    fs::{File, TryLockError},
    io::{Read, Write},
    process,
};

/// Held while it lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the store for this process.
    ///
    /// # Errors
    /// `InUse`, naming the holder, when another has it.
    pub fn take(layout: &Layout, command: &str, now: Moment) -> Result<Self, StoreError> {
        let path = layout.lock();
        let io = || StoreError::io(&path);
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(layout, &mut file)),
            Err(TryLockError::Error(e)) => return Err(io()(e)),
        }
        // The name is a courtesy: a full disk must not keep anybody from reading.
        let _ = file.set_len(0);
        let command: String =
            command.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = file.write_all(format!("{}\n{now}\n{command}\n", process::id()).as_bytes());
        Ok(Self { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn in_use(layout: &Layout, file: &mut File) -> StoreError {
    let mut text = String::new();
    let _ = file.take(4096).read_to_string(&mut text);
    let mut lines = text.lines();
    let mut next = |unknown: &str| lines.next().unwrap_or(unknown).to_owned();
    StoreError::InUse {
        dir: layout.dir.clone(),
        pid: next("0").parse().unwrap_or(0),
        since: next("just now"),
        command: next("just starting"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_the_store_and_gets_it_afterwards() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        let first = Lock::take(&layout, "ringer serve", Moment(0)).unwrap();
        let told = Lock::take(&layout, "ringer import", Moment(5)).unwrap_err().to_string();
        let pid = format!("process {} (ringer serve), since 1970-01-01T00:00:00Z", process::id());
        assert!(told.contains(&pid), "{told}");
        drop(first);
        Lock::take(&layout, "ringer import", Moment(5)).unwrap();
    }
}
