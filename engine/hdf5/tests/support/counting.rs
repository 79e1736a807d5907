//! A store that counts what is asked of it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// Counts requests, bytes and rounds on their way to `inner`. A round is a set of requests that are
/// under way at the same time.
#[derive(Debug)]
pub(crate) struct Counting<S> {
    inner: S,
    requests: AtomicU64,
    bytes: AtomicU64,
    rounds: AtomicU64,
    under_way: AtomicU64,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
    pub(crate) rounds: u64,
}

impl<S> Counting<S> {
    pub(crate) fn new(inner: S) -> Self {
        let zero = || AtomicU64::new(0);
        Self { inner, requests: zero(), bytes: zero(), rounds: zero(), under_way: zero() }
    }

    /// What was counted since the last call.
    pub(crate) fn take(&self) -> Count {
        let take = |counter: &AtomicU64| counter.swap(0, Ordering::SeqCst);
        Count {
            requests: take(&self.requests),
            bytes: take(&self.bytes),
            rounds: take(&self.rounds),
        }
    }
}

impl<S> fmt::Display for Counting<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counting")
    }
}

#[async_trait::async_trait]
impl<S: ObjectStore> ObjectStore for Counting<S> {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if self.under_way.fetch_add(1, Ordering::SeqCst) == 0 {
            self.rounds.fetch_add(1, Ordering::SeqCst);
        }
        // The other requests of the round start meanwhile.
        tokio::task::yield_now().await;
        let result = self.inner.get_opts(location, options).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let result = result?;
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.bytes.fetch_add(result.range.end - result.range.start, Ordering::SeqCst);
        Ok(result)
    }

    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
