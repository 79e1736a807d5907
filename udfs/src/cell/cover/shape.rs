//! Geometries made ready on the sphere of the cells.

mod extent;
mod text;

use std::fmt::Arguments;

use geo_types::{Coord, Geometry};

use super::descent::{Descent, Touch};
use super::part::Part;
use super::ranges::Builder;
use super::ring::Ring;
use super::vector::Vector;
use super::{Cover, ShapeError};
use crate::cell::{CellError, Convention, center, check_order};

/// A region, line or point on the sphere, of one convention; see the [module](super) for what is inside.
#[derive(Debug, Clone)]
pub struct Shape {
    parts: Vec<Part>,
    convention: Convention,
}

impl Shape {
    /// From a geometry in longitude and latitude, degrees. The parts of a collection may overlap: the shape is all of them.
    ///
    /// A polygon whose vertices lie on one line, or are all one, is that line or point.
    ///
    /// # Errors
    /// [`ShapeError::Position`] for a vertex that is no position, [`ShapeError::Empty`] for a geometry without any.
    pub fn new(geometry: &Geometry<f64>, convention: Convention) -> Result<Self, ShapeError> {
        let mut shape = Self { parts: Vec::new(), convention };
        shape.add(geometry, "")?;
        if shape.parts.is_empty() { Err(ShapeError::Empty) } else { Ok(shape) }
    }

    /// From a box `[west, south, east, north]` in degrees, whose north and south sides are parallels. With west > east it
    /// crosses the antimeridian; 360 degrees or more of longitude are all of them.
    ///
    /// ```
    /// use zagg_udfs::cell::{Convention, cover::Shape};
    ///
    /// let shape = Shape::from_bbox([170.0, -60.0, -170.0, -50.0], Convention::Authalic)?;
    /// assert!(shape.contains(180.0, -60.0) && !shape.contains(0.0, -55.0));
    /// # Ok::<(), zagg_udfs::cell::cover::ShapeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ShapeError::Box`] for latitudes that are none or in the wrong order, and for longitudes that are not finite.
    pub fn from_bbox(bbox: [f64; 4], convention: Convention) -> Result<Self, ShapeError> {
        let [west, south, east, north] = bbox;
        let wrong = |reason| ShapeError::Box { west, south, east, north, reason };
        if !(west.is_finite() && east.is_finite()) {
            return Err(wrong("its longitudes are not finite"));
        }
        if !(south.abs() <= 90.0 && north.abs() <= 90.0) {
            return Err(wrong("its latitudes are not within ±90 degrees"));
        }
        if south > north {
            return Err(wrong("its south is north of its north"));
        }
        let width = east - west;
        let width = if width >= 360.0 {
            360.0
        } else if width < 0.0 {
            width.rem_euclid(360.0)
        } else {
            width
        };
        let (west, east) = (west.rem_euclid(360.0), west.rem_euclid(360.0) + width);
        let corners = [(west, south), (east, south), (east, north), (west, north)];
        let ring = Ring::on_plane(&corners.map(|(x, y)| Coord { x, y }), convention);
        let parts = vec![Part::of_rings(std::iter::once(ring), convention)];
        Ok(Self { parts, convention })
    }

    /// The convention by which its vertices were put on the sphere.
    pub fn convention(&self) -> Convention {
        self.convention
    }

