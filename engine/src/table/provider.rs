//! The table provider.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, exec_err};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use zagg_catalog::ShardMap;

use crate::config::Grid;
use crate::cost::{Planning, Rates};
use crate::granule::GranulePool;
use crate::run::FailedGranule;
use crate::table::batch::ReadPlan;
use crate::table::column::{columns, schema};
use crate::table::exec::ScanOf;
use crate::table::prune::ShardBounds;
use crate::table::{GranuleScanExec, ScanPartition, prune};

/// How a table is scanned.
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// Granules that load ahead of the one being read, in each partition.
    pub prefetch: usize,
    /// Go on without a granule that cannot be read, and list it in the report.
    pub allow_partial: bool,
}

impl Default for ScanOptions {
    fn default() -> Self {
        Self { prefetch: 4, allow_partial: false }
    }
}

/// Granules as a table: one row per observation.
///
/// | column | type | what |
/// |---|---|---|
/// | the declared variables, then the datasets that filters name | as in the granules | fill values and NaN are NULL |
/// | `latitude`, `longitude` | as in the granules | degrees, geodetic |
/// | `granule`, `beam` | dictionary of text | where the observation stands |
/// | `cell` | `UInt64` | nested HEALPix id at the child order |
/// | `shard` | `UInt64` | nested HEALPix id at the parent order |
///
/// With a shard map, observations outside its shards are not in the table, nor are those without a valid
/// position; both are counted. Without one, all are, and `cell` is NULL where the position is not valid.
///
/// Within a partition, rows come ordered by granule id, beam and row.
#[derive(Debug)]
pub struct GranuleTable {
    name: String,
    pool: Arc<GranulePool>,
    partitions: Vec<ScanPartition>,
    schema: SchemaRef,
    options: ScanOptions,
    failed: Arc<[FailedGranule]>,
}

impl GranuleTable {
    /// A table with one partition per granule.
    ///
    /// # Errors
    /// When the columns' types are not given and cannot be read from any granule.
    pub async fn by_granule(
        name: &str,
        pool: Arc<GranulePool>,
        options: ScanOptions,
    ) -> crate::error::Result<Self> {
        let partition = |granule| ScanPartition { shard: None, granules: vec![granule] };
        let partitions = (0..pool.granules().len()).map(partition).collect();
        Self::try_new(name, pool, partitions, options).await
    }

    /// A table with one partition per shard of `map`, in the order of their cells.
    ///
    /// # Errors
    /// As [`by_granule`](Self::by_granule), and when the map is of another grid or names a granule that
    /// is not in the pool.
    pub async fn by_shard(
        name: &str,
        pool: Arc<GranulePool>,
        map: &ShardMap,
        options: ScanOptions,
    ) -> crate::error::Result<Self> {
        map.check_grid(pool.grid().parent_order, pool.grid().child_order)?;
        let convention = pool.grid().convention;
        if map.convention().is_some_and(|of_map| of_map != convention) {
            return Err(crate::error::Error::Request(format!(
                "the shard map is of latitude convention {}, the grid of {convention}: granules \
                 could be missing from its shards",
                map.convention().unwrap_or_default()
            )));
        }
        let number: HashMap<&str, usize> =
            pool.granules().iter().enumerate().map(|(i, g)| (g.id.as_str(), i)).collect();
        let numbers: Vec<Option<usize>> =
            map.granules.iter().map(|link| number.get(link.id.as_str()).copied()).collect();
        let mut partitions = Vec::with_capacity(map.shards.len());
        for shard in &map.shards {
            let of_pool = |place: u32| numbers.get(place as usize).copied().flatten();
            let granules: Option<Vec<usize>> = shard.granules.iter().map(of_pool).collect();
            let Some(mut granules) = granules else {
                return Err(crate::error::Error::Request(format!(
                    "shard {} has a granule that the table does not have",
                    shard.cell
                )));
            };
            granules.sort_unstable();
            granules.dedup();
            partitions.push(ScanPartition { shard: Some(shard.cell), granules });
        }
        drop(number);
        Self::try_new(name, pool, partitions, options).await
    }

