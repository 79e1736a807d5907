//! `zagg-sql`: granules to grids from the command line.
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 complete, 1 a partial result that was
//! allowed, 2 an error, 130 interrupted.

mod args;
mod command;
mod error;
mod output;
mod shell;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::args::{Args, CheckCommand, Command};
use crate::error::CliError;

/// Decoding and aggregating allocate buffers of some tens of kilobytes all the time, on several threads. The
/// system's allocator gives such memory back to the kernel and asks for it again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The result is as complete as the input.
const COMPLETE: u8 = 0;
/// The result misses data, as the user allowed.
const PARTIAL: u8 = 1;
/// There is no result.
const ERROR: u8 = 2;

/// Keeps the kernel from backing memory by pages of 2 MiB. It clears each of them whole when its first byte is
/// touched, and buffers of some tens of kilobytes on many threads touch many: a third more memory, and a tenth
/// more time. Where this cannot be said, nothing else changes.
#[cfg(target_os = "linux")]
fn small_pages() {
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
fn small_pages() {}

fn main() -> ExitCode {
    small_pages();
    let matches = Args::command().get_matches();
    let args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(error) => error.exit(),
    };
    let done = match args.command {
        None => shell::shell(&args.shell, args.shell.scripts(&matches)),
        Some(command) => run(command).map(|complete| if complete { COMPLETE } else { PARTIAL }),
    };
    ExitCode::from(match done {
        Ok(code) => code,
        // Whoever reads our output has seen enough: that is no error.
        Err(error) if error.is_closed_pipe() => COMPLETE,
        Err(error) => {
            output::error(&error);
            ERROR
        }
    })
}

/// Whether the result is complete.
fn run(command: Command) -> Result<bool, CliError> {
    match command {
        Command::Run(args) => command::run::run(args),
        Command::Catalog(args) => command::catalog::catalog(args),
        Command::Index(args) => command::index::index(args),
        Command::Explain(args) => command::explain::explain(args),
        Command::Demo(args) => command::demo::demo(args),
        Command::Check(CheckCommand::Access(args)) => command::check::access(args),
        Command::Completions(args) => command::completions::completions(&args),
        Command::Man(args) => command::man::man(&args),
    }
}
