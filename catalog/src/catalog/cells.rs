//! The column `footprint_cells`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, LargeListArray, ListArray, RecordBatch, UInt64Array};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Schema};
use rayon::prelude::*;
use zagg_udfs::cell::cover::Shape;
use zagg_udfs::cell::{Convention, check_order};

use super::{Catalog, CatalogFileError, CatalogMeta, Granule, Result};

const NAME: &str = "footprint_cells";

/// Key of the metadata that says on which sphere the cells are. zagg does not write it.
const LATITUDE: &str = "footprint_cells_latitude";

/// Finds the cells of the footprints, and adds them.
pub(super) fn find(catalog: Catalog, order: u8, convention: Convention) -> Result<Catalog> {
    check_order(order).map_err(|source| CatalogFileError::Cells {
        catalog: catalog.name.clone(),
        column: NAME,
        source,
    })?;
    let words = |(row, granule): (usize, &Granule)| {
        let wrong = |reason: String| CatalogFileError::Granule {
            catalog: catalog.name.clone(),
            row,
            id: format!(" ({})", granule.id),
            reason: format!("its footprint: {reason}"),
        };
        let shape = Shape::new(&granule.footprint, convention).map_err(|e| wrong(e.to_string()))?;
        Ok(shape.cover(order).map_err(|e| wrong(e.to_string()))?.to_words())
    };
    let granules = catalog.granules()?;
    let lists = granules.par_iter().enumerate().map(words).collect::<Result<Vec<_>>>()?;
    add(catalog, &column(&lists), order, Some(convention))
}

/// Lists as an array; with offsets of 64 bits where there is more than 32 bits have room for.
fn column(lists: &[Vec<u64>]) -> ArrayRef {
    let field = Arc::new(Field::new("item", DataType::UInt64, true));
    let lengths = lists.iter().map(Vec::len);
    let values: ArrayRef = Arc::new(UInt64Array::from_iter_values(lists.iter().flatten().copied()));
    if i32::try_from(values.len()).is_ok() {
        Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lengths), values, None))
    } else {
        Arc::new(LargeListArray::new(field, OffsetBuffer::from_lengths(lengths), values, None))
    }
}

/// Adds or replaces the column, in slices of the batches there are. The latitude of its cells is noted where it is known.
pub(super) fn add(
    catalog: Catalog,
    cells: &ArrayRef,
    order: u8,
    convention: Option<Convention>,
) -> Result<Catalog> {
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
    meta.extra.remove(LATITUDE);
    let latitude = convention.map(|convention| (LATITUDE.to_owned(), convention.name().into()));
    meta.extra.extend(latitude);
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
