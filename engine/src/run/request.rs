//! What a run is asked to do.

use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnv;
use zagg_catalog::login::Earthdata;

use crate::config::Config;
use crate::journal::Journal;

/// Where the granules of a run come from.
#[derive(Debug, Clone)]
pub enum Input {
    /// A shard map, by its path.
    ShardMap(String),
    /// Granules, by their links: the shard map is made from their positions.
    Granules(Vec<String>),
}

/// Everything that decides a run.
///
/// Nothing of it is global: a program that embeds the engine gives object stores and a memory pool with the
/// request, in [`runtime`](Self::runtime).
///
/// ```
/// # use std::sync::Arc;
/// # use object_store::memory::InMemory;
/// use zagg_engine::config::Config;
/// use zagg_engine::run::{Input, RunRequest};
///
/// let granules = Input::Granules(vec!["s3://atl06/granule.h5".into()]);
/// let request = RunRequest::new(Config::load("atl06")?, granules, "s3://atl06/out.zarr");
/// // As a rule an `AmazonS3`, with credentials from wherever the program keeps them.
/// let bucket = Arc::new(InMemory::new());
/// request.runtime.register_object_store(&"s3://atl06".parse()?, bucket);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// What to compute.
    pub config: Config,
    /// From what.
    pub input: Input,
    /// A granule index to use, by its link; otherwise the configuration's.
    pub index: Option<String>,
    /// Where to write a granule index of what is read. It has the granules of which this process read the
    /// positions of all rows.
    pub index_out: Option<String>,
    /// Where the store goes: a path, an `s3://` URL, or one of a store in `runtime`.
    pub store: String,
    /// At most this many shards, the first ones in the order of their cells.
    pub max_shards: Option<usize>,
    /// Only this shard, by its nested id at the parent order.
    pub only_shard: Option<u64>,
    /// Shards worked on at once.
    pub workers: usize,
    /// Rows in a batch. The result does not depend on it.
    pub batch_size: usize,
    /// Bytes of decoded chunks kept for the shards to come.
    pub cache_bytes: usize,
    /// Replace a store that is there already.
    pub overwrite: bool,
    /// Go on without granules that cannot be read, and list them.
    pub allow_partial: bool,
    /// The time to write into the completion mark, instead of now: makes two runs identical to the byte.
    pub written_at: Option<String>,
    /// The host program's object stores, memory pool and temporary files, by default one of its own for
    /// each request. Links are looked up among its stores first, by scheme and bucket; other `s3://` links
    /// are opened with [`earthdata`](Self::earthdata) or the AWS variables of the environment. What the cache holds and what a query takes
    /// is accounted in its memory pool. Requests may share one. Workers elsewhere have their own.
    pub runtime: Arc<RuntimeEnv>,
    /// Dollars that the run may cost at most, by its estimate; one that would cost more, or of which nobody knows, is refused before
    /// the store is begun.
    pub max_cost: Option<f64>,
    /// Takes down what the run does, by default one of its own. See [`journal`](crate::journal).
    pub journal: Arc<Journal>,
    /// The login for granules of Earthdata's providers, by default the one that this process finds when it
    /// needs one. Requests that share one share its credentials. Workers elsewhere find their own.
    pub earthdata: Earthdata,
}

impl RunRequest {
    /// A request with default settings: as many workers as there are cores.
    pub fn new(config: Config, input: Input, store: impl Into<String>) -> Self {
        Self {
            config,
            input,
            index: None,
            index_out: None,
            store: store.into(),
            max_shards: None,
            only_shard: None,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            batch_size: 8192,
            cache_bytes: 192 << 20,
            overwrite: false,
            allow_partial: false,
            written_at: None,
            runtime: Arc::default(),
            max_cost: None,
            journal: Arc::default(),
            earthdata: Earthdata::default(),
        }
    }
}
