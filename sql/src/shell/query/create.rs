//! `CREATE TABLE … AS SELECT …`

use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::error::Result;
use datafusion::logical_expr::{
    CreateMemoryTable, DdlStatement, LogicalPlan, LogicalPlanBuilder, UNNAMED_TABLE,
};
use datafusion::physical_plan::collect_partitioned;
use datafusion::prelude::SessionContext;
use tokio::sync::oneshot;

use super::Planned;

/// Whether rows are read for a table that does not exist yet, or is to be replaced.
pub(super) fn reads(context: &SessionContext, create: &CreateMemoryTable) -> Result<bool> {
    let reads = !matches!(create.input.as_ref(), LogicalPlan::EmptyRelation(_));
    Ok(reads && (create.or_replace || !context.table_exist(create.name.clone())?))
}

/// Makes the table. DataFusion would run its query out of sight: neither its progress nor the granules that it went on
/// without could be told.
pub(super) async fn table(
    context: &SessionContext,
    mut create: CreateMemoryTable,
    planned: oneshot::Sender<Planned>,
) -> Result<()> {
    let frame = DataFrame::new(context.state(), create.input.as_ref().clone());
    let task = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await?;
    let schema = Arc::new(Schema::empty());
    // Nobody waits any more where sending fails.
    let _ = planned.send(Planned { schema, plan: Arc::clone(&plan), explains: false });
    let (schema, rows) = (plan.schema(), collect_partitioned(plan, task).await?);
    let rows = provider_as_source(Arc::new(MemTable::try_new(schema, rows)?));
    create.input = Arc::new(LogicalPlanBuilder::scan(UNNAMED_TABLE, rows, None)?.build()?);
    let create = LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create));
    context.execute_logical_plan(create).await?;
    Ok(())
}
