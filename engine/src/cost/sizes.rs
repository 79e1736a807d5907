//! Sizes of granules, by requests without a body.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use object_store::ObjectStoreExt;
use tokio::time::timeout;

use crate::granule::{GranulePool, Location};

/// Requests under way at once.
const AT_ONCE: usize = 16;

/// An estimate is no reason to wait for a store that does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The bytes of each of `granules`, or why they are not known.
pub(super) async fn sizes(pool: &GranulePool, granules: &[usize]) -> Vec<Result<u64, String>> {
    let all = pool.granules();
    let of = |granule: &usize| all.get(*granule).map(|granule| granule.location.clone());
    let places: Vec<Location> = granules.iter().filter_map(of).collect();
    stream::iter(places).map(size).buffered(AT_ONCE).collect().await
}

async fn size(at: Location) -> Result<u64, String> {
    match timeout(PATIENCE, at.store.head(&at.path)).await {
        Ok(Ok(meta)) => Ok(meta.size),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("{}: no answer within {} s", at.link, PATIENCE.as_secs())),
    }
}
