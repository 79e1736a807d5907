//! Arguments of `zagg-sql catalog`.

use std::path::PathBuf;

use clap::builder::RangedI64ValueParser;
use clap::{ArgGroup, Args as ClapArgs, ValueEnum};
use zagg_catalog::Region;
use zagg_catalog::search::{CMR_STAC, NSIDC};
use zagg_udfs::cell::MAX_ORDER;

/// Find the granules of a product, and which shards they touch.
#[derive(Debug, ClapArgs)]
#[command(
    group = ArgGroup::new("area").args(["polygon", "bbox", "region"]),
    group = ArgGroup::new("when").args(["cycle", "start_date"]),
    after_help = "\
Examples:
  zagg-sql catalog --config atl06 --short-name ATL06 --version 007 --cycle 22
  zagg-sql catalog --short-name ATL06 --version 007 --start-date 2024-01-01 --end-date 2024-03-31 \\
      --bbox 160,-80,-150,-70 --catalog-out ross.parquet
  zagg-sql catalog --config atl06 --catalog ross.parquet --out shardmap.json
  zagg-sql catalog --catalog ross.parquet --footprint-cells 9 --catalog-out ross-cells.parquet

A search that misses a granule fails: what came is compared with the number that the server matched."
)]
pub(crate) struct CatalogArgs {
    /// The grid of the shard map, as a configuration has it: a built-in one (atl06) or a YAML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) config: Option<String>,
    /// The product: ATL06
    #[arg(long, value_name = "NAME", required_unless_present = "catalog")]
    pub(crate) short_name: Option<String>,
    /// Its version: 007. With --endpoint it may be left out; then --short-name is the id of the collection
    #[arg(long = "version", value_name = "VERSION",
          required_unless_present_any = ["catalog", "endpoint"])]
    pub(crate) product_version: Option<String>,
    /// Who holds it [default: NSIDC_CPRD; with --endpoint none]
    #[arg(long, value_name = "PROVIDER")]
    pub(crate) provider: Option<String>,
    /// A cycle of ICESat-2: 91 days, counted from 1, which began on 2018-10-13
    #[arg(long, value_name = "N")]
    pub(crate) cycle: Option<u32>,
    /// The first day, in UTC: 2019-01-01
    #[arg(long, value_name = "DATE")]
    pub(crate) start_date: Option<chrono::NaiveDate>,
    /// The last day, included [default: today]
    #[arg(long, value_name = "DATE", requires = "start_date")]
    pub(crate) end_date: Option<chrono::NaiveDate>,
    /// The area: a GeoJSON or WKT file
    #[arg(long, value_name = "FILE")]
    pub(crate) polygon: Option<PathBuf>,
    /// The area: west, south, east, north in degrees. West above east crosses the dateline
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true, value_parser = bbox)]
    pub(crate) bbox: Option<Region>,
    /// The area: a region known by name [default: antarctica; with --catalog all of its granules]
    #[arg(long, value_name = "NAME")]
    pub(crate) region: Option<NamedRegion>,
    /// Another STAC API than CMR's: the URL of its landing page
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Save the granules as stac-geoparquet
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog_out: Option<PathBuf>,
    /// Save the cells that each footprint touches too, of this order: 0 to 29
    #[arg(long, value_name = "ORDER", requires = "catalog_out", value_parser = orders())]
    pub(crate) footprint_cells: Option<u8>,
    /// Do not search: take the granules of a saved catalog
    #[arg(long, value_name = "CATALOG.parquet", conflicts_with_all = [
        "short_name", "product_version", "provider", "cycle", "start_date", "end_date", "endpoint",
    ])]
    pub(crate) catalog: Option<PathBuf>,
    /// The shard map to write, .json or .parquet [default: shardmap_{short_name}_{start}_{end}.json]
    #[arg(long, value_name = "FILE", requires = "config")]
    pub(crate) out: Option<PathBuf>,
    /// Go on without granules that have no data link, list them, and exit with 1
    #[arg(long)]
    pub(crate) allow_partial: bool,
}

/// Regions known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NamedRegion {
    /// The drainage basins of the ice sheet
    Antarctica,
}

impl CatalogArgs {
    /// Where to search: CMR-STAC and its provider, or another API.
    pub(crate) fn place(&self) -> (&str, Option<&str>) {
        match (&self.endpoint, &self.provider) {
            (None, None) => (CMR_STAC, Some(NSIDC)),
            (endpoint, provider) => (endpoint.as_deref().unwrap_or(CMR_STAC), provider.as_deref()),
        }
    }
}

fn orders() -> RangedI64ValueParser<u8> {
    clap::value_parser!(u8).range(0..=i64::from(MAX_ORDER))
}

fn bbox(text: &str) -> Result<Region, String> {
    Region::parse_bbox(text).map_err(|error| error.to_string())
}
