//! What a run is asked to do.

use crate::config::Config;

/// Where the granules of a run come from.
#[derive(Debug, Clone)]
pub enum Input {
    /// A shard map, by its path.
    ShardMap(String),
    /// Granules, by their links: the shard map is made from their positions.
    Granules(Vec<String>),
}

/// Everything that decides a run.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// What to compute.
    pub config: Config,
    /// From what.
    pub input: Input,
    /// Where the store goes: a path or an `s3://` URL.
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
}

impl RunRequest {
    /// A request with default settings: as many workers as there are cores.
    pub fn new(config: Config, input: Input, store: impl Into<String>) -> Self {
        Self {
            config,
            input,
            store: store.into(),
            max_shards: None,
            only_shard: None,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            batch_size: 8192,
            cache_bytes: 256 << 20,
            overwrite: false,
            allow_partial: false,
            written_at: None,
        }
    }
}
