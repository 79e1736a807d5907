//! One statement, planned and executed on a task of its own.
//!
//! Whoever waits for its rows never has to compute them, so that Ctrl-C is heard whatever the plan does.

mod create;

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{DdlStatement, LogicalPlan};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinHandle};
use zagg_engine::sql::{StatementText, execute};

use crate::shell::param::Parameters;

/// Batches that may wait to be shown. Few: whatever waits was perhaps read in vain.
const WAITING: usize = 2;

/// How long the end of a cancelled statement is waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// A statement that was planned. Statements that only define something are done by then.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) schema: SchemaRef,
    pub(crate) plan: Arc<dyn ExecutionPlan>,
    /// Its rows are plans.
    pub(crate) explains: bool,
}

/// A statement under way. Dropping it ends all its work.
#[derive(Debug)]
pub(crate) struct Query {
    planned: oneshot::Receiver<Planned>,
    rows: mpsc::Receiver<RecordBatch>,
    task: Option<JoinHandle<Result<()>>>,
}

impl Query {
    /// Starts on the runtime that this is called in.
    pub(crate) fn start(context: &SessionContext, sql: &str, parameters: &Parameters) -> Self {
        let (plan, planned) = oneshot::channel();
        let (send, rows) = mpsc::channel(WAITING);
        let work = work(context.clone(), sql.to_owned(), parameters.clone(), plan, send);
        Self { planned, rows, task: Some(tokio::spawn(work)) }
    }

    /// Waits for the plan.
    pub(crate) async fn planned(&mut self) -> Result<Planned> {
        match (&mut self.planned).await {
            Ok(planned) => Ok(planned),
            Err(_) => Err(self.end().await.err().unwrap_or_else(|| lost("no plan was made"))),
        }
    }

    /// Waits for some more rows. May be called again after the future was dropped.
    pub(crate) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        match self.rows.recv().await {
            Some(rows) => Ok(Some(rows)),
            None => self.end().await.map(|()| None),
        }
    }

    /// Ends all work, and tells whether it has ended. What computes without a pause may go on a little.
    pub(crate) async fn stop(mut self) -> bool {
        self.rows.close();
        let Some(task) = self.task.take() else { return true };
        task.abort();
        tokio::time::timeout(PATIENCE, task).await.is_ok()
    }

    async fn end(&mut self) -> Result<()> {
        let Some(task) = &mut self.task else { return Ok(()) };
        let result = task.await;
        self.task = None;
        result.map_err(|e: JoinError| lost(&e.to_string()))?
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

fn lost(reason: &str) -> DataFusionError {
    DataFusionError::Execution(format!("the statement's task stopped early: {reason}"))
}

async fn work(
    context: SessionContext,
    sql: String,
    parameters: Parameters,
    planned: oneshot::Sender<Planned>,
    rows: mpsc::Sender<RecordBatch>,
) -> Result<()> {
    let mut plan = context.state().create_logical_plan(&sql).await?;
    if !parameters.is_empty() {
        plan = plan.with_param_values(parameters.values())?;
    }
    if let LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) = &plan
        && create::reads(&context, create)?
    {
        return create::table(&context, create.clone(), planned).await;
    }
    let explains = matches!(plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_));
    let text = StatementText { parameters: parameters.texts(&sql), sql };
    let frame = execute(&context, plan, text).await?;
    let task = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await?;
    let mut stream = execute_stream(Arc::clone(&plan), task)?;
    // Nobody waits any more where sending fails.
    let _ = planned.send(Planned { schema: stream.schema(), plan, explains });
    while let Some(batch) = stream.next().await {
        if rows.send(batch?).await.is_err() {
            break;
        }
    }
    Ok(())
}
