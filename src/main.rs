//! The `ringer` program: hands over to `cli`, and turns whatever comes back, a panic included, into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ringer::cli::report_panics_without_data();
    ringer::cli::guarded(ringer::cli::main).into()
}
