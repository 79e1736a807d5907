//! The search.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};
use zagg_catalog::search::{Collection, Found, Period, Query, SearchClient};
use zagg_catalog::{Catalog, Region};

use crate::args::CatalogArgs;
use crate::command::{block_on, cores};
use crate::error::CliError;
use crate::output;

/// The granules, and the ids of those that were left out.
pub(super) fn find(
    args: &CatalogArgs,
    area: Option<&Region>,
) -> Result<(Catalog, Vec<String>), CliError> {
    let query = query(args, area)?;
    let client = SearchClient::new()?;
    // On a terminal alone; elsewhere nothing is drawn.
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_message("searching");
    bar.enable_steady_tick(Duration::from_millis(200));
    let on_page = |progress| bar.set_message(format!("{progress}"));
    let found = block_on(cores(), async { Ok(client.search(&query, on_page).await?) });
    bar.finish_and_clear();
    let Found { catalog, progress, unlinked } = found?;
    if catalog.is_empty() {
        let reason = format!("no granule there: {}", query.url()?);
        return Err(CliError::Option { option: "--short-name", reason });
    }
    if progress.matched.is_none() {
        output::warning(
            "the server does not say how many granules there are: that none is missing is not checked",
        )?;
    }
    Ok((catalog, unlinked))
}

fn query(args: &CatalogArgs, area: Option<&Region>) -> Result<Query, CliError> {
    let name = args.short_name.as_deref().unwrap_or_default();
    let mut query = Query::new(name, args.product_version.as_deref().unwrap_or_default());
    if args.product_version.is_none() {
        query.collections = vec![Collection::by_id(name)];
    }
    let (endpoint, provider) = args.place();
    query.endpoint = endpoint.to_owned();
    query.provider = provider.map(str::to_owned);
    query.period = Some(period(args)?);
    query.bbox = area.map(Region::bbox);
    query.skip_unlinked = args.allow_partial;
    Ok(query)
}

fn period(args: &CatalogArgs) -> Result<Period, CliError> {
    match (args.cycle, args.start_date) {
        (Some(cycle), _) => Ok(Period::cycle(cycle)?),
        (None, Some(first)) => {
            let last = args.end_date.unwrap_or_else(|| chrono::Utc::now().date_naive());
            Ok(Period::days(first, last)?)
        }
        (None, None) => {
            let reason = "say when: --cycle N, or --start-date and --end-date".to_owned();
            Err(CliError::Option { option: "--cycle", reason })
        }
    }
}
