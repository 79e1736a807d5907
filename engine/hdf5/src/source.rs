//! The file as a range of bytes in an object store, and the one place where requests are made.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResult, ObjectStore};

use crate::error::{Error, Result};
use crate::version::FileVersion;

/// Requests in flight for one batch.
const CONCURRENT: usize = 32;

/// Ranges are not merged into longer requests, so that a large batch uses several connections.
const LONGEST_REQUEST: u64 = 8 << 20;

/// What a request is for. It stands in the extensions of the request's [`GetOptions`], for stores that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Superblock, headers, groups, attributes, chunk indexes, or which version of the file is there.
    Metadata,
    /// Stored elements of datasets.
    Data,
}

/// A file in a store, with the version that is expected there.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) location: Path,
    pub(crate) name: Arc<str>,
    pub(crate) size: u64,
    /// Every reply must be of it.
    version: FileVersion,
    /// Whether any reply was.
    confirmed: Arc<AtomicBool>,
}

impl Source {
    /// A file that is expected to be there in `version`.
    pub(crate) fn known(store: Arc<dyn ObjectStore>, location: Path, version: FileVersion) -> Self {
        let name: Arc<str> = location.as_ref().into();
        let size = version.size;
        Self { store, location, name, size, version, confirmed: Arc::default() }
    }

    /// Opens the file with one bounded request; its reply tells the version.
    pub(crate) async fn open(
        store: Arc<dyn ObjectStore>,
        location: Path,
        first: u64,
    ) -> Result<(Self, FileVersion, Bytes)> {
        let unknown = FileVersion { size: u64::MAX, ..FileVersion::default() };
        let mut source = Self::known(store, location, unknown);
        let reply = match source.request(0..first, Purpose::Metadata).await {
            Ok(reply) => reply,
            // No range of an empty object can be had, so stores answer with an error.
            Err(error)
                if has_no_such_range(&error)
                    && source.version_now().await.is_ok_and(|now| now.size == 0) =>
            {
                return Err(Error::NotHdf5 { file: source.name, found: "an empty file".into() });
            }
            Err(error) => return Err(error),
        };
        let version = FileVersion::of(&reply.meta);
        source.size = version.size;
        // A file that is only touched while it is read may stay what it was.
        source.version = FileVersion { modified: None, ..version.clone() };
        let range = 0..first.min(source.size);
        let bytes = source.body(reply, range).await?;
        Ok((source, version, bytes))
    }

    /// The version that the store tells without sending any bytes.
    async fn version_now(&self) -> Result<FileVersion> {
        let mut options = GetOptions { head: true, ..GetOptions::default() };
        options.extensions.insert(Purpose::Metadata);
        let reply = self.store.get_opts(&self.location, options).await;
        let reply = reply.map_err(|source| self.io(0..0, source))?;
        Ok(FileVersion::of(&reply.meta))
    }

    /// Makes sure that the file is the expected version, by a request unless a reply has told already.
    pub(crate) async fn confirm(&self) -> Result<()> {
        if self.confirmed.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.expect(self.version_now().await?)
    }

    /// An error unless `found` is the expected version.
    fn expect(&self, found: FileVersion) -> Result<()> {
        if !self.version.agrees_with(&found) {
            return Err(self.changed(found));
        }
        self.confirmed.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn changed(&self, found: FileVersion) -> Error {
        let (file, expected) = (Arc::clone(&self.name), Box::new(self.version.clone()));
        Error::Changed { file, expected, found: Box::new(found) }
    }

    /// Fetches `ranges` (any order) in one batch; ranges nearer than `gap` share a request.
    /// The replies are those of the merged requests, ascending and disjoint.
    pub(crate) async fn fetch(
        &self,
        ranges: Vec<Range<u64>>,
        gap: u64,
        purpose: Purpose,
    ) -> Result<Vec<(u64, Bytes)>> {
        let requests = coalesce(ranges, gap);
        let replies = futures::stream::iter(requests)
            .map(|range| async move {
                let start = range.start;
                self.get(range, purpose).await.map(|bytes| (start, bytes))
            })
            .buffered(CONCURRENT);
        replies.try_collect().await
    }

    async fn get(&self, range: Range<u64>, purpose: Purpose) -> Result<Bytes> {
        let reply = match self.request(range.clone(), purpose).await {
            Ok(reply) => reply,
            // The range lies within the file as it was known: it may have been cut since.
            Err(error) if has_no_such_range(&error) => {
                return Err(match self.version_now().await {
                    Ok(found) if found.size != self.size => self.changed(found),
                    _ => error,
                });
            }
            Err(error) => return Err(error),
        };
        self.expect(FileVersion::of(&reply.meta))?;
        self.body(reply, range).await
    }

    async fn request(&self, range: Range<u64>, purpose: Purpose) -> Result<GetResult> {
        let range_of_it = Some(GetRange::Bounded(range.clone()));
        let mut options = GetOptions { range: range_of_it, ..GetOptions::default() };
        options.extensions.insert(purpose);
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

/// The gap, at most `gap`, up to which ranges may share requests without fetching more than a quarter beside what
/// is needed. Bytes are cheaper than requests, but a few small ranges among large gaps would cost many times their
/// own.
pub(crate) fn thrifty_gap(ranges: &[Range<u64>], gap: u64) -> u64 {
    let parts = coalesce(ranges.to_vec(), 0);
    let needed: u64 = parts.iter().map(|part| part.end - part.start).sum();
    let between = parts.array_windows().map(|[a, b]| b.start - a.end);
    let mut gaps: Vec<u64> = between.filter(|between| *between <= gap).collect();
    gaps.sort_unstable();
    let (mut wasted, mut thrifty) = (0, 0);
    for equal in gaps.chunk_by(|a, b| a == b) {
        wasted += equal.iter().sum::<u64>();
        if wasted > needed / 4 {
            return thrifty;
        }
        thrifty = equal[0];
    }
    gap
}

/// Merges ranges that overlap or lie within `gap` of each other, up to the longest request.
pub(crate) fn coalesce(mut ranges: Vec<Range<u64>>, gap: u64) -> Vec<Range<u64>> {
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
    fn small_ranges_do_not_pay_for_large_gaps() {
        let ranges = [0..100, 110..200, 230..240, 300..400];
        // 300 bytes are needed: 75 may be wasted, which the gaps of 10 and 30 are within.
        assert_eq!(thrifty_gap(&ranges, 100), 30);
        assert_eq!(thrifty_gap(&ranges, 20), 20);
        assert_eq!(thrifty_gap(&[0..10, 20..30, 40..50], 100), 0);
        assert_eq!(thrifty_gap(&[0..1000, 1100..2000, 2100..2200], 100), 100);
        assert_eq!(thrifty_gap(&[], 100), 100);
    }

    #[test]
    fn does_not_merge_past_the_longest_request() {
        let ranges = vec![0..LONGEST_REQUEST, LONGEST_REQUEST..LONGEST_REQUEST + 5];
        assert_eq!(coalesce(ranges.clone(), 5), ranges);
    }
}
