//! A run, planned: granules, shard map, physical plan and store layout.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use datafusion::execution::TaskContext;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use datafusion::prelude::{SessionConfig, SessionContext};
use zagg_catalog::{GranuleLink, GridSignature, Shard, ShardMap};

use crate::error::{Error, Result};
use crate::granule::{GranulePool, GranuleRef, Locations, PoolOptions};
use crate::index::GranuleIndex;
use crate::journal::Recorder;
use crate::run::{FailedGranule, Input, RunRequest, ShardOutcome, input, link, spec};
use crate::session::session_with;
use crate::sql::query;
use crate::store::{StoreSpec, StoreWriter, Target};
use crate::table::{ColumnInfo, GranuleScanExec, GranuleTable, ScanOptions, ScanReport};

/// A run that is ready to start. Partition *i* of its plan is shard *i* of its map.
pub struct Job {
    pub(super) request: RunRequest,
    pub(super) locations: Locations,
    pub(super) map: ShardMap,
    pub(super) pool: Arc<GranulePool>,
    /// Granules that could not be read while the shard map was made.
    pub(super) failed: Vec<FailedGranule>,
    pub(super) spec: StoreSpec,
    pub(super) started: Instant,
    columns: Vec<ColumnInfo>,
    /// What all partitions are executed with: to make one clones every function's name.
    task: Arc<TaskContext>,
    plan: Arc<dyn ExecutionPlan>,
    report: Arc<ScanReport>,
    recorder: Arc<Recorder>,
    target: Target,
}

/// One shard of a job, as a worker elsewhere is told of it.
#[derive(Debug, Clone)]
pub struct ShardJob {
    /// The shard's number in the store.
    pub chunk: usize,
    /// The shard: a nested id at the parent order.
    pub cell: u64,
    /// The granules to look at.
    pub granules: Vec<GranuleLink>,
    /// The columns' types, so that every worker plans the same query.
    pub columns: Vec<ColumnInfo>,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("request", &self.request)
            .field("shards", &self.shards())
            .finish_non_exhaustive()
    }
}

impl Job {
    /// Reads what must be known before the first shard: the shard map, or the positions it is made from,
    /// and the types of the columns. Nothing is written.
    ///
    /// # Errors
    /// When the input cannot be read, the shard map is of another grid, or the query does not plan to one
    /// partition per shard.
    pub async fn prepare(request: RunRequest) -> Result<Self> {
        let ground = Ground::new(&request).await?;
        let grid = &request.config.grid;
        let (map, pool, failed) = match &request.input {
            Input::ShardMap(path) => {
                let map = ShardMap::read(path)?;
                map.check_grid(grid.parent_order, grid.child_order)?;
                let map = select(map, &request)?;
                let driver = request.config.source.driver;
                let granules = input::granules_of(&map, driver, &ground.locations).await?;
                (map, ground.pool(&request, granules, None)?, Vec::new())
            }
            Input::Granules(links) => {
                let granules = input::granules(links, &ground.locations)?;
                let pool = ground.pool(&request, granules, None)?;
                let (map, failed) =
                    input::map_of(&pool, request.workers, request.allow_partial).await?;
                (map, pool, failed)
            }
        };
        let map = select(map, &request)?;
        let columns = pool.columns().await?.to_vec();
        let granules = map.granules.iter().map(|g| g.id.as_str());
        let spec = spec::store_spec(&request, &map, &columns, granules.collect());
        Self::plan_over(request, ground, map, pool, columns, spec, failed).await
    }

