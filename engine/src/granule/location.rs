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

use crate::error::{Error, Result};
use crate::granule::location::counting::CountingStore;
pub(crate) use crate::granule::location::counting::Meter;
pub use crate::granule::location::counting::Traffic;
use crate::granule::location::local::LocalFiles;

mod answer;
mod buffers;
mod counting;
mod local;

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

/// Turns links into [`Location`]s: plain paths, `file://` and `s3://`.
///
/// Stores that the host program registered with its DataFusion session come first; an `s3://` bucket
/// that nobody registered is opened with the usual AWS environment variables. Errors name an object by its
/// link, and show no more of a server's answer than its code and message: S3 repeats session tokens there.
#[derive(Debug)]
pub struct Locations {
    registry: Arc<dyn ObjectStoreRegistry>,
    opened: Mutex<HashMap<String, Arc<dyn ObjectStore>>>,
    traffic: Arc<Traffic>,
}

impl Locations {
    /// Resolves links against the stores of `registry`.
    pub fn new(registry: Arc<dyn ObjectStoreRegistry>) -> Self {
        Self { registry, opened: Mutex::default(), traffic: Arc::default() }
    }

    /// Requests and bytes so far, over all stores given out here.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
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
            other => match self.registry.get_store(&url) {
                Ok(store) => {
                    let path = Path::from_url_path(url.path()).map_err(|e| wrong(e.to_string()))?;
                    let store = self.opened(&url[..url::Position::BeforePath], || Ok(store))?;
                    Ok(Location { store, path, link: link.to_owned(), traffic })
                }
                Err(_) => Err(wrong(format!(
                    "no store for `{other}://` (a plain path, `file://` and `s3://` are known)"
                ))),
            },
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
        let open = || -> Result<Arc<dyn ObjectStore>> {
            if let Ok(store) = self.registry.get_store(url) {
                return Ok(store);
            }
            let store = AmazonS3Builder::from_env()
                .with_url(key)
                .build()
                .map_err(|e| Error::Location { link: key.to_owned(), reason: e.to_string() })?;
            Ok(Arc::new(store))
        };
        self.opened(key, open).map_err(|e| e.to_string())
    }

    fn opened(
        &self,
        key: &str,
        open: impl FnOnce() -> Result<Arc<dyn ObjectStore>>,
    ) -> Result<Arc<dyn ObjectStore>> {
        let mut opened = self.opened.lock();
        if let Some(store) = opened.get(key) {
            return Ok(Arc::clone(store));
        }
        let store = CountingStore::remote(open()?, key, Arc::clone(&self.traffic));
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
