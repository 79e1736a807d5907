//! A store that counts what is asked of it.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use parking_lot::Mutex;
use zagg_hdf5::Purpose;

use crate::granule::location::answer;
use crate::journal::{Journal, RequestRow};

/// Range reads of one batch that are under way at once.
const CONCURRENT_RANGES: usize = 32;

/// Requests and bytes, counted where they pass: between the readers and the object stores.
#[derive(Debug, Default)]
pub struct Traffic {
    gets: AtomicU64,
    metadata_gets: AtomicU64,
    bytes_read: AtomicU64,
    rounds: AtomicU64,
    /// Requests under way, by object.
    under_way: Mutex<HashMap<Path, u32>>,
    puts: AtomicU64,
    bytes_written: AtomicU64,
    journal: Option<Arc<Journal>>,
}

impl Traffic {
    /// Takes requests down besides.
    pub(super) fn recorded_in(journal: Arc<Journal>) -> Self {
        Self { journal: Some(journal), ..Self::default() }
    }

    /// GET requests sent, one for each byte range.
    pub fn gets(&self) -> u64 {
        self.gets.load(Ordering::Relaxed)
    }

    /// Those of them that asked for metadata of a granule: for its structure, or which version of it is there.
    pub fn metadata_gets(&self) -> u64 {
        self.metadata_gets.load(Ordering::Relaxed)
    }

    /// Bytes asked for by those requests.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Times that an object behind a network was asked for something while nothing was under way from it:
    /// how often its latency was waited for. Files of this machine have no rounds.
    pub fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::Relaxed)
    }

    fn reads(&self) -> Reads {
        Reads {
            requests: self.gets(),
            metadata_requests: self.metadata_gets(),
            bytes: self.bytes_read(),
            rounds: self.rounds(),
        }
    }

    /// PUT requests sent.
    pub fn puts(&self) -> u64 {
        self.puts.load(Ordering::Relaxed)
    }

    /// Bytes sent with them.
    pub fn bytes_written(&self) -> u64 {
        self.bytes_written.load(Ordering::Relaxed)
    }

    /// A request to `object` is under way until this is dropped.
    fn asked(&self, object: &Path) -> UnderWay<'_> {
        let under_way = &mut *self.under_way.lock();
        match under_way.get_mut(object) {
            Some(requests) => *requests += 1,
            None => {
                under_way.insert(object.clone(), 1);
                self.rounds.fetch_add(1, Ordering::Relaxed);
            }
        }
        UnderWay { traffic: self, object: object.clone() }
    }

    fn got(&self, bytes: u64) {
        self.gets.fetch_add(1, Ordering::Relaxed);
        self.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    fn put(&self, bytes: u64) {
        self.puts.fetch_add(1, Ordering::Relaxed);
        self.bytes_written.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// What has passed since it was last asked.
#[derive(Debug)]
pub(crate) struct Meter {
    traffic: Arc<Traffic>,
    told: Mutex<Reads>,
}

/// Requests for bytes, and what they gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    pub(crate) requests: u64,
    pub(crate) metadata_requests: u64,
    pub(crate) bytes: u64,
    pub(crate) rounds: u64,
}

impl Meter {
    /// From now on.
    pub(crate) fn new(traffic: Arc<Traffic>) -> Self {
        let told = Mutex::new(traffic.reads());
        Self { traffic, told }
    }

    /// What has been read since the last call. Calls add up to the whole, whoever makes them.
    pub(crate) fn since_last(&self) -> Reads {
        let told = &mut *self.told.lock();
        let now = self.traffic.reads();
        let then = std::mem::replace(told, now);
        Reads {
            requests: now.requests - then.requests,
            metadata_requests: now.metadata_requests - then.metadata_requests,
            bytes: now.bytes - then.bytes,
            rounds: now.rounds - then.rounds,
        }
    }
}

struct UnderWay<'a> {
    traffic: &'a Traffic,
    object: Path,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let under_way = &mut *self.traffic.under_way.lock();
        if let Some(requests) = under_way.get_mut(&self.object) {
            *requests -= 1;
            if *requests == 0 {
                under_way.remove(&self.object);
            }
        }
    }
}

