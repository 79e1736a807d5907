//! Files behind `https://` links, read by byte range.
//!
//! A store of our own, because of redirects: a provider answers a link with the address of a bucket or of a
//! content network, in which a signature stands for the login. The token must not go there, and the address
//! serves for further ranges of the file, each of which would otherwise be redirected anew.

use std::fmt;
use std::num::NonZeroUsize;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use lru::LruCache;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use parking_lot::Mutex;
use url::Url;
use zagg_catalog::login::Earthdata;

use self::pace::Pace;
use self::reply::Failed;

mod hops;
mod pace;
mod reply;

/// Addresses kept that links were redirected to.
const ADDRESSES: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// The files of one server. They are read alone.
pub(super) struct HttpsFiles {
    /// Scheme, server and query of its links.
    server: Url,
    earthdata: Earthdata,
    /// Where files were last redirected to. Whoever knows such an address can read the file.
    addresses: Mutex<LruCache<Path, Url>>,
}

impl HttpsFiles {
    /// The server of a link. Links with different queries belong to different servers.
    pub(super) fn new(link: &Url, earthdata: Earthdata) -> Self {
        let mut server = link.clone();
        server.set_path("/");
        server.set_fragment(None);
        Self { server, earthdata, addresses: Mutex::new(LruCache::new(ADDRESSES)) }
    }

    fn read_only<T>(&self, operation: &str) -> Result<T> {
        Err(Error::NotImplemented {
            operation: operation.to_owned(),
            implementer: format!("{self}, which is read by its links alone"),
        })
    }
}

impl fmt::Display for HttpsFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.server.origin().ascii_serialization())
    }
}

impl fmt::Debug for HttpsFiles {
    /// The server alone: a query or an address may hold a signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpsFiles({self})")
    }
}

#[async_trait]
impl ObjectStore for HttpsFiles {
    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        let headers = reply::headers(&options)?;
        let mut pace = Pace::new();
        loop {
            let reply = match self.send(at, &headers).await {
                Ok(response) => reply::read(response, at, &options).await,
                Err(failed) => Err(failed),
            };
            match reply {
                Ok(result) => return Ok(result),
                Err(Failed { error, again: None }) => return Err(error),
                Err(Failed { error, again: Some(asked) }) => match pace.next(asked) {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => return Err(pace.spent(error)),
                },
            }
        }
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        self.read_only("put")
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.read_only("put")
    }

    fn delete_stream(
        &self,
        _: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        stream::iter([self.read_only("delete")]).boxed()
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        stream::iter([self.read_only("list")]).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        self.read_only("list")
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        self.read_only("copy")
    }
}
