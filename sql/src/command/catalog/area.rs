//! Where to search.

use crate::args::CatalogArgs;
use crate::error::CliError;

/// The box of a search for Antarctica: the continent with its ice shelves and islands ends south of 60° S.
const ANTARCTICA: [f64; 4] = [-180.0, -90.0, 180.0, -60.0];

/// The area asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    /// West, south, east, north in degrees: what the search sends.
    pub(super) bbox: [f64; 4],
}

/// The area of `--polygon`, `--bbox` or `--region`.
pub(super) fn area(args: &CatalogArgs) -> Result<Area, CliError> {
    if args.polygon.is_some() {
        let reason = "areas from polygons are not supported yet: give a box by --bbox".to_owned();
        return Err(CliError::Option { option: "--polygon", reason });
    }
    Ok(Area { bbox: args.bbox.unwrap_or(ANTARCTICA) })
}
