//! An open file: its structure is walked here, many objects at a time.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use object_store::ObjectStore;
use object_store::path::Path;

use crate::attribute::Attribute;
use crate::dataset::{Dataset, index};
use crate::error::Result;
use crate::extents::Extents;
use crate::fault::{Fault, Parse, Siblings, Stop};
use crate::format::group::{Group, Link};
use crate::format::message::link::NamedLink;
use crate::format::object_header::{ObjectHeader, kind};
use crate::format::superblock::{self, Superblock};
use crate::format::{attributes, resolve};
use crate::source::Source;
use crate::version::FileVersion;
use crate::view::{Format, View};
use crate::walk::walk;

mod known;

pub use known::KnownFile;

/// Bytes of the first request. Small files come whole, and in large ones most of the metadata that
/// is not spread among the data.
const FIRST_REQUEST: u64 = 1 << 20;

/// An HDF5 file in an object store. Clones share it.
///
/// Opening costs one request of at most 1 MiB. Everything else is asked for in rounds: a round
/// fetches, in parallel, all metadata that any of the objects in one call still needs.
///
/// ```
/// # use std::sync::Arc;
/// # use object_store::{ObjectStoreExt, memory::InMemory};
/// # use zagg_hdf5::write::{Data, FileBuilder};
/// use zagg_hdf5::{BlockRequest, File, fetch_blocks};
///
/// # let mut built = FileBuilder::new();
/// # built.dataset("/gt1l/h_li", Data::F32(&[1.0, 2.0, f32::NAN]))?;
/// # let bytes = built.finish()?;
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let store = Arc::new(InMemory::new());
/// # store.put(&"granule.h5".into(), bytes.into()).await?;
/// let file = File::open(store, "granule.h5".into()).await?;
/// let located = file.locate(&["/gt1l/h_li", "/gt1l/absent"]).await?;
/// assert!(located[1].is_none());
/// let h_li = located[0].as_ref().unwrap();
/// assert_eq!(h_li.shape(), [3]);
/// let raw = fetch_blocks(&[BlockRequest { dataset: h_li, block: 0, column: None }]).await?;
/// assert_eq!(raw[0].decode()?.null_count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct File {
    pub(crate) inner: Arc<Inner>,
    root: Superblock,
    version: FileVersion,
}

/// What a file and its datasets share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) source: Source,
    pub(crate) format: Format,
    cache: Mutex<Extents>,
    /// Held during a walk: a second walk then finds what the first one fetched.
    pub(crate) walking: futures::lock::Mutex<()>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the group.
    pub name: String,
    /// What it is.
    pub kind: MemberKind,
}

/// What a member of a group is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberKind {
    /// A group.
    Group,
    /// A dataset.
    Dataset,
    /// A committed datatype.
    Datatype,
    /// A soft link, with the path it holds.
    SoftLink(String),
    /// A link into another file, with the name of that file.
    ExternalLink(String),
    /// Something else.
    Other,
}

impl Inner {
    fn new(source: Source, format: Format, cached: Extents) -> Self {
        let (cache, walking) = (Mutex::new(cached), futures::lock::Mutex::new(()));
        Self { source, format, cache, walking }
    }

    /// A panic elsewhere cannot leave the extents half changed, so a poisoned lock is as good.
    fn cache(&self) -> MutexGuard<'_, Extents> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes cached now.
    pub(crate) fn cached(&self) -> Extents {
        self.cache().clone()
    }

    /// Walks with the file's cache and leaves in it what was fetched.
    async fn walk<T>(
        &self,
        object: &str,
        parse: impl FnMut(&View<'_>) -> Parse<Result<T>> + Send,
    ) -> Result<T> {
        let _one_at_a_time = self.walking.lock().await;
        let mut cached = self.cached();
        let result = walk(&self.source, self.format, &mut cached, object, parse).await;
        *self.cache() = cached;
        result
    }
}

impl File {
    /// Opens the file at `location` of `store`; errors name it by that location.
    ///
    /// # Errors
    ///
    /// If the store fails, or the file is not HDF5, shorter than it should be, or a kind of HDF5
    /// that is not read.
    pub async fn open(store: Arc<dyn ObjectStore>, location: Path) -> Result<Self> {
        let (source, version, first) = Source::open(store, location, FIRST_REQUEST).await?;
        let mut cached = Extents::default();
        cached.insert(0, &first);
        let raw = Format::plain(source.size);
        let base = walk(&source, raw, &mut cached, "/", |view| Ok(Ok(superblock::locate(view)?)));
        let base = base.await?.ok_or_else(|| superblock::not_hdf5(&source.name, &first))?;
        let read = walk(&source, raw, &mut cached, "superblock", |view| {
            Superblock::read(view, base).map(Ok)
        });
        let (root, format) = read.await?;
        let extended = walk(&source, format, &mut cached, "superblock", |view| {
            root.read_extension(view).map(Ok)
        });
        let format = Format { page: extended.await?, ..format };
        Ok(Self { inner: Arc::new(Inner::new(source, format, cached)), root, version })
    }

    /// The name of the file in errors: its location.
    pub fn name(&self) -> &str {
        &self.inner.source.name
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.inner.source.size
    }

    /// Which version of the file was opened.
    pub fn version(&self) -> &FileVersion {
        &self.version
    }

