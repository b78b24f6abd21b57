//! The post: every way by which things are delivered, and the settings they need. Not responsible for when something is
//! delivered (`outbox`).
//!
//! A way is one file and one line in [`WAYS`].
//!
//! Invariant: without a setting nothing leaves the machine; a try takes no more than a minute, whatever the other side does,
//! and none of it breaks off whoever asked for it.

use crate::{
    model::{Attempt, Moment, Recipient},
    reports::delivery::{
        Carrier, FolderSettings, Shipment, SmtpSettings, WebhookSettings, folder, mail,
        trouble::Trouble, webhook,
    },
};
use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

/// Seconds that a way waits for an answer.
const PATIENCE: Duration = Duration::from_secs(45);

/// What is added to that until a try is given up from outside: some waits come one after the other.
const GRACE: Duration = Duration::from_secs(10);

/// What the ways need to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostSettings {
    /// How mail goes out; it does not where there is none.
    pub smtp: Option<SmtpSettings>,
    /// How webhooks are signed and where they may lead.
    pub webhook: WebhookSettings,
    /// Which folders may be written to.
    pub folder: FolderSettings,
    /// How long a way waits for an answer: 45 s, less in tests.
    pub patience: Duration,
}

impl Default for PostSettings {
    fn default() -> Self {
        Self {
            smtp: None,
            webhook: WebhookSettings::default(),
            folder: FolderSettings::default(),
            patience: PATIENCE,
        }
    }
}

/// A way by which something is delivered.
pub struct Way {
    /// Whom it is for, as [`Recipient::kind`] says it.
    pub kind: &'static str,
    /// What it leads to, in a few words.
    pub about: &'static str,
    /// What is missing or forbidden for this recipient, with the way out; none where a try makes sense.
    pub lacks: fn(&PostSettings, &Recipient) -> Option<String>,
    /// Tries once.
    pub carry: fn(&PostSettings, &Shipment, Moment) -> Attempt,
}

/// Every way.
pub const WAYS: &[Way] = &[mail::WAY, webhook::WAY, folder::WAY];

/// Brings things to recipients by mail, webhook or folder.
#[derive(Debug, Clone)]
pub struct Post {
    settings: Arc<PostSettings>,
}

impl Post {
    /// A post with these settings.
    #[must_use]
    pub fn new(settings: PostSettings) -> Self {
        Self { settings: Arc::new(settings) }
    }

    /// What is missing or forbidden for a recipient, with the way out, so that whoever adds one is told at once; none where a
    /// try makes sense. Looks at settings and folders, at nothing over the network.
    #[must_use]
    pub fn lacks(&self, to: &Recipient) -> Option<String> {
        (way(to)?.lacks)(&self.settings, to)
    }
}

fn way(to: &Recipient) -> Option<&'static Way> {
    WAYS.iter().find(|way| way.kind == to.kind())
}

impl Carrier for Post {
    fn lacks(&self, to: &Recipient) -> Option<String> {
        Self::lacks(self, to)
    }

    fn carry(&self, shipment: &Shipment, now: Moment) -> Attempt {
        let Some(way) = way(&shipment.to) else {
            return Err(Trouble::lasting("there is no way to such a recipient; this is a defect"))
                .into();
        };
        let (settings, shipment) = (Arc::clone(&self.settings), shipment.clone());
        let longest = settings.patience + GRACE;
        let carry = way.carry;
        // On a thread of its own, which is left to itself when it takes too long: a name that does not resolve, a drive that
        // hangs and a server that drips can hold up a thread in ways that no timeout of a library covers.
        let (tell, told) = mpsc::sync_channel(1);
        let begun = thread::Builder::new().name("delivery".to_owned()).spawn(move || {
            drop(tell.send(carry(&settings, &shipment, now)));
        });
        let outcome = match begun.map(|_| told.recv_timeout(longest)) {
            Ok(Ok(attempt)) => return attempt,
            Ok(Err(mpsc::RecvTimeoutError::Timeout)) => {
                format!("not done after {} s; it may have arrived", longest.as_secs())
            }
            Ok(Err(mpsc::RecvTimeoutError::Disconnected)) => {
                "the program failed at it; this is a defect".to_owned()
            }
            Err(_) => "the machine has no thread left for it".to_owned(),
        };
        Err(Trouble::passing(outcome)).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Parcel, ReportId},
        reports::delivery::{Letter, Load},
    };

    #[test]
    fn every_recipient_has_a_way_and_nothing_goes_out_unless_it_was_configured() {
        let post = Post::new(PostSettings::default());
        for (to, said) in [
            ("ann@example.com", "set [smtp] host"),
            ("https://hooks.example.com/x", "set [webhook] secret_file"),
            ("folder:/nowhere/at/all", "is not there"),
        ] {
            let to: Recipient = to.parse().unwrap();
            assert!(post.lacks(&to).unwrap().contains(said));
            let load = match &to {
                Recipient::Mail(_) => Load::Letter(Letter::default()),
                Recipient::Webhook(_) => Load::Hook(b"{}".to_vec()),
                Recipient::Folder(_) => Load::Files(vec![]),
            };
            let shipment = Shipment { parcel: Parcel::Report(ReportId::derive("r")), to, load };
            match post.carry(&shipment, Moment(0)) {
                Attempt::Failed { why, is_final } => {
                    assert!(why.contains(said) && !is_final, "{why}")
                }
                delivered @ Attempt::Delivered { .. } => panic!("{delivered:?}"),
            }
        }
        assert!(PATIENCE + GRACE < Duration::from_secs(60));
    }

    #[test]
    fn a_load_of_another_way_is_refused_for_good() {
        let smtp = SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: 1,
            tls: super::super::SmtpTls::None,
            login: None,
            from: "ringer@example.com".to_owned(),
            ca: None,
        };
        let post = Post::new(PostSettings { smtp: Some(smtp), ..PostSettings::default() });
        for to in ["ann@example.com", "folder:/"] {
            let (parcel, load) = (Parcel::Report(ReportId::derive("r")), Load::Hook(vec![]));
            let shipment = Shipment { parcel, to: to.parse().unwrap(), load };
            assert!(matches!(
                post.carry(&shipment, Moment(0)),
                Attempt::Failed { is_final: true, .. }
            ));
        }
    }
}
