//! Settings: every value Ringer can be given from outside, with its default and where it came from. Flag before
//! environment before `ringer.toml` before default. Not responsible for what a setting does.
//!
//! The numbers of indicators are the table `[indicators]` of the file, taken as a whole: it has lists and maps of the user's own
//! names, which no variable could name.
//!
//! Invariant: the list `all_keys` and the two policies are all there is; an unknown key in `ringer.toml` is an error.

use crate::{
    casework::keeping::RetentionPolicy,
    cli::{
        house,
        leaves::{insert, joined, leaves, shown, typed},
        posting::{self, Posting},
        retention_settings::{self, RETENTION},
        serving::Serving,
    },
    indicators::IndicatorPolicy,
    matching::Policy,
    referral::Organisation,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf, str::FromStr};
use toml::{Table, Value};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// An environment variable.
    Env(String),
    /// The configuration file of this name.
    File(String),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Env(name) => write!(f, "env {name}"),
            Self::File(name) => write!(f, "file {name}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its key in `ringer.toml`, with dots.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// Where the value came from.
    pub origin: Origin,
    /// What it is for.
    pub about: &'static str,
}

/// A key of `ringer.toml` outside the policy.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) default: &'static str,
    pub(super) about: &'static str,
}

/// Every key outside the policy.
fn all_keys() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().chain(posting::KEYS)
}

const KEYS: &[Key] = &[
    // Beside the caller, so that a first try leaves one folder that is easy to delete.
    Key { name: "data", default: "./ringer-data", about: "folder of the store" },
    // Loopback: nobody else on the network sees applicants until somebody decides so.
    Key { name: "bind", default: "127.0.0.1:8080", about: "address the web UI listens on" },
    Key { name: "tls_cert", default: "", about: "certificate chain of TLS, PEM" },
    Key { name: "tls_key", default: "", about: "file of the key that belongs to tls_cert, PEM" },
    Key { name: "behind_proxy", default: "false", about: "whether a proxy speaks TLS before it" },
    Key { name: "proxy", default: "", about: "addresses of that proxy beside loopback, by commas" },
    Key { name: "host", default: "", about: "names the web UI answers to, by commas" },
    // `web::REQUESTS_PER_SECOND` and `web::CONNECTIONS`; a test holds them together.
    Key { name: "web.requests_per_second", default: "50", about: "of each session; 0: no limit" },
    Key { name: "web.connections", default: "1024", about: "connections of the web UI at a time" },
    Key {
        name: "privacy.hash_ids",
        default: "false",
        about: "whether birth dates and government numbers are kept as keyed hashes only",
    },
    Key { name: "id_key_file", default: "", about: "key of those hashes, if not in the store" },
    // Falls back to the login name of the operating system, which is a named human more often than not.
    Key { name: "user", default: "", about: "name recorded with imports and judgements" },
    // Nothing is looked up anywhere: whoever wants to know of addresses brings the files.
    Key {
        name: "ip_files",
        default: "",
        about: "files in MaxMind's format on IP addresses, by commas",
    },
    // The public tables are large and change every year.
    Key {
        name: "completions",
        default: "",
        about: "table of the majors that schools awarded, CSV",
    },
    // Stands on the cover of a referral; empty fields are left out there.
    Key { name: "organisation.name", default: "", about: "the house that refers rings" },
    Key { name: "organisation.address", default: "", about: "its postal address, on one line" },
    Key { name: "organisation.phone", default: "", about: "its phone number" },
    Key { name: "organisation.email", default: "", about: "its mailbox" },
    Key { name: "organisation.contact", default: "", about: "whom to ask, with their role" },
    Key { name: "organisation.counsel", default: "", about: "its counsel" },
];

const POLICY_ABOUT: &str = "matching policy";
const INDICATORS_ABOUT: &str = "numbers of indicators";

/// The table of `ringer.toml` with the numbers of indicators.
const INDICATORS: &str = "indicators";

/// Variables that start like settings and are none.
const OTHER_ENV: &[&str] =
    &["RINGER_CONFIG", "RINGER_REQUIRE_BROWSER", "RINGER_REQUIRE_TOOLS", "RINGER_PYTHON"];

