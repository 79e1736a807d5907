//! What the queries and runs of a session did: `zagg.queries`, `zagg.granules`, `zagg.shards`, `zagg.requests`.
//!
//! A [`Journal`] is an extension of a session's configuration, and the tables of the schema `zagg` read it.
//! [`session_with`](crate::session_with) provides both. A program that wants the runs it starts by [`run`](crate::run::run)
//! in the tables of its session gives them the session's journal:
//!
//! ```
//! # use zagg_engine::config::Config;
//! # use zagg_engine::run::{Input, RunRequest};
//! use zagg_engine::journal::Journal;
//!
//! let context = zagg_engine::session()?;
//! # let granules = Input::Granules(vec!["granule.h5".into()]);
//! let mut request = RunRequest::new(Config::load("atl06")?, granules, "out.zarr");
//! request.journal = context.copied_config().get_extension::<Journal>().unwrap_or_default();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It is bounded: of requests the last 16,384 are kept, of granules and shards those of the last queries, 65,536 rows together.
//! A query of more granules than that keeps those that failed, and `zagg.queries` counts what was left out.

mod kept;
mod recorder;
mod rows;
mod schema;
mod tally;

pub(crate) use recorder::Recorder;
pub(crate) use rows::RequestRow;
pub(crate) use schema::Tables;
pub(crate) use tally::Tally;

use parking_lot::Mutex;

use kept::Kept;

/// The memory of what was done.
#[derive(Debug, Default)]
pub struct Journal {
    kept: Mutex<Kept>,
}

impl Journal {
    /// Takes down a request. `object` is its path in its store.
    pub(crate) fn request(&self, request: RequestRow) {
        self.kept.lock().request(request);
    }
}