/// Counts requests and bytes on their way to `inner`, and names objects by their links where one fails.
pub(super) struct CountingStore {
    inner: Arc<dyn ObjectStore>,
    /// The link of a store behind a network; none for the file system of this machine.
    link: Option<Arc<str>>,
    traffic: Arc<Traffic>,
}

impl CountingStore {
    /// The store behind a network that `link` names, where every range is a request of its own.
    pub(super) fn remote(
        inner: Arc<dyn ObjectStore>,
        link: &str,
        traffic: Arc<Traffic>,
    ) -> Arc<dyn ObjectStore> {
        Arc::new(Self { inner, link: Some(link.into()), traffic })
    }

    /// The file system of this machine.
    pub(super) fn local(
        inner: Arc<dyn ObjectStore>,
        traffic: Arc<Traffic>,
    ) -> Arc<dyn ObjectStore> {
        Arc::new(Self { inner, link: None, traffic })
    }

    /// Takes down a request that has been answered, in so much time.
    fn took(&self, object: &Path, range: Range<u64>, purpose: &'static str, time: Duration) {
        if let Some(journal) = &self.traffic.journal {
            journal.request(RequestRow {
                query: None,
                store: self.link.clone(),
                object: object.clone(),
                offset: range.start,
                length: range.end - range.start,
                seconds: time.as_secs_f64(),
                purpose,
            });
        }
    }

    /// Errors as they may be shown.
    fn shown(&self) -> impl Fn(object_store::Error) -> object_store::Error + use<> {
        let link = self.link.clone();
        move |error| match &link {
            Some(link) => answer::shown(error, link),
            None => error,
        }
    }
}

impl fmt::Display for CountingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.link {
            Some(link) => f.write_str(link),
            None => self.inner.fmt(f),
        }
    }
}

impl fmt::Debug for CountingStore {
    /// Its link alone: what is inside may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountingStore({self})")
    }
}

#[async_trait]
impl ObjectStore for CountingStore {
    async fn put_opts(&self, at: &Path, payload: PutPayload, o: PutOptions) -> Result<PutResult> {
        self.traffic.put(payload.content_length() as u64);
        self.inner.put_opts(at, payload, o).await.map_err(self.shown())
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        o: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(at, o).await.map_err(self.shown())
    }

    async fn get_opts(&self, at: &Path, o: GetOptions) -> Result<GetResult> {
        let _under_way = self.link.as_ref().map(|_| self.traffic.asked(at));
        let purpose: Option<&Purpose> = o.extensions.get();
        let for_metadata = matches!(purpose, Some(Purpose::Metadata));
        let purpose = match purpose {
            Some(Purpose::Metadata) => "metadata",
            Some(Purpose::Data) => "data",
            _ => "other",
        };
        let (head, asked) = (o.head, Instant::now());
        let result = self.inner.get_opts(at, o).await.map_err(self.shown())?;
        let range = if head { 0..0 } else { result.range.clone() };
        self.traffic.got(range.end - range.start);
        self.took(at, range, purpose, asked.elapsed());
        if for_metadata {
            self.traffic.metadata_gets.fetch_add(1, Ordering::Relaxed);
        }
        Ok(result)
    }

    async fn get_ranges(&self, at: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        if self.link.is_none() {
            // One visit to the file for all of them, which no network store has.
            let asked = Instant::now();
            let parts = self.inner.get_ranges(at, ranges).await?;
            for (part, range) in parts.iter().zip(ranges) {
                self.traffic.got(part.len() as u64);
                let range = range.start..range.start + part.len() as u64;
                self.took(at, range, "other", asked.elapsed());
            }
            return Ok(parts);
        }
        // The readers have merged what is worth merging, so that each range is one request, and one
        // count. The default would merge them again, out of sight.
        stream::iter(ranges.to_vec())
            .map(|range| self.get_range(at, range))
            .buffered(CONCURRENT_RANGES)
            .try_collect()
            .await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations).map_err(self.shown()).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix).map_err(self.shown()).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await.map_err(self.shown())
    }

    async fn copy_opts(&self, from: &Path, to: &Path, o: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, o).await.map_err(self.shown())
    }
}
