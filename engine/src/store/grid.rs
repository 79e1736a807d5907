//! The grid that a level declares.

use serde_json::Value;

use super::error::StoreError;
use super::metadata::{COORDINATE, DIMENSION, MORTON};
use super::open::{Level, wrong};
use super::spec::Ellipsoid;
use super::target::Target;

/// How cells were made, and what their axis is called.
#[derive(Debug)]
pub(super) struct DeclaredGrid {
    pub(super) ellipsoid: Ellipsoid,
    pub(super) dimension: String,
}

/// What the attribute `dggs` of a level says. `ellipsoid` is taken instead of what it says, and lets it be missing.
///
/// # Errors
/// For any grid other than nested HEALPix cells, one by one.
pub(super) fn declared(
    target: &Target,
    level: &Level,
    ellipsoid: Option<Ellipsoid>,
) -> Result<DeclaredGrid, StoreError> {
    let order = level.order;
    let refuse = |problem: String| Err(wrong(target, &format!("{order}"), problem));
    let Some(dggs) = level.group.pointer("/attributes/dggs") else {
        let Some(ellipsoid) = ellipsoid else {
            return refuse(
                "it has no attribute dggs, which says how its cells were made: \
                 say it by the option `ellipsoid`, 'WGS84' or 'sphere'"
                    .into(),
            );
        };
        return Ok(DeclaredGrid { ellipsoid, dimension: dimension_of(level) });
    };
    let found = |key: &str| dggs.get(key).unwrap_or(&Value::Null);
    // The grid that is named after its coordinate is the same one.
    let by_words = found("name") == MORTON;
    let nested = Value::from("nested");
    let expected = [
        ("name", Value::from(if by_words { MORTON } else { "healpix" }), false),
        ("refinement_level", Value::from(order), false),
        ("indexing_scheme", nested, by_words),
        ("compression", Value::from("none"), true),
    ];
    for (key, value, optional) in expected {
        let found = found(key);
        if *found != value && !(optional && found.is_null()) {
            return refuse(format!("dggs.{key}: expected {value}, found {found}"));
        }
    }
    let coordinate = found("coordinate");
    if !(coordinate.is_null() || coordinate == COORDINATE || coordinate == MORTON) {
        let problem = format!("dggs.coordinate: expected \"{COORDINATE}\", found {coordinate}");
        return refuse(problem);
    }
    let stated = match dggs.get("ellipsoid").map(|e| e.get("name").unwrap_or(&Value::Null)) {
        None => Ok(Ellipsoid::Sphere),
        Some(Value::String(name)) if name.eq_ignore_ascii_case("WGS84") => Ok(Ellipsoid::Wgs84),
        Some(found) => Err(found),
    };
    let ellipsoid = match (ellipsoid, stated) {
        (Some(ellipsoid), _) | (None, Ok(ellipsoid)) => ellipsoid,
        (None, Err(found)) => {
            return refuse(format!("dggs.ellipsoid: expected WGS84 or none, found {found}"));
        }
    };
    let dimension = dggs.get("spatial_dimension").and_then(Value::as_str);
    let dimension = dimension.map_or_else(|| dimension_of(level), str::to_owned);
    Ok(DeclaredGrid { ellipsoid, dimension })
}

/// The dimension of the coordinate.
fn dimension_of(level: &Level) -> String {
    let coordinate = level.arrays.get(COORDINATE).or_else(|| level.arrays.get(MORTON));
    let name = coordinate.and_then(|c| c.pointer("/dimension_names/0")).and_then(Value::as_str);
    name.unwrap_or(DIMENSION).to_owned()
}
