//! Where a store lies, and the few requests it takes.
//!
//! Objects are put and fetched by `object_store` itself rather than through a Zarr storage adapter: the adapters turn its
//! errors into text, and a denied request, a missing object and a broken connection want different answers.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::Arc;

use super::error::StoreError;
use super::local;

/// Requests in flight at once for one template or shard. Several shards are written at a time, each with its own.
pub(super) const REQUESTS: usize = 16;

/// The root group's document. Its presence is what makes a prefix a Zarr hierarchy.
pub(super) const ROOT: &str = "zarr.json";

/// The place of a Zarr hierarchy in an object store.
///
/// An object appears whole or not at all: remote stores promise it, and local files are written under the name `object#1`
/// and renamed over the object. A process killed in between leaves that sibling behind. Neither listings nor Zarr readers
/// look at such names. Only the chunks of a store that is being made are written in place: until its completion mark, the
/// last object of all, nobody takes it for whole.
#[derive(Debug, Clone)]
pub struct Target {
    pub(super) store: Arc<dyn ObjectStore>,
    /// The root of the hierarchy in it.
    pub(super) prefix: Path,
    /// The root's directory, where the store is the file system of this machine.
    local: Option<Arc<std::path::Path>>,
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let store = self.store.to_string();
        // A local store is best known by its path.
        let local = store.strip_prefix("LocalFileSystem(file://").and_then(|s| s.strip_suffix(')'));
        write!(f, "{}/{}", local.unwrap_or(&store).trim_end_matches('/'), self.prefix)
    }
}

impl Target {
    /// A place in an object store.
    pub fn new(store: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { store, prefix, local: None }
    }

    /// A directory of this machine, which need not exist. Its parent directory is created.
    ///
    /// Deleting objects through this target removes the directories they leave empty; an object store has none, so
    /// [`ObjectStore`] has no request for it, and other readers would take them for groups without metadata.
    ///
    /// # Errors
    /// If the path has no last component or cannot be reached.
    pub fn local(path: impl AsRef<std::path::Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let place =
            |problem: String| StoreError::Place { path: path.display().to_string(), problem };
        // `.` and `..` name a directory without saying what it is called.
        let path_of = match path.file_name() {
            Some(_) => path.to_path_buf(),
            None => std::fs::canonicalize(path).map_err(|e| place(e.to_string()))?,
        };
        let (Some(name), Some(parent)) = (path_of.file_name(), path_of.parent()) else {
            return Err(place("it names no directory".into()));
        };
        let parent = if parent.as_os_str().is_empty() { std::path::Path::new(".") } else { parent };
        let name = name.to_str().ok_or_else(|| place("its name is not UTF-8".into()))?;
        // `parse`, since `from` would encode characters and so name another directory.
        let prefix = Path::parse(name).map_err(|e| place(e.to_string()))?;
        std::fs::create_dir_all(parent).map_err(|e| place(e.to_string()))?;
        let store = LocalFileSystem::new_with_prefix(parent)
            .map_err(|e| place(e.to_string()))?
            .with_automatic_cleanup(true);
        let root = store.path_to_filesystem(&prefix).map_err(|e| place(e.to_string()))?;
        Ok(Self { store: Arc::new(store), prefix, local: Some(root.into()) })
    }

    /// Puts objects, and deletes those without bytes.
    pub(super) async fn put_all(
        &self,
        objects: Vec<(String, Option<Bytes>)>,
    ) -> Result<(), StoreError> {
        futures::stream::iter(objects.into_iter().map(Ok))
            .try_for_each_concurrent(REQUESTS, async |(key, bytes)| match bytes {
                Some(bytes) => self.put(&key, bytes).await,
                None => self.delete(&key).await,
            })
            .await
    }

    /// Whether objects can be put by waiting for the file system: [`put_now`](Self::put_now).
    pub(super) fn is_local(&self) -> bool {
        self.local.is_some()
    }

