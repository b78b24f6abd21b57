//! `ringer verify`: the journal is whole, and everything computed follows from it.
//!
//! Invariant: verifying changes nothing.

use crate::{
    cli::{CliError, Exit, context::Context},
    engine::{Engine, View},
    model::{ApplicationId, Fact, Seq},
    store::{Head, Notice, Store, StoreError, Verified, Version},
};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Arguments of `ringer verify`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer verify\n\n\
    Reads every fact, checks its place in the hash chain and its served copy, then computes\n\
    applicants, links and rings anew and compares. Prints one JSON object. Ends with exit code\n\
    4 when the store is damaged, 1 when what is served is not what the journal says.")]
pub struct Args {}

#[derive(Serialize)]
struct Report {
    facts: u64,
    applications: u64,
    head: String,
    applicants: usize,
    links: usize,
    rings: usize,
    differences: Vec<String>,
}

/// Verifies and prints what was looked at.
///
/// # Errors
/// When the store is damaged or cannot be opened, or the report not be written.
pub fn run(_args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let store: Arc<dyn Store> = Arc::from(ctx.store()?);
    let verified = store.verify()?;
    let served = ctx.engine_over(Box::new(Frozen::new(&store, Snapshots::Read)))?;
    let anew = Frozen::new(&store, Snapshots::Ignore);
    let wrote = Arc::clone(&anew.wrote);
    let anew = ctx.engine_over(Box::new(anew))?;
    let view = anew.view();
    let mut differences = differences(&served, &view);
    if wrote.load(Ordering::Relaxed) {
        differences.push("computing everything anew would change rings".to_owned());
    }
    let exit = if differences.is_empty() { Exit::Ok } else { Exit::Nothing };
    ctx.out.object(&Report {
        facts: verified.facts,
        applications: verified.applications,
        head: verified.head.hash.iter().map(|b| format!("{b:02x}")).collect(),
        applicants: view.network.applicants().len(),
        links: view.network.links().len(),
        rings: view.rings.len(),
        differences,
    })?;
    Ok(exit)
}

fn differences(served: &Engine, anew: &View) -> Vec<String> {
    let served = served.view();
    let mut found = Vec::new();
    let mut check = |what: &str, same: bool| {
        if !same {
            found.push(format!("the {what} served are not the ones computed anew"));
        }
    };
    check("applicants", members(&served) == members(anew));
    check("links", served.network.links() == anew.network.links());
    check("rings", served.rings == anew.rings);
    check("judgements", served.judgements == anew.judgements);
    found
}

/// The applications of every applicant.
fn members(view: &View) -> BTreeSet<(&str, Vec<&str>)> {
    let corpus = view.network.corpus();
    let applicants = view.network.applicants().iter();
    applicants
        .map(|applicant| {
            let ids = applicant.applications.iter().map(|&a| corpus.application(a).id.as_str());
            (applicant.id.as_str(), ids.collect())
        })
        .collect()
}

/// Whether an engine may start from a snapshot.
#[derive(PartialEq)]
enum Snapshots {
    Read,
    Ignore,
}

/// A store that notes attempts to write and does not write.
struct Frozen {
    store: Arc<dyn Store>,
    snapshots: Snapshots,
    wrote: Arc<AtomicBool>,
}

impl Frozen {
    fn new(store: &Arc<dyn Store>, snapshots: Snapshots) -> Self {
        Self { store: Arc::clone(store), snapshots, wrote: Arc::default() }
    }
}

impl Store for Frozen {
    fn append(&self, facts: &[Fact]) -> Result<Seq, StoreError> {
        if !facts.is_empty() {
            self.wrote.store(true, Ordering::Relaxed);
        }
        Ok(self.store.head().seq)
    }

    fn head(&self) -> Head {
        self.store.head()
    }

    fn facts(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Fact) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.store.facts(from, each)
    }

    fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, StoreError> {
        self.store.versions(id)
    }

    fn write_snapshot(&self, _name: &str, _seq: Seq, _body: &[u8]) -> Result<(), StoreError> {
        Ok(())
    }

    fn read_snapshot(&self, name: &str) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
        if self.snapshots == Snapshots::Read { self.store.read_snapshot(name) } else { Ok(None) }
    }

    fn read_only(&self) -> Option<String> {
        self.store.read_only()
    }

    fn notices(&self) -> Vec<Notice> {
        self.store.notices()
    }

    fn verify(&self) -> Result<Verified, StoreError> {
        self.store.verify()
    }
}
