//! The way to mailboxes: SMTP, encrypted, with name and password where the server wants them. Not responsible for what a
//! message consists of (`letter`).
//!
//! What the server says is kept where it has seen addresses alone. What it says after a password or after the letter itself
//! could repeat them, so of that only the code is kept, unless it took the letter.
//!
//! Invariant: nothing is sent without encryption but to this machine, and no certificate is taken on trust; `starttls` never
//! falls back to none.

use crate::{
    model::{Moment, Recipient},
    reports::delivery::{
        Load, Shipment, ca,
        key::key_of,
        letter::{self, Envelope},
        post::{PostSettings, Way},
        secret_file,
        trouble::{Trouble, network, quoted},
    },
};
use lettre::{
    Address,
    message::Mailbox,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{Certificate, CertificateStore, SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};
use std::{
    error::Error as _,
    net::{SocketAddr, ToSocketAddrs as _},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

/// The setting that names trusted certificates, in messages.
const CA: &str = "[smtp] ca";

/// How the connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// Begins in clear and is encrypted before anything is said; refused otherwise.
    StartTls,
    /// Encrypted from the first byte.
    Implicit,
    /// In clear, to this machine only.
    None,
}

/// A word that is no way to encrypt mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no way to encrypt mail; use starttls, implicit or none")]
pub struct UnknownSmtpTls(String);

impl FromStr for SmtpTls {
    type Err = UnknownSmtpTls;

    fn from_str(text: &str) -> Result<Self, UnknownSmtpTls> {
        match text.trim() {
            "starttls" => Ok(Self::StartTls),
            "implicit" => Ok(Self::Implicit),
            "none" => Ok(Self::None),
            other => Err(UnknownSmtpTls(other.chars().take(80).collect())),
        }
    }
}

impl SmtpTls {
    /// The port that servers listen on for it.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }
}

/// How mail goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Name or address of the server; its certificate has to be for this name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How it is encrypted.
    pub tls: SmtpTls,
    /// Name to sign in with, and the file that holds the password.
    pub login: Option<(String, PathBuf)>,
    /// The sender: a mailbox, with or without a name before it.
    pub from: String,
    /// Certificates to trust instead of the public ones, PEM.
    pub ca: Option<PathBuf>,
}

impl SmtpSettings {
    /// What cannot be, by the name of the setting; none where nothing is wrong.
    #[must_use]
    pub fn problem(&self) -> Option<(&'static str, &'static str)> {
        let host = self.host.trim_matches(['[', ']']);
        let is_here =
            host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        if self.tls == SmtpTls::None && !is_here {
            return Some((
                "tls",
                "none is for a server on this machine only; take starttls or implicit",
            ));
        }
        if self.from.is_empty() {
            return Some(("from", "mail needs a sender, such as ringer@example.com"));
        }
        if sender(&self.from).is_none() {
            return Some((
                "from",
                "this is no mailbox; write ringer@example.com or Ringer <ringer@example.com>",
            ));
        }
        None
    }
}

/// The sender as the library has it.
fn sender(text: &str) -> Option<Mailbox> {
    text.chars().all(|c| !c.is_control()).then(|| text.parse().ok()).flatten()
}

/// The way to mailboxes.
pub(super) const WAY: Way = Way {
    kind: "e-mail",
    about: "a mailbox, by the mail server of [smtp]",
    lacks: |settings, _| settings.smtp.is_none().then(|| UNSET.to_owned()),
    carry: |settings, shipment, now| carry(settings, shipment, now).into(),
};

const UNSET: &str = "no mail server is configured: set [smtp] host";

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connecting,
    SigningIn,
    Sender,
    Recipient,
    Letter,
}

fn carry(settings: &PostSettings, shipment: &Shipment, now: Moment) -> Result<String, Trouble> {
    let Some(smtp) = &settings.smtp else { return Err(Trouble::passing(UNSET)) };
    let (Recipient::Mail(address), Load::Letter(letter)) = (&shipment.to, &shipment.load) else {
        return Err(Trouble::lasting("only letters go to mailboxes; this is a defect"));
    };
    let to: Address = address.parse().map_err(|_| {
        Trouble::lasting("no mail can be sent to such a mailbox; correct the address")
    })?;
    let from = sender(&smtp.from).ok_or_else(|| Trouble::passing("[smtp] from is no mailbox"))?;
    let key = key_of(&shipment.parcel, &shipment.to);
    let envelope = Envelope { from: &from, to: &to, parcel: &shipment.parcel, key: &key, at: now };
    let message = letter::message(letter, &envelope).map_err(Trouble::lasting)?.formatted();
    let login = match &smtp.login {
        Some((user, file)) => {
            let password = secret_file::read(file, "[smtp] password_file", 1)?;
            let password = String::from_utf8(password).map_err(|_| {
                Trouble::passing("the password in [smtp] password_file is not UTF-8")
            })?;
            Some(Credentials::new(user.clone(), password))
        }
        None => None,
    };
    let at = |stage| move |error| trouble(stage, smtp, &error);
    let mut server = connect(smtp, from.email.domain(), settings.patience)?;
    if let Some(login) = &login {
        server.auth(&[Mechanism::Plain, Mechanism::Login], login).map_err(at(Stage::SigningIn))?;
    }
    server.command(Mail::new(Some(from.email.clone()), vec![])).map_err(at(Stage::Sender))?;
    server.command(Rcpt::new(to, vec![])).map_err(at(Stage::Recipient))?;
    server.command(Data).map_err(at(Stage::Letter))?;
    let taken = server.message(&message).map_err(at(Stage::Letter))?;
    // It has the letter; how it says goodbye changes nothing.
    drop(server.quit());
    Ok(format!("{} {}", taken.code(), quoted(taken.first_line().unwrap_or_default())))
}

