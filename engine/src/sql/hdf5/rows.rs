//! Rows of datasets of one length, as batches.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::concat;
use arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::stream;
use zagg_hdf5::{BlockRequest, Dataset, RawBlock, fetch_blocks};

use crate::error::Error;

/// Some consecutive rows.
#[derive(Debug)]
pub(super) struct RowRange {
    pub(super) schema: SchemaRef,
    pub(super) datasets: Arc<[Dataset]>,
    pub(super) rows: Range<u64>,
    /// Rows read at once.
    pub(super) step: u64,
}

impl PartitionStream for RowRange {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (schema, datasets) = (Arc::clone(&self.schema), Arc::clone(&self.datasets));
        let (end, step) = (self.rows.end, self.step);
        let batches = stream::try_unfold(self.rows.start, move |start| {
            let (schema, datasets) = (Arc::clone(&schema), Arc::clone(&datasets));
            async move {
                let rows = start..end.min(start.saturating_add(step));
                if rows.is_empty() {
                    return Ok(None);
                }
                Ok(Some((read(schema, &datasets, &rows).await?, rows.end)))
            }
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

async fn read(schema: SchemaRef, datasets: &[Dataset], rows: &Range<u64>) -> Result<RecordBatch> {
    let requests: Vec<_> = datasets
        .iter()
        .flat_map(|dataset| {
            dataset.blocks_of(rows).map(move |block| BlockRequest { dataset, block, column: None })
        })
        .collect();
    let mut blocks = fetch_blocks(&requests).await.map_err(Error::from)?.into_iter();
    let mut columns = Vec::with_capacity(datasets.len());
    for dataset in datasets {
        let count = dataset.blocks_of(rows).count();
        let parts = blocks.by_ref().take(count).map(|block| part(&block, rows));
        let parts: Vec<ArrayRef> = parts.collect::<Result<_>>()?;
        columns.push(match parts.as_slice() {
            [one] => Arc::clone(one),
            parts => concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<_>>())?,
        });
    }
    let count = usize::try_from(rows.end - rows.start).ok();
    let options = RecordBatchOptions::new().with_row_count(count);
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}

/// The part of a block that lies in `rows`.
fn part(block: &RawBlock, rows: &Range<u64>) -> Result<ArrayRef> {
    let array = block.decode().map_err(Error::from)?;
    let of = block.rows();
    let (start, end) = (rows.start.max(of.start), rows.end.min(of.end));
    Ok(array.slice((start - of.start) as usize, end.saturating_sub(start) as usize))
}
