//! `zagg-sql explain`

use std::io::{self, Write};

use zagg_engine::config::Config;

use crate::args::ExplainArgs;
use crate::error::CliError;
use crate::output;

pub(crate) fn explain(args: ExplainArgs) -> Result<bool, CliError> {
    let config = Config::load(&args.config).map_err(zagg_engine::Error::from)?;
    for text in &config.warnings {
        output::warning(text)?;
    }
    writeln!(io::stdout(), "{}", config.sql())?;
    Ok(true)
}
