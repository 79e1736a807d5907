//! What a job will cost.

use crate::cost::{Estimate, Rates, within};
use crate::error::{Error, Result};
use crate::run::{Job, job};

impl Job {
    /// What running this job will take, by what is known after its preparation. At most some requests without a body are made.
    ///
    /// # Errors
    /// When the plan has no scan any more, which is never so.
    pub async fn estimate(&self) -> Result<Estimate> {
        let scan = job::one_partition_per_shard(self.plan(), &self.map)?;
        let rates = Rates::of(self.task().session_config().options());
        Ok(scan.foresee(&rates).await)
    }

    /// Makes sure that the job is not above the limit of its request.
    ///
    /// # Errors
    /// If it is, or nobody knows what it will cost.
    pub async fn check_cost(&self) -> Result<()> {
        let Some(limit) = self.request.max_cost else { return Ok(()) };
        let estimate = self.estimate().await?;
        match estimate.dollars() {
            Some(dollars) => within(dollars, limit),
            None => {
                let reason = format!("nobody knows what it will cost: {}", estimate.basis);
                Err(Error::Cost { limit, reason })
            }
        }
    }
}
