//! The Antarctic ice sheet: its grounded ice.

use zagg_udfs::cell::Convention;
use zagg_udfs::cell::cover::Cover;

use super::stored;
use crate::CatalogError;

/// The order of the cells.
#[cfg(test)]
pub(super) const ORDER: u8 = 9;

/// The drainage systems reach 63.2° south.
pub(super) const BBOX: [f64; 4] = [-180.0, -90.0, 180.0, -63.0];

/// Written by the test `antarctica_is_what_its_drainage_systems_touch`.
const AUTHALIC: &str = include_str!("antarctica/authalic.txt");
const SPHERE: &str = include_str!("antarctica/sphere.txt");

pub(super) fn cover(convention: Convention) -> Result<Cover, CatalogError> {
    let text = match convention {
        Convention::Authalic => AUTHALIC,
        Convention::Sphere => SPHERE,
    };
    let damaged = |found: String| super::wrong("antarctica", "its cells", "what was stored", found);
    match stored::decode(text) {
        Some(cover) => cover.map_err(|e| damaged(e.to_string())),
        None => Err(damaged("other text".to_owned())),
    }
}
