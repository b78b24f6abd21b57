//! How the web UI is served, as the settings say it. Not responsible for serving (`web`), nor for where a setting came from
//! (`settings`).
//!
//! Invariant: a key is a path; no secret is ever a value of a setting.

use crate::{
    cli::settings::{Setting, SettingsError},
    web::{self, HostName, Tls, WebError},
};
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

/// How the web UI is served.
#[derive(Debug, Clone, Default)]
pub struct Serving {
    /// Certificate and key of TLS.
    tls: Option<(PathBuf, PathBuf)>,
    /// The addresses a proxy before the server has beside loopback; none without one.
    proxies: Option<Vec<IpAddr>>,
    hosts: Vec<HostName>,
    requests_per_second: u32,
    connections: usize,
}

impl Serving {
    /// What the settings say of it.
    ///
    /// # Errors
    /// The first value that does not fit, or does not fit the others.
    pub fn of(listed: &[Setting]) -> Result<Self, SettingsError> {
        let file = |key| Ok(list::<PathBuf>(listed, key)?.into_iter().next());
        let (cert, key) = (file("tls_cert")?, file("tls_key")?);
        let tls = match (cert, key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => {
                return Err(bad(listed, "tls_key", "tls_cert needs the key that belongs to it"));
            }
            (None, Some(_)) => {
                return Err(bad(listed, "tls_cert", "tls_key needs the certificate it belongs to"));
            }
        };
        let proxies: Vec<IpAddr> = list(listed, "proxy")?;
        let behind_proxy: bool = one(listed, "behind_proxy")?;
        if !behind_proxy && !proxies.is_empty() {
            return Err(bad(listed, "proxy", "only means something together with behind_proxy"));
        }
        let connections: usize = one(listed, "web.connections")?;
        if connections == 0 {
            return Err(bad(listed, "web.connections", "give a number above 0"));
        }
        Ok(Self {
            tls,
            proxies: behind_proxy.then_some(proxies),
            hosts: list(listed, "host")?,
            requests_per_second: one(listed, "web.requests_per_second")?,
            connections,
        })
    }

    /// The options of a server that listens at `bind`, with certificate and key read.
    ///
    /// # Errors
    /// When certificate or key cannot be used.
    pub fn options(&self, bind: SocketAddr) -> Result<web::Options, WebError> {
        let tls = match &self.tls {
            Some((cert, key)) => Some(Tls::read(cert, key)?),
            None => None,
        };
        Ok(web::Options {
            bind,
            tls,
            proxies: self.proxies.clone(),
            hosts: self.hosts.clone(),
            requests_per_second: self.requests_per_second,
            connections: self.connections,
            ..web::Options::default()
        })
    }

    /// What addresses begin with for whoever opens them in a browser.
    #[must_use]
    pub fn base(&self, bind: SocketAddr) -> String {
        let named = web::Options {
            proxies: self.proxies.clone(),
            hosts: self.hosts.clone(),
            ..web::Options::default()
        };
        let base = named.base(bind);
        match base.strip_prefix("http://") {
            // The certificate need not be readable for whoever makes accounts.
            Some(rest) if self.tls.is_some() => {
                format!("https://{}", rest.strip_suffix(":443").unwrap_or(rest))
            }
            _ => base,
        }
    }
}

/// How a server is reached and how it is protected, in two sentences.
#[must_use]
pub fn told(options: &web::Options) -> [String; 2] {
    let names: Vec<String> = options.hosts.iter().map(ToString::to_string).collect();
    let names = if names.is_empty() { String::new() } else { format!(" as {}", names.join(", ")) };
    let who = match (&options.proxies, options.is_exposed()) {
        (Some(proxies), _) => {
            let listed: Vec<String> = proxies.iter().map(ToString::to_string).collect();
            let from = if listed.is_empty() {
                String::new()
            } else {
                format!(" or {}", listed.join(", "))
            };
            format!("through a proxy on this machine{from}")
        }
        (None, true) => "by other machines".to_owned(),
        (None, false) => "by this machine only".to_owned(),
    };
    let way = match (&options.tls, &options.proxies) {
        (Some(_), _) => "TLS 1.2 and 1.3",
        (None, Some(_)) => "TLS of the proxy",
        (None, None) => "no encryption, none is needed on loopback",
    };
    let rate = match options.requests_per_second {
        0 => "requests without limit".to_owned(),
        n => format!("{n} requests a second of each session"),
    };
    [
        match options.is_exposed() {
            true => format!("Reached {who}{names}; listens on {}.", options.bind),
            false => format!("Reached {who}{names}."),
        },
        format!("Protected by: {way}; {rate}; {} connections.", options.connections),
    ]
}

