//! Items to columns, page by page.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use geo_types::Geometry;

use super::properties::Properties;
use super::{Catalog, CatalogMeta, Result, rows};
use crate::{Item, geoparquet};

/// Version of the format, in the key `stac-geoparquet` of the file.
const FORMAT: &str = r#"{"version": "1.0.0"}"#;

/// Makes a [`Catalog`] of items that come in parts.
#[derive(Debug, Default)]
pub struct CatalogBuilder {
    batches: Vec<RecordBatch>,
    properties: Properties,
    geometry_types: BTreeSet<&'static str>,
}

impl CatalogBuilder {
    /// A builder without items.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds items, after those before.
    ///
    /// # Errors
    ///
    /// If an item has a field of a type that the column does not take.
    pub fn push<I: Borrow<Item>>(&mut self, items: &[I]) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        self.batches.push(rows::batch(items)?);
        for item in items.iter().map(Borrow::borrow) {
            self.properties.push(item);
            self.geometry_types.extend(item.footprint().map(type_name));
        }
        Ok(())
    }

    /// The catalog. Its number of granules goes into `meta`.
    ///
    /// # Errors
    ///
    /// If the properties of the items have no form as columns.
    pub fn finish(self, mut meta: CatalogMeta) -> Result<Catalog> {
        let rows: usize = self.batches.iter().map(RecordBatch::num_rows).sum();
        meta.total_granules = rows as u64;
        let mut metadata = HashMap::from([
            (geoparquet::KEY.to_owned(), geoparquet::of_catalog(self.geometry_types)),
            ("stac-geoparquet".to_owned(), FORMAT.to_owned()),
        ]);
        meta.put(&mut metadata);
        let (more_fields, more_columns) = self.properties.finish(rows)?;
        let fields = rows::SCHEMA.fields().iter().cloned().chain(more_fields);
        let schema = Schema::new_with_metadata(fields.collect::<Vec<_>>(), metadata);
        let schema = Arc::new(schema);
        let mut batches = Vec::with_capacity(self.batches.len());
        let mut row = 0;
        for batch in self.batches {
            let more = more_columns.iter().map(|column| column.slice(row, batch.num_rows()));
            let columns = batch.columns().iter().cloned().chain(more).collect();
            row += batch.num_rows();
            batches.push(RecordBatch::try_new(Arc::clone(&schema), columns)?);
        }
        Ok(Catalog { name: "of the search".to_owned(), schema, batches })
    }
}

/// As GeoParquet names it.
fn type_name(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}
