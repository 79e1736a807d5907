//! `zagg-sql demo`

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zagg_engine::config::Config;
use zagg_engine::run::{self, Input, RunRequest};
use zagg_engine::store::{StoreReader, Target};
use zagg_engine::store_table::StoreTable;
use zagg_engine::synthetic::Synthetic;

use crate::args::DemoArgs;
use crate::command::{block_on, cores};
use crate::error::CliError;
use crate::output::{self, Progress};

/// The largest shards of the result, with what a scientist would ask of them first.
const QUERY: &str = "\
SELECT morton_text(healpix_to_morton(healpix_parent(cell, 12, 6), 6)) AS shard,
       count(*)                             AS cells,
       sum(count)                           AS segments,
       round(avg(h_mean), 1)                AS height_m,
       round(max(h_max) - min(h_min), 1)    AS relief_m
FROM atl06
GROUP BY 1
ORDER BY segments DESC, shard
LIMIT 5";

pub(crate) fn demo(args: DemoArgs) -> Result<bool, CliError> {
    let dir = args.out.unwrap_or_else(scratch);
    let granules = Synthetic::default().write(&dir.join("granules"))?;
    let out = &mut io::stdout().lock();
    writeln!(out, "Wrote {} synthetic ATL06 granules to {}\n", granules.len(), dir.display())?;

    let links = granules.iter().map(|path| text(path)).collect::<Result<_, _>>()?;
    let store = text(&dir.join("atl06.zarr"))?;
    let config = Config::load("atl06").map_err(zagg_engine::Error::from)?;
    let mut request = RunRequest::new(config, Input::Granules(links), store.clone());
    // An earlier demo's: what else is there is refused.
    request.overwrite = true;
    let mut progress = Progress::new();
    let summary = block_on(cores(), async {
        Ok(run::run(request, |outcome, done, all| progress.shard(outcome, done, all)).await?)
    });
    progress.finish();
    let summary = summary?;
    output::summary(out, &summary)?;

    let table = block_on(cores(), query(&store))?;
    writeln!(out, "\nOr query it:\n\n{QUERY}\n\n{table}")?;
    Ok(summary.complete)
}

/// The store's table through [`QUERY`].
async fn query(store: &str) -> Result<String, CliError> {
    let engine = zagg_engine::Error::from;
    let reader = StoreReader::open(Target::local(store).map_err(engine)?).await.map_err(engine)?;
    let query = async {
        let context = zagg_engine::session()?;
        context.register_table("atl06", Arc::new(StoreTable::new(reader)))?;
        context.sql(QUERY).await?.to_string().await
    };
    query.await.map_err(|e| CliError::Engine(e.into()))
}

/// A directory of our own among the system's temporary files.
fn scratch() -> PathBuf {
    std::env::temp_dir().join(format!("zagg-sql-demo-{}", std::process::id()))
}

fn text(path: &Path) -> Result<String, CliError> {
    path.to_str().map(str::to_owned).ok_or_else(|| CliError::Option {
        option: "--out",
        reason: format!("{} is not UTF-8", path.display()),
    })
}
