//! The command line as scripts see it: the real binary, its exit codes, its streams, its help.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use ringer::{Dir, Run};

/// Every command, in reading order.
const COMMANDS: &[&str] = &[
    "demo",
    "import",
    "imports",
    "rings",
    "ring",
    "members",
    "explain",
    "indicators",
    "screen",
    "path",
    "search",
    "judge",
    "watchlist",
    "check",
    "case",
    "refer",
    "referrals",
    "verify-package",
    "report",
    "fairness",
    "calibrate",
    "precision",
    "policy",
    "synth",
    "evaluate",
    "verify",
    "dump",
    "load",
    "config",
    "retention",
    "hold",
    "erase",
    "subject-access",
    "user",
    "audit",
    "serve",
];

#[track_caller]
fn check_exit(dir: &Dir, args: &[&str], code: i32, said: &str) -> Run {
    let run = dir.ringer(args);
    assert_eq!(run.code, code, "ringer {args:?}: {run:?}");
    assert!(run.stderr.contains(said), "ringer {args:?}: {run:?}");
    run
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let dir = Dir::new();
    let pages = COMMANDS.iter().map(|c| vec![*c]).chain(
        ["pair", "value", "ring", "list", "withdraw"].iter().map(|what| vec!["judge", what]),
    );
    let pages = pages
        .chain(["import", "list", "hits", "remove"].iter().map(|what| vec!["watchlist", what]))
        .chain(
            ["add", "list", "role", "invite", "disable", "sign-out"]
                .iter()
                .map(|what| vec!["user", what]),
        );
    let of_cases = [
        "list", "show", "open", "status", "propose", "decline", "assign", "due", "rename", "note",
        "strike", "attach", "detach", "save", "link", "unlink", "close",
    ];
    let pages = pages.chain(of_cases.iter().map(|what| vec!["case", what]));
    let pages =
        pages.chain(["show", "what-if", "set", "reset"].iter().map(|what| vec!["policy", what]));
    let pages = pages.chain(["add", "list", "release"].iter().map(|what| vec!["hold", what]));
    let pages = pages.chain(["list", "purge"].iter().map(|what| vec!["retention", what]));
    let pages = pages.chain(
        ["schedule", "run", "list", "show", "deliver"].iter().map(|what| vec!["report", what]),
    );
    let pages = pages.chain(
        ["add", "list", "show", "pause", "resume", "remove"]
            .iter()
            .map(|what| vec!["report", "schedule", what]),
    );
    for mut page in pages.chain([vec!["imports", "undo"], vec![]]) {
        page.push("--help");
        let run = dir.ringer(&page);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{page:?}");
        let example = run.stdout.split("Example:").nth(1).unwrap_or_default();
        assert!(example.contains("ringer "), "{page:?}: {}", run.stdout);
        assert!(run.stdout.contains("--data <DIR>"), "{page:?}: {}", run.stdout);
    }
}

#[test]
fn help_lists_the_commands_in_reading_order() {
    let help = Dir::new().ringer(&["help"]).stdout;
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed[..COMMANDS.len()], *COMMANDS);
    for code in ["0", "1", "2", "3", "4", "70"] {
        assert!(help.lines().any(|l| l.trim_start().starts_with(&format!("{code}  "))), "{help}");
    }
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_wrong() {
    let dir = Dir::new();
    check_exit(&dir, &[], 2, "Usage: ringer");
    check_exit(&dir, &["rngs"], 2, "'rings'");
    check_exit(&dir, &["rings", "--format", "xml"], 2, "possible values: table, json, csv");
    check_exit(&dir, &["rings", "--status", "maybe"], 2, "dismissed");
    check_exit(&dir, &["ring", "nonsense"], 2, "an id of the form ring_");
    check_exit(&dir, &["judge", "pair", "A", "B", "perhaps", "--why", "x"], 2, "not_linked");
    check_exit(&dir, &["judge", "pair", "A", "B", "same"], 2, "--why");
    check_exit(
        &dir,
        &["judge", "value", "shoe", "9", "common", "--why", "x"],
        2,
        "payment_account",
    );
    check_exit(&dir, &["import"], 2, "<FILE>...");
    check_exit(&dir, &["imports", "undo", "imp_0123456789ab"], 2, "--why");
    check_exit(&dir, &["imports", "undo", "x", "--why", "x"], 2, "an id of the form imp_");
}

