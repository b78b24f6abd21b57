//! What happens when Ringer has a bug: one line that says where, never what was being looked at, and exit code 70.
//!
//! Invariant: a panic's message is never printed, since it can quote an applicant's data.

use crate::cli::Exit;
use std::{io::Write, panic};

/// Replaces the default panic report by one without the panic's message.
pub fn report_panics_without_data() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |l| place(l.file(), l.line()));
        // A failing write to stderr has nowhere left to be reported.
        let _ = writeln!(std::io::stderr(), "{}", report(&place));
    }));
}

/// Runs `f`; a panic in it comes back as `Exit::Bug`.
pub fn guarded(f: impl FnOnce() -> Exit + panic::UnwindSafe) -> Exit {
    panic::catch_unwind(f).unwrap_or(Exit::Bug)
}

fn report(place: &str) -> String {
    format!(
        "ringer: internal error{place}; this is a bug, and nothing acknowledged before it is lost.\n\
         The message is withheld because it may quote an applicant's data; please report the place above."
    )
}

/// The last three parts of the path: the folders above them belong to the machine that compiled it.
fn place(file: &str, line: u32) -> String {
    let parts: Vec<&str> = file.split(['/', '\\']).collect();
    let from = parts.len().saturating_sub(3);
    format!(" at {}:{line}", parts.get(from..).unwrap_or_default().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_exit_code_70_and_a_result_passes_through() {
        // The hook is left alone here: it is global, and other tests run beside this one.
        assert_eq!(guarded(|| std::panic::resume_unwind(Box::new("x"))), Exit::Bug);
        assert_eq!(guarded(|| Exit::Nothing), Exit::Nothing);
    }

    #[test]
    fn the_report_names_the_place_and_not_the_machine() {
        assert_eq!(place("/builds/me/ringer/src/cli/ring.rs", 7), " at src/cli/ring.rs:7");
        assert_eq!(place("src/main.rs", 1), " at src/main.rs:1");
        assert!(report(" at src/main.rs:1").contains("internal error at src/main.rs:1;"));
    }
}
