//! From a link to an object store and a path in it.

use std::collections::HashMap;
use std::path::{Component, Path as FilePath, PathBuf};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreRegistry;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use parking_lot::Mutex;
use url::Url;
use zagg_catalog::login::{Earthdata, LoginError};

use crate::error::{Error, Result};
use crate::granule::location::counting::CountingStore;
pub(crate) use crate::granule::location::counting::Meter;
pub use crate::granule::location::counting::Traffic;
use crate::granule::location::https::HttpsFiles;
use crate::granule::location::local::LocalFiles;
use crate::granule::location::protected::ProtectedBucket;
use crate::journal::Journal;

mod answer;
mod buffers;
mod counting;
mod https;
mod local;
mod protected;

/// Where the bytes of one object lie.
#[derive(Debug, Clone)]
pub struct Location {
    /// The store, which counts what is asked of it.
    pub store: Arc<dyn ObjectStore>,
    /// The object's path in the store; for a prefix, the prefix.
    pub path: Path,
    /// The link this was made from.
    pub link: String,
    /// What passes to and from the store, and others of the same [`Locations`].
    pub traffic: Arc<Traffic>,
}

/// Turns links into [`Location`]s: plain paths, `file://`, `s3://` and `https://`.
///
/// Stores that the host program registered with its DataFusion session come first. An `s3://` bucket of an
/// Earthdata provider that nobody registered is opened with the Earthdata login, and any other with the usual
/// AWS environment variables. An `https://` link is read as it is, with the login where its server is one of
/// Earthdata's. Errors name an object by its link, and show no more of a server's answer than its code and
/// message: S3 repeats session tokens there.
#[derive(Debug)]
pub struct Locations {
    registry: Arc<dyn ObjectStoreRegistry>,
    earthdata: Earthdata,
    opened: Mutex<HashMap<String, Arc<dyn ObjectStore>>>,
    traffic: Arc<Traffic>,
}

impl Locations {
    /// Resolves links against the stores of `registry`, and Earthdata's with the login that this process finds.
    pub fn new(registry: Arc<dyn ObjectStoreRegistry>) -> Self {
        Self::with_earthdata(registry, Earthdata::default())
    }

    /// Resolves links against the stores of `registry`, and Earthdata's with this access to them.
    pub fn with_earthdata(registry: Arc<dyn ObjectStoreRegistry>, earthdata: Earthdata) -> Self {
        Self { registry, earthdata, opened: Mutex::default(), traffic: Arc::default() }
    }

    /// The same, with its requests taken down in a journal.
    #[must_use]
    pub fn recorded_in(mut self, journal: Arc<Journal>) -> Self {
        self.traffic = Arc::new(Traffic::recorded_in(journal));
        self
    }

    /// Requests and bytes so far, over all stores given out here.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// The login for links of Earthdata's providers.
    pub fn earthdata(&self) -> &Earthdata {
        &self.earthdata
    }

    /// The object or prefix that `link` names.
    ///
    /// # Errors
    /// When the scheme is not supported, or the path cannot be expressed in the store.
    pub fn resolve(&self, link: &str) -> Result<Location> {
        let wrong = |reason: String| Error::Location { link: link.to_owned(), reason };
        let traffic = Arc::clone(&self.traffic);
        let Some((scheme, _)) = link.split_once("://") else {
            let path = absolute(FilePath::new(link))
                .and_then(|path| Path::from_absolute_path(path).map_err(|e| e.to_string()))
                .map_err(wrong)?;
            return Ok(Location { store: self.local(), path, link: link.to_owned(), traffic });
        };
        let url = Url::parse(link).map_err(|e| wrong(e.to_string()))?;
        match scheme {
            "file" => {
                let path = Path::from_url_path(url.path()).map_err(|e| wrong(e.to_string()))?;
                Ok(Location { store: self.local(), path, link: link.to_owned(), traffic })
            }
            "s3" => {
                let path = Path::from_url_path(url.path()).map_err(|e| wrong(e.to_string()))?;
                let store = self.bucket(&url).map_err(wrong)?;
                Ok(Location { store, path, link: link.to_owned(), traffic })
            }
            _ => {
                let path = Path::from_url_path(url.path()).map_err(|e| wrong(e.to_string()))?;
                let store = self.other(&url)?;
                Ok(Location { store, path, link: link.to_owned(), traffic })
            }
        }
    }

