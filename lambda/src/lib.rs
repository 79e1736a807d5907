//! One shard as an event: what a worker elsewhere is told, what it answers, and the worker itself.
//!
//! An event says everything: configuration, columns, the shard with its granules, its chunk in the store.
//! The worker asks nobody else, writes that chunk of every array and nothing more, and answers what it read.
//!
//! ```text
//! Job ─► ShardEvent ─► JSON ─► handle ─► Job of one shard ─► chunk in the store
//!                       JSON ◄─ ShardResponse ◄─ ShardOutcome
//! ```
//!
//! [`EventRunner`] drives a run that way in this process, through the same JSON as a worker elsewhere would
//! get, so that a run by events and a local run can be compared byte for byte.

mod event;
mod handle;
mod response;
mod runner;

pub use event::{EVENT_VERSION, ShardEvent};
pub use handle::handle;
pub use response::{ShardResponse, WorkerError};
pub use runner::EventRunner;
