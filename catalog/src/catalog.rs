//! Catalogs: granules with footprint, times and links, as stac-geoparquet.

mod assets;
mod build;
mod cells;
mod column;
mod error;
mod granule;
mod meta;
mod properties;
mod read;
mod rows;
mod write;

#[cfg(test)]
mod tests;

use std::path::Path;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use zagg_udfs::cell::Convention;

pub use build::CatalogBuilder;
pub use error::CatalogFileError;
pub use granule::Granule;
pub use meta::CatalogMeta;

use crate::Item;

/// A result about a catalog.
pub(crate) type Result<T, E = CatalogFileError> = std::result::Result<T, E>;

/// Granules as a table: one row each, in the columns of
/// [stac-geoparquet](https://github.com/stac-utils/stac-geoparquet) 1.0.0 and GeoParquet 1.1.0.
///
/// It is held as the Arrow table of its file, so that whatever a file has goes out again: columns this crate
/// knows nothing about, nested types, and the key-values of the file. What granules are is taken from the
/// columns by name:
///
/// | column | type | null |
/// |---|---|---|
/// | `id` | text | no |
/// | `geometry` | WKB, longitude and latitude in degrees, EPSG:4326 | no, for [`Catalog::granules`] |
/// | `assets` | struct of structs with `href` and `roles` | no link of that kind |
/// | `collection` | text | not known |
/// | `bbox` | struct of `xmin`, `ymin`, `xmax`, `ymax` in degrees | not known |
/// | `start_datetime`, `end_datetime`, `datetime` | timestamp, UTC | not known |
/// | `footprint_cells` | list of packed Morton words | not computed |
///
/// Of the items of a search are kept, besides these: `type`, `stac_version`, `stac_extensions`, `links`
/// (`rel`, `href`, `type`, `title`), all properties, each a column, and of the assets the two data links, as
/// `data` (HTTPS) and `data_s3`, and `metadata`, with `href`, `title`, `type`, `roles` and `storage:refs`.
/// Thumbnails and other assets are left out. Times are cut to microseconds.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// Names the catalog in errors.
    name: String,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Catalog {
    /// Makes a catalog of items, in their order.
    ///
    /// # Errors
    ///
    /// If an item has a field of a type that the column does not take.
    pub fn from_items<'a>(
        items: impl IntoIterator<Item = &'a Item>,
        meta: CatalogMeta,
    ) -> Result<Self> {
        let items: Vec<&Item> = items.into_iter().collect();
        let mut builder = CatalogBuilder::new();
        builder.push(&items)?;
        builder.finish(meta)
    }

    /// Reads a catalog: this crate's, zagg's, or another stac-geoparquet file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is no Parquet, or has no `id`, `geometry` or `assets`.
    pub fn read(file: impl AsRef<Path>) -> Result<Self> {
        read::catalog(file.as_ref())
    }

    /// Writes the file, whole or not at all: a file of that name is replaced when the new one is complete.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, file: impl AsRef<Path>) -> Result<()> {
        write::catalog(self, file.as_ref())
    }

    /// The columns, with the key-values of the file as metadata.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows.
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// How many granules there are.
    pub fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How the catalog was made: the key `zagg:catalog_meta` of the file. `None` where it has none.
    ///
    /// # Errors
    ///
    /// If it is of another form.
    pub fn meta(&self) -> Result<Option<CatalogMeta>> {
        CatalogMeta::of(&self.name, &self.schema)
    }

    /// The granules, in the order of the rows.
    ///
    /// # Errors
    ///
    /// If a column has another type, or a granule no id, no footprint, one that is no WKB, or several data
    /// links that are as good as each other. Every error names row and granule.
    pub fn granules(&self) -> Result<Vec<Granule>> {
        let mut granules = Vec::with_capacity(self.len());
        for batch in &self.batches {
            granule::append(&self.name, batch, &mut granules)?;
        }
        Ok(granules)
    }

    /// The granules of a file. Other columns are not read, and the table is not held.
    ///
    /// # Errors
    ///
    /// Those of [`Catalog::read`] and [`Catalog::granules`].
    pub fn read_granules(file: impl AsRef<Path>) -> Result<Vec<Granule>> {
        read::granules(file.as_ref())
    }

    /// The catalog with the cells that each footprint touches, in the column `footprint_cells`: the fewest packed Morton words
    /// for the cells at `order`, those of coarser cells where all of their children are touched. Edges are great circles, as in
    /// [`zagg_udfs::cell::cover`], and `convention` is that of the grids the cells are for; it is noted in the metadata of the
    /// file, as `footprint_cells_latitude`. A column that is there already is replaced.
    ///
    /// # Errors
    ///
    /// Those of [`Catalog::granules`], an order above 29, and a footprint that is no shape, with its row and granule.
    pub fn find_footprint_cells(self, order: u8, convention: Convention) -> Result<Self> {
        cells::find(self, order, convention)
    }

    /// The catalog with the cells of each footprint: `cells` is a list of packed Morton words (u64) for each
    /// row, `order` the order they were computed at. A column that is there already is replaced.
    ///
    /// # Errors
    ///
    /// If it has another type or number of rows.
    pub fn with_footprint_cells(self, cells: ArrayRef, order: u8) -> Result<Self> {
        cells::add(self, &cells, order, None)
    }
}
