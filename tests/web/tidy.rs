//! The house of the web room: pages and templates correspond, templates hold nothing the policy forbids.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter_map(|n| n.strip_suffix(ending).map(str::to_owned))
        .filter(|n| n != "mod")
        .collect()
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

#[test]
fn every_page_has_a_template_of_the_same_name_and_the_other_way_round() {
    assert_eq!(names("src/web/pages", ".rs"), names("templates/pages", ".html"));
}

#[test]
fn templates_hold_no_script_no_style_and_no_handlers() {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut all);
    assert!(all.len() >= 12);
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        let lower = text.to_lowercase();
        for (at, _) in lower.match_indices("<script") {
            let rest = &lower[at..];
            let open = &rest[..=rest.find('>').unwrap()];
            assert!(open.contains(" src="), "{}: {open}", path.display());
            assert!(rest[open.len()..].starts_with("</script>"), "{}", path.display());
        }
        // What is taken away, or mailed, has no style sheet to go by but its own.
        let stands_alone = path.parent().is_some_and(|folder| folder.ends_with("reports"));
        let styles = ["<style", " style="].into_iter().filter(|_| !stands_alone);
        for bad in styles.chain(["javascript:", "data:", "http://", "https://"]) {
            assert!(!lower.contains(bad), "{} contains {bad}", path.display());
        }
        for (at, _) in lower.match_indices(" on") {
            let word: String =
                lower[at + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
            let after = &lower[at + 1 + word.len()..];
            assert!(!(word.len() > 3 && after.starts_with('=')), "{}: {word}=", path.display());
        }
        // What is put in unescaped is drawn by `web::svg`, or a note that `web::markdown` wrote: both escape by
        // themselves.
        for (at, _) in text.match_indices("|safe") {
            let name: String = text[..at]
                .chars()
                .rev()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
                .collect();
            let name: String = name.chars().rev().collect();
            let last = name.rsplit('.').next().unwrap();
            // The styles of what stands alone are constants of the program.
            let is_style = stands_alone && (name == "style" || name.starts_with("look."));
            assert!(
                is_style || ["icon", "svg", "bar", "figure", "note_html"].contains(&last),
                "{}: {name} is put in unescaped",
                path.display()
            );
        }
    }
}

/// Routes of a source without a rule, and rules without a route.
fn unruled<'a>(source: &'a str, rules: &[&'a str]) -> Vec<&'a str> {
    let routes: BTreeSet<&str> = source
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.starts_with('/') && !text.contains(' '))
        .collect();
    assert!(routes.len() > 20);
    let rules: BTreeSet<&str> = rules.iter().copied().collect();
    routes.symmetric_difference(&rules).copied().collect()
}

fn routes() -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/routes.rs");
    fs::read_to_string(source).unwrap()
}

#[test]
fn every_route_has_a_rule_and_every_rule_a_route() {
    let rules: Vec<&str> = ringer::web::RULES.iter().map(|rule| rule.path).collect();
    assert_eq!(unruled(&routes(), &rules), [""; 0]);
}

#[test]
fn a_route_without_a_rule_and_a_rule_without_a_route_are_seen() {
    let (routes, rules) = (routes(), ringer::web::RULES);
    let paths: BTreeSet<&str> = rules.iter().map(|rule| rule.path).collect();
    for gone in &paths {
        let left: Vec<&str> = paths.iter().copied().filter(|path| path != gone).collect();
        assert_eq!(unruled(&routes, &left), [*gone]);
    }
    let more: Vec<&str> = paths.iter().copied().chain(["/backdoor"]).collect();
    assert_eq!(unruled(&routes, &more), ["/backdoor"]);
    let more = format!("{routes} .route(\"/backdoor\", web::get().to(open))");
    assert_eq!(unruled(&more, &paths.iter().copied().collect::<Vec<_>>()), ["/backdoor"]);
}

#[test]
fn values_become_text_behind_the_veil_only() {
    // What would show a value by another way than `veil::Seen`, and who may all the same, since nothing of it is shown.
    let ways = [
        ("AssessmentReport::of(", &[][..]),
        ("RingReport::of(", &[]),
        ("corpus.value(", &["explore/selection.rs"]),
        ("corpus().value(", &[]),
        (".find(&typed", &[]),
        (".value.clone()", &["watch.rs", "pages/what_if.rs"]),
        ("known.value", &["near.rs"]),
        ("attribute.value", &[]),
        ("entry.value", &["pages/watch_lists.rs", "watch.rs"]),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    let mut all = Vec::new();
    files(&root, &mut all);
    assert!(all.iter().any(|path| path.ends_with("veil/seen.rs")));
    for path in all.iter().filter(|path| !path.starts_with(root.join("veil"))) {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (way, may) in &ways {
            let allowed = may.iter().any(|name| path.ends_with(name));
            assert!(allowed || !code.contains(way), "{} has {way}", path.display());
        }
    }
}
