//! How a geodetic latitude becomes a latitude on the HEALPix sphere.

use std::fmt;
use std::str::FromStr;

use super::CellError;

/// The latitude convention of a grid.
///
/// The two give different partitions: at order 12 only 2.5 % of points keep their id, and the largest shift is
/// 14.3 km, at latitude 45°. Cells of different conventions must never meet in one table or store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Convention {
    /// WGS84 geodetic latitude is converted to authalic latitude, so that all cells have one area on the ellipsoid.
    #[default]
    Authalic,
    /// Geodetic latitude is used as it stands, as if the Earth were a sphere.
    Sphere,
}

impl Convention {
    /// The name used in SQL: `authalic` or `sphere`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authalic => "authalic",
            Self::Sphere => "sphere",
        }
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Convention {
    type Err = CellError;

    /// Reads `authalic` or `sphere`. Other spellings are refused, with the likely one suggested, since a guess here
    /// would shift every cell.
    fn from_str(name: &str) -> Result<Self, CellError> {
        match name {
            "authalic" => Ok(Self::Authalic),
            "sphere" => Ok(Self::Sphere),
            _ => Err(CellError::Convention {
                name: name.chars().take(64).collect(),
                suggestion: suggest(name),
            }),
        }
    }
}

fn suggest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    // Names that other HEALPix tools give the same two conventions.
    match name.as_str() {
        "wgs84" | "authalic-wgs84" | "ellipsoid" => return Some("authalic"),
        "geodetic" | "geodetic-spherical" => return Some("sphere"),
        _ => {}
    }
    ["authalic", "sphere"]
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&name, known), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}