    /// The job of a single shard, for a worker elsewhere. The store's template is there already.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub async fn prepare_shard(request: RunRequest, job: ShardJob) -> Result<Self> {
        let ground = Ground::new(&request).await?;
        let grid = &request.config.grid;
        let signature = GridSignature::new(grid.parent_order, grid.child_order)?;
        let granules = job.granules.into_iter().map(|link| (job.cell, link));
        let mut map = ShardMap::from_pairs(signature, granules)?;
        map.set_convention(grid.convention);
        let driver = request.config.source.driver;
        let granules = input::granules_of(&map, driver, &ground.locations).await?;
        let columns = job.columns;
        let pool = ground.pool(&request, granules, Some(columns.clone()))?;
        let spec = spec::store_spec(&request, &map, &columns, Vec::new());
        Self::plan_over(request, ground, map, pool, columns, spec, Vec::new()).await
    }

    async fn plan_over(
        request: RunRequest,
        ground: Ground,
        map: ShardMap,
        pool: Arc<GranulePool>,
        columns: Vec<ColumnInfo>,
        spec: StoreSpec,
        failed: Vec<FailedGranule>,
    ) -> Result<Self> {
        let options =
            ScanOptions { allow_partial: request.allow_partial, ..ScanOptions::default() };
        let name = &request.config.name;
        let table = GranuleTable::by_shard(name, Arc::clone(&pool), &map, options).await?;
        let Ground { context, locations, started, .. } = ground;
        context.register_table(name, Arc::new(table))?;
        let plan = query(&context, &request.config.sql()).await?.create_physical_plan().await?;
        let scan = one_partition_per_shard(&plan, &map)?;
        let (report, recorder) = (Arc::clone(scan.report()), Arc::clone(scan.recorder()));
        let target = target(&request, &locations)?;
        Ok(Self {
            request,
            locations,
            map,
            pool,
            failed,
            spec,
            started,
            columns,
            task: context.task_ctx(),
            plan,
            report,
            recorder,
            target,
        })
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.map.shards.len()
    }

    /// Shards to work on at once.
    pub fn workers(&self) -> usize {
        self.request.workers
    }

    /// The shards and their granules.
    pub fn shard_map(&self) -> &ShardMap {
        &self.map
    }

    /// What was asked for.
    pub fn request(&self) -> &RunRequest {
        &self.request
    }

    /// One shard, as a worker elsewhere must be told of it.
    ///
    /// # Errors
    /// When there is no such shard.
    pub fn shard_job(&self, chunk: usize) -> Result<ShardJob> {
        let shard = self.shard(chunk)?;
        let mut granules: Vec<GranuleLink> = self.map.granules_of(shard).cloned().collect();
        // A driver may have been given with the request, and the configuration says another.
        for granule in &mut granules {
            link::keep(granule, self.request.config.source.driver);
        }
        Ok(ShardJob { chunk, cell: shard.cell, granules, columns: self.columns.clone() })
    }

    /// Writes the store's template: everything but the shards and the completion mark.
    ///
    /// # Errors
    /// When something is there already and the request does not say to overwrite it.
    pub async fn create_store(&self) -> Result<StoreWriter> {
        let (target, spec) = (self.target.clone(), self.spec.clone());
        Ok(StoreWriter::create(target, spec, self.request.overwrite).await?)
    }

    /// Begins the store, for a runner in this process that writes all of its shards.
    pub(super) async fn create_store_alone(&self) -> Result<StoreWriter> {
        let (target, spec) = (self.target.clone(), self.spec.clone());
        Ok(StoreWriter::create_alone(target, spec, self.request.overwrite).await?)
    }

    /// Runs the one shard of a [`prepare_shard`](Self::prepare_shard) job.
    ///
    /// # Errors
    /// When the shard cannot be read, aggregated or written.
    pub async fn run_only_shard(&self, chunk: usize) -> Result<ShardOutcome> {
        let writer = StoreWriter::attach_at(self.target.clone(), self.spec.clone(), chunk)?;
        self.run_partition(0, &writer, chunk).await
    }

    /// A writer for the store that [`create_store`](Self::create_store) has made.
    pub(super) fn attach_store(&self) -> Result<StoreWriter> {
        Ok(StoreWriter::attach(self.target.clone(), self.spec.clone())?)
    }

    pub(super) fn shard(&self, partition: usize) -> Result<&Shard> {
        let shards = self.map.shards.len();
        let missing = || Error::Request(format!("there is no shard {partition}, only {shards}"));
        self.map.shards.get(partition).ok_or_else(missing)
    }

    pub(super) fn plan(&self) -> &Arc<dyn ExecutionPlan> {
        &self.plan
    }

    pub(super) fn task(&self) -> &Arc<TaskContext> {
        &self.task
    }

    pub(super) fn report(&self) -> &ScanReport {
        &self.report
    }

    pub(super) fn recorder(&self) -> &Recorder {
        &self.recorder
    }
}

