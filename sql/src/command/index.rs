//! `zagg-sql index`

use std::io::{self, Write};
use std::sync::Arc;

use zagg_engine::config::Config;
use zagg_engine::run::{IndexRequest, make_index};

use crate::args::IndexArgs;
use crate::command::{block_on, cores, run};
use crate::error::CliError;
use crate::output::{self, Progress};

pub(crate) fn index(args: IndexArgs) -> Result<bool, CliError> {
    let config = Config::load(&args.config).map_err(zagg_engine::Error::from)?;
    for text in &config.warnings {
        output::warning(text)?;
    }
    let workers = args.max_workers.map_or_else(cores, usize::from);
    let request = IndexRequest {
        input: run::input(args.catalog.as_ref(), &args.granules, &config)?,
        config,
        out: args.out,
        workers,
        allow_partial: args.allow_partial,
        runtime: Arc::default(),
    };
    let mut progress = Progress::new();
    let summary = block_on(workers, async {
        Ok(make_index(request, |done, all| progress.granule(done, all)).await?)
    });
    progress.finish();
    let summary = summary?;
    let out = &mut io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
    } else {
        output::index(out, &summary)?;
    }
    Ok(summary.granules_failed.is_empty())
}
