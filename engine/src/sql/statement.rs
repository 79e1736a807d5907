//! Statements that remember their text.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, SessionContext};

/// The text of a statement: an extension of the configuration of the session it is planned in.
///
/// A store that the statement writes has it among what it says of how it was made, and `zagg.queries` shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatementText {
    /// The statement.
    pub sql: String,
    /// The values of its parameters, by name.
    pub parameters: Vec<(String, String)>,
}

/// Runs a statement as [`SessionContext::sql`] does, and remembers its text.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> datafusion::error::Result<()> {
/// let context = zagg_engine::session()?;
/// let one = zagg_engine::sql::query(&context, "SELECT 1 AS one").await?;
/// assert_eq!(one.count().await?, 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`SessionContext::sql`].
pub async fn query(context: &SessionContext, sql: &str) -> Result<DataFrame> {
    let plan = context.state().create_logical_plan(sql).await?;
    let text = StatementText { sql: sql.to_owned(), parameters: Vec::new() };
    execute(context, plan, text).await
}

/// The same for a statement that was planned already, perhaps with values for its parameters.
///
/// # Errors
/// As [`SessionContext::execute_logical_plan`].
pub async fn execute(
    context: &SessionContext,
    plan: LogicalPlan,
    text: StatementText,
) -> Result<DataFrame> {
    match plan {
        // What changes the session does so in the context itself.
        LogicalPlan::Ddl(_) | LogicalPlan::Statement(_) => context.execute_logical_plan(plan).await,
        plan => {
            let mut state = context.state();
            state.config_mut().set_extension(Arc::new(text));
            Ok(DataFrame::new(state, plan))
        }
    }
}
