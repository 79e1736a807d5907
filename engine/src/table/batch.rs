//! From segments of granules to batches of the table.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, Int32Array, RecordBatch, RecordBatchOptions,
    StringArray, UInt64Array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::{BatchCoalescer, cast, prep_null_mask_filter};
use arrow::datatypes::{DataType, SchemaRef, UInt64Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;
use zagg_udfs::cell::NO_CELL;

use crate::granule::{Cells, GranulePool, Segment, Wanted};
use crate::table::TableColumn;

/// Which columns a scan loads, which it gives out, and the filter between the two.
#[derive(Debug)]
pub(super) struct ReadPlan {
    /// The columns to load: those given out first, in their order, then those only the filter needs.
    pub(super) columns: Vec<TableColumn>,
    /// Their schema, which the filter is compiled against.
    pub(super) schema: SchemaRef,
    /// The schema of what is given out, a prefix of `schema`.
    pub(super) output: SchemaRef,
    /// Rows for which this is not true are dropped.
    pub(super) predicate: Option<Arc<dyn PhysicalExpr>>,
}

impl ReadPlan {
    /// The columns as the granules are asked for them, where these shards are going to be read.
    pub(super) fn wanted(&self, shards: &Arc<[u64]>) -> Wanted {
        let datasets = self.columns.iter().filter_map(|column| match column {
            TableColumn::Dataset(dataset) => Some(*dataset),
            _ => None,
        });
        let of_cells =
            |column: &TableColumn| matches!(column, TableColumn::Cell | TableColumn::Shard);
        Wanted {
            datasets: datasets.collect(),
            cells: self.columns.iter().any(of_cells),
            shards: Arc::clone(shards),
        }
    }
}

/// Filters segments and gathers what passes into batches of the session's size.
///
/// The columns of a segment are slices of cached blocks. Only rows that pass the filter are copied, once.
pub(super) struct Batches {
    read: Arc<ReadPlan>,
    gathered: BatchCoalescer,
    granules: Arc<StringArray>,
    beams: Arc<StringArray>,
    shift: u8,
}

impl Batches {
    pub(super) fn new(read: Arc<ReadPlan>, pool: &GranulePool, batch_size: usize) -> Self {
        let grid = pool.grid();
        // There may be many granules, and as many partitions: their names only where they are wanted.
        let named = read.columns.contains(&TableColumn::Granule);
        let granules = pool.granules().iter().filter(|_| named).map(|g| Some(g.id.as_str()));
        Self {
            gathered: BatchCoalescer::new(Arc::clone(&read.output), batch_size),
            granules: Arc::new(granules.collect()),
            beams: Arc::new(pool.source().groups.iter().map(Some).collect()),
            shift: 2 * (grid.child_order - grid.parent_order),
            read,
        }
    }

    /// Adds the rows of a segment that pass the filter, and tells how many.
    pub(super) fn push(&mut self, segment: Segment, granule: usize) -> Result<usize> {
        let rows = segment.rows;
        let columns = self.columns(segment, granule)?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch =
            RecordBatch::try_new_with_options(Arc::clone(&self.read.schema), columns, &options)?;
        let Some(predicate) = &self.read.predicate else {
            self.gathered.push_batch(batch)?;
            return Ok(rows);
        };
        let mask = predicate.evaluate(&batch)?.into_array(rows)?;
        let Some(mask) = mask.as_boolean_opt() else {
            let found = mask.data_type();
            return Err(DataFusionError::Plan(format!(
                "filter {predicate} is {found}, not a truth value"
            )));
        };
        let mask = match mask.null_count() {
            0 => mask.clone(),
            _ => prep_null_mask_filter(mask),
        };
        let kept = mask.true_count();
        let given: Vec<usize> = (0..self.read.output.fields().len()).collect();
        self.gathered.push_batch_with_filter(batch.project(&given)?, &mask)?;
        Ok(kept)
    }

    /// The next full batch.
    pub(super) fn next(&mut self) -> Option<RecordBatch> {
        self.gathered.next_completed_batch()
    }

    /// Makes what is left a batch too.
    pub(super) fn finish(&mut self) -> Result<()> {
        Ok(self.gathered.finish_buffered_batch()?)
    }

    fn columns(&self, segment: Segment, granule: usize) -> Result<Vec<ArrayRef>> {
        let rows = segment.rows;
        let cells = cell_column(segment.cells, rows)?;
        let mut datasets = segment.columns.into_iter();
        let missing = |what: &str| DataFusionError::Internal(format!("a segment without {what}"));
        self.read
            .columns
            .iter()
            .map(|column| match column {
                TableColumn::Dataset(_) => datasets.next().ok_or_else(|| missing("its datasets")),
                TableColumn::Granule => constant(granule as i32, rows, &self.granules),
                TableColumn::Beam => constant(i32::from(segment.beam), rows, &self.beams),
                TableColumn::Cell => cells.clone().ok_or_else(|| missing("cells")),
                TableColumn::Shard => {
                    let cells = cells.as_ref().ok_or_else(|| missing("cells"))?;
                    let cells = cells.as_primitive::<UInt64Type>();
                    let shards: UInt64Array = cells.unary(|cell| cell >> self.shift);
                    Ok(Arc::new(shards) as ArrayRef)
                }
            })
            .collect()
    }
}

/// The cells of a segment as a column of the table.
fn cell_column(cells: Cells, rows: usize) -> Result<Option<ArrayRef>> {
    let runs = match cells {
        Cells::None => return Ok(None),
        Cells::Each(cells) => return Ok(Some(cast(&cells, &DataType::UInt64)?)),
        Cells::Runs(runs) => runs,
    };
    let mut values = Vec::with_capacity(rows);
    let mut valid = None;
    for (cell, len) in runs {
        if cell == NO_CELL {
            let valid = valid.get_or_insert_with(|| vec![true; rows]);
            let end = (values.len() + len).min(rows);
            valid[values.len()..end].fill(false);
        }
        values.resize(values.len() + len, cell);
    }
    Ok(Some(Arc::new(UInt64Array::try_new(values.into(), valid.map(NullBuffer::from))?)))
}

/// `rows` times the same entry of a dictionary.
fn constant(key: i32, rows: usize, values: &Arc<StringArray>) -> Result<ArrayRef> {
    let keys = Int32Array::from_value(key, rows);
    let values: ArrayRef = Arc::clone(values) as ArrayRef;
    Ok(Arc::new(DictionaryArray::try_new(keys, values)?))
}