/// A connection on which something may be said.
fn connect(
    smtp: &SmtpSettings,
    hello: &str,
    patience: Duration,
) -> Result<SmtpConnection, Trouble> {
    let host = smtp.host.trim_matches(['[', ']']);
    let found = (host, smtp.port).to_socket_addrs();
    let places: Vec<SocketAddr> = found
        .map_err(|_| Trouble::passing("the mail server's name leads nowhere: see [smtp] host"))?
        .collect();
    if smtp.tls == SmtpTls::None && !places.iter().all(|place| place.ip().is_loopback()) {
        return Err(Trouble::passing("[smtp] tls = none is for a server on this machine only"));
    }
    let failed = |error: Error| trouble(Stage::Connecting, smtp, &error);
    let tls = match smtp.tls {
        SmtpTls::None => None,
        SmtpTls::StartTls | SmtpTls::Implicit => {
            let mut builder = TlsParameters::builder(host.to_owned());
            if let Some(path) = &smtp.ca {
                builder = builder.certificate_store(CertificateStore::None);
                for der in ca::read(path, CA)? {
                    builder =
                        builder.add_root_certificate(Certificate::from_der(der).map_err(failed)?);
                }
            }
            Some(builder.build().map_err(failed)?)
        }
    };
    let hello = ClientId::Domain(hello.to_owned());
    let outer = tls.as_ref().filter(|_| smtp.tls == SmtpTls::Implicit);
    let mut server = SmtpConnection::connect(&places[..], Some(patience), &hello, outer, None)
        .map_err(failed)?;
    if let Some(tls) = tls.filter(|_| smtp.tls == SmtpTls::StartTls) {
        if !server.can_starttls() {
            server.abort();
            return Err(Trouble::passing(
                "the mail server offers no STARTTLS, and [smtp] tls = starttls asks for it",
            ));
        }
        server.starttls(&tls, &hello).map_err(failed)?;
    }
    Ok(server)
}

/// What an error amounts to at this stage.
fn trouble(stage: Stage, smtp: &SmtpSettings, error: &Error) -> Trouble {
    let Some(code) = error.status() else {
        let what = if error.is_client() && stage == Stage::SigningIn {
            "it offers neither PLAIN nor LOGIN to sign in".to_owned()
        } else if error.is_response() {
            "it does not answer as mail servers do".to_owned()
        } else {
            network(error, CA)
        };
        let doubt = if stage == Stage::Letter { "; the letter may have arrived" } else { "" };
        return Trouble::passing(format!("mail server {}:{}: {what}{doubt}", smtp.host, smtp.port));
    };
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let (what, said) = match stage {
        Stage::Connecting => ("the mail server does not let Ringer in", quoted(&said)),
        Stage::SigningIn => (
            "the mail server refuses name or password: see [smtp] user and password_file",
            detail(&said),
        ),
        Stage::Sender => ("the mail server refuses the sender: see [smtp] from", quoted(&said)),
        Stage::Recipient => ("the mail server refuses this recipient", quoted(&said)),
        Stage::Letter => ("the mail server refuses the letter", detail(&said)),
    };
    let space = if said.is_empty() { "" } else { " " };
    let why = format!("{what}: {code}{space}{said}");
    // 530: sign in first, which is a matter of the settings.
    let is_of_settings = code.to_string() == "530";
    match stage {
        Stage::Recipient | Stage::Letter if error.is_permanent() && !is_of_settings => {
            Trouble::lasting(why)
        }
        _ => Trouble::passing(why),
    }
}

/// The enhanced code before a text, such as `5.7.8`; empty where there is none.
fn detail(said: &str) -> String {
    let word = said.split_whitespace().next().unwrap_or_default();
    let is_one = word.len() <= 11
        && word.split('.').count() == 3
        && word.split('.').all(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
    if is_one { word.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(host: &str, tls: SmtpTls, from: &str) -> SmtpSettings {
        SmtpSettings {
            host: host.to_owned(),
            port: tls.port(),
            tls,
            login: None,
            from: from.to_owned(),
            ca: None,
        }
    }

    #[test]
    fn what_cannot_be_is_told_by_its_setting() {
        let problem = |host, tls, from| settings(host, tls, from).problem().map(|(key, _)| key);
        let fine = "Ringer <ringer@example.com>";
        assert_eq!(problem("mail.example.com", SmtpTls::StartTls, fine), None);
        for here in ["localhost", "127.0.0.1", "::1", "[::1]"] {
            assert_eq!(problem(here, SmtpTls::None, "ringer@example.com"), None);
        }
        for there in ["mail.example.com", "192.0.2.1", "localhost.example.com"] {
            assert_eq!(problem(there, SmtpTls::None, fine), Some("tls"));
        }
        for bad in [
            "",
            "ringer",
            "a@example.com, b@example.com",
            "R\r\nBcc: x@example.com <r@example.com>",
        ] {
            assert_eq!(
                problem("mail.example.com", SmtpTls::Implicit, bad),
                Some("from"),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn of_what_may_repeat_a_secret_only_the_code_is_kept() {
        assert_eq!(detail("5.7.8 wrong password: hunter2"), "5.7.8");
        for text in ["", "no", "5.7", "5..8 x", "1.2.3.4", "hunter.2.pass", "12345678.1.1.1"] {
            assert_eq!(detail(text), "", "{text}");
        }
    }
}
