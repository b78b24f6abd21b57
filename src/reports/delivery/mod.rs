//! Delivery: a report or an alert is brought to a recipient, and tried again where that fails. Not responsible for what is in
//! it (`render`, `alerts`) nor for putting a try on record (`engine`).
//!
//! Invariant: a try that failed is on record with its reason and is repeated later, or is final and says so; nothing is
//! lost by it.

mod backoff;
mod ca;
mod folder;
mod hosts;
mod key;
mod letter;
mod mail;
mod outbox;
mod post;
mod secret_file;
mod sight;
mod trouble;
mod webhook;

pub use backoff::{MOST_TRIES, due_at};
pub use folder::FolderSettings;
pub use key::key_of;
pub use mail::{SmtpSettings, SmtpTls, UnknownSmtpTls};
pub use outbox::{Loader, Tally, deliver, deliver_parcel, deliver_until};
pub use post::{Post, PostSettings, WAYS, Way};
pub use sight::sight_of;
pub use webhook::{WebhookSettings, signature};

use crate::model::{Attempt, Moment, Parcel, Recipient};

/// A file that goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name: `a-z`, `0-9`, `-`, `_` and a dot.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A letter: the same in plain text and in HTML, which shows images by `cid:` and their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letter {
    /// Subject, one line.
    pub subject: String,
    /// Plain text, lines of at most 76 characters.
    pub text: String,
    /// HTML that needs nothing from outside.
    pub html: String,
    /// PNG images that the HTML shows.
    pub images: Vec<Enclosure>,
    /// Attached files.
    pub files: Vec<Enclosure>,
}

/// What is carried, in the form that suits the recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load {
    /// For a mailbox.
    Letter(Letter),
    /// For a webhook: the body of the request, JSON.
    Hook(Vec<u8>),
    /// For a folder.
    Files(Vec<Enclosure>),
}

/// Something to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// What it is.
    pub parcel: Parcel,
    /// To whom.
    pub to: Recipient,
    /// What is carried.
    pub load: Load,
}

/// Brings things to recipients.
pub trait Carrier: Send + Sync {
    /// Tries once. The same shipment may have arrived before without anybody knowing: a receiver that wants to can tell by
    /// the parcel. May take as long as the other side lets it, at most a minute.
    fn carry(&self, shipment: &Shipment, now: Moment) -> Attempt;

    /// What is missing or forbidden for a recipient, with the way out; none where a try makes sense. Asks nobody over the
    /// network, and may wait for a disk.
    fn lacks(&self, _to: &Recipient) -> Option<String> {
        None
    }
}
