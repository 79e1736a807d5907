//! The session that statements run in.

use std::num::NonZeroUsize;
use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use zagg_engine::sql::Settings;

/// Consumers of memory that an error names when it runs out.
const NAMED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4);

/// What a session may use: bytes, and dollars.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) memory: Option<u64>,
    /// Temporary files; 0 allows none.
    pub(crate) disk: Option<u64>,
    /// Dollars that a statement may cost.
    pub(crate) cost: Option<f64>,
}

/// The engine's session, with settings that suit a shell.
pub(crate) fn session(limits: Limits) -> Result<SessionContext> {
    let mut config = SessionConfig::new().with_information_schema(true);
    // Errors then know their place in the statement.
    config.options_mut().sql_parser.collect_spans = true;
    let mut settings = Settings::default();
    settings.max_cost = limits.cost;
    config.options_mut().extensions.insert(settings);
    let mut runtime = RuntimeEnvBuilder::new();
    if let Some(bytes) = limits.memory {
        let pool = FairSpillPool::new(usize::try_from(bytes).unwrap_or(usize::MAX));
        runtime = runtime.with_memory_pool(Arc::new(TrackConsumersPool::new(pool, NAMED)));
    }
    match limits.disk {
        Some(0) => {
            let none = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
            runtime = runtime.with_disk_manager_builder(none);
        }
        Some(bytes) => runtime = runtime.with_max_temp_directory_size(bytes),
        None => {}
    }
    let context = zagg_engine::session_with(config, runtime.build_arc()?)?;
    // `SELECT … FROM 'file.parquet'`
    Ok(context.enable_url_table())
}
