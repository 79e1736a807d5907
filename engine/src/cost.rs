//! What reading granules will take, known before it is done.
//!
//! ```text
//! partitions of a scan ─► Foreseen, granule by granule ─► sum ─► Estimate: requests, bytes, seconds, dollars
//!                              ▲                                    ▲
//!                    index, earlier reads, sizes                  Rates
//! ```
//!
//! No data of a granule is read for it. Where all is known from a granule index, or from what the session has read before,
//! requests and bytes are those that the reader itself would ask for, computed by the same code. Otherwise the sizes of some
//! granules are asked for, by requests without a body, and they are taken to be like one whose structure is known; an estimate
//! says so ([`Basis`]). Where that is not possible either there are no figures.

mod estimate;
mod planner;
pub(crate) mod rates;
mod scan;
mod sizes;

pub use estimate::{Basis, Estimate, Figures, Functions};
pub(crate) use planner::{Planner, Planning, within};
pub use rates::Rates;
pub(crate) use scan::{Scanned, estimate};