/// What a job stands on.
struct Ground {
    context: SessionContext,
    locations: Locations,
    index: Option<Arc<GranuleIndex>>,
    started: Instant,
}

impl Ground {
    async fn new(request: &RunRequest) -> Result<Self> {
        let started = Instant::now();
        let config = SessionConfig::new()
            .with_batch_size(request.batch_size)
            .with_target_partitions(request.workers.max(1))
            .with_extension(Arc::clone(&request.journal));
        let context = session_with(config, Arc::clone(&request.runtime))?;
        let registry = Arc::clone(&context.runtime_env().object_store_registry);
        let earthdata = request.earthdata.clone();
        let locations = Locations::with_earthdata(Arc::clone(&registry), earthdata)
            .recorded_in(Arc::clone(&request.journal));
        let index = match request.index.as_ref().or(request.config.index.as_ref()) {
            // Counted apart from what is asked of granules.
            Some(link) => {
                let at = Locations::new(registry).resolve(link)?;
                Some(Arc::new(GranuleIndex::open(&at).await?))
            }
            None => None,
        };
        if let Some(link) = &request.index_out {
            // That it cannot be written at all is better known before than after.
            locations.resolve(link)?;
        }
        Ok(Self { context, locations, index, started })
    }

    fn pool(
        &self,
        request: &RunRequest,
        granules: Vec<GranuleRef>,
        columns: Option<Vec<ColumnInfo>>,
    ) -> Result<Arc<GranulePool>> {
        let options = PoolOptions { cache_bytes: request.cache_bytes, index: self.index.clone() };
        let memory = &self.context.runtime_env().memory_pool;
        let (source, grid) = (request.config.source.clone(), request.config.grid);
        GranulePool::try_new(source, grid, granules, columns, memory, &options).map(Arc::new)
    }
}

/// Leaves the shards that were asked for.
fn select(map: ShardMap, request: &RunRequest) -> Result<ShardMap> {
    let map = match request.only_shard {
        Some(cell) => map.select(cell)?,
        None => map,
    };
    Ok(match request.max_shards {
        Some(shards) => map.truncate(shards),
        None => map,
    })
}

/// The scan, once it is certain that partition *i* of the whole plan is shard *i* and nothing else.
pub(super) fn one_partition_per_shard<'a>(
    plan: &'a Arc<dyn ExecutionPlan>,
    map: &ShardMap,
) -> Result<&'a GranuleScanExec> {
    let mut node = plan;
    loop {
        let partitions = node.output_partitioning().partition_count();
        if let Some(scan) = node.downcast_ref::<GranuleScanExec>() {
            let shards = scan.partitions().iter().map(|p| p.shard);
            if shards.eq(map.shards.iter().map(|s| Some(s.cell))) {
                return Ok(scan);
            }
        } else if let ([input], true) = (node.children().as_slice(), partitions == map.shards.len())
            && node.name() != "RepartitionExec"
        {
            node = input;
            continue;
        }
        let plan = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
        return Err(Error::Request(format!(
            "the query does not keep each shard in a partition of its own: {} has {partitions} \
             partitions for {} shards, in\n{plan}",
            node.name(),
            map.shards.len()
        )));
    }
}

/// Where the store goes.
fn target(request: &RunRequest, locations: &Locations) -> Result<Target> {
    let (store, config) = (&request.store, &request.config);
    if !store.contains("://") {
        return Ok(Target::local(store)?);
    }
    let endpoint = (config.endpoint_url.as_deref(), config.region.as_deref());
    let location = match endpoint {
        (None, None) => locations.resolve(store)?,
        (url, region) => locations.resolve_at(store, url, region)?,
    };
    Ok(Target::new(location.store, location.path))
}
