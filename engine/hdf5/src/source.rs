//! The file as a range of bytes in an object store, and the one place where requests are made.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResult, ObjectStore};

use crate::error::{Error, Result};

/// Requests in flight for one batch.
const CONCURRENT: usize = 32;

/// Ranges are not merged into longer requests, so that a large batch uses several connections.
const LONGEST_REQUEST: u64 = 8 << 20;

/// A file in a store, with the size it had when it was opened.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) location: Path,
    pub(crate) name: Arc<str>,
    pub(crate) size: u64,
}

impl Source {
    /// Opens the file with one bounded request; its reply tells the size.
    pub(crate) async fn open(
        store: Arc<dyn ObjectStore>,
        location: Path,
        first: u64,
    ) -> Result<(Self, Bytes)> {
        let name: Arc<str> = location.as_ref().into();
        let mut source = Self { store, location, name, size: u64::MAX };
        let reply = match source.request(0..first).await {
            Ok(reply) => reply,
            // No range of an empty object can be had, so stores answer with an error.
            Err(error) if has_no_such_range(&error) && source.size_now().await == Some(0) => {
                return Err(Error::NotHdf5 { file: source.name, found: "an empty file".into() });
            }
            Err(error) => return Err(error),
        };
        source.size = reply.meta.size;
        let range = 0..first.min(source.size);
        let bytes = source.body(reply, range).await?;
        Ok((source, bytes))
    }

    /// The size that the store tells without sending any bytes.
    async fn size_now(&self) -> Option<u64> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        let reply = self.store.get_opts(&self.location, options).await;
        reply.ok().map(|reply| reply.meta.size)
    }

    /// Fetches `ranges` (any order) in one batch; ranges nearer than `gap` share a request.
    /// The replies are those of the merged requests, ascending and disjoint.
    pub(crate) async fn fetch(
        &self,
        ranges: Vec<Range<u64>>,
        gap: u64,
    ) -> Result<Vec<(u64, Bytes)>> {
        let requests = coalesce(ranges, gap);
        let replies = futures::stream::iter(requests)
            .map(|range| async move {
                let start = range.start;
                self.get(range).await.map(|bytes| (start, bytes))
            })
            .buffered(CONCURRENT);
        replies.try_collect().await
    }

    async fn get(&self, range: Range<u64>) -> Result<Bytes> {
        let changed =
            |found| Error::Changed { file: Arc::clone(&self.name), expected: self.size, found };
        let reply = match self.request(range.clone()).await {
            Ok(reply) => reply,
            // The range lies within the file as it was opened: it may have been cut since.
            Err(error) if has_no_such_range(&error) => {
                return Err(match self.size_now().await {
                    Some(found) if found != self.size => changed(found),
                    _ => error,
                });
            }
            Err(error) => return Err(error),
        };
        if reply.meta.size != self.size {
            return Err(changed(reply.meta.size));
        }
        self.body(reply, range).await
    }

    async fn request(&self, range: Range<u64>) -> Result<GetResult> {
        let options =
            GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() };
        let reply = self.store.get_opts(&self.location, options).await;
        reply.map_err(|source| self.io(range, source))
    }

    async fn body(&self, reply: GetResult, range: Range<u64>) -> Result<Bytes> {
        let bytes = reply.bytes().await.map_err(|source| self.io(range.clone(), source))?;
        if bytes.len() as u64 != range.end - range.start {
            return Err(Error::ShortReply {
                file: Arc::clone(&self.name),
                range,
                received: bytes.len() as u64,
            });
        }
        Ok(bytes)
    }

    fn io(&self, range: Range<u64>, source: object_store::Error) -> Error {
        Error::Io { file: Arc::clone(&self.name), range, source: Box::new(source) }
    }
}

/// Whether the store answered that the object does not have the range, or sent another one: then
/// its size is worth a request. Any other failure was retried by the store already, and asking for
/// the size would go through all the retries again.
///
/// Stores keep the types of these errors to themselves, so their texts tell.
fn has_no_such_range(error: &Error) -> bool {
    const TEXTS: [&str; 3] = [
        // HTTP, as the status is spelled in RFC 9110.
        "416 Range Not Satisfiable",
        // HTTP, when the range was disregarded, as some servers do for empty objects.
        "non-partial response",
        // Files and memory.
        "Wanted range starting at",
    ];
    let Error::Io { source, .. } = error else { return false };
    if !matches!(**source, object_store::Error::Generic { .. }) {
        return false;
    }
    let first: &dyn std::error::Error = source.as_ref();
    let mut causes = std::iter::successors(Some(first), |cause| cause.source());
    causes.any(|cause| {
        let text = cause.to_string();
        TEXTS.iter().any(|known| text.contains(known))
    })
}

/// Merges ranges that overlap or lie within `gap` of each other, up to the longest request.
fn coalesce(mut ranges: Vec<Range<u64>>, gap: u64) -> Vec<Range<u64>> {
    ranges.retain(|range| range.start < range.end);
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last)
                if range.start < last.end
                    || (range.start <= last.end.saturating_add(gap)
                        && range.end - last.start <= LONGEST_REQUEST) =>
            {
                last.end = last.end.max(range.end);
            }
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_near_and_overlapping_ranges() {
        let ranges = vec![100..200, 0..10, 150..160, 205..300, 1000..1001, 7..7];
        assert_eq!(coalesce(ranges, 5), vec![0..10, 100..300, 1000..1001]);
    }

    #[test]
    fn does_not_merge_past_the_longest_request() {
        let ranges = vec![0..LONGEST_REQUEST, LONGEST_REQUEST..LONGEST_REQUEST + 5];
        assert_eq!(coalesce(ranges.clone(), 5), ranges);
    }
}
