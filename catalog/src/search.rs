//! Search of a STAC API for granules: CMR-STAC, and others that speak like it.
//!
//! A [`Query`] says which granules, a [`SearchClient`] asks for them page by page. What is sent is one
//! `GET {endpoint}/{provider}/search` with `collections`, `datetime`, `bbox` or `intersects`, and `limit`;
//! then the `next` link of each page, wherever the server cut it.
//!
//! A search gives every granule or an error. The items received are counted and compared with the number
//! the server says it matched; an item that comes twice, a `next` link that leads back, a page that is no
//! FeatureCollection and a granule without a data link are errors too. What may pass by itself (429, 5xx,
//! timeouts, broken connections) is tried again, with growing and jittered pauses.
//!
//! ```no_run
//! use zagg_catalog::search::{Query, Period, SearchClient};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mut query = Query::new("ATL06", "007");
//! query.period = Some(Period::cycle(22)?);
//! query.bbox = Some([-180.0, -90.0, 180.0, -60.0]);
//! let found = SearchClient::new()?.search(&query, |progress| eprintln!("{progress}")).await?;
//! found.catalog.write("atl06.parquet")?;
//! # Ok(())
//! # }
//! ```

mod client;
mod error;
mod page;
mod pages;
mod period;
mod progress;
mod query;
mod redact;
mod retry;
mod settings;

#[cfg(test)]
mod tests;

pub use client::{Found, SearchClient};
pub use error::SearchError;
pub use pages::Pages;
pub use period::Period;
pub use progress::Progress;
pub use query::{CMR_STAC, Collection, NSIDC, Query};
pub use settings::ClientSettings;

/// A result of a search.
pub type Result<T, E = SearchError> = std::result::Result<T, E>;
