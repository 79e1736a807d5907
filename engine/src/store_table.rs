//! A store as a table: one row per occupied cell.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::stream::{self, StreamExt};

use crate::error::Error;
use crate::store::{Rows, StoreReader};

/// A finished store as a table: `cell` (`UInt64`, the nested id) and one column per variable.
///
/// Cells without data are no rows. NaN is NULL, as is a fill value other than zero.
#[derive(Debug)]
pub struct StoreTable {
    reader: Arc<StoreReader>,
    schema: SchemaRef,
}

impl StoreTable {
    /// A table over an opened store.
    pub fn new(reader: StoreReader) -> Self {
        Self { schema: reader.schema(), reader: Arc::new(reader) }
    }
}

#[async_trait]
impl TableProvider for StoreTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let schema = Arc::new(self.schema.project(projection.unwrap_or(&all))?);
        let shards = self.reader.parents().len();
        let partitions = state.config().target_partitions().clamp(1, shards.max(1));
        let shards_of = |p: usize| shards * p / partitions..shards * (p + 1) / partitions;
        let streams = (0..partitions).map(|p| {
            let (reader, schema) = (Arc::clone(&self.reader), Arc::clone(&schema));
            Arc::new(Shards { reader, schema, shards: shards_of(p) }) as Arc<dyn PartitionStream>
        });
        let streams = streams.collect();
        Ok(Arc::new(StreamingTableExec::try_new(schema, streams, None, None, false, limit)?))
    }
}

/// Some consecutive shards of a store.
#[derive(Debug)]
struct Shards {
    reader: Arc<StoreReader>,
    schema: SchemaRef,
    shards: Range<usize>,
}

impl PartitionStream for Shards {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (reader, schema) = (Arc::clone(&self.reader), Arc::clone(&self.schema));
        let batches = stream::iter(self.shards.clone())
            .then(move |shard| read(Arc::clone(&reader), Arc::clone(&schema), shard));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

async fn read(reader: Arc<StoreReader>, schema: SchemaRef, shard: usize) -> Result<RecordBatch> {
    let fields = schema.fields().iter().map(|field| field.name().as_str());
    let columns: Vec<&str> = fields.filter(|name| *name != "cell").collect();
    let batch = reader.read_shard(shard, &columns, Rows::Occupied).await.map_err(Error::from)?;
    // The reader puts `cell` first; the projection may want it elsewhere, or not at all.
    let order: Result<Vec<usize>, _> =
        schema.fields().iter().map(|field| batch.schema_ref().index_of(field.name())).collect();
    Ok(batch.project(&order?)?)
}
