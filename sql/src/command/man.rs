//! `zagg-sql man`

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::{Args, ManArgs};
use crate::error::CliError;

/// Prints the manual page, or writes those of all subcommands to a folder.
pub(crate) fn man(args: &ManArgs) -> Result<bool, CliError> {
    let command = Args::command();
    match &args.out {
        None => Man::new(command).render(&mut io::stdout().lock())?,
        Some(folder) => {
            let failed = |source| CliError::File { path: folder.clone(), source };
            std::fs::create_dir_all(folder).map_err(failed)?;
            clap_mangen::generate_to(command, folder).map_err(failed)?;
        }
    }
    Ok(true)
}
