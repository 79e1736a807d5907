//! The cell functions and aggregates in a plain DataFusion session, over data of your own.
//!
//! ```sh
//! cargo run --example functions_only
//! ```

use datafusion::error::Result;
use datafusion::prelude::SessionContext;

#[tokio::main]
async fn main() -> Result<()> {
    let context = SessionContext::new();
    zagg::register_all(&mut *context.state_ref().write())?;

    let sql = "SELECT morton_text(morton_cell(lon, lat, 6)) AS cell,
                      count(*) AS n,
                      weighted_avg(h, w) AS mean,
                      quantile(h, 0.5) AS median
               FROM (VALUES (-49.50, 69.10, 120.0, 1.0),
                            (-49.51, 69.11, 124.0, 3.0),
                            (-49.49, 69.09, 900.0, 0.0),
                            (179.99, -84.0, 611.5, 2.0)) AS points(lon, lat, h, w)
               GROUP BY 1
               ORDER BY 1";
    context.sql(sql).await?.show().await
}
