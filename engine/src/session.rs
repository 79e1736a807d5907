//! A DataFusion session that knows cells, their aggregates and granule tables.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::optimizer::{Optimizer, OptimizerRule};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::cell_aggregate::DenseCells;
use crate::cost::Planner;
use crate::granule::Locations;
use crate::journal::{Journal, Tables};
use crate::rewrite::{OwnCells, ShareQuantiles};
use crate::sql::Settings;

/// A session with everything registered.
///
/// # Errors
/// When a function cannot be registered.
pub fn session() -> Result<SessionContext> {
    session_with(SessionConfig::new(), Arc::default())
}

/// A session over the caller's own settings, stores and memory pool.
///
/// What its queries do stands in the tables of its schema `zagg`, see [`journal`](crate::journal). A [`Journal`] among the
/// extensions of `config` is used, so that several sessions can share one.
///
/// Three settings are ours. A scan has a partition for every shard, which is the parallelism there is;
/// shuffling rows between partitions would give up both the order of the rows and the fact that a cell is
/// in one partition only. So round-robin repartitioning is off, partitions that satisfy an aggregation are
/// kept even where they are fewer than the cores, and the target is never a single partition, for which
/// DataFusion would merge all shards into one.
///
/// # Errors
/// When a function cannot be registered.
pub fn session_with(config: SessionConfig, runtime: Arc<RuntimeEnv>) -> Result<SessionContext> {
    let partitions = config.target_partitions().max(2);
    let mut config = config.with_round_robin_repartition(false).with_target_partitions(partitions);
    config.options_mut().optimizer.preserve_file_partitions = 1;
    if config.options().extensions.get::<Settings>().is_none() {
        config.options_mut().extensions.insert(Settings::default());
    }
    let journal = config.get_extension::<Journal>().unwrap_or_default();
    config.set_extension(Arc::clone(&journal));
    if config.get_extension::<Locations>().is_none() {
        let registry = Arc::clone(&runtime.object_store_registry);
        let locations = Locations::new(registry).recorded_in(Arc::clone(&journal));
        config.set_extension(Arc::new(locations));
    }
    let default_catalog = config.options().catalog.default_catalog.clone();
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_optimizer_rules(optimizer_rules())
        .with_query_planner(Arc::new(Planner))
        .with_physical_optimizer_rule(Arc::new(DenseCells))
        .build();
    let mut context = SessionContext::new_with_state(state);
    zagg_udfs::register_all(&mut context)?;
    crate::sql::register(&context)?;
    // A host that has no catalog of this name has its own ideas of what is in it.
    if let Some(catalog) = context.catalog(&default_catalog) {
        catalog.register_schema("zagg", Arc::new(Tables { journal }))?;
    }
    Ok(context)
}

/// DataFusion's rules with ours among them: after constants are folded, so that orders are literals, and
/// before columns are pruned, so that `cell` is still in reach.
fn optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules = Optimizer::new().rules;
    let after = rules.iter().position(|rule| rule.name() == "simplify_expressions");
    let at = after.map_or(0, |at| at + 1);
    rules.insert(at, Arc::new(ShareQuantiles));
    if let Some(own_cells) = OwnCells::new() {
        rules.insert(at, Arc::new(own_cells));
    }
    rules
}
