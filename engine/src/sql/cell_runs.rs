//! Runs of cells as a table, made while it is read.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::col;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::stream;

/// Cells with consecutive ids.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) cells: Range<u64>,
    /// Whether they lie wholly inside of what they cover.
    pub(super) inside: bool,
}

/// A table of `cell` (`UInt64`), and `inside` (`Boolean`) where that is asked for: one row for each cell of the runs, which
/// ascend. Rows are made as they are asked for, so that a cover may be larger than memory.
pub(super) fn table(runs: Vec<Run>, with_inside: bool) -> Result<Arc<dyn TableProvider>> {
    let mut fields = vec![Field::new("cell", DataType::UInt64, false)];
    fields.extend(with_inside.then(|| Field::new("inside", DataType::Boolean, false)));
    let schema = Arc::new(Schema::new(fields));
    let runs = Runs { runs: runs.into(), schema: Arc::clone(&schema) };
    let table = StreamingTable::try_new(schema, vec![Arc::new(runs)])?;
    Ok(Arc::new(table.with_sort_order(vec![col("cell").sort(true, false)])))
}

struct Runs {
    runs: Arc<[Run]>,
    schema: SchemaRef,
}

impl fmt::Debug for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} runs of cells", self.runs.len())
    }
}

impl PartitionStream for Runs {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let size = context.session_config().batch_size();
        let (runs, schema) = (Arc::clone(&self.runs), Arc::clone(&self.schema));
        let mut rows = (0..runs.len())
            .filter_map(move |i| runs.get(i).cloned())
            .flat_map(|run| run.cells.map(move |cell| (cell, run.inside)));
        let batches = std::iter::from_fn(move || {
            let (cells, inside): (Vec<u64>, Vec<bool>) = rows.by_ref().take(size).unzip();
            let more = !cells.is_empty();
            let mut columns: Vec<ArrayRef> = vec![Arc::new(UInt64Array::from(cells))];
            if schema.fields().len() > 1 {
                columns.push(Arc::new(BooleanArray::from(inside)));
            }
            more.then(|| Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?))
        });
        let schema = Arc::clone(&self.schema);
        Box::pin(RecordBatchStreamAdapter::new(schema, stream::iter(batches)))
    }
}
