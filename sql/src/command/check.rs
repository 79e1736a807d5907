//! `zagg-sql check`

use std::io::{self, Write};
use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnv;
use zagg_catalog::{Catalog, Granule, GranuleLink, ShardMap};
use zagg_engine::access::{self, AccessReport, Outcome, Step};
use zagg_engine::config::Driver;
use zagg_engine::granule::Locations;

use crate::args::CheckAccessArgs;
use crate::command::access::{driver, earthdata};
use crate::command::block_on;
use crate::error::CliError;
use crate::output;

/// `zagg-sql check access`
pub(crate) fn access(args: CheckAccessArgs) -> Result<bool, CliError> {
    let driver = driver(&args.access).unwrap_or(Driver::Auto);
    let registry = Arc::clone(&RuntimeEnv::default().object_store_registry);
    let locations = Locations::with_earthdata(registry, earthdata(&args.access)?);
    let granules = granules(&args)?;
    let report = block_on(1, async { Ok(access::check(&granules, &locations).await) })?;
    for text in &report.warnings {
        output::warning(text)?;
    }
    let out = &mut io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        print(out, &report, driver)?;
    }
    let denied = report.providers.iter().filter(|access| !access.is_readable(driver));
    let denied: Vec<&str> = denied.map(|access| access.provider.as_str()).collect();
    match denied.as_slice() {
        [] => Ok(true),
        denied => Err(CliError::NoAccess(denied.join(", "))),
    }
}

/// Those given, and those of the catalog or shard map.
fn granules(args: &CheckAccessArgs) -> Result<Vec<GranuleLink>, CliError> {
    let link = |link: &String| GranuleLink::from_url(link).map_err(zagg_engine::Error::from);
    let mut granules = args.links.iter().map(link).collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = &args.catalog {
        granules.extend(listed(path)?);
        if granules.is_empty() {
            let reason = format!("{path} has no granules");
            return Err(CliError::Option { option: "--catalog", reason });
        }
    }
    Ok(granules)
}

/// Both catalogs and shard maps may be Parquet: what is no shard map is a catalog there.
fn listed(path: &str) -> Result<Vec<GranuleLink>, zagg_engine::Error> {
    match ShardMap::read(path) {
        Ok(map) => Ok(map.granules),
        Err(_) if path.ends_with(".parquet") => {
            let granules = Catalog::read(path)?.granules()?;
            Ok(granules.iter().map(Granule::link).collect())
        }
        Err(error) => Err(error.into()),
    }
}

fn print(out: &mut impl Write, report: &AccessReport, driver: Driver) -> io::Result<()> {
    if !report.login.is_empty() {
        writeln!(out, "Earthdata")?;
        report.login.iter().try_for_each(|step| print_step(out, step))?;
    }
    for access in &report.providers {
        writeln!(out, "{}, by {}", access.provider, access.granule)?;
        access.steps.iter().try_for_each(|step| print_step(out, step))?;
        let verdict = match (access.is_readable(driver), access.by_s3, access.by_https) {
            (true, Some(true), _) => "can be read from here, by S3",
            (true, Some(false), _) => {
                "can be read from here by HTTPS alone: run with --driver https"
            }
            (true, ..) => "can be read from here",
            (false, _, Some(true)) => "cannot be read by S3 from here: run with --driver https",
            (false, ..) => "cannot be read from here",
        };
        writeln!(out, "  => {verdict}")?;
    }
    Ok(())
}

fn print_step(out: &mut impl Write, Step { what, outcome }: &Step) -> io::Result<()> {
    match outcome {
        Outcome::Works { found } => writeln!(out, "  ok      {what}: {found}"),
        Outcome::Skipped { reason } => writeln!(out, "  skipped {what}: {reason}"),
        Outcome::Fails { found, remedy } => {
            writeln!(out, "  WRONG   {what}: {found}")?;
            writeln!(out, "          remedy: {remedy}")
        }
    }
}
