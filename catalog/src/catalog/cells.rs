//! The column `footprint_cells`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};

use super::{Catalog, CatalogFileError, CatalogMeta, Result};

const NAME: &str = "footprint_cells";

/// Adds or replaces the column, in slices of the batches there are.
pub(super) fn add(catalog: Catalog, cells: &ArrayRef, order: u8) -> Result<Catalog> {
    let is_words = match cells.data_type() {
        DataType::List(element) | DataType::LargeList(element) => {
            *element.data_type() == DataType::UInt64
        }
        _ => false,
    };
    if !is_words || cells.len() != catalog.len() {
        return Err(CatalogFileError::Column {
            catalog: catalog.name,
            column: NAME.to_owned(),
            expected: "a list of u64 for each granule".to_owned(),
            found: format!("{} rows of {}", cells.len(), cells.data_type()),
        });
    }
    let mut meta = CatalogMeta::of(&catalog.name, &catalog.schema)?.unwrap_or_default();
    meta.total_granules = catalog.len() as u64;
    meta.footprint_cells_order = Some(order);
    let mut metadata = catalog.schema.metadata().clone();
    meta.put(&mut metadata);

    let place = catalog.schema.index_of(NAME).ok();
    let field = Arc::new(Field::new(NAME, cells.data_type().clone(), true));
    let fields = with(catalog.schema.fields().iter().cloned().collect(), place, field);
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    let mut row = 0;
    let mut batches = Vec::with_capacity(catalog.batches.len());
    for batch in &catalog.batches {
        let columns = with(batch.columns().to_vec(), place, cells.slice(row, batch.num_rows()));
        row += batch.num_rows();
        batches.push(RecordBatch::try_new(Arc::clone(&schema), columns)?);
    }
    Ok(Catalog { schema, batches, ..catalog })
}

/// The list with `one` in its place, or after all.
fn with<T>(mut list: Vec<T>, place: Option<usize>, one: T) -> Vec<T> {
    match place.and_then(|place| list.get_mut(place)) {
        Some(old) => *old = one,
        None => list.push(one),
    }
    list
}
