//! `zagg-sql run`

use std::io::{self, Write};

use zagg_engine::cell::morton;
use zagg_engine::config::{Config, Grid};
use zagg_engine::run::{self, DryRun, Input, Job, RunRequest};

use crate::args::RunArgs;
use crate::command::{access, block_on, cores};
use crate::error::CliError;
use crate::output::{self, Progress};

pub(crate) fn run(args: RunArgs) -> Result<bool, CliError> {
    let config = Config::load(&args.config).map_err(zagg_engine::Error::from)?;
    for text in &config.warnings {
        output::warning(text)?;
    }
    let workers = args.max_workers.map_or_else(cores, usize::from);
    let request = request(&args, config, workers)?;
    let earthdata = request.earthdata.clone();
    let out = &mut io::stdout().lock();
    if args.dry_run {
        let plan = block_on(workers, async {
            let job = Job::prepare(request).await?;
            Ok(DryRun { estimate: Some(job.estimate().await?), ..job.dry_run() })
        });
        access::warn(&earthdata)?;
        let plan = plan?;
        if args.json {
            writeln!(out, "{}", serde_json::to_string(&plan)?)?;
        } else {
            output::dry_run(out, &plan)?;
        }
        return Ok(plan.granules_failed.is_empty());
    }
    let mut progress = Progress::new();
    let summary = block_on(workers, async {
        Ok(run::run(request, |outcome, done, all| progress.shard(outcome, done, all)).await?)
    });
    progress.finish();
    access::warn(&earthdata)?;
    let summary = summary?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
    } else {
        output::summary(out, &summary)?;
    }
    Ok(summary.complete)
}

fn request(args: &RunArgs, config: Config, workers: usize) -> Result<RunRequest, CliError> {
    let input = input(args.catalog.as_ref(), &args.granules, &config)?;
    let store = args.store.clone().or_else(|| config.store.clone());
    // A dry run writes nothing, and needs no place for it.
    let store = match (store, args.dry_run) {
        (Some(store), _) => store,
        (None, true) => "(no store given)".to_owned(),
        (None, false) => {
            let reason = "say where the store goes".to_owned();
            return Err(CliError::Option { option: "--store", reason });
        }
    };
    let only_shard =
        args.morton_cell.as_deref().map(|id| shard_of(id, &config.grid)).transpose()?;
    let mut request = RunRequest::new(config, input, store);
    if let Some(driver) = access::driver(&args.access) {
        request.config.source.driver = driver;
    }
    request.earthdata = access::earthdata(&args.access)?;
    request.index = args.index.clone();
    request.index_out = args.index_out.clone();
    request.only_shard = only_shard;
    request.max_shards = args.max_cells;
    request.workers = workers;
    request.batch_size = args.batch_size as usize;
    request.overwrite = args.overwrite;
    request.allow_partial = args.allow_partial;
    request.max_cost = args.max_cost;
    Ok(request)
}

/// What `--catalog`, `--granules` or the configuration say.
pub(super) fn input(
    catalog: Option<&String>,
    granules: &[String],
    config: &Config,
) -> Result<Input, CliError> {
    match (catalog, granules) {
        (None, patterns @ [_, ..]) => Ok(Input::Granules(expand(patterns)?)),
        (catalog, _) => match catalog.or(config.catalog.as_ref()) {
            Some(path) => Ok(Input::ShardMap(path.clone())),
            None => {
                let reason = "say from what: --catalog SHARDMAP.json or --granules GLOB".to_owned();
                Err(CliError::Option { option: "--catalog", reason })
            }
        },
    }
}

/// The paths that patterns match, each pattern's in alphabetical order. Whatever has no wildcard stands
/// for itself, so that a missing file is named when it is opened.
fn expand(patterns: &[String]) -> Result<Vec<String>, CliError> {
    let wrong = |reason| CliError::Option { option: "--granules", reason };
    let mut links = Vec::new();
    for pattern in patterns {
        let wild = pattern.contains(['*', '?', '[']);
        if !wild || pattern.contains("://") {
            links.push(pattern.clone());
            continue;
        }
        let paths = glob::glob(pattern).map_err(|e| wrong(format!("`{pattern}`: {e}")))?;
        let before = links.len();
        for path in paths {
            let path = path.map_err(|e| wrong(e.to_string()))?;
            let path = path.into_os_string().into_string();
            links.push(path.map_err(|path| wrong(format!("{} is not UTF-8", path.display())))?);
        }
        if links.len() == before {
            return Err(wrong(format!("no file matches `{pattern}`")));
        }
    }
    // Two patterns may match the same file.
    let mut seen = std::collections::HashSet::new();
    links.retain(|link| seen.insert(link.clone()));
    Ok(links)
}

/// The shard a user means, as a nested id at the parent order.
fn shard_of(id: &str, grid: &Grid) -> Result<u64, CliError> {
    let wrong = |reason| CliError::Option { option: "--morton-cell", reason };
    let word = morton::parse(id).or_else(|e| id.parse::<u64>().map_err(|_| e));
    let cell = word.and_then(morton::to_nested).map_err(|e| wrong(e.to_string()))?;
    if cell.order != grid.parent_order {
        return Err(wrong(format!(
            "`{id}` is a cell of order {}, the configuration's shards have order {}",
            cell.order, grid.parent_order
        )));
    }
    Ok(cell.id)
}