    /// Whether a position (degrees) is inside or on the boundary. What is no position is not.
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        if !(lon.is_finite() && lat.abs() <= 90.0) {
            return false;
        }
        let at = Vector::from_position(lon, lat, self.convention);
        self.parts.iter().any(|part| part.holds(lon, lat, at))
    }

    /// Whether the centre of a cell is inside.
    ///
    /// # Errors
    /// [`CellError`] for a cell that does not exist.
    pub fn contains_center(&self, cell: u64, order: u8) -> Result<bool, CellError> {
        let (lon, lat) = center(cell, order, self.convention)?;
        Ok(self.contains(lon, lat))
    }

    /// The cells at `order` that the shape touches, and perhaps a few more: see the [module](super).
    ///
    /// # Errors
    /// [`CellError::Order`].
    pub fn cover(&self, order: u8) -> Result<Cover, CellError> {
        self.cover_and_inside(order).map(|(touched, _)| touched)
    }

    /// The [cover](Self::cover), and those of its cells that lie wholly inside: no edge of the shape comes near them. Some
    /// that do are not among these: such as are nearly touched by an edge, and such as lie inside only of two parts together.
    ///
    /// # Errors
    /// [`CellError::Order`].
    pub fn cover_and_inside(&self, order: u8) -> Result<(Cover, Cover), CellError> {
        check_order(order)?;
        let (mut touched, mut inside) = (Builder::new(order), Builder::new(order));
        let mut descent = Descent::default();
        for part in &self.parts {
            descent.run(part, order, &mut |touch| match touch {
                Touch::Inside(cell) => {
                    touched.push(cell.id(), cell.order);
                    inside.push(cell.id(), cell.order);
                }
                Touch::Edges(cell) => touched.push(cell.id(), cell.order),
            });
        }
        Ok((touched.finish(), inside.finish()))
    }

    /// Whether all of it are polygons: what lines and points hold is themselves.
    pub fn is_area(&self) -> bool {
        self.parts.iter().all(Part::has_inside)
    }

    /// How many edges there are, and the sum of their lengths in radians.
    pub(super) fn edges(&self) -> (usize, f64) {
        let edges = || self.parts.iter().flat_map(|part| &part.edges);
        (edges().count(), edges().map(|edge| edge.a.angle(edge.b)).sum())
    }

    /// The shape with edges that reach `radians` to both sides, for its cover: where edges stand for curves that are that near.
    #[must_use]
    pub fn thickened(mut self, radians: f64) -> Self {
        self.parts.iter_mut().for_each(|part| part.thicken(radians));
        self
    }

    /// A box `[west, south, east, north]` in degrees (geodetic) that holds the shape. It has west > east where it crosses the
    /// antimeridian, and all longitudes, -180 to 180, where the shape holds a pole or leaves no gap.
    pub fn bbox(&self) -> [f64; 4] {
        let edges = || self.parts.iter().flat_map(|part| &part.edges);
        let (mut south, mut north) = (90.0_f64, -90.0_f64);
        for edge in edges() {
            let (low, high) = extent::latitudes(edge, self.convention);
            (south, north) = (south.min(low), north.max(high));
        }
        let poles = (self.contains(0.0, -90.0), self.contains(0.0, 90.0));
        if poles.0 {
            south = -90.0;
        }
        if poles.1 {
            north = 90.0;
        }
        let (west, east) = if poles.0 || poles.1 {
            (-180.0, 180.0)
        } else {
            extent::without_gap(
                edges().map(|edge| extent::longitudes(edge, self.convention)).collect(),
            )
        };
        [west, south, east, north]
    }

    pub(super) fn into_parts(self) -> Vec<Part> {
        self.parts
    }

    fn add(&mut self, geometry: &Geometry<f64>, within: &str) -> Result<(), ShapeError> {
        let convention = self.convention;
        match geometry {
            Geometry::Point(point) => self.line(&[point.0], format_args!("{within}point")),
            Geometry::MultiPoint(points) => points.iter().enumerate().try_for_each(|(k, point)| {
                self.line(&[point.0], format_args!("{within}point {k}"))
            }),
            Geometry::Line(line) => {
                self.line(&[line.start, line.end], format_args!("{within}line"))
            }
            Geometry::LineString(line) => self.line(&line.0, format_args!("{within}line")),
            Geometry::MultiLineString(lines) => lines
                .iter()
                .enumerate()
                .try_for_each(|(k, line)| self.line(&line.0, format_args!("{within}line {k}"))),
            Geometry::Polygon(polygon) => self.polygon(polygon, format_args!("{within}polygon")),
            Geometry::MultiPolygon(polygons) => {
                polygons.iter().enumerate().try_for_each(|(k, polygon)| {
                    self.polygon(polygon, format_args!("{within}polygon {k}"))
                })
            }
            Geometry::GeometryCollection(all) => all
                .iter()
                .enumerate()
                .try_for_each(|(k, one)| self.add(one, &format!("{within}geometry {k}, "))),
            // These are of the plane: two corners, or three, and straight sides.
            Geometry::Rect(rect) => {
                self.polygon(&rect.to_polygon(), format_args!("{within}rectangle"))
            }
            Geometry::Triangle(triangle) => {
                self.polygon(&triangle.to_polygon(), format_args!("{within}triangle"))
            }
        }?;
        debug_assert_eq!(convention, self.convention);
        Ok(())
    }

    fn line(&mut self, coords: &[Coord<f64>], place: Arguments<'_>) -> Result<(), ShapeError> {
        check(coords, place)?;
        if !coords.is_empty() {
            self.parts.push(Part::line(coords, self.convention));
        }
        Ok(())
    }

    fn polygon(
        &mut self,
        polygon: &geo_types::Polygon<f64>,
        place: Arguments<'_>,
    ) -> Result<(), ShapeError> {
        check(&polygon.exterior().0, format_args!("{place}, ring 0"))?;
        for (k, hole) in polygon.interiors().iter().enumerate() {
            check(&hole.0, format_args!("{place}, ring {}", k + 1))?;
        }
        if !polygon.exterior().0.is_empty() {
            self.parts.push(Part::polygon(polygon, self.convention));
        }
        Ok(())
    }
}

fn check(coords: &[Coord<f64>], place: Arguments<'_>) -> Result<(), ShapeError> {
    let is_good = |c: &Coord<f64>| c.x.is_finite() & (c.y.abs() <= 90.0);
    // Most are all good, and are found so without a branch for each.
    if coords.iter().fold(true, |good, c| good & is_good(c)) {
        return Ok(());
    }
    let wrong = |c: &&Coord<f64>| !is_good(c);
    let Some(bad) = coords.iter().find(wrong) else { return Ok(()) };
    let vertex = coords.iter().position(|c| wrong(&c)).unwrap_or_default();
    Err(ShapeError::Position { place: place.to_string(), vertex, lon: bad.x, lat: bad.y })
}
