//! Where to search, and which shards to keep.

use zagg_catalog::Region;

use crate::args::CatalogArgs;
use crate::error::CliError;

/// The area of `--polygon`, `--bbox` or `--region`. Where none is given, a search is about Antarctica; of a saved catalog all
/// granules are taken, with all the shards that they touch.
pub(super) fn area(args: &CatalogArgs) -> Result<Option<Region>, CliError> {
    if let Some(file) = &args.polygon {
        return Ok(Some(Region::read(file)?));
    }
    let named = args.region.is_some() || args.catalog.is_none();
    Ok(args.bbox.clone().or_else(|| named.then(Region::antarctica)))
}