#[test]
fn a_missing_store_is_named_and_not_made() {
    let dir = Dir::new();
    for args in [
        &["rings"][..],
        &["members"],
        &["verify"],
        &["dump"],
        &["search", "x"],
        &["explain", "A", "B"],
        &["path", "A", "B"],
        &["judge", "list"],
        &["case", "list"],
        &["case", "note", "cas_0123456789ab", "x"],
        &["imports"],
        &["imports", "undo", "imp_0123456789ab", "--why", "x"],
        &["watchlist", "list"],
        &["watchlist", "hits"],
        &["watchlist", "remove", "fronts", "--why", "x"],
    ] {
        check_exit(&dir, args, 2, "there is no store in \"./ringer-data\"");
    }
    check_exit(&dir, &["rings", "--data", "elsewhere"], 2, "\"elsewhere\"");
    assert_eq!(dir.names(), Vec::<String>::new());
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
    #[track_caller]
    fn check(dir: &Dir, env: &[(&str, &str)], args: &[&str], value: &str, source: &str) {
        let mut all = vec!["config", "--format", "json"];
        all.extend(args);
        let run = dir.ringer_with(&all, env, b"");
        assert_eq!(run.code, 0, "{run:?}");
        let settings: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let data = settings.as_array().unwrap().iter().find(|s| s["key"] == "data").unwrap();
        assert_eq!((&data["value"], &data["source"]), (&value.into(), &source.into()));
    }
    let dir = Dir::new();
    check(&dir, &[], &[], "./ringer-data", "default");
    dir.write("ringer.toml", "data = \"from-file\"\n");
    check(&dir, &[], &[], "from-file", "file ringer.toml");
    let env = [("RINGER_DATA", "from-env")];
    check(&dir, &env, &[], "from-env", "env RINGER_DATA");
    check(&dir, &env, &["--data", "from-flag"], "from-flag", "flag");
    dir.write("other.toml", "data = \"from-other\"\n");
    check(&dir, &[], &["--config", "other.toml"], "from-other", "file other.toml");
    check(&dir, &[("RINGER_CONFIG", "other.toml")], &[], "from-other", "file other.toml");
}

#[test]
fn a_wrong_configuration_ends_with_2_and_a_way_out() {
    let dir = Dir::new();
    dir.write("ringer.toml", "dta = \"x\"\n");
    check_exit(&dir, &["config"], 2, "unknown key \"dta\", did you mean \"data\"?");
    dir.write("ringer.toml", "data = \"x\"\nbind = \n");
    check_exit(&dir, &["config"], 2, "ringer.toml: not a TOML file: line 2");
    dir.write("ringer.toml", "bind = \"everywhere\"\n");
    check_exit(&dir, &["config"], 2, "file ringer.toml: bind = \"everywhere\"");
    check_exit(&dir, &["config", "--config", "gone.toml"], 2, "gone.toml");
    dir.write("ringer.toml", "");
    let run = dir.ringer_with(&["config"], &[("RINGER_DATTA", "x")], b"");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains("RINGER_DATTA") && run.stderr.contains("RINGER_DATA?"), "{run:?}");
}

#[test]
fn every_setting_is_shown_in_every_format_with_the_same_values() {
    let dir = Dir::new();
    let table = dir.ringer(&["config"]).stdout;
    let csv = dir.ringer(&["config", "--format", "csv"]).stdout;
    assert!(csv.starts_with("key,value,source,about\n"), "{csv}");
    let json = dir.ringer(&["config", "--format", "json"]).stdout;
    let settings: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert!(settings.len() >= 4, "{json}");
    for setting in settings {
        let key = setting["key"].as_str().unwrap();
        assert!(table.lines().any(|l| l.starts_with(key)), "{key} in {table}");
        assert!(csv.lines().any(|l| l.starts_with(&format!("{key},"))), "{key} in {csv}");
    }
}

#[test]
fn output_that_is_no_terminal_carries_no_escape_sequences() {
    let dir = Dir::new();
    for args in [&["config"][..], &["--help"], &["help", "import"]] {
        let run = dir.ringer(args);
        assert!(!run.stdout.contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn synthetic_data_depends_on_nothing_but_number_and_seed() {
    let dir = Dir::new();
    let made = |seed: &str, out: &str| {
        let run = dir.ringer(&["synth", "300", "--seed", seed, "--out", out]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
        ["applications.csv", "truth.csv", "rings.csv"].map(|f| dir.read(&format!("{out}/{f}")))
    };
    let [applications, truth, _] = made("7", "a");
    assert_eq!(applications.lines().next().unwrap().split(',').next(), Some("application_id"));
    assert!(truth.starts_with("application_id,person_id,ring_id\n"), "{truth}");
    assert_eq!(truth.lines().count(), 301);
    assert_eq!(made("7", "b")[0], applications);
    assert_ne!(made("8", "c")[0], applications);
    check_exit(&dir, &["synth", "0", "--seed", "1", "--out", "d"], 2, "at least 1");
    dir.write("file", "");
    check_exit(&dir, &["synth", "9", "--seed", "1", "--out", "file/x"], 2, "file/x");
}
