//! How far a search is.

use std::fmt;

/// What has come so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Pages received.
    pub pages: u32,
    /// Granules received.
    pub granules: u64,
    /// Granules that the server says there are. Not every server says it.
    pub matched: Option<u64>,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} granules", self.granules)?;
        if let Some(matched) = self.matched {
            write!(f, " of {matched}")?;
        }
        write!(f, " in {} pages", self.pages)
    }
}
