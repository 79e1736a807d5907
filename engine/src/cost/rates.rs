//! Prices and speeds that estimates are made with.
//!
//! Prices are those of AWS in us-west-2, where the granules are, for functions on ARM processors. What this machine does in how
//! much time was measured: two runs over 24 million rows of ATL06 took 8.8 core-seconds for 548 MB and 5.6 for 138 MB (two cores,
//! page cache, 10 to 13 statistics). What a network adds was not measured, but assumed. Each can be changed by `SET zagg.…`.

use datafusion::config::ConfigOptions;

use crate::sql::Settings;

/// Memory of a function, in GB of AWS: 1024³ bytes.
pub(crate) const LAMBDA_GB: f64 = 2.0;
/// Dollars for a GB-second.
pub(crate) const PRICE_GB_SECOND: f64 = 0.000_013_333_4;
/// Dollars for a million invocations.
pub(crate) const PRICE_MILLION_INVOCATIONS: f64 = 0.20;
/// Dollars for a thousand GET or HEAD requests to S3.
pub(crate) const PRICE_THOUSAND_GETS: f64 = 0.000_4;
/// Assumed: milliseconds from a request to the beginning of its reply, within the region.
pub(crate) const LATENCY_MS: f64 = 30.0;
/// Assumed: what one machine or function receives, in MB (10⁶ bytes) a second.
pub(crate) const BANDWIDTH_MB: f64 = 75.0;
/// Assumed: seconds of a function beside its reading and aggregating: planning, writing.
pub(crate) const INVOCATION_SECONDS: f64 = 0.2;

/// Core-seconds for an observation: filters, aggregates, output.
const SECONDS_PER_ROW: f64 = 0.2e-6;
/// Core-seconds for a byte as it is stored: copying, inflating, ordering.
const SECONDS_PER_BYTE: f64 = 8e-9;
/// Granules of a shard that are waited for at once, unless the table says otherwise.
const AT_ONCE: f64 = 4.0;
/// Shards under way for each worker.
const SHARDS_PER_WORKER: f64 = 2.0;
/// How often the structure and the positions of a granule let their reader wait: the median of the formats in docs/hdf5.md,
/// and one round for positions.
const ROUNDS_UNKNOWN: f64 = 6.0;

/// What work costs, in time and money.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Partitions that this process works on at once.
    pub workers: usize,
    /// Memory of a function, GB.
    pub lambda_gb: f64,
    /// Dollars for a GB-second.
    pub gb_second: f64,
    /// Dollars for a million invocations.
    pub million_invocations: f64,
    /// Dollars for a thousand GET requests.
    pub thousand_gets: f64,
    /// Seconds from a request to its reply, over a network.
    pub latency: f64,
    /// Bytes a second, over a network.
    pub bandwidth: f64,
    /// Seconds of an invocation beside its reading and aggregating.
    pub invocation: f64,
}

/// What is to be done, in the numbers that time depends on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Work {
    pub(super) rows: f64,
    pub(super) bytes: f64,
    /// Pairs of a shard and a granule.
    pub(super) pairs: f64,
    /// Granules whose structure has to be found out, each time that this is done.
    pub(super) openings: f64,
}

impl Rates {
    /// Those of a session: `SET zagg.…`, and its number of partitions.
    pub fn of(options: &ConfigOptions) -> Self {
        let settings = options.extensions.get::<Settings>().cloned().unwrap_or_default();
        Self {
            workers: options.execution.target_partitions.max(1),
            lambda_gb: settings.lambda_gb,
            gb_second: settings.price_gb_second,
            million_invocations: settings.price_million_invocations,
            thousand_gets: settings.price_thousand_gets,
            latency: settings.latency_ms / 1e3,
            bandwidth: settings.bandwidth_mb * 1e6,
            invocation: settings.invocation_seconds,
        }
    }

    /// Seconds in this process.
    pub(super) fn seconds_here(&self, work: Work, remote: bool) -> f64 {
        let workers = self.workers as f64;
        let computing = self.core_seconds(work) / workers;
        // Other shards go on while one waits.
        computing.max(self.waiting(work, remote) / (workers * SHARDS_PER_WORKER))
            + self.transfer(work, remote)
    }

    /// Seconds of all functions together: each waits for itself.
    pub(super) fn seconds_of_functions(&self, work: Work, invocations: f64) -> f64 {
        self.core_seconds(work)
            + self.waiting(work, true)
            + self.transfer(work, true)
            + invocations * self.invocation
    }

    /// Dollars for functions that take so many seconds together.
    pub(super) fn dollars(&self, seconds: f64, invocations: f64, requests: f64) -> f64 {
        seconds * self.lambda_gb * self.gb_second
            + invocations / 1e6 * self.million_invocations
            + requests / 1e3 * self.thousand_gets
    }

    fn core_seconds(&self, work: Work) -> f64 {
        work.rows * SECONDS_PER_ROW + work.bytes * SECONDS_PER_BYTE
    }

    fn waiting(&self, work: Work, remote: bool) -> f64 {
        let rounds = work.pairs + work.openings * ROUNDS_UNKNOWN;
        if remote { rounds * self.latency / AT_ONCE } else { 0.0 }
    }

    fn transfer(&self, work: Work, remote: bool) -> f64 {
        if remote { work.bytes / self.bandwidth } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_measured_runs_come_out_about_right() {
        let rates = Rates { workers: 2, ..Rates::of(&ConfigOptions::default()) };
        let seconds = |bytes| {
            let work = Work { rows: 24e6, bytes, pairs: 5_000.0, openings: 0.0 };
            rates.seconds_here(work, false)
        };
        assert!((seconds(548e6) - 4.4).abs() < 0.5, "{}", seconds(548e6));
        assert!((seconds(138e6) - 2.8).abs() < 0.5, "{}", seconds(138e6));
    }

    #[test]
    fn prices_add_up() {
        let rates = Rates::of(&ConfigOptions::default());
        // A million functions of a second each, with ten requests each.
        let dollars = rates.dollars(1e6, 1e6, 1e7);
        assert!((dollars - (26.6668 + 0.20 + 4.0)).abs() < 1e-9, "{dollars}");
    }
}
