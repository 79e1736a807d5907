//! Plans that know what they will cost, and who is told what they did.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use crate::error::Error;
use crate::journal::{Journal, Recorder};
use crate::sql::{Settings, StatementText};
use crate::table::GranuleScanExec;

/// What all scans of one statement share while it is planned: an extension of the session's configuration.
#[derive(Debug, Clone)]
pub(crate) struct Planning {
    /// Takes down what they do.
    pub(crate) recorder: Arc<Recorder>,
    /// Whether they are to be estimated.
    pub(crate) estimate: bool,
}

/// DataFusion's planner, for sessions whose scans know of the statement they are part of.
///
/// It estimates scans where EXPLAIN shows it or a limit asks for it, and otherwise leaves that. A statement that would cost
/// more than `zagg.max_cost` is refused here: before anything of it runs.
#[derive(Debug)]
pub(crate) struct Planner;

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::default();
        let Some(state) = session.as_any().downcast_ref::<SessionState>() else {
            return planner.create_physical_plan(plan, session).await;
        };
        let settings = state.config_options().extensions.get::<Settings>().cloned();
        let settings = settings.unwrap_or_default();
        let explains = matches!(plan, LogicalPlan::Explain(_));
        let shows = explains || matches!(plan, LogicalPlan::Analyze(_));
        // To explain what is too dear costs nothing.
        let limit = settings.max_cost.filter(|limit| !explains && *limit != f64::INFINITY);
        let journal = state.config().get_extension::<Journal>().unwrap_or_default();
        let text = state.config().get_extension::<StatementText>();
        let planning = Planning {
            recorder: Arc::new(Recorder::new(journal, text)),
            estimate: shows && settings.explain_cost || limit.is_some(),
        };
        let mut state = state.clone();
        state.config_mut().set_extension(Arc::new(planning));
        let plan = planner.create_physical_plan(plan, &state).await?;
        if let Some(limit) = limit {
            check(&plan, limit)?;
        }
        Ok(plan)
    }
}

/// Refuses a plan whose scans cost more than `limit` dollars together, or of which nobody knows.
fn check(plan: &Arc<dyn ExecutionPlan>, limit: f64) -> Result<()> {
    let mut dollars = 0.0;
    for estimate in scans(plan).into_iter().filter_map(GranuleScanExec::estimate) {
        match estimate.dollars() {
            Some(of_scan) => dollars += of_scan,
            None => {
                let reason = format!("nobody knows what it will cost: {}", estimate.basis);
                return Err(Error::Cost { limit, reason }.into());
            }
        }
    }
    within(dollars, limit)?;
    Ok(())
}

/// # Errors
/// If `dollars` are more than `limit`, or the limit is none.
pub(crate) fn within(dollars: f64, limit: f64) -> crate::error::Result<()> {
    if limit.is_nan() || limit < 0.0 {
        let reason = "expected a number of dollars from 0 on".to_owned();
        return Err(Error::Cost { limit, reason });
    }
    if dollars > limit {
        let reason = format!("it will cost about {dollars:.6} dollars");
        return Err(Error::Cost { limit, reason });
    }
    Ok(())
}

/// All scans of granules in a plan.
fn scans(plan: &Arc<dyn ExecutionPlan>) -> Vec<&GranuleScanExec> {
    let mut found: Vec<&GranuleScanExec> = plan.downcast_ref().into_iter().collect();
    found.extend(plan.children().into_iter().flat_map(scans));
    found
}
