//! Files of this machine, read on the calling thread where that cannot wait.
//!
//! What is in the page cache is copied out in microseconds, which is less than handing the work to another
//! thread and back takes. `preadv2` with `RWF_NOWAIT` gives exactly those bytes. Anything else, such as a
//! cold disk or a file system that cannot tell, goes the way of `object_store`: to a thread that may wait.

use std::fmt;
use std::fs::{File, Metadata};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use lru::LruCache;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use parking_lot::Mutex;

use crate::granule::location::buffers::Buffers;

/// Files kept open at once. Every process may have many more.
const OPEN_FILES: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// Longer reads would keep the calling thread from its other work.
const LONGEST: u64 = 16 << 20;

/// The file system of this machine. Only reading differs from [`LocalFileSystem`].
#[derive(Debug)]
pub(super) struct LocalFiles {
    inner: LocalFileSystem,
    open: Mutex<LruCache<Path, Arc<OpenFile>>>,
    buffers: Arc<Buffers>,
}

#[derive(Debug)]
struct OpenFile {
    /// Where it was found: to spell a location as a path takes longer than to ask the kernel about it.
    path: PathBuf,
    file: File,
    identity: Identity,
}

/// Tells whether a path still leads to the same content.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl LocalFiles {
    pub(super) fn new() -> Self {
        Self {
            inner: LocalFileSystem::new(),
            open: Mutex::new(LruCache::new(OPEN_FILES)),
            buffers: Arc::default(),
        }
    }

    /// The reply to a plain range request, if the page cache has it. `None` is no answer at all: whoever
    /// can wait must ask again, and gets the error if there is one.
    fn read_now(&self, location: &Path, options: &GetOptions) -> Option<GetResult> {
        let GetOptions { range: Some(range), head: false, version: None, .. } = options else {
            return None;
        };
        if options.if_match.is_some()
            || options.if_none_match.is_some()
            || options.if_modified_since.is_some()
            || options.if_unmodified_since.is_some()
        {
            return None;
        }
        let (open, metadata) = self.opened(location)?;
        let range = range.as_range(metadata.len()).ok()?;
        if range.end - range.start > LONGEST {
            return None;
        }
        let bytes = cached_bytes(&open.file, &range, &self.buffers)?;
        let meta = ObjectMeta {
            location: location.clone(),
            last_modified: metadata.modified().ok()?.into(),
            size: metadata.len(),
            e_tag: None,
            version: None,
        };
        let payload = GetResultPayload::Stream(stream::iter([Ok(bytes)]).boxed());
        Some(GetResult { payload, meta, range, attributes: Attributes::default() })
    }

    /// The open file behind a location, with what is there now.
    fn opened(&self, location: &Path) -> Option<(Arc<OpenFile>, Metadata)> {
        let known = self.open.lock().get(location).cloned();
        let path = match known {
            Some(open) => {
                let metadata = std::fs::metadata(&open.path).ok()?;
                if open.identity == Identity::of(&metadata) {
                    return Some((open, metadata));
                }
                open.path.clone()
            }
            None => self.inner.path_to_filesystem(location).ok()?,
        };
        let metadata = std::fs::metadata(&path).ok().filter(Metadata::is_file)?;
        let identity = Identity::of(&metadata);
        let file = File::open(&path).ok()?;
        let opened = Identity::of(&file.metadata().ok()?);
        let open = Arc::new(OpenFile { path, file, identity: opened });
        self.open.lock().put(location.clone(), Arc::clone(&open));
        // Replaced in between: whoever can wait will find out.
        (open.identity == identity).then_some((open, metadata))
    }
}

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }

    /// Never asked: nothing is read at once here.
    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        Self { device: 0, inode: 0, size: metadata.len(), modified: (0, 0) }
    }
}

/// The bytes of `range`, if all of them can be had without waiting.
#[cfg(target_os = "linux")]
fn cached_bytes(file: &File, range: &Range<u64>, buffers: &Arc<Buffers>) -> Option<Bytes> {
    use rustix::io::{ReadWriteFlags, preadv2};

    let mut buffer = buffers.lend(usize::try_from(range.end - range.start).ok()?);
    let bytes = buffer.bytes.get_mut(..buffer.len)?;
    let mut filled = 0;
    while filled < bytes.len() {
        let rest = &mut [std::io::IoSliceMut::new(&mut bytes[filled..])];
        match preadv2(file, rest, range.start + filled as u64, ReadWriteFlags::NOWAIT) {
            Ok(0) | Err(_) => return None,
            Ok(read) => filled += read,
        }
    }
    Some(Bytes::from_owner(buffer))
}

#[cfg(not(target_os = "linux"))]
fn cached_bytes(_file: &File, _range: &Range<u64>, _buffers: &Arc<Buffers>) -> Option<Bytes> {
    None
}

impl fmt::Display for LocalFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for LocalFiles {
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

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        if let Some(reply) = self.read_now(at, &options) {
            return Ok(reply);
        }
        let mut reply = self.inner.get_opts(at, options).await?;
        // The tag names the inode: a file that was copied with its time is the same file.
        reply.meta.e_tag = None;
        Ok(reply)
    }

    async fn get_ranges(&self, at: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(at, ranges).await
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

    async fn copy_opts(&self, from: &Path, to: &Path, o: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, o).await
    }
}

#[cfg(test)]
mod tests {
    use object_store::ObjectStoreExt;

    use super::*;

    #[tokio::test]
    async fn a_file_that_was_replaced_is_read_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("g.h5");
        let location = Path::from_absolute_path(&file).unwrap();
        let store = LocalFiles::new();
        for content in ["first", "other"] {
            std::fs::write(folder.path().join("new"), content).unwrap();
            std::fs::rename(folder.path().join("new"), &file).unwrap();
            assert_eq!(store.get_range(&location, 1..4).await.unwrap(), content[1..4]);
        }
        let longer = store.get_range(&location, 3..100).await.unwrap();
        assert_eq!(longer, "er");
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_an_error_of_the_file_system() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalFiles::new();
        let absent = Path::from_absolute_path(folder.path().join("absent.h5")).unwrap();
        let error = store.get_range(&absent, 0..1).await.unwrap_err();
        assert!(matches!(error, object_store::Error::NotFound { .. }), "{error}");
        let directory = Path::from_absolute_path(folder.path()).unwrap();
        assert!(store.get_range(&directory, 0..1).await.is_err());
    }
}