/// What is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{file}: {why}; name another with --config FILE or RINGER_CONFIG")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// The file is not TOML.
    #[error("{file}: not a TOML file: {why}")]
    NotToml {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// A key that means nothing.
    #[error("{file}: unknown key \"{key}\"{}; `ringer config` lists the keys", did_you_mean(.suggestion.as_deref()))]
    UnknownKey {
        /// The file.
        file: String,
        /// The key.
        key: String,
        /// The known key it looks most like.
        suggestion: Option<String>,
    },
    /// The key for hashed ids is not what the store and the settings need.
    #[error("{0}")]
    IdKey(String),
    /// A value that does not fit its key.
    #[error("{origin}: {key} = \"{value}\": {why}")]
    BadValue {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// Where it came from.
        origin: Origin,
        /// What is wrong with it.
        why: String,
    },
}

impl SettingsError {
    /// A value that does not fit its key.
    pub(super) fn unfit(setting: Option<&Setting>, key: &str, why: String) -> Self {
        Self::BadValue {
            key: key.to_owned(),
            value: setting.map_or_else(String::new, |s| s.value.clone()),
            origin: setting.map_or(Origin::Default, |s| s.origin.clone()),
            why,
        }
    }
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |s| format!(", did you mean \"{s}\"?"))
}

/// What settings are made from; plain values, so that tests need no environment.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Keys given as flags.
    pub flags: BTreeMap<&'static str, String>,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// Name and text of the configuration file, if there is one.
    pub file: Option<(String, String)>,
}

/// Every setting, resolved and checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the store.
    pub data: PathBuf,
    /// Address the web UI listens on.
    pub bind: SocketAddr,
    /// Name recorded with imports and judgements.
    pub user: String,
    /// Files on IP addresses, in the order in which they are asked.
    pub ip_files: Vec<PathBuf>,
    /// Table of the majors that schools awarded.
    pub completions: Option<PathBuf>,
    /// How the web UI is served.
    pub serving: Serving,
    /// Whether birth dates and government numbers are kept as keyed hashes only.
    pub hash_ids: bool,
    /// File of the key of those hashes; none for the one in the store's folder.
    pub id_key_file: Option<PathBuf>,
    /// The house that refers.
    pub organisation: Organisation,
    /// How reports and alerts go out.
    pub posting: Posting,
    /// Matching policy.
    pub policy: Policy,
    /// The numbers of indicators.
    pub indicators: IndicatorPolicy,
    /// How long data is kept.
    pub retention: RetentionPolicy,
    listed: Vec<Setting>,
}

impl Settings {
    /// The settings these sources amount to.
    ///
    /// # Errors
    /// The first unknown key or value that does not fit.
    pub fn resolve(sources: &Sources) -> Result<Self, SettingsError> {
        let defaults = policy_leaves()?;
        let (file, indicators, retention) = sources.file_leaves()?;
        for key in file.keys() {
            sources.check_known(key, &defaults)?;
        }
        let mut listed: Vec<Setting> = all_keys()
            .map(|key| {
                let (value, origin) = sources.pick(key.name, &file).unwrap_or_else(|| {
                    let value = if key.name == "user" { sources.login() } else { key.default };
                    (value.to_owned(), Origin::Default)
                });
                Setting { key: key.name.to_owned(), value, origin, about: key.about }
            })
            .collect();
        let mut policy = Table::new();
        for (key, default) in &defaults {
            let (value, origin) = match sources.pick(key, &file) {
                Some((text, origin)) => (typed(&text, default), origin),
                None => (default.clone(), Origin::Default),
            };
            if let Some(why) = out_of_range(key, &value) {
                let (key, value, why) = (key.clone(), shown(&value), why.to_owned());
                return Err(SettingsError::BadValue { key, value, origin, why });
            }
            listed.push(Setting {
                key: key.clone(),
                value: shown(&value),
                origin,
                about: POLICY_ABOUT,
            });
            insert(&mut policy, key.trim_start_matches("policy."), value);
        }
        let policy = Policy::deserialize(Value::Table(policy)).map_err(|error| {
            let blamed = listed
                .iter()
                .find(|s| s.about == POLICY_ABOUT && s.origin != Origin::Default)
                .or(listed.last());
            SettingsError::BadValue {
                key: blamed.map_or_else(|| "policy".to_owned(), |s| s.key.clone()),
                value: blamed.map_or_else(String::new, |s| s.value.clone()),
                origin: blamed.map_or(Origin::Default, |s| s.origin.clone()),
                why: error.message().to_owned(),
            }
        })?;
        let indicators = sources.indicators(indicators, &mut listed)?;
        let file = sources.file.as_ref().map_or("", |(name, _)| name.as_str());
        let retention = retention_settings::resolve(retention.as_ref(), file, &mut listed)?;
        let data: PathBuf = parsed(&listed, "data")?;
        Ok(Self {
            posting: Posting::of(&listed, &data)?,
            data,
            bind: parsed(&listed, "bind")?,
            user: parsed(&listed, "user")?,
            ip_files: paths(&listed, "ip_files"),
            completions: paths(&listed, "completions").into_iter().next(),
            serving: Serving::of(&listed)?,
            hash_ids: parsed(&listed, "privacy.hash_ids")?,
            id_key_file: paths(&listed, "id_key_file").into_iter().next(),
            organisation: house::configured(&listed),
            policy,
            indicators,
            retention,
            listed,
        })
    }

