//! From a location in SQL to a store.

use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::CreateExternalTable;

use crate::error::{Error, Result as OwnResult};
use crate::granule::Locations;
use crate::store::{ReadOptions, StoreReader, Target};

/// The one location of a statement.
pub(super) fn only<'a>(of: &str, statement: &'a CreateExternalTable) -> Result<&'a str> {
    match statement.locations.as_slice() {
        [place] => Ok(place),
        places => plan_err!("{of}: expected one location, found {}", places.len()),
    }
}

/// Where a store is to be written.
///
/// # Errors
/// If the place cannot be reached.
pub(super) fn target(place: &str, locations: &Locations) -> OwnResult<Target> {
    let path = place.strip_prefix("file://").unwrap_or(place);
    if !path.contains("://") {
        return Ok(Target::local(path)?);
    }
    let location = locations.resolve(place)?;
    Ok(Target::new(location.store, location.path))
}

/// Opens a store.
///
/// # Errors
/// If there is none, or it cannot be read.
pub(super) async fn open(
    place: &str,
    options: ReadOptions,
    locations: &Locations,
) -> OwnResult<StoreReader> {
    let path = place.strip_prefix("file://").unwrap_or(place);
    // A target is made to be written; nothing should be made where something is to be read.
    if !path.contains("://") && !std::path::Path::new(path).exists() {
        let reason = "there is no such store".to_owned();
        return Err(Error::Location { link: place.to_owned(), reason });
    }
    Ok(StoreReader::open_with(target(place, locations)?, options).await?)
}
