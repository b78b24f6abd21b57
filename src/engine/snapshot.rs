//! Snapshots of the live view: so that opening a store does not compute everything anew. Not responsible for
//! where the bytes are kept (`store`).
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
    matching::{Background, Corpus, FEATURES, Policy},
    model::{Applicant, Link, Ring},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Name of the snapshot in the store.
pub const NAME: &str = "live";

/// Version of the layout below and of everything computed into it; raised with any change of either.
const FORMAT: u32 = 3;

#[derive(Serialize, Deserialize)]
struct Image {
    ledger: LedgerImage,
    corpus: Vec<u8>,
    applicants: Vec<Applicant>,
    links: Vec<Link>,
    background: Background,
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

/// The bytes of a snapshot; none when they cannot be encoded. O(n).
#[must_use]
pub fn write(ledger: &Ledger, view: &View, policy: &Policy) -> Option<Vec<u8>> {
    let image = Image {
        ledger: ledger.image(),
        corpus: ledger.corpus.to_bytes(),
        applicants: view.network.applicants().to_vec(),
        links: view.network.links().to_vec(),
        background: Background::clone(&view.background),
        rings: view.rings.clone(),
        effort: view.effort,
    };
    postcard::to_extend(&image, stamp(policy).to_vec()).ok()
}

/// What a snapshot holds; none when it is of another version or policy, or broken. O(n log n).
#[must_use]
pub fn read(bytes: &[u8], policy: &Policy) -> Option<(Ledger, Derived)> {
    let body = bytes.strip_prefix(&stamp(policy))?;
    let image: Image = postcard::from_bytes(body).ok()?;
    let mut ledger = Ledger::from(image.ledger);
    ledger.corpus = Corpus::from_bytes(&image.corpus)?;
    let mut corpus = ledger.corpus.clone();
    corpus.settle();
    let sound = image.applicants.iter().map(|a| a.applications.len()).sum::<usize>()
        == corpus.len()
        && image.links.iter().all(|l| l.a < l.b && l.b.at() < image.applicants.len())
        && image.background.len() == corpus.attribute_numbers().len();
    let network = sound.then(|| Network::new(corpus, image.applicants, image.links))?;
    let derived =
        Derived { network, background: image.background, rings: image.rings, effort: image.effort };
    Some((ledger, derived))
}
