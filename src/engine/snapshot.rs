//! Snapshots of the live view: so that opening a store does not compute everything anew. Not responsible for
//! where the bytes are kept (`store`).
//!
//! The corpus is kept in parts of tens of megabytes, so that neither writing nor reading holds it twice.
//!
//! Invariant: never the only copy of anything. A snapshot of another version, another policy or broken bytes is
//! passed over, and everything is computed from the journal.

use crate::{
    engine::{
        View,
        derive::{Derived, Effort},
        ledger::{Ledger, LedgerImage},
    },
    graph::Network,
    matching::{Applicants, Background, Corpus, Edges, FEATURES, Policy},
    model::{Applicant, Link, Ring},
    store::{Store, StoreError},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{panic::resume_unwind, sync::mpsc::sync_channel, thread};

/// Name of the snapshot in the store.
pub const NAME: &str = "live";

/// More bytes than any part of the corpus has: 256 MiB.
const LARGEST: u32 = 256 << 20;

/// Version of the layout below and of everything computed into it; raised with any change of either.
const FORMAT: u32 = 15;

#[derive(Serialize, Deserialize)]
struct Image {
    ledger: LedgerImage,
    /// Parts of the corpus.
    parts: u32,
    /// By number; one without applications is retired.
    applicants: Vec<Applicant>,
    /// By number; none where one was removed.
    links: Vec<Option<Link>>,
    background: Background,
    edges: Edges,
    rings: Vec<Ring>,
    effort: Effort,
}

/// What a snapshot must agree on to be used: layout, version of Ringer, list of features, policy.
fn stamp(policy: &Policy) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(FORMAT.to_le_bytes());
    hash.update(env!("CARGO_PKG_VERSION"));
    for feature in FEATURES {
        hash.update(feature.name());
        hash.update([0]);
    }
    hash.update(policy.hash());
    hash.finalize().into()
}

/// The name of a part of the corpus in the store.
fn part(number: u32) -> String {
    format!("{NAME}-{number}")
}

/// How a snapshot is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Somebody waits for it: by two threads.
    Awaited,
    /// Others come and go meanwhile, and are left the other processors: by this thread.
    Aside,
}

/// Writes a snapshot: the corpus in parts, and last the rest, which says how many parts belong to it. One that
/// cannot be encoded is not written. O(n).
///
/// # Errors
/// When the store refuses it.
pub fn write(
    store: &dyn Store,
    ledger: &Ledger,
    view: &View,
    policy: &Policy,
    pace: Pace,
) -> Result<(), StoreError> {
    let mut parts = 0;
    let mut keep = |bytes: Vec<u8>| -> Result<(), StoreError> {
        let packed = lz4_flex::block::compress_prepend_size(&bytes);
        drop(bytes);
        store.write_snapshot(&part(parts), ledger.seq, &packed)?;
        parts += 1;
        Ok(())
    };
    let mut image = if pace == Pace::Aside {
        ledger.corpus.write(&mut keep)?;
        image(ledger, view)
    } else {
        // One thread puts the parts together, another packs and keeps them; two are in memory between them.
        thread::scope(|scope| {
            let (to, from) = sync_channel::<Vec<u8>>(1);
            let keeping = scope.spawn(move || from.into_iter().try_for_each(keep));
            // Nobody listens any more when the store refused one.
            let _ = ledger.corpus.write(&mut |bytes| to.send(bytes));
            drop(to);
            let image = image(ledger, view);
            keeping.join().unwrap_or_else(|words| resume_unwind(words)).map(|()| image)
        })?
    };
    image.parts = parts;
    match postcard::to_extend(&image, stamp(policy).to_vec()) {
        Ok(bytes) => store.write_snapshot(NAME, ledger.seq, &bytes),
        Err(_) => Ok(()),
    }
}

/// All but the corpus, not knowing yet how many parts that has.
fn image(ledger: &Ledger, view: &View) -> Image {
    Image {
        ledger: ledger.image(),
        parts: 0,
        applicants: view.network.applicants().all().cloned().collect(),
        links: view.network.link_slots().map(|link| link.cloned()).collect(),
        background: Background::clone(&view.background),
        edges: view.edges.clone(),
        rings: view.rings.iter().cloned().collect(),
        effort: view.effort,
    }
}

/// What the newest snapshot holds; none when there is none, or it is of another version or policy, or broken.
/// O(n log n).
///
/// # Errors
/// When the store cannot be read.
pub fn read(store: &dyn Store, policy: &Policy) -> Result<Option<(Ledger, Derived)>, StoreError> {
    let Some((seq, bytes)) = store.read_snapshot(NAME)? else { return Ok(None) };
    let image = bytes
        .strip_prefix(&stamp(policy))
        .and_then(|body| postcard::from_bytes::<Image>(body).ok())
        .filter(|image| image.ledger.seq() == seq);
    drop(bytes);
    let Some(image) = image else { return Ok(None) };
    let mut number = 0;
    let mut failed = None;
    let corpus = Corpus::read(&mut || {
        if number == image.parts {
            return None;
        }
        let found = store.read_snapshot(&part(number));
        number += 1;
        match found {
            // A part of another moment does not belong to it.
            Ok(found) => found.filter(|(of, _)| *of == seq).and_then(|(_, packed)| unpack(&packed)),
            Err(e) => {
                failed = Some(e);
                None
            }
        }
    });
    if let Some(e) = failed {
        return Err(e);
    }
    Ok(corpus.and_then(|corpus| assemble(image, corpus)))
}

/// A part unpacked; none when it says of itself that it is larger than any part is.
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let says = packed.first_chunk::<4>().map(|size| u32::from_le_bytes(*size))?;
    (says <= LARGEST).then(|| lz4_flex::block::decompress_size_prepended(packed).ok())?
}

fn assemble(image: Image, corpus: Corpus) -> Option<(Ledger, Derived)> {
    let mut ledger = Ledger::from(image.ledger);
    ledger.corpus = corpus;
    ledger.corpus.settle();
    let corpus = ledger.corpus.clone();
    let sound = image.applicants.iter().map(|a| a.applications.len()).sum::<usize>()
        == corpus.len()
        && image.links.iter().flatten().all(|l| l.a < l.b && l.b.at() < image.applicants.len());
    let network = sound.then(|| {
        let applicants = Applicants::new(image.applicants, corpus.len());
        Network::from_slots(corpus, applicants, image.links)
    })?;
    let derived = Derived {
        network,
        background: image.background,
        rings: image.rings,
        edges: image.edges,
        effort: image.effort,
    };
    Some((ledger, derived))
}