    /// An `s3://` link at another endpoint or in another region than the environment says. A bucket that
    /// the host program registered is the one it registered all the same.
    ///
    /// # Errors
    /// When the link is none, or the store cannot be set up.
    pub fn resolve_at(
        &self,
        link: &str,
        endpoint: Option<&str>,
        region: Option<&str>,
    ) -> Result<Location> {
        let wrong = |reason: String| Error::Location { link: link.to_owned(), reason };
        let url = Url::parse(link).map_err(|e| wrong(e.to_string()))?;
        if url.scheme() != "s3" {
            return Err(wrong("an endpoint or a region only means something with `s3://`".into()));
        }
        if self.registry.get_store(&url).is_ok() {
            return self.resolve(link);
        }
        let mut builder = AmazonS3Builder::from_env().with_url(link);
        if let Some(endpoint) = endpoint {
            builder =
                builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http:"));
        }
        if let Some(region) = region {
            builder = builder.with_region(region);
        }
        let store = Arc::new(builder.build().map_err(|e| wrong(e.to_string()))?);
        let bucket = &url[..url::Position::BeforePath];
        let traffic = Arc::clone(&self.traffic);
        let store = CountingStore::remote(store, bucket, Arc::clone(&traffic));
        let path = Path::from_url_path(url.path()).map_err(|e| wrong(e.to_string()))?;
        Ok(Location { store, path, link: link.to_owned(), traffic })
    }

    fn local(&self) -> Arc<dyn ObjectStore> {
        // A local store cannot fail to open: it is rooted at `/`.
        let mut opened = self.opened.lock();
        let store = opened.entry("file://".to_owned()).or_insert_with(|| {
            CountingStore::local(Arc::new(LocalFiles::new()), Arc::clone(&self.traffic))
        });
        Arc::clone(store)
    }

    fn bucket(&self, url: &Url) -> Result<Arc<dyn ObjectStore>, String> {
        let key = &url[..url::Position::BeforePath];
        let wrong = |reason: String| Error::Location { link: key.to_owned(), reason };
        let open = || -> Result<Arc<dyn ObjectStore>> {
            if let Ok(store) = self.registry.get_store(url) {
                return Ok(store);
            }
            if let Some(bucket) = self.protected(url.host_str().unwrap_or_default()) {
                return Ok(Arc::new(bucket.map_err(|e| wrong(e.to_string()))?));
            }
            let store = AmazonS3Builder::from_env().with_url(key).build();
            Ok(Arc::new(store.map_err(|e| wrong(e.to_string()))?))
        };
        self.opened(key, key, open).map_err(|e| e.to_string())
    }

    /// A bucket of a provider. Without a login, credentials of the AWS environment are taken for what they may
    /// be: the provider's own, exported by hand.
    fn protected(&self, bucket: &str) -> Option<object_store::Result<ProtectedBucket>> {
        let credentials = self.earthdata.s3_credentials(bucket)?;
        let exported = || self.earthdata.variables().text("AWS_ACCESS_KEY_ID").is_some();
        if matches!(self.earthdata.login(), Err(LoginError::None { .. })) && exported() {
            return None;
        }
        Some(ProtectedBucket::open(bucket, credentials, self.earthdata.endpoints()))
    }

    /// The store of a link that is neither a file nor in S3.
    fn other(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let server = &url[..url::Position::BeforePath];
        if let Ok(store) = self.registry.get_store(url) {
            return self.opened(server, server, || Ok(store));
        }
        match url.scheme() {
            "https" | "http" => {
                let files = HttpsFiles::new(url, self.earthdata.clone());
                let shown = url.origin().ascii_serialization();
                let key = format!("{server}?{}", url.query().unwrap_or_default());
                self.opened(&key, &shown, || Ok(Arc::new(files)))
            }
            other => Err(Error::Location {
                link: url.to_string(),
                reason: format!(
                    "no store for `{other}://` (a plain path, `file://`, `s3://` and `https://` are known)"
                ),
            }),
        }
    }

    fn opened(
        &self,
        key: &str,
        shown: &str,
        open: impl FnOnce() -> Result<Arc<dyn ObjectStore>>,
    ) -> Result<Arc<dyn ObjectStore>> {
        let mut opened = self.opened.lock();
        if let Some(store) = opened.get(key) {
            return Ok(Arc::clone(store));
        }
        let store = CountingStore::remote(open()?, shown, Arc::clone(&self.traffic));
        opened.insert(key.to_owned(), Arc::clone(&store));
        Ok(store)
    }
}

/// `path` from the root and without `..`, whether or not there is such a file: that is for the read to say.
fn absolute(path: &FilePath) -> Result<PathBuf, String> {
    if let Ok(path) = std::fs::canonicalize(path) {
        return Ok(path);
    }
    let mut whole = PathBuf::new();
    for part in std::path::absolute(path).map_err(|e| e.to_string())?.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            other => whole.push(other),
        }
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_need_not_exist_and_may_go_up() {
        let path = |p: &str| absolute(FilePath::new(p)).unwrap();
        assert_eq!(path("/no/such/../folder/./g.h5"), PathBuf::from("/no/folder/g.h5"));
        assert!(path("no-such-file.h5").ends_with("no-such-file.h5"));
        assert!(path("no-such-file.h5").is_absolute());
        assert_eq!(path("/"), PathBuf::from("/"));
    }
}