    /// Puts the file of an object, or deletes it, on the calling thread. Only where the target is local. `first` is for an
    /// object of a store that is being made, and has not been there before.
    pub(super) fn put_now(
        &self,
        key: &str,
        bytes: Option<&[u8]>,
        first: bool,
    ) -> Result<(), StoreError> {
        let Some(root) = &self.local else {
            return Err(StoreError::Place {
                path: self.to_string(),
                problem: "it is no directory of this machine".into(),
            });
        };
        let action = if bytes.is_some() { "put" } else { "delete" };
        // Names of arrays are letters, digits, `_`, `-` and `.`: nothing that a path or a location would spell otherwise.
        let path = root.join(key);
        let done = match bytes {
            Some(bytes) if first => local::create(&path, bytes),
            Some(bytes) => local::put(&path, bytes),
            None => local::delete(&path),
        };
        done.map_err(|source| {
            let source =
                object_store::Error::Generic { store: "file system", source: source.into() };
            self.io(action, key, source)
        })
    }

    /// The location of an object, by its key relative to the root.
    pub(super) fn location(&self, key: &str) -> Path {
        key.split('/').fold(self.prefix.clone(), Path::join)
    }

    pub(super) fn io(
        &self,
        action: &'static str,
        object: &str,
        e: object_store::Error,
    ) -> StoreError {
        let object = if object.is_empty() { "/" } else { object };
        StoreError::Io {
            store: self.to_string(),
            action,
            object: object.into(),
            source: Box::new(e),
        }
    }

    pub(super) async fn put(&self, key: &str, bytes: impl Into<Bytes>) -> Result<(), StoreError> {
        let location = self.location(key);
        let put = self.store.put(&location, bytes.into().into()).await;
        put.map(drop).map_err(|e| self.io("put", key, e))
    }

    /// The object, or `None` if there is none.
    pub(super) async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        let found = match self.store.get(&self.location(key)).await {
            Ok(found) => found.bytes().await,
            Err(e) => Err(e),
        };
        match found {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.io("get", key, e)),
        }
    }

    /// Delete the object, which need not exist.
    pub(super) async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.store.delete(&self.location(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(self.io("delete", key, e)),
        }
    }

    /// The names directly below `key` that have something below themselves.
    pub(super) async fn children(&self, key: &str) -> Result<Vec<String>, StoreError> {
        let prefix = if key.is_empty() { self.prefix.clone() } else { self.location(key) };
        let listed = self.store.list_with_delimiter(Some(&prefix)).await;
        let listed = listed.map_err(|e| self.io("list", key, e))?;
        let mut names: Vec<String> =
            listed.common_prefixes.iter().filter_map(|p| p.filename().map(String::from)).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The keys of all objects below `key`.
    pub(super) async fn below(&self, key: &str) -> Result<Vec<String>, StoreError> {
        let listed = self.store.list(Some(&self.location(key)));
        let keys = listed.try_filter_map(async |meta| {
            let key = meta.location.prefix_match(&self.prefix);
            Ok(key.map(|parts| parts.map(|p| p.as_ref().to_owned()).collect::<Vec<_>>().join("/")))
        });
        keys.try_collect().await.map_err(|e| self.io("list", key, e))
    }

    pub(super) async fn is_empty(&self) -> Result<bool, StoreError> {
        let first = self.store.list(Some(&self.prefix)).next().await.transpose();
        Ok(first.map_err(|e| self.io("list", "", e))?.is_none())
    }

    /// Delete a Zarr hierarchy, its root document last, so that an interrupted deletion can be repeated.
    pub(super) async fn clear(&self) -> Result<(), StoreError> {
        let root = self.location(ROOT);
        // Listed whole before the first deletion: a directory walk does not like what it walks to vanish.
        let listed: Vec<Path> = self
            .store
            .list(Some(&self.prefix))
            .map_ok(|meta| meta.location)
            .try_collect()
            .await
            .map_err(|e| self.io("list", "", e))?;
        if listed.is_empty() {
            return Ok(());
        }
        if !listed.contains(&root) {
            return Err(StoreError::NotAStore { store: self.to_string() });
        }
        let others = listed.into_iter().filter(move |location| *location != root).map(Ok);
        let mut deleted = self.store.delete_stream(futures::stream::iter(others).boxed());
        while let Some(answer) = deleted.next().await {
            match answer {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(e) => return Err(self.io("delete", "", e)),
            }
        }
        self.delete(ROOT).await
    }
}

/// Runs `work` on a thread that may wait, so that those of the caller's runtime go on scanning.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(StoreError::Stopped { reason: stopped.to_string() }),
    }
}
