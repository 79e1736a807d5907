//! A bucket that is read with the credentials of its provider.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use zagg_catalog::login::{Endpoints, Refusal, S3Credentials};

/// How often credentials may expire under one request.
const EXPIRIES: u32 = 3;

/// A bucket of a provider. Credentials that it refuses are renewed once, and the request is made again;
/// refused again, the error stands.
pub(super) struct ProtectedBucket {
    inner: Arc<AmazonS3>,
    credentials: Arc<S3Credentials>,
}

impl ProtectedBucket {
    /// The bucket of that name. Nothing of the AWS variables of the environment counts here: they are about
    /// the user's own buckets.
    pub(super) fn open(
        bucket: &str,
        credentials: Arc<S3Credentials>,
        endpoints: &Endpoints,
    ) -> Result<Self> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(Endpoints::REGION)
            .with_credentials(Arc::clone(&credentials) as _);
        if let Some(endpoint) = &endpoints.s3 {
            builder = builder
                .with_endpoint(endpoint.as_str().trim_end_matches('/'))
                .with_allow_http(endpoint.scheme() == "http");
        }
        Ok(Self { inner: Arc::new(builder.build()?), credentials })
    }

    /// Makes a request, and once more with other credentials if those it was made with are denied. Those that
    /// have expired on the way say nothing about access, and are replaced a few times.
    async fn attempt<T, F: Future<Output = Result<T>>>(
        &self,
        at: &str,
        request: impl Fn(Arc<AmazonS3>) -> F,
    ) -> Result<T> {
        let mut used = self.credentials.held().await.map_err(|error| error.at(at))?;
        let mut renewals = 0;
        loop {
            let error = match request(Arc::clone(&self.inner)).await {
                Err(error) => error,
                done => return done,
            };
            let Some(refusal) = refusal(&error) else { return Err(error) };
            let most = match refusal {
                Refusal::Denied => 1,
                Refusal::Expired => EXPIRIES,
            };
            if renewals >= most {
                return Err(self.denied(error));
            }
            match self.credentials.renew_refused(&used, refusal).await {
                Ok(Some(held)) => used = held,
                Ok(None) => return Err(self.denied(error)),
                Err(error) => return Err(error.at(at)),
            }
            renewals += 1;
        }
    }

    /// Says that it was not for the age of the credentials.
    fn denied(&self, error: Error) -> Error {
        match error {
            Error::PermissionDenied { path, source } => {
                // What the server said goes last: its document is cut down there.
                let source = format!(
                    "refused with fresh credentials of {}: the login lacks an agreement, or this machine is \
                     outside {}, where alone S3 may be read directly (use the https driver \
                     elsewhere; `zagg-sql check access` tells which): {source}",
                    self.credentials.provider().name,
                    Endpoints::REGION
                );
                Error::PermissionDenied { path, source: source.into() }
            }
            other => other,
        }
    }
}

/// Why the credentials were refused; none, if the error is about something else.
fn refusal(error: &Error) -> Option<Refusal> {
    match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Some(Refusal::Denied),
        // Sessions that have expired are answered with 400, and listings have no kind of error whatever the answer.
        Error::Generic { source, .. } => {
            let text = source.to_string();
            let says = |words: &str| text.contains(words);
            match (says("ExpiredToken"), says("InvalidToken") || says("status code: 403 ")) {
                (true, _) => Some(Refusal::Expired),
                (false, true) => Some(Refusal::Denied),
                (false, false) => None,
            }
        }
        _ => None,
    }
}

impl fmt::Display for ProtectedBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl fmt::Debug for ProtectedBucket {
    /// Its name alone: what is inside may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProtectedBucket({self})")
    }
}

#[async_trait]
impl ObjectStore for ProtectedBucket {
    async fn put_opts(&self, at: &Path, payload: PutPayload, o: PutOptions) -> Result<PutResult> {
        self.inner.put_opts(at, payload, o).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        o: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(at, o).await
    }

    async fn get_opts(&self, at: &Path, o: GetOptions) -> Result<GetResult> {
        let get = |inner: Arc<AmazonS3>| {
            let o = o.clone();
            async move { inner.get_opts(at, o).await }
        };
        self.attempt(at.as_ref(), get).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    /// Credentials that last when the listing begins: its pages are not asked for twice.
    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (inner, credentials) = (Arc::clone(&self.inner), Arc::clone(&self.credentials));
        let prefix = prefix.cloned();
        let listing = async move {
            let at = prefix.as_ref().map_or("", Path::as_ref);
            credentials.held().await.map_err(|error| error.at(at))?;
            Ok::<_, Error>(inner.list(prefix.as_ref()))
        };
        stream::once(listing).try_flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let list = |inner: Arc<AmazonS3>| async move { inner.list_with_delimiter(prefix).await };
        self.attempt(prefix.map_or("", Path::as_ref), list).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, o: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, o).await
    }
}
