//! `SET zagg.x = …`

use datafusion::common::extensions_options;
use datafusion::config::ConfigExtension;

use crate::cost::rates;

extensions_options! {
    /// What `SET zagg.…` changes. A table takes the first three as they are when it is created; its own options come first.
    pub struct Settings {
        /// Decoded chunks kept by each table, in MiB
        pub cache_mb: usize, default = 192
        /// Granules that load ahead of the one being read, in each partition
        pub prefetch: usize, default = 4
        /// Whether a granule that cannot be read is left out, and listed, where it would fail the query
        pub allow_partial: bool, default = false
        /// Dollars that a statement may cost at most, by the estimate that EXPLAIN shows; one that would cost more is refused before it reads; 'inf' for no limit
        pub max_cost: Option<f64>, default = None
        /// Whether EXPLAIN says what a scan of granules leaves out, reads and costs
        pub explain_cost: bool, default = true
        /// Estimates: memory of a function, GB
        pub lambda_gb: f64, default = rates::LAMBDA_GB
        /// Estimates: dollars for a GB-second
        pub price_gb_second: f64, default = rates::PRICE_GB_SECOND
        /// Estimates: dollars for a million invocations
        pub price_million_invocations: f64, default = rates::PRICE_MILLION_INVOCATIONS
        /// Estimates: dollars for a thousand GET requests
        pub price_thousand_gets: f64, default = rates::PRICE_THOUSAND_GETS
        /// Estimates: milliseconds from a request to its reply, over a network
        pub latency_ms: f64, default = rates::LATENCY_MS
        /// Estimates: MB a second that a machine or function receives, over a network
        pub bandwidth_mb: f64, default = rates::BANDWIDTH_MB
        /// Estimates: seconds of a function beside reading and aggregating
        pub invocation_seconds: f64, default = rates::INVOCATION_SECONDS
    }
}

impl ConfigExtension for Settings {
    const PREFIX: &'static str = "zagg";
}
