//! Where a server listens at all: never where others could read along, sign in as nobody, or bend a name to it.

use crate::{
    ringer::Dir,
    served::{engine, peopled, served},
};
use ::ringer::{
    casework::{AccountsFile, Role},
    web::{Options, WebError, serve},
};
use std::net::SocketAddr;

fn everywhere() -> Options {
    Options { bind: SocketAddr::from(([0, 0, 0, 0], 0)), ..Options::default() }
}

#[track_caller]
fn refused(options: Options) -> WebError {
    serve(engine(), options, |link| panic!("it listens: {link}")).unwrap_err()
}

#[test]
fn without_tls_or_a_proxy_other_machines_reach_nothing() {
    let folder = peopled();
    for bind in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:192.0.2.1]:0"] {
        let options = Options {
            bind: bind.parse().unwrap(),
            folder: Some(folder.path().to_owned()),
            hosts: vec!["ringer.example".parse().unwrap()],
            ..Options::default()
        };
        let error = refused(options);
        assert!(matches!(error, WebError::NotLoopback(_)), "{bind}: {error}");
        assert!(error.to_string().contains("--tls-cert"), "{error}");
    }
}

#[test]
fn the_link_that_works_without_an_account_is_for_this_machine_alone() {
    let folder = tempfile::tempdir().unwrap();
    for options in [
        Options { proxies: Some(Vec::new()), ..everywhere() },
        Options { proxies: Some(Vec::new()), ..Options::default() },
        Options {
            proxies: Some(Vec::new()),
            folder: Some(folder.path().to_owned()),
            ..Options::default()
        },
    ] {
        let error = refused(options);
        assert!(matches!(error, WebError::NobodyYet), "{error}");
        assert!(error.to_string().contains("ringer user add"), "{error}");
    }
    let file = AccountsFile::of(folder.path());
    file.change(|a| a.add("bob".parse().unwrap(), Role::Viewer, crate::served::NOW)).unwrap();
    let site = served(Options {
        proxies: Some(Vec::new()),
        folder: Some(folder.path().to_owned()),
        ..Options::default()
    });
    assert!(site.link.ends_with("/sign-in"), "whoever is invited comes in by name: {}", site.link);
}

#[test]
fn a_name_has_to_be_given_and_no_other_is_answered_to() {
    let folder = peopled();
    let options = Options {
        proxies: Some(Vec::new()),
        folder: Some(folder.path().to_owned()),
        ..everywhere()
    };
    let error = refused(options.clone());
    assert!(matches!(error, WebError::NoHostName(_)), "{error}");
    let site = served(Options { hosts: vec!["ringer.example".parse().unwrap()], ..options });
    assert_eq!(site.link, "https://ringer.example/sign-in");
    for (host, status) in [
        ("ringer.example", 200),
        ("ringer.example:443", 200),
        ("localhost", 421),
        ("127.0.0.1", 421),
        ("evil.example", 421),
        ("ringer.example.evil.example", 421),
        ("ringer.example@evil.example", 421),
    ] {
        assert_eq!(site.get("/sign-in", &[("Host", host)]).status, status, "{host}");
    }
}

#[test]
fn the_command_line_refuses_before_it_makes_a_store_and_says_the_way_out() {
    let dir = Dir::new();
    for (args, said) in [
        (vec!["--bind", "0.0.0.0:0"], "--tls-cert"),
        (vec!["--behind-proxy"], "ringer user add"),
        (vec!["--proxy", "192.0.2.9"], "behind_proxy"),
        (vec!["--proxy", "everybody"], "invalid"),
        (vec!["--tls-cert", "none.pem"], "tls_key"),
        (vec!["--tls-cert", "none.pem", "--tls-key", "none.pem"], "cannot read the certificate"),
        (vec!["--host", "https://ringer.example"], "host name alone"),
    ] {
        let run = dir.ringer(&[&["serve"], args.as_slice()].concat());
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.stdout.is_empty() && run.stderr.contains(said), "{args:?}: {run:?}");
    }
    assert!(dir.names().is_empty(), "{:?}", dir.names());
    let by_environment = dir.ringer_with(&["serve"], &[("RINGER_BEHIND_PROXY", "true")], b"");
    assert!(by_environment.stderr.contains("ringer user add"), "{by_environment:?}");
    dir.write("ringer.toml", "host = [\"ringer.example\"]\nbehind_proxy = true\n");
    let link = dir.ringer(&["user", "add", "ann"]).stdout;
    let secret = link.trim().strip_prefix("https://ringer.example/welcome/").unwrap();
    assert!(!dir.read("ringer-data/accounts.json").contains(secret), "only its hash is kept");
}
