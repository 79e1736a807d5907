//! The centres of cells, and how far those of a shard reach.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use zagg_udfs::cell::{CellError, Convention, center};

use crate::store::Ellipsoid;

/// The centres of the cells of a store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Centres {
    order: u8,
    convention: Convention,
}

impl Centres {
    pub(super) fn of(order: u8, ellipsoid: Ellipsoid) -> Self {
        let convention = match ellipsoid {
            Ellipsoid::Wgs84 => Convention::Authalic,
            Ellipsoid::Sphere => Convention::Sphere,
        };
        Self { order, convention }
    }

    /// Longitude and latitude, degrees.
    pub(super) fn at(self, cell: u64) -> Result<(f64, f64), CellError> {
        center(cell, self.order, self.convention)
    }

    /// The least or the greatest latitude of each parent's centres.
    pub(super) fn latitudes(self, parents: &[u64], depth: u8, greatest: bool) -> Option<ArrayRef> {
        // Latitude grows along both axes of a cell: from its south to its north.
        let corner = if greatest { Corner::North } else { Corner::South };
        let of = |parent: &u64| Some(self.at(corner.cell(*parent, depth)).ok()?.1);
        let values: Option<Vec<f64>> = parents.iter().map(of).collect();
        Some(Arc::new(Float64Array::from(values?)))
    }

    /// The westernmost and the easternmost longitude of the centres in a parent. West is greater than east where they lie on
    /// both sides of the antimeridian.
    pub(super) fn longitudes(self, parent: u64, depth: u8) -> Option<(f64, f64)> {
        // Longitude grows along one axis and falls along the other: from the west corner to the east.
        let west = self.at(Corner::West.cell(parent, depth)).ok()?.0;
        let east = self.at(Corner::East.cell(parent, depth)).ok()?.0;
        Some((west, east))
    }
}

/// The corners of a cell, by the axes of nested ids: x in the even bits points to the north-east, y to the north-west.
#[derive(Debug, Clone, Copy)]
enum Corner {
    South,
    East,
    North,
    West,
}

impl Corner {
    /// The descendant, `depth` orders finer, in this corner of a cell.
    fn cell(self, parent: u64, depth: u8) -> u64 {
        let bits = 2 * depth;
        let all = (1_u64 << bits) - 1;
        let corner = match self {
            Self::South => 0,
            Self::East => 0x5555_5555_5555_5555 & all,
            Self::West => 0xaaaa_aaaa_aaaa_aaaa & all,
            Self::North => all,
        };
        parent << bits | corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;
    use arrow::datatypes::Float64Type;

    #[test]
    fn no_centre_lies_outside_the_bounds_of_its_parent() {
        for (order, depth, ellipsoid) in
            [(3, 3, Ellipsoid::Wgs84), (6, 4, Ellipsoid::Sphere), (5, 2, Ellipsoid::Wgs84)]
        {
            let centres = Centres::of(order, ellipsoid);
            let parents: Vec<u64> = (0..12 << (2 * (order - depth))).collect();
            let south = centres.latitudes(&parents, depth, false).unwrap();
            let north = centres.latitudes(&parents, depth, true).unwrap();
            let [south, north] = [&south, &north].map(|b| b.as_primitive::<Float64Type>());
            let mut across = 0;
            for (i, &parent) in parents.iter().enumerate() {
                let (west, east) = centres.longitudes(parent, depth).unwrap();
                across += usize::from(west > east);
                for cell in parent << (2 * depth)..(parent + 1) << (2 * depth) {
                    let (longitude, latitude) = centres.at(cell).unwrap();
                    let between = match west <= east {
                        true => west <= longitude && longitude <= east,
                        false => west <= longitude || longitude <= east,
                    };
                    assert!(between, "{cell}");
                    assert!(south.value(i) <= latitude && latitude <= north.value(i), "{cell}");
                }
            }
            assert!(0 < across && across * 10 < parents.len(), "{across} of {}", parents.len());
        }
    }
}
