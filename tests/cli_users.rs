//! Accounts on the command line, as whoever runs the server sees them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use ringer::{Dir, Run};

#[track_caller]
fn ok(dir: &Dir, args: &[&str]) -> Run {
    let run = dir.ringer(args);
    assert_eq!(run.code, 0, "ringer {args:?}: {run:?}");
    run
}

#[test]
fn a_user_is_added_by_a_link_and_no_password_is_ever_typed_on_the_command_line() {
    let dir = Dir::new();
    let added = ok(&dir, &["user", "add", "ann", "--role", "administrator"]);
    assert!(added.stdout.starts_with("http://127.0.0.1:8080/welcome/"), "{added:?}");
    let list = ok(&dir, &["user", "list", "--format", "csv"]);
    let lines: Vec<&str> = list.stdout.lines().collect();
    assert_eq!(lines[0], "name,role,state,second_factor,tokens,made_at,mailbox");
    assert!(lines[1].starts_with("ann,administrator,invited,no,0,"), "{list:?}");
    let secret = added.stdout.trim().rsplit('/').next().unwrap();
    let kept = dir.read("ringer-data/accounts.json");
    assert!(!kept.contains(secret), "only the hash of the secret is kept");
    assert!(!dir.ringer(&["user", "add", "--help"]).stdout.contains("password "));
}

#[test]
fn what_cannot_be_done_to_an_account_is_said_with_the_way_out() {
    let dir = Dir::new();
    let nowhere = dir.ringer(&["user", "list"]);
    assert_eq!((nowhere.code, nowhere.stdout.as_str()), (2, ""), "{nowhere:?}");
    ok(&dir, &["user", "add", "ann"]);
    for (args, code, said) in [
        (vec!["user", "add", "ANN"], 2, "already a user"),
        (vec!["user", "add", "b\u{202e}b"], 2, "cannot be a user name"),
        (vec!["user", "add", "bob", "--role", "root"], 2, "\"root\" is no role"),
        (vec!["user", "disable", "bob"], 1, "there is no user \"bob\""),
    ] {
        let run = dir.ringer(&args);
        assert_eq!(run.code, code, "{args:?}: {run:?}");
        assert!(run.stderr.contains(said), "{args:?}: {run:?}");
    }
    ok(&dir, &["user", "role", "ann", "supervisor"]);
    ok(&dir, &["user", "disable", "ann"]);
    let list = ok(&dir, &["user", "list", "--format", "json"]).stdout;
    assert!(list.contains("\"supervisor\"") && list.contains("\"disabled\""), "{list}");
}

#[test]
fn a_broken_file_of_accounts_lets_nobody_in_and_is_named() {
    let dir = Dir::new();
    ok(&dir, &["user", "add", "ann"]);
    assert_eq!(dir.names(), ["ringer-data"], "nothing is left beside the store");
    for broken in ["{", "[]", "{\"version\": 99}", ""] {
        dir.write("ringer-data/accounts.json", broken);
        let run = dir.ringer(&["user", "list"]);
        assert_ne!(run.code, 0, "{broken}: {run:?}");
        assert!(run.stdout.is_empty() && run.stderr.contains("accounts.json"), "{run:?}");
    }
}

#[test]
fn a_mailbox_is_given_shown_and_taken_away() {
    let dir = Dir::new();
    ok(&dir, &["user", "add", "ann"]);
    ok(&dir, &["user", "add", "ben"]);
    ok(&dir, &["user", "mailbox", "ann", "ann@example.com"]);
    let list = ok(&dir, &["user", "list", "--format", "csv"]).stdout;
    assert!(
        list.lines().any(|l| l.starts_with("ann,") && l.ends_with(",ann@example.com")),
        "{list}"
    );
    for (args, code, said) in [
        (
            vec!["user", "mailbox", "ben", "Ann@Example.com"],
            2,
            "ringer user mailbox \"ann\" --remove",
        ),
        (vec!["user", "mailbox", "ben", "https://example.com/"], 2, "is no mailbox"),
        (vec!["user", "mailbox", "ben"], 2, "ADDRESS"),
        (vec!["user", "mailbox", "eve", "eve@example.com"], 1, "there is no user"),
    ] {
        let run = dir.ringer(&args);
        assert_eq!(run.code, code, "{args:?}: {run:?}");
        assert!(run.stderr.contains(said), "{args:?}: {run:?}");
    }
    ok(&dir, &["user", "mailbox", "ann", "--remove"]);
    let list = ok(&dir, &["user", "list", "--format", "json"]).stdout;
    assert!(!list.contains("ann@example.com"), "{list}");
}
