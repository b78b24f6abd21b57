//! How reports and alerts go out, from the settings `smtp.*`, `webhook.*` and `reports.*`. Not responsible for bringing them
//! anywhere (`reports::delivery`).
//!
//! Invariant: no secret is ever a value of a setting, only the path of its file.

use crate::{
    cli::{
        serving::{Serving, bad, list, setting},
        settings::{Key, Setting, SettingsError},
    },
    reports::delivery::{
        FolderSettings, Post, PostSettings, SmtpSettings, SmtpTls, WebhookSettings,
    },
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

pub use crate::reports::delivery::sight_of;

/// The keys of `ringer.toml` that say it.
pub(super) const KEYS: &[Key] = &[
    // Nothing goes out unless it was configured.
    Key {
        name: "smtp.host",
        default: "",
        about: "server that reports are mailed by; none: no mail",
    },
    Key { name: "smtp.port", default: "", about: "its port; by smtp.tls: 587, 465 or 25" },
    // Never "if it is offered": whoever stands between would take the offer away.
    Key { name: "smtp.tls", default: "starttls", about: "starttls, implicit, or none on loopback" },
    Key { name: "smtp.user", default: "", about: "name to sign in to it" },
    Key { name: "smtp.password_file", default: "", about: "file of the password, owner only" },
    Key { name: "smtp.from", default: "", about: "mailbox that reports come from" },
    Key { name: "smtp.ca", default: "", about: "certificates it is trusted by, PEM, if own" },
    Key { name: "webhook.secret_file", default: "", about: "file of 32 bytes that sign webhooks" },
    Key { name: "webhook.allow", default: "", about: "only hosts webhooks go to, by commas" },
    Key { name: "webhook.ca", default: "", about: "certificates they are trusted by, PEM, if own" },
    // As browsers reach the server; 127.0.0.1 means nothing in a letter to somebody else.
    Key { name: "reports.base", default: "", about: "what links in reports begin with" },
    Key { name: "reports.folders", default: "", about: "only folders reports go to, by commas" },
];

/// How reports and alerts go out.
#[derive(Debug, Clone, Default)]
pub struct Posting {
    /// What the ways need to know.
    pub post: PostSettings,
    /// What links begin with, if the settings say so.
    base: Option<String>,
}

impl Posting {
    /// What the settings say of it; `data` is the folder of the store.
    ///
    /// # Errors
    /// The first value that does not fit, or does not fit the others.
    pub fn of(listed: &[Setting], data: &Path) -> Result<Self, SettingsError> {
        let file = |key| Ok(list::<PathBuf>(listed, key)?.into_iter().next());
        let post = PostSettings {
            smtp: smtp(listed)?,
            webhook: WebhookSettings {
                secret_file: file("webhook.secret_file")?,
                allow: hosts(listed)?,
                ca: file("webhook.ca")?,
            },
            folder: FolderSettings {
                within: list(listed, "reports.folders")?,
                keep_out: Some(data.to_owned()),
            },
            ..PostSettings::default()
        };
        Ok(Self { post, base: base(listed)? })
    }

    /// The post that brings reports and alerts to their recipients.
    #[must_use]
    pub fn post(&self) -> Post {
        Post::new(self.post.clone())
    }

    /// What links begin with, without a slash at the end: as configured, or as browsers reach what is served at `bind`.
    #[must_use]
    pub fn base(&self, serving: &Serving, bind: SocketAddr) -> String {
        self.base.clone().unwrap_or_else(|| serving.base(bind))
    }
}

fn smtp(listed: &[Setting]) -> Result<Option<SmtpSettings>, SettingsError> {
    let text = |key| setting(listed, key).map_or("", |setting| setting.value.trim()).to_owned();
    let file = |key| Ok(list::<PathBuf>(listed, key)?.into_iter().next());
    let host = text("smtp.host");
    if host.is_empty() {
        return Ok(None);
    }
    if host.contains(['/', '@', ' ']) || (host.contains(':') && !host.contains("::")) {
        return Err(bad(listed, "smtp.host", "give a host name alone; the port is smtp.port"));
    }
    let tls = list::<SmtpTls>(listed, "smtp.tls")?.into_iter().next().unwrap_or(SmtpTls::StartTls);
    let port = list::<u16>(listed, "smtp.port")?.into_iter().next().unwrap_or(tls.port());
    let login = match (text("smtp.user"), file("smtp.password_file")?) {
        (user, None) if user.is_empty() => None,
        (user, Some(file)) if !user.is_empty() => Some((user, file)),
        (_, None) => {
            return Err(bad(
                listed,
                "smtp.password_file",
                "smtp.user needs the file of the password",
            ));
        }
        (_, Some(_)) => return Err(bad(listed, "smtp.user", "smtp.password_file needs a user")),
    };
    let smtp =
        SmtpSettings { host, port, tls, login, from: text("smtp.from"), ca: file("smtp.ca")? };
    match smtp.problem() {
        None => Ok(Some(smtp)),
        Some((key, why)) => Err(bad(listed, &format!("smtp.{key}"), why)),
    }
}

/// The hosts that webhooks may go to.
fn hosts(listed: &[Setting]) -> Result<Vec<String>, SettingsError> {
    let hosts: Vec<String> = list(listed, "webhook.allow")?;
    match hosts.iter().all(|host| !host.contains(['/', '@', '*', ' '])) {
        true => Ok(hosts),
        false => Err(bad(
            listed,
            "webhook.allow",
            "give host names or addresses, with a port or without, such as hooks.example.com",
        )),
    }
}

fn base(listed: &[Setting]) -> Result<Option<String>, SettingsError> {
    let value = setting(listed, "reports.base").map_or("", |setting| setting.value.trim());
    if value.is_empty() {
        return Ok(None);
    }
    let base = value.trim_end_matches('/');
    let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let fits = |c: char| c.is_ascii_graphic() && !"\"'<>?#@\\".contains(c);
    match host {
        Some(host) if !host.is_empty() && host.chars().all(fits) => Ok(Some(base.to_owned())),
        _ => Err(bad(listed, "reports.base", "give a URL such as https://ringer.example.com")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::settings::{Settings, Sources};

    fn settings(file: &str) -> Result<Settings, SettingsError> {
        let file = Some(("ringer.toml".to_owned(), file.to_owned()));
        Settings::resolve(&Sources { file, ..Sources::default() })
    }

    #[test]
    fn nothing_goes_out_unless_it_was_configured() {
        let settings = settings("").unwrap();
        let post = &settings.posting.post;
        assert!(post.smtp.is_none() && post.webhook == WebhookSettings::default());
        assert_eq!(post.folder.keep_out.as_deref(), Some(Path::new("./ringer-data")));
        let base = settings.posting.base(&settings.serving, settings.bind);
        assert_eq!(base, "http://127.0.0.1:8080");
    }

    #[test]
    fn the_file_says_how_reports_go_out() {
        let file = "[smtp]\nhost = \"mail.example.com\"\nfrom = \"Ringer <ringer@example.com>\"\n\
                    user = \"ringer\"\npassword_file = \"/etc/ringer/smtp\"\ntls = \"implicit\"\n\
                    [webhook]\nsecret_file = \"/etc/ringer/hook\"\nallow = [\"hooks.example.com\", \"10.0.0.7:8443\"]\n\
                    [reports]\nbase = \"https://ringer.example.com/\"\nfolders = [\"/srv/reports\"]";
        let settings = settings(file).unwrap();
        let post = &settings.posting.post;
        let smtp = post.smtp.as_ref().unwrap();
        assert_eq!((smtp.port, smtp.tls), (465, SmtpTls::Implicit));
        assert_eq!(smtp.login.as_ref().unwrap().1, Path::new("/etc/ringer/smtp"));
        assert_eq!(post.webhook.allow, ["hooks.example.com", "10.0.0.7:8443"]);
        assert_eq!(post.folder.within, [Path::new("/srv/reports")]);
        let base = settings.posting.base(&settings.serving, settings.bind);
        assert_eq!(base, "https://ringer.example.com");
        let port = settings.listed().iter().find(|s| s.key == "smtp.host").unwrap();
        assert_eq!(port.origin.to_string(), "file ringer.toml");
        let env = [("RINGER_SMTP_HOST".to_owned(), "localhost".to_owned())].into();
        let error = Settings::resolve(&Sources { env, ..Sources::default() }).unwrap_err();
        assert!(error.to_string().contains("smtp.from"), "{error}");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_place() {
        let mail = "[smtp]\nhost = \"mail.example.com\"\nfrom = \"ringer@example.com\"\n";
        for (file, said) in [
            ("[smtp]\nhost = \"mail.example.com\"", "smtp.from"),
            ("[smtp]\nhost = \"mail.example.com:25\"\nfrom = \"r@example.com\"", "smtp.port"),
            (&format!("{mail}tls = \"perhaps\""), "starttls, implicit or none"),
            (&format!("{mail}tls = \"none\""), "on this machine only"),
            (&format!("{mail}port = 70000"), "smtp.port = \"70000\""),
            (&format!("{mail}user = \"ringer\""), "smtp.password_file"),
            (&format!("{mail}password_file = \"x\""), "smtp.user"),
            (&format!("{mail}password = \"x\""), "unknown key \"smtp.password\""),
            ("[webhook]\nallow = \"https://hooks.example.com\"", "webhook.allow"),
            ("[webhook]\nsecret = \"x\"", "unknown key \"webhook.secret\""),
            ("[reports]\nbase = \"ringer.example.com\"", "reports.base"),
            ("[reports]\nbase = \"https://a@ringer.example.com\"", "reports.base"),
        ] {
            let error = settings(file).unwrap_err().to_string();
            assert!(error.contains(said), "{file}: {error}");
        }
    }
}