    /// Every setting with its value and origin, in display order.
    #[must_use]
    pub fn listed(&self) -> &[Setting] {
        &self.listed
    }
}

/// The keys of a file, and its tables of indicators and of retention.
type FileLeaves = (BTreeMap<String, Value>, Option<Value>, Option<Value>);

impl Sources {
    /// Variables that look like settings and are none, each with the setting it may have been meant for.
    #[must_use]
    pub fn unknown_env(&self) -> Vec<(String, Option<String>)> {
        let policy = policy_leaves().unwrap_or_default();
        let known: Vec<String> = all_keys()
            .map(|k| k.name)
            .chain(policy.keys().map(String::as_str))
            .map(env_name)
            .collect();
        let strays = self.env.keys().filter(|name| {
            name.starts_with("RINGER_")
                && !known.contains(name)
                && !OTHER_ENV.contains(&name.as_str())
        });
        strays.map(|n| (n.clone(), closest(n, known.iter().map(String::as_str)))).collect()
    }

    fn pick(&self, key: &str, file: &BTreeMap<String, Value>) -> Option<(String, Origin)> {
        if let Some(value) = self.flags.get(key) {
            return Some((value.clone(), Origin::Flag));
        }
        let name = env_name(key);
        // An empty variable is how a shell says "not set".
        if let Some(value) = self.env.get(&name).filter(|v| !v.is_empty()) {
            return Some((value.clone(), Origin::Env(name)));
        }
        let origin = Origin::File(self.file.as_ref()?.0.clone());
        file.get(key).map(|value| (shown(value), origin))
    }

    /// The keys of the file, and its tables of indicators and of retention.
    fn file_leaves(&self) -> Result<FileLeaves, SettingsError> {
        let Some((name, text)) = &self.file else { return Ok((BTreeMap::new(), None, None)) };
        let mut table: Table =
            text.parse().map_err(|error: toml::de::Error| SettingsError::NotToml {
                file: name.clone(),
                why: format!("line {}: {}", line_of(text, &error), error.message()),
            })?;
        let indicators = table.remove(INDICATORS);
        let retention = table.remove(RETENTION);
        let leaves = leaves("", table).into_iter();
        let is_ours = |key: &str| all_keys().any(|known| known.name == key);
        Ok((
            leaves.map(|(k, v)| if is_ours(&k) { (k, joined(v)) } else { (k, v) }).collect(),
            indicators,
            retention,
        ))
    }

    /// The numbers of indicators that the file's table amounts to, each also put into the list.
    fn indicators(
        &self,
        given: Option<Value>,
        listed: &mut Vec<Setting>,
    ) -> Result<IndicatorPolicy, SettingsError> {
        let file = self.file.as_ref().map_or_else(String::new, |(name, _)| name.clone());
        let named: BTreeMap<String, Value> = match &given {
            Some(Value::Table(table)) => leaves(INDICATORS, table.clone()),
            _ => BTreeMap::new(),
        };
        let refused = |why: String| SettingsError::BadValue {
            key: INDICATORS.to_owned(),
            value: given.as_ref().map_or_else(String::new, shown),
            origin: Origin::File(file.clone()),
            why,
        };
        let policy = match &given {
            None => IndicatorPolicy::default(),
            Some(value) => IndicatorPolicy::deserialize(value.clone())
                .map_err(|error| refused(error.message().to_owned()))?,
        };
        if let Some(problem) = policy.problem() {
            return Err(refused(problem));
        }
        let policy = policy.folded();
        let table = Table::try_from(&policy).map_err(|error| refused(error.to_string()))?;
        listed.extend(leaves(INDICATORS, table).into_iter().map(|(key, value)| Setting {
            origin: match named.contains_key(&key) {
                true => Origin::File(file.clone()),
                false => Origin::Default,
            },
            value: shown(&value),
            key,
            about: INDICATORS_ABOUT,
        }));
        Ok(policy)
    }