    async fn try_new(
        name: &str,
        pool: Arc<GranulePool>,
        partitions: Vec<ScanPartition>,
        options: ScanOptions,
    ) -> crate::error::Result<Self> {
        let schema = schema(pool.source(), pool.columns().await?);
        let failed = Arc::default();
        Ok(Self { name: name.to_owned(), pool, partitions, schema, options, failed })
    }

    /// The same with the granules that could not be read when its shards were looked up, which was allowed. EXPLAIN counts
    /// them, and every report of a scan lists them.
    #[must_use]
    pub fn with_failed(mut self, failed: Vec<FailedGranule>) -> Self {
        self.failed = failed.into();
        self
    }

    /// The granules behind the table.
    pub fn pool(&self) -> &Arc<GranulePool> {
        &self.pool
    }

    /// The columns to load for a projection and a filter.
    fn read_plan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
    ) -> Result<ReadPlan> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let given = projection.unwrap_or(&all);
        let mut loaded = given.clone();
        let filter = conjunction(filters.iter().cloned());
        for column in filter.iter().flat_map(Expr::column_refs) {
            let index = self.schema.index_of(&column.name)?;
            if !loaded.contains(&index) {
                loaded.push(index);
            }
        }
        // A fixed order, whatever the order in which the filter names them.
        loaded[given.len()..].sort_unstable();
        let schema: SchemaRef = Arc::new(self.schema.project(&loaded)?);
        let predicate = match filter {
            Some(filter) => {
                let names = DFSchema::try_from(Schema::clone(&schema))?;
                Some(state.create_physical_expr(filter, &names)?)
            }
            None => None,
        };
        let kinds = columns(self.pool.source());
        Ok(ReadPlan {
            columns: loaded.iter().map(|i| kinds[*i]).collect(),
            output: Arc::new(self.schema.project(given)?),
            schema,
            predicate,
        })
    }
}

#[async_trait]
impl TableProvider for GranuleTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        // The scan evaluates any filter on the rows themselves, so none is left for later.
        let pushed = |filter: &&Expr| match filter.is_volatile() {
            true => TableProviderFilterPushDown::Unsupported,
            false => TableProviderFilterPushDown::Exact,
        };
        Ok(filters.iter().map(pushed).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let read = self.read_plan(state, projection, filters)?;
        let before = self.partitions.len();
        let mut partitions = self.partitions.clone();
        let shards: Option<Vec<u64>> = partitions.iter().map(|p| p.shard).collect();
        if let (Some(predicate), Some(shards)) = (&read.predicate, shards) {
            let kept = prune::keep(
                &Shards { shards: &shards, grid: self.pool.grid() },
                predicate,
                &read.schema,
            )?;
            if kept.len() != before {
                return exec_err!("pruning {before} shards gave {} answers", kept.len());
            }
            let mut kept = kept.into_iter();
            partitions.retain(|_| kept.next().unwrap_or(true));
        }
        if partitions.is_empty() {
            return Ok(Arc::new(EmptyExec::new(read.output)));
        }
        let planning = state.config().get_extension::<Planning>();
        let recorder = planning.as_ref().map(|planning| Arc::clone(&planning.recorder));
        let scan = GranuleScanExec::try_new(ScanOf {
            table: self.name.clone(),
            pool: Arc::clone(&self.pool),
            partitions,
            partitions_before: before,
            read,
            fetch: limit,
            options: self.options.clone(),
            failed: Arc::clone(&self.failed),
            recorder: recorder.unwrap_or_default(),
        })?;
        Ok(Arc::new(match planning.is_some_and(|planning| planning.estimate) {
            true => scan.estimated(&self.partitions, &Rates::of(state.config_options())).await,
            false => scan,
        }))
    }
}

/// A shard is one value of `shard` and one range of `cell`.
struct Shards<'a> {
    shards: &'a [u64],
    grid: &'a Grid,
}

impl ShardBounds for Shards<'_> {
    fn bounds(&self, column: &str, greatest: bool) -> Option<ArrayRef> {
        match column {
            "shard" => Some(prune::cells(self.shards, 0, greatest)),
            "cell" => {
                let bits = 2 * (self.grid.child_order - self.grid.parent_order);
                Some(prune::cells(self.shards, bits, greatest))
            }
            _ => None,
        }
    }

    fn shards(&self) -> usize {
        self.shards.len()
    }
}
