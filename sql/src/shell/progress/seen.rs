//! How far a plan has come, by the metrics of what reads.

use std::sync::Arc;
use std::time::Duration;

use datafusion::physical_plan::metrics::{MetricValue, MetricsSet};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use zagg_engine::table::GranuleScanExec;

use crate::output;

/// What the leaves of a plan have read so far.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    rows: usize,
    bytes: usize,
    /// Partitions that came to their end, and all.
    done: usize,
    all: usize,
    /// What a partition is.
    unit: &'static str,
}

impl Seen {
    pub(super) fn of(plan: &Arc<dyn ExecutionPlan>) -> Self {
        let mut seen = Self { unit: "partitions", ..Self::default() };
        seen.add(plan);
        seen
    }

    fn add(&mut self, plan: &Arc<dyn ExecutionPlan>) {
        let children = plan.children();
        if !children.is_empty() {
            children.into_iter().for_each(|child| self.add(child));
            return;
        }
        self.all += plan.output_partitioning().partition_count();
        if let Some(scan) = plan.downcast_ref::<GranuleScanExec>() {
            let by_shard = scan.partitions().first().is_some_and(|p| p.shard.is_some());
            self.unit = if by_shard { "shards" } else { "granules" };
        }
        if let Some(metrics) = plan.metrics() {
            self.count(&metrics);
        }
    }

    fn count(&mut self, metrics: &MetricsSet) {
        let named = |name| metrics.sum_by_name(name).map(|value| value.as_usize());
        // Rows before the scan's own filter, where the scan tells.
        self.rows += named("rows_read").or_else(|| metrics.output_rows()).unwrap_or(0);
        self.bytes += named("bytes_read").or_else(|| named("bytes_scanned")).unwrap_or(0);
        let ended = |value: &MetricValue| matches!(value, MetricValue::EndTimestamp(at) if at.value().is_some());
        self.done += metrics.iter().filter(|metric| ended(metric.value())).count();
    }

    /// The line for a statement that began this long ago.
    pub(super) fn line(&self, gone: Duration) -> String {
        let mut parts = Vec::new();
        if self.all > 1 {
            parts.push(format!("{} of {} {}", self.done.min(self.all), self.all, self.unit));
        }
        parts.push(format!("{} rows", output::grouped(self.rows as u64)));
        if self.bytes > 0 {
            parts.push(output::bytes(self.bytes as u64));
        }
        parts.push(format!("{:.1} s", gone.as_secs_f64()));
        if let Some(left) = self.left(gone) {
            parts.push(format!("about {:.0} s left", left.as_secs_f64().ceil()));
        }
        parts.join(", ")
    }

    /// Time left, if partitions take about as long as those that are done. Too few of them tell nothing.
    fn left(&self, gone: Duration) -> Option<Duration> {
        let left = self.all.checked_sub(self.done)?;
        let known = self.done >= 3 && self.done * 20 >= self.all;
        known.then(|| gone.mul_f64(left as f64 / self.done as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_known() {
        let seen = Seen { rows: 12_345, unit: "partitions", all: 1, ..Seen::default() };
        assert_eq!(seen.line(Duration::from_secs(2)), "12,345 rows, 2.0 s");
        let seen = Seen { rows: 10, bytes: 20_000_000, done: 10, all: 40, unit: "shards" };
        assert_eq!(
            seen.line(Duration::from_secs(3)),
            "10 of 40 shards, 10 rows, 20.0 MB, 3.0 s, about 9 s left"
        );
    }
}