    fn check_known(
        &self,
        key: &str,
        policy: &BTreeMap<String, Value>,
    ) -> Result<(), SettingsError> {
        let known = || all_keys().map(|k| k.name).chain(policy.keys().map(String::as_str));
        if known().any(|k| k == key) {
            return Ok(());
        }
        Err(SettingsError::UnknownKey {
            file: self.file.as_ref().map_or_else(String::new, |(name, _)| name.clone()),
            key: key.to_owned(),
            suggestion: closest(key, known()),
        })
    }

    fn login(&self) -> &str {
        let names = ["USER", "LOGNAME", "USERNAME"];
        let set = |name: &&str| self.env.get(*name).map(String::as_str).filter(|v| !v.is_empty());
        names.iter().find_map(set).unwrap_or("operator")
    }
}

/// The line an error points at, the first being 1.
fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    1 + before.matches('\n').count()
}

/// Why a number of the policy cannot be, if it cannot: probabilities are between 0 and 1, and nothing is infinite.
fn out_of_range(key: &str, value: &Value) -> Option<&'static str> {
    let name = key.rsplit('.').next().unwrap_or(key);
    let probability = matches!(name, "m" | "u" | "hub" | "overlap" | "corroborates")
        || ["m_", "u_", "corroboration_"].iter().any(|start| name.starts_with(start));
    match value {
        Value::Float(x) if !x.is_finite() => Some("give a finite number"),
        Value::Float(x) if probability && !(0.0..=1.0).contains(x) => {
            Some("give a number from 0 to 1")
        }
        Value::Float(x) if name == "innocent" && *x <= 0.0 => Some("give a number above 0"),
        Value::Integer(n) if probability && !(0..=1).contains(n) => {
            Some("give a number from 0 to 1")
        }
        Value::Array(items) => items.iter().find_map(|item| out_of_range(key, item)),
        Value::Table(table) => table.iter().find_map(|(key, item)| out_of_range(key, item)),
        _ => None,
    }
}

/// `policy.identity.threshold` is `RINGER_POLICY_IDENTITY_THRESHOLD` in the environment.
fn env_name(key: &str) -> String {
    format!("RINGER_{}", key.replace(['.', '-'], "_").to_uppercase())
}

/// The known key most like a mistyped one. 0.8: below it the suggestions stop looking like typing errors.
fn closest<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|k| (strsim::jaro_winkler(key, k), k))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k.to_owned())
}

fn policy_leaves() -> Result<BTreeMap<String, Value>, SettingsError> {
    #[derive(Serialize)]
    struct File {
        policy: Policy,
    }
    let table = Table::try_from(File { policy: Policy::default() }).map_err(|e| {
        SettingsError::NotToml { file: "built-in policy".to_owned(), why: e.to_string() }
    })?;
    Ok(leaves("", table))
}

/// The paths that a setting lists, separated by commas.
fn paths(listed: &[Setting], key: &str) -> Vec<PathBuf> {
    let value = listed.iter().find(|s| s.key == key).map_or("", |s| s.value.as_str());
    value.split(',').map(str::trim).filter(|p| !p.is_empty()).map(PathBuf::from).collect()
}

