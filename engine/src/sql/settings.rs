//! `SET zagg.x = …`

use datafusion::common::extensions_options;
use datafusion::config::ConfigExtension;

extensions_options! {
    /// What `SET zagg.…` changes. A table takes the settings as they are when it is created; its own options come first.
    pub struct Settings {
        /// Decoded chunks kept by each table, in MiB
        pub cache_mb: usize, default = 192
        /// Granules that load ahead of the one being read, in each partition
        pub prefetch: usize, default = 4
        /// Whether a granule that cannot be read is left out, and listed, where it would fail the query
        pub allow_partial: bool, default = false
    }
}

impl ConfigExtension for Settings {
    const PREFIX: &'static str = "zagg";
}