    /// Finds the datasets at `paths`, all in one walk, with their attributes.
    ///
    /// `None` stands for a path that does not exist, be it the dataset or a group on the way. A
    /// layout, filter or type that is not supported is no error here but when it is read.
    ///
    /// # Errors
    ///
    /// If the store fails, the metadata on the way is corrupt, a path leads through a link that is
    /// not supported, or to a group.
    pub async fn locate(&self, paths: &[&str]) -> Result<Vec<Option<Dataset>>> {
        let inner = &self.inner;
        inner
            .walk("/", |view| {
                let mut located = Vec::with_capacity(paths.len());
                let mut siblings = Siblings::default();
                for path in paths {
                    match siblings.take(self.dataset(view, path)) {
                        Ok(found) => located.push(found.flatten()),
                        Err(Stop::Fault(fault)) => {
                            return Ok(Err(fault.at(&inner.source.name, path)));
                        }
                        Err(Stop::Missing) => return Err(Stop::Missing),
                    }
                }
                siblings.finish()?;
                Ok(Ok(located))
            })
            .await
    }

    fn resolve(&self, view: &View<'_>, path: &str) -> Parse<Option<resolve::Target>> {
        resolve::resolve(view, &self.root, path)
    }

    fn dataset(&self, view: &View<'_>, path: &str) -> Parse<Option<Dataset>> {
        let Some(target) = self.resolve(view, path)? else {
            return Ok(None);
        };
        let header = ObjectHeader::read(view, target.address)?;
        if header.first(kind::LAYOUT).is_none() {
            let what = format!("expected a dataset, found {}", described(&kind_of(view, &header)?));
            return Err(Fault::invalid(what).into());
        }
        Dataset::parse(view, &self.inner, path, &header).map(Some)
    }

    /// The members of a group, by name; `None` if there is no such path or it is not a group.
    ///
    /// # Errors
    ///
    /// If the store fails or the metadata is corrupt.
    pub async fn members(&self, group: &str) -> Result<Option<Vec<Member>>> {
        let parse = |view: &View<'_>| {
            let Some(target) = self.resolve(view, group)? else {
                return Ok(Ok(None));
            };
            let Some(group) = Group::open(view, target.address)? else {
                return Ok(Ok(None));
            };
            let mut members = Vec::new();
            let mut siblings = Siblings::default();
            for NamedLink { name, link } in group.members(view)? {
                let kind = siblings.take(member_kind(view, link))?;
                members.extend(kind.map(|kind| Member { name, kind }));
            }
            siblings.finish()?;
            Ok(Ok(Some(members)))
        };
        self.inner.walk(group, parse).await
    }

    /// The attributes of a group or dataset, by name; `None` if there is no such path.
    ///
    /// # Errors
    ///
    /// If the store fails or the metadata is corrupt.
    pub async fn attributes(&self, path: &str) -> Result<Option<Vec<Attribute>>> {
        let parse = |view: &View<'_>| {
            let Some(target) = self.resolve(view, path)? else {
                return Ok(Ok(None));
            };
            let header = ObjectHeader::read(view, target.address)?;
            Ok(Ok(Some(attributes::read(view, &header)?)))
        };
        self.inner.walk(path, parse).await
    }

    /// Loads the chunk indexes of `datasets` of this file for ranges of rows, in rounds shared by
    /// all of them. The datasets (and their clones) keep what was loaded.
    ///
    /// # Errors
    ///
    /// If the store fails, an index is corrupt, or a dataset has a layout that is not supported.
    pub async fn load_chunk_indexes(&self, datasets: &[(&Dataset, Range<u64>)]) -> Result<()> {
        index::load(
            &self.inner,
            datasets.iter().map(|(dataset, rows)| (*dataset, dataset.blocks_of(rows))),
        )
        .await
    }

    /// Drops the bytes held. Datasets stay usable: they hold what is needed to read them.
    ///
    /// Whatever is held is not asked for again, data included: of a file of up to 1 MiB, opening
    /// it fetches all, and of a larger one what stands in its first MiB. So where
    /// [`held_bytes`](Self::held_bytes) is the [`size`](Self::size), reading before forgetting
    /// saves every further request, for memory that is at most 1 MiB per open file.
    pub fn forget_metadata(&self) {
        self.inner.cache().clear();
    }

    /// Bytes of the file held now: metadata, and the data that came with it.
    ///
    /// Blocks that were fetched from them share their memory, which then lives as long as the last
    /// such block, whether they are forgotten or not.
    pub fn held_bytes(&self) -> u64 {
        self.inner.cache().len()
    }
}

fn member_kind(view: &View<'_>, link: Link) -> Parse<MemberKind> {
    match link {
        Link::Soft(path) => Ok(MemberKind::SoftLink(path)),
        Link::External(file) => Ok(MemberKind::ExternalLink(file)),
        Link::Other(_) => Ok(MemberKind::Other),
        Link::Hard { symbol_table: Some(_), .. } => Ok(MemberKind::Group),
        Link::Hard { address, .. } => kind_of(view, &ObjectHeader::read(view, address)?),
    }
}

fn kind_of(view: &View<'_>, header: &Arc<ObjectHeader>) -> Parse<MemberKind> {
    if header.first(kind::LAYOUT).is_some() {
        return Ok(MemberKind::Dataset);
    }
    if Group::of(view, header)?.is_some() {
        return Ok(MemberKind::Group);
    }
    Ok(match header.first(kind::DATATYPE) {
        Some(_) => MemberKind::Datatype,
        None => MemberKind::Other,
    })
}

fn described(kind: &MemberKind) -> &'static str {
    match kind {
        MemberKind::Group => "a group",
        MemberKind::Datatype => "a committed datatype",
        _ => "another kind of object",
    }
}