fn parsed<T: FromStr<Err: fmt::Display>>(
    listed: &[Setting],
    key: &str,
) -> Result<T, SettingsError> {
    let setting = listed.iter().find(|s| s.key == key);
    let refused = |why: String| SettingsError::unfit(setting, key, why);
    let Some(setting) = setting else { return Err(refused("missing".to_owned())) };
    if setting.value.trim().is_empty() {
        return Err(refused("must not be empty".to_owned()));
    }
    setting.value.parse().map_err(|e: T::Err| refused(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(flag: Option<&str>, env: &[(&str, &str)], file: Option<&str>) -> Sources {
        Sources {
            flags: flag.map(|v| ("data", v.to_owned())).into_iter().collect(),
            env: env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            file: file.map(|text| ("ringer.toml".to_owned(), text.to_owned())),
        }
    }

    #[track_caller]
    fn check(sources: &Sources, key: &str, value: &str, origin: &str) {
        let settings = Settings::resolve(sources).unwrap();
        let setting = settings.listed().iter().find(|s| s.key == key).unwrap();
        assert_eq!((setting.value.as_str(), setting.origin.to_string().as_str()), (value, origin));
    }

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
        let env = [("RINGER_DATA", "/env")];
        let file = Some("data = \"/file\"");
        check(&sources(Some("/flag"), &env, file), "data", "/flag", "flag");
        check(&sources(None, &env, file), "data", "/env", "env RINGER_DATA");
        check(&sources(None, &[("RINGER_DATA", "")], file), "data", "/file", "file ringer.toml");
        check(&sources(None, &[], None), "data", "./ringer-data", "default");
    }

    #[test]
    fn the_user_is_the_login_name_unless_somebody_says_otherwise() {
        check(&sources(None, &[("USER", "ada")], None), "user", "ada", "default");
        check(&sources(None, &[], None), "user", "operator", "default");
        let env = [("USER", "ada"), ("RINGER_USER", "grace")];
        check(&sources(None, &env, None), "user", "grace", "env RINGER_USER");
    }

    #[test]
    fn numbers_of_the_policy_that_cannot_be_are_told() {
        let float = |x: f64| Value::Float(x);
        assert!(out_of_range("policy.identity.threshold", &float(f64::NAN)).is_some());
        assert!(out_of_range("policy.identity.m_token_exact", &float(7.0)).is_some());
        assert!(out_of_range("policy.link.phone.innocent", &float(0.0)).is_some());
        assert!(out_of_range("policy.link.phone.m", &float(0.3)).is_none());
        assert!(out_of_range("policy.identity.threshold", &float(-4.0)).is_none());
    }

    #[test]
    fn an_unknown_key_is_an_error_that_suggests_the_one_meant() {
        #[track_caller]
        fn check(text: &str, key: &str, suggestion: Option<&str>) {
            match Settings::resolve(&sources(None, &[], Some(text))) {
                Err(SettingsError::UnknownKey { key: found, suggestion: s, .. }) => {
                    assert_eq!((found.as_str(), s.as_deref()), (key, suggestion));
                }
                other => panic!("{other:?}"),
            }
        }
        check("dta = \"x\"", "dta", Some("data"));
        check(
            "[policy.identity]\nthresold = 3.0",
            "policy.identity.thresold",
            Some("policy.identity.threshold"),
        );
        check("zebra = 1", "zebra", None);
        let error = Settings::resolve(&sources(None, &[], Some("dta = 1"))).unwrap_err();
        assert!(error.to_string().contains("did you mean \"data\"?"), "{error}");
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused_with_its_place() {
        let error = Settings::resolve(&sources(None, &[("RINGER_BIND", "anywhere")], None));
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("env RINGER_BIND: bind = \"anywhere\""), "{error}");
        let error = Settings::resolve(&sources(None, &[], Some("data = [")));
        assert!(matches!(error, Err(SettingsError::NotToml { .. })));
        let policy = [("RINGER_POLICY_IDENTITY_THRESHOLD", "lots")];
        let error = Settings::resolve(&sources(None, &policy, None)).unwrap_err().to_string();
        assert!(
            error.contains("RINGER_POLICY_IDENTITY_THRESHOLD") && error.contains("lots"),
            "{error}"
        );
    }

    #[test]
    fn the_policy_can_be_overridden_key_by_key() {
        let settings =
            Settings::resolve(&sources(None, &[], Some("[policy.identity]\nthreshold = 6.5")))
                .unwrap();
        assert_eq!(settings.policy.identity.threshold.get(), 6.5);
        let env = [("RINGER_POLICY_IDENTITY_THRESHOLD", "7")];
        let settings = Settings::resolve(&sources(None, &env, None)).unwrap();
        assert_eq!(settings.policy.identity.threshold.get(), 7.0);
    }

    #[test]
    fn variables_that_look_like_settings_and_are_none_are_found() {
        let env = [("RINGER_DATTA", "x"), ("RINGER_CONFIG", "x"), ("HOME", "x")];
        let strays = sources(None, &env, None).unknown_env();
        assert_eq!(strays, [("RINGER_DATTA".to_owned(), Some("RINGER_DATA".to_owned()))]);
    }
}
