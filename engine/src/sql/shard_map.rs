//! `shards('shardmap.json')`

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, UInt8Array, UInt64Array};
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use zagg_catalog::{GranuleLink, ShardMap};

use super::arguments;
use crate::error::Error;

/// A shard map as a table: one row for each pair of a shard and a granule.
///
/// Of a map of a rectilinear grid, `shard` and `key` are the number of a chunk, and `parent_order` is NULL. Of all others,
/// `shard` (`UInt64`, nested id), `key` (`UInt64`, packed Morton word), `parent_order`, `granule`, and the granule's links `s3`,
/// `https` and `path` and times, NULL where the map has none.
#[derive(Debug)]
pub(super) struct Table;

impl TableFunctionImpl for Table {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let texts = arguments::texts("shards('SHARDMAP')", args.exprs(), 1, 1)?;
        let map = ShardMap::read(&texts[0]).map_err(Error::from)?;
        let batch = pairs(&map)?;
        Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
    }
}

fn pairs(map: &ShardMap) -> Result<RecordBatch> {
    let rows =
        || map.shards.iter().flat_map(|shard| map.granules_of(shard).map(move |g| (shard, g)));
    let text = |part: fn(&GranuleLink) -> Option<&str>| -> ArrayRef {
        Arc::new(rows().map(|(_, granule)| part(granule)).collect::<StringArray>())
    };
    let numbers = |values: Vec<u64>| -> ArrayRef { Arc::new(UInt64Array::from(values)) };
    let order = map.signature.parent_order();
    let orders = rows().map(|_| order).collect::<UInt8Array>();
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("shard", numbers(rows().map(|(shard, _)| shard.cell).collect()), false),
        ("key", numbers(rows().map(|(shard, _)| shard.key).collect()), false),
        ("parent_order", Arc::new(orders) as ArrayRef, true),
        ("granule", text(|granule| Some(&granule.id)), false),
        ("s3", text(|granule| granule.s3.as_deref()), true),
        ("https", text(|granule| granule.https.as_deref()), true),
        ("path", text(|granule| granule.path.as_deref()), true),
        ("time_start", text(|granule| granule.time_start.as_deref()), true),
        ("time_end", text(|granule| granule.time_end.as_deref()), true),
    ])?)
}