pub(super) fn setting<'a>(listed: &'a [Setting], key: &str) -> Option<&'a Setting> {
    listed.iter().find(|setting| setting.key == key)
}

pub(super) fn bad(listed: &[Setting], key: &str, why: &str) -> SettingsError {
    SettingsError::unfit(setting(listed, key), key, why.to_owned())
}

fn one<T: FromStr<Err: std::fmt::Display>>(
    listed: &[Setting],
    key: &str,
) -> Result<T, SettingsError> {
    let value = setting(listed, key).map_or("", |setting| setting.value.trim());
    value.parse().map_err(|error: T::Err| bad(listed, key, &error.to_string()))
}

/// The values of a setting, separated by commas.
pub(super) fn list<T: FromStr<Err: std::fmt::Display>>(
    listed: &[Setting],
    key: &str,
) -> Result<Vec<T>, SettingsError> {
    let value = setting(listed, key).map_or("", |setting| setting.value.as_str());
    let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
    items
        .map(|item| item.parse().map_err(|error: T::Err| bad(listed, key, &error.to_string())))
        .collect()
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
    fn the_file_says_how_to_serve() {
        let at: SocketAddr = "0.0.0.0:8443".parse().unwrap();
        let file = "behind_proxy = true\nproxy = [\"192.0.2.9\", \"2001:db8::9\"]\nhost = \"ringer.example, b.example\"\n\
                    [web]\nrequests_per_second = 7\nconnections = 9";
        let options = settings(file).unwrap().serving.options(at).unwrap();
        assert_eq!(options.proxies.as_ref().unwrap().len(), 2);
        assert_eq!(options.hosts.len(), 2);
        assert_eq!((options.requests_per_second, options.connections), (7, 9));
        let [reached, protected] = told(&options);
        assert_eq!(
            reached,
            "Reached through a proxy on this machine or 192.0.2.9, 2001:db8::9 as ringer.example, b.example; \
             listens on 0.0.0.0:8443."
        );
        assert!(protected.contains("TLS of the proxy; 7 requests"), "{protected}");
    }

    #[test]
    fn the_defaults_are_those_of_the_server() {
        let at: SocketAddr = "127.0.0.1:1".parse().unwrap();
        let (ours, its) =
            (settings("").unwrap().serving.options(at).unwrap(), web::Options::default());
        assert_eq!(ours.requests_per_second, its.requests_per_second);
        assert_eq!(ours.connections, its.connections);
        assert!(ours.hosts.is_empty() && ours.proxies.is_none() && ours.tls.is_none());
    }

    #[test]
    fn links_begin_as_browsers_reach_the_server() {
        let at = |port: u16| SocketAddr::from(([0, 0, 0, 0], port));
        let base = |file: &str, port| settings(file).unwrap().serving.base(at(port));
        let tls = "tls_cert = \"a\"\ntls_key = \"b\"\nhost = \"r.example\"";
        assert_eq!(base(tls, 8443), "https://r.example:8443");
        assert_eq!(base(tls, 443), "https://r.example");
        assert_eq!(base("behind_proxy = true\nhost = \"r.example\"", 8080), "https://r.example");
        assert_eq!(base("", 8080), "http://0.0.0.0:8080");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_place() {
        for (file, said) in [
            ("tls_cert = \"a.pem\"", "tls_key"),
            ("tls_key = \"a.pem\"", "tls_cert"),
            ("proxy = \"192.0.2.9\"", "behind_proxy"),
            ("behind_proxy = \"perhaps\"", "behind_proxy = \"perhaps\""),
            ("behind_proxy = true\nproxy = \"everybody\"", "proxy = \"everybody\""),
            ("host = \"https://ringer.example\"", "host name alone"),
            ("[web]\nconnections = 0", "above 0"),
            ("[web]\nrequests_per_second = -1", "requests_per_second"),
        ] {
            let error = settings(file).unwrap_err().to_string();
            assert!(error.contains(said), "{file}: {error}");
        }
    }
}
