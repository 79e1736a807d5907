//! An estimate, and how it reads.

use std::fmt;

use serde::Serialize;

/// What a scan, or several, will read, and what that costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Granules that will be looked at.
    pub granules: usize,
    /// Granules of the table.
    pub granules_of: usize,
    /// The figures; `None` where nothing supports any.
    pub figures: Option<Figures>,
    /// Where they come from.
    pub basis: Basis,
}

/// The figures of an estimate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Rows and chunks are counted, not estimated.
    pub counted: bool,
    /// Rows in the shards that will be read.
    pub rows: u64,
    /// Rows of the granules that will be looked at.
    pub rows_of: u64,
    /// Ranges of consecutive rows; 0 where they are not known.
    pub row_ranges: u64,
    /// Chunks to decode: bands of rows of a dataset.
    pub chunks: u64,
    /// Chunks that are left out since they are of columns that nobody asks for.
    pub chunks_of_other_columns: u64,
    /// Chunks that are left out since none of their rows is in a shard that is read.
    pub chunks_of_other_rows: u64,
    /// Requests for byte ranges, in this process.
    pub requests: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Seconds in this process.
    pub seconds: f64,
    /// The same work by a function for each shard.
    pub functions: Functions,
}

/// Shards as functions: AWS Lambda. Each of them is on its own, and reads what it needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Functions {
    /// One for each shard, or for each granule where there are no shards.
    pub invocations: u64,
    /// Requests for byte ranges, by all of them.
    pub requests: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Memory times seconds, of all of them.
    pub gb_seconds: f64,
    /// What they cost, with their GET requests. What they write is not in it.
    pub dollars: f64,
}

/// What figures are based on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// Granules whose rows and chunks are known from a granule index.
    pub by_index: usize,
    /// Granules whose rows are known, since their positions were read before.
    pub by_positions: usize,
    /// Of these, granules whose chunks have not been looked up: their bytes follow from the types, by a measured ratio.
    pub by_ratio: usize,
    /// Granules of which only structure or size is known: they are taken to be like one whose structure is.
    pub by_size: usize,
    /// Granules that nothing was found out of, and that are taken to be like the others.
    pub like_others: usize,
    /// Requests without a body that were made for it.
    pub requests: usize,
    /// Why there are no figures.
    pub unknown: Option<String>,
}

impl Estimate {
    /// Dollars for doing it by functions; `None` where that is not known.
    pub fn dollars(&self) -> Option<f64> {
        self.figures.map(|figures| figures.functions.dollars)
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(figures) = &self.figures else { return write!(f, "[unknown: {}]", self.basis) };
        let Functions { invocations, requests, bytes, gb_seconds, dollars } = figures.functions;
        write!(
            f,
            "[requests={}, bytes={}, seconds={:.2}, as functions: invocations={invocations}, requests={requests}, \
             bytes={bytes}, gb_seconds={gb_seconds:.1}, dollars={dollars:.6}, by {}]",
            figures.requests, figures.bytes, figures.seconds, self.basis
        )
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reason) = &self.unknown {
            return f.write_str(reason);
        }
        let mut parts = Vec::new();
        let mut say = |count: usize, what: &str| match count {
            0 => {}
            1 => parts.push(format!("{what} of 1 granule")),
            _ => parts.push(format!("{what} of {count} granules")),
        };
        say(self.by_index, "the index");
        say(self.by_positions, "the positions read before");
        say(self.by_ratio, "a usual compression");
        say(self.by_size, "the sizes");
        say(self.like_others, "likeness");
        if self.requests > 0 {
            parts.push(format!("{} requests for sizes", self.requests));
        }
        match parts.is_empty() {
            true => f.write_str("nothing"),
            false => f.write_str(&parts.join(" + ")),
        }
    }
}
