//! Rows of a catalog as granules.

use arrow::array::{Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use chrono::{DateTime, Utc};
use geo_traits::to_geo::ToGeoGeometry;
use geo_types::Geometry;
use wkb::reader::read_wkb;

use super::assets::AssetColumns;
use super::column::Column;
use super::{CatalogFileError, Result};
use crate::GranuleLink;

/// The columns a granule is made of.
pub(super) const COLUMNS: [&str; 8] = [
    "id",
    "collection",
    "geometry",
    "bbox",
    "assets",
    "start_datetime",
    "end_datetime",
    "datetime",
];

/// A granule: what it is called, where it can be read, when and where it was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Granule {
    /// Its name: `ATL06_20190105163308_01260202_007_01.h5`.
    pub id: String,
    /// `ATL06_007`
    pub collection: Option<String>,
    /// `s3://` link.
    pub s3: Option<String>,
    /// `https://` link.
    pub https: Option<String>,
    /// First time, to the microsecond.
    pub start: Option<DateTime<Utc>>,
    /// Last time.
    pub end: Option<DateTime<Utc>>,
    /// The one time that stands for the granule.
    pub datetime: Option<DateTime<Utc>>,
    /// West, south, east, north in degrees, as the catalog has them. CMR gives a granule across the dateline
    /// a box from -180 to 180; west above east crosses it as well.
    pub bbox: Option<[f64; 4]>,
    /// Longitude and latitude in degrees. A ring across the dateline may be in one piece, with a jump of
    /// about 360 degrees: to be understood on the sphere.
    pub footprint: Geometry<f64>,
}

impl Granule {
    /// Where it can be read, as a shard map has it: times as `2019-01-05T16:33:08.267000+00:00`, without a
    /// fraction where it is zero. `datetime` is given only where start and end are not.
    pub fn link(&self) -> GranuleLink {
        let mut link = GranuleLink {
            id: self.id.clone(),
            s3: self.s3.clone(),
            https: self.https.clone(),
            time_start: self.start.map(iso),
            time_end: self.end.map(iso),
            ..GranuleLink::default()
        };
        if let (None, None, Some(time)) = (self.start, self.end, self.datetime) {
            link.extra.insert("datetime".to_owned(), iso(time).into());
        }
        link
    }
}

fn iso(time: DateTime<Utc>) -> String {
    let format = match time.timestamp_subsec_micros() {
        0 => "%Y-%m-%dT%H:%M:%S+00:00",
        _ => "%Y-%m-%dT%H:%M:%S%.6f+00:00",
    };
    time.format(format).to_string()
}

/// Appends the granules of a batch to those before. Rows are counted from the first of those.
pub(super) fn append(
    catalog: &str,
    batch: &RecordBatch,
    granules: &mut Vec<Granule>,
) -> Result<()> {
    let need = |name: &str| {
        Column::of(catalog, batch, name).ok_or_else(|| CatalogFileError::Column {
            catalog: catalog.to_owned(),
            column: name.to_owned(),
            expected: "a column".to_owned(),
            found: "none".to_owned(),
        })
    };
    let ids = need("id")?.text()?;
    let footprints = need("geometry")?.binary()?;
    let assets = AssetColumns::of(catalog, need("assets")?)?;
    let collections = Column::of(catalog, batch, "collection").map(|c| c.text()).transpose()?;
    let boxes = Boxes::of(catalog, batch)?;
    let times = |name| Column::of(catalog, batch, name).map(|c| c.times()).transpose();
    let [starts, ends, datetimes] =
        [times("start_datetime")?, times("end_datetime")?, times("datetime")?];
    let before = granules.len();
    for row in 0..batch.num_rows() {
        let wrong = |id: String, reason: &str| CatalogFileError::Granule {
            catalog: catalog.to_owned(),
            row: before + row,
            id,
            reason: reason.to_owned(),
        };
        let id = text(Some(&ids), row).ok_or_else(|| wrong(String::new(), "it has no id"))?;
        let named = |reason: &str| wrong(format!(" ({id})"), reason);
        if footprints.is_null(row) {
            return Err(named("it has no footprint, and nobody knows where it belongs"));
        }
        let footprint = read_wkb(footprints.value(row))
            .map_err(|e| named(&format!("its footprint is not WKB: {e}")))?
            .try_to_geometry()
            .ok_or_else(|| named("its footprint is an empty point"))?;
        let [s3, https] = assets.links(row, &id)?;
        granules.push(Granule {
            collection: text(collections.as_ref(), row),
            s3,
            https,
            start: time(starts.as_ref(), row),
            end: time(ends.as_ref(), row),
            datetime: time(datetimes.as_ref(), row),
            bbox: boxes.as_ref().and_then(|boxes| boxes.get(row)),
            footprint,
            id,
        });
    }
    Ok(())
}

fn text(column: Option<&StringArray>, row: usize) -> Option<String> {
    column.filter(|c| c.is_valid(row)).map(|c| c.value(row).to_owned())
}

fn time(column: Option<&TimestampMicrosecondArray>, row: usize) -> Option<DateTime<Utc>> {
    let column = column.filter(|c| c.is_valid(row))?;
    DateTime::from_timestamp_micros(column.value(row))
}

/// The column `bbox`.
struct Boxes<'a> {
    whole: Column<'a>,
    corners: [Float64Array; 4],
}

impl<'a> Boxes<'a> {
    /// Tables with another form of boxes count as tables without: granules need none.
    fn of(catalog: &'a str, batch: &RecordBatch) -> Result<Option<Self>> {
        let Some(whole) = Column::of(catalog, batch, "bbox").filter(Column::is_struct) else {
            return Ok(None);
        };
        let mut corners = Vec::with_capacity(4);
        for name in ["xmin", "ymin", "xmax", "ymax"] {
            corners.extend(whole.field(name)?.map(|corner| corner.numbers()).transpose()?);
        }
        Ok(<[Float64Array; 4]>::try_from(corners).ok().map(|corners| Self { whole, corners }))
    }

    fn get(&self, row: usize) -> Option<[f64; 4]> {
        let there = self.whole.is_valid(row) && self.corners.iter().all(|c| c.is_valid(row));
        there.then(|| self.corners.each_ref().map(|c| c.value(row)))
    }
}
