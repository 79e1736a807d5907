//! `zagg-sql completions`

use std::io::{self, Write};

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs};
use crate::error::CliError;

/// Prints the script that completes our command line in a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<bool, CliError> {
    let mut command = Args::command();
    let name = command.get_name().to_owned();
    // The generator panics where its writer fails.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(true)
}
