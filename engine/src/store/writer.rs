//! Template, shards, completion mark.

use bytes::Bytes;
use futures::{TryStreamExt, stream};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::chunk::ChunkCodec;
use super::error::StoreError;
use super::layout::Layout;
use super::metadata;
use super::morton;
use super::shard::{EncodedShard, ShardBuffer, ShardWritten};
use super::spec::StoreSpec;
use super::target::{REQUESTS, ROOT, Target, off_thread};

/// Writes one store.
///
/// Writers in any number of processes may fill the same store, each its own shards, between one [`create`](Self::create) and
/// one [`finish`](Self::finish): parent *i* owns the object `{level}/{variable}/c/{i}` of every variable, and no object is
/// shared.
#[derive(Debug, Clone)]
pub struct StoreWriter {
    target: Target,
    layout: Arc<Layout>,
    /// In a store made here, the shards of which nothing has been written: there is nothing to delete.
    untouched: Option<Arc<Mutex<HashSet<usize>>>>,
    /// In a store that this writer alone makes, the shards whose coordinate is still to be written.
    lacking: Option<Arc<Mutex<HashSet<usize>>>>,
}

/// A shard's objects by their keys; without bytes those that must not be there.
struct Objects {
    written: ShardWritten,
    objects: Vec<(String, Option<Bytes>)>,
    /// None of them has been there before.
    first: bool,
}

impl StoreWriter {
    /// Write the template: groups, array metadata and the whole coordinate, without the completion mark.
    ///
    /// # Errors
    /// [`StoreError::Spec`] if the specification is wrong; [`StoreError::NotEmpty`] if anything lies at the target and
    /// `overwrite` is not set; [`StoreError::NotAStore`] if it is set and what lies there is no Zarr hierarchy. Overwriting
    /// deletes everything below the target first.
    pub async fn create(
        target: Target,
        spec: StoreSpec,
        overwrite: bool,
    ) -> Result<Self, StoreError> {
        let writer = Self::begin(target, spec, overwrite).await?;
        writer.write_coordinates((0..writer.layout.spec.parents.len()).collect()).await?;
        Ok(writer)
    }

    /// As [`create`](Self::create), for a process that writes all shards itself, by this writer and its clones: the
    /// coordinate of a shard is written with the shard, and [`finish`](Self::finish) writes what is then still missing. The
    /// first shard need not wait, and the work is shared by the threads that write.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn create_alone(
        target: Target,
        spec: StoreSpec,
        overwrite: bool,
    ) -> Result<Self, StoreError> {
        let mut writer = Self::begin(target, spec, overwrite).await?;
        let shards = (0..writer.layout.spec.parents.len()).collect();
        writer.lacking = Some(Arc::new(Mutex::new(shards)));
        Ok(writer)
    }

    /// An empty store: its documents and no chunk.
    async fn begin(target: Target, spec: StoreSpec, overwrite: bool) -> Result<Self, StoreError> {
        let mut writer = Self::attach(target, spec)?;
        if overwrite {
            writer.target.clear().await?;
        } else if !writer.target.is_empty().await? {
            return Err(StoreError::NotEmpty { store: writer.target.to_string() });
        }
        let shards = (0..writer.layout.spec.parents.len()).collect();
        writer.untouched = Some(Arc::new(Mutex::new(shards)));
        writer.write_documents().await?;
        Ok(writer)
    }

    /// For a worker that fills shards of a store whose template exists: no request is made.
    ///
    /// # Errors
    /// [`StoreError::Spec`] if the specification is wrong.
    pub fn attach(target: Target, spec: StoreSpec) -> Result<Self, StoreError> {
        Self::attach_at(target, spec, 0)
    }

    /// For a worker that knows only some of the store's parents: those of the chunks from `first` on, which are all that
    /// `spec` has. It can write their shards and nothing else.
    ///
    /// # Errors
    /// [`StoreError::Spec`] if the specification is wrong.
    pub fn attach_at(target: Target, spec: StoreSpec, first: usize) -> Result<Self, StoreError> {
        let layout = Arc::new(Layout::new(spec, first)?);
        Ok(Self { target, layout, untouched: None, lacking: None })
    }

    /// Take up a store again, finished or not, whose shards are to be written or rewritten. Takes the completion mark away,
    /// then repeats the template, which changes nothing. Chunk objects stay.
    ///
    /// What the values were made from is not compared: that is the run's ledger's business.
    ///
    /// # Errors
    /// [`StoreError::Mismatch`] if the store has other orders, parents, variables or another ellipsoid;
    /// [`StoreError::Metadata`] if there is no store.
    pub async fn resume(target: Target, spec: StoreSpec) -> Result<Self, StoreError> {
        let writer = Self::attach(target, spec)?;
        writer.compare().await?;
        writer.write_documents().await?;
        writer.write_coordinates((0..writer.layout.spec.parents.len()).collect()).await?;
        Ok(writer)
    }

    /// Where the store lies.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// What it is to hold.
    #[must_use]
    pub fn spec(&self) -> &StoreSpec {
        &self.layout.spec
    }

    /// An empty buffer for shard `index`. If there is no such shard, using the buffer says so.
    #[must_use]
    pub fn shard(&self, index: usize) -> ShardBuffer {
        ShardBuffer::new(Arc::clone(&self.layout), index)
    }

    /// Encode a shard and put its chunk objects: [`ShardBuffer::encode`] and [`put_shard`](Self::put_shard), off the threads
    /// of the runtime this is called on.
    ///
    /// # Errors
    /// As those two.
    pub async fn write_shard(&self, shard: ShardBuffer) -> Result<ShardWritten, StoreError> {
        if !self.target.is_local() {
            return self.put_shard(off_thread(|| shard.encode()).await?).await;
        }
        let writer = self.clone();
        off_thread(move || writer.write_local(shard)).await
    }

    /// As [`write_shard`](Self::write_shard), with all work on the calling thread: for a process that is to use one core.
    ///
    /// # Errors
    /// As there.
    pub async fn write_shard_here(&self, shard: ShardBuffer) -> Result<ShardWritten, StoreError> {
        if self.target.is_local() {
            self.write_local(shard)
        } else {
            self.put_shard(shard.encode()?).await
        }
    }

    /// To a directory of this machine.
    fn write_local(&self, shard: ShardBuffer) -> Result<ShardWritten, StoreError> {
        let Objects { written, objects, first } = self.objects(shard.encode()?)?;
        for (key, bytes) in objects {
            self.target.put_now(&key, bytes.as_deref(), first)?;
        }
        self.has_coordinate(written.shard);
        Ok(written)
    }

    /// Put a shard's chunk objects whole. Where all cells hold the fill, nothing is put, and an older object is deleted, so
    /// that writing a shard again leaves no trace of the first time.
    ///
    /// # Errors
    /// A shard of another layout; a request that fails. Doing it again is safe.
    pub async fn put_shard(&self, shard: EncodedShard) -> Result<ShardWritten, StoreError> {
        let Objects { written, objects, .. } = self.objects(shard)?;
        self.target.put_all(objects).await?;
        self.has_coordinate(written.shard);
        Ok(written)
    }

    /// What to put and to delete.
    fn objects(&self, shard: EncodedShard) -> Result<Objects, StoreError> {
        // Chunk numbers mean nothing under another list of parents.
        let same = Arc::ptr_eq(&shard.layout, &self.layout)
            || (shard.layout.arrays == self.layout.arrays
                && shard.layout.spec.parents == self.layout.spec.parents);
        if !same {
            return Err(StoreError::ForeignShard { shard: shard.index });
        }
        let written = shard.summary();
        let first =
            self.untouched.as_ref().is_some_and(|shards| shards.lock().remove(&shard.index));
        let chunk = shard.index as u64;
        let objects = shard.layout.variables.iter().zip(shard.chunks);
        let objects = objects.map(|(codec, bytes)| (codec.key(chunk), bytes));
        // Where nothing has been, nothing needs to be deleted.
        let mut objects: Vec<_> = objects.filter(|(_, bytes)| bytes.is_some() || !first).collect();
        if self.lacking.as_ref().is_some_and(|shards| shards.lock().contains(&shard.index)) {
            let coordinate = self.coordinate(shard.index)?;
            objects.extend(coordinate.into_iter().map(|(key, bytes)| (key, Some(bytes))));
        }
        Ok(Objects { written, objects, first })
    }

    /// The coordinate of a shard has been written.
    fn has_coordinate(&self, shard: usize) {
        if let Some(shards) = &self.lacking {
            shards.lock().remove(&shard);
        }
    }

    /// Consolidate the metadata and set the completion mark: the root document is the last object written.
    ///
    /// `extra` joins the provenance under the root attribute `aggregation`. Whether all shards have been written is the
    /// caller's to know; chunks that are missing read as fill.
    ///
    /// # Errors
    /// A request that fails. Doing it again is safe.
    pub async fn finish(&self, extra: Map<String, Value>) -> Result<(), StoreError> {
        let layout = &self.layout;
        if layout.first > 0 {
            let problem = "a writer for some of the shards cannot finish the store".into();
            return Err(StoreError::Spec { problem });
        }
        if let Some(lacking) = &self.lacking {
            let mut shards: Vec<usize> = lacking.lock().iter().copied().collect();
            shards.sort_unstable();
            self.write_coordinates(shards).await?;
        }
        let level = layout.level();
        let group = metadata::level_group(&layout.spec);
        let document = metadata::consolidated(group.clone(), &layout.arrays);
        self.put_document(&format!("{level}/{ROOT}"), &document).await?;

        let mut members: BTreeMap<String, Value> =
            layout.arrays.iter().map(|(name, d)| (format!("{level}/{name}"), d.clone())).collect();
        members.insert(level, group);
        let mut aggregation = layout.aggregation(true, extra);
        aggregation.entry("written_at").or_insert_with(|| {
            json!(chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        });
        let root = metadata::consolidated(metadata::root_group(aggregation), &members);
        self.put_document(ROOT, &root).await
    }

    async fn put_document(&self, key: &str, document: &Value) -> Result<(), StoreError> {
        self.target.put(key, metadata::to_bytes(document)).await
    }

    /// The root comes first: it makes the prefix a Zarr hierarchy, and takes an older completion mark away.
    async fn write_documents(&self) -> Result<(), StoreError> {
        let layout = &self.layout;
        let level = layout.level();
        let root = metadata::root_group(layout.aggregation(false, Map::new()));
        self.put_document(ROOT, &root).await?;
        let group = metadata::level_group(&layout.spec);
        self.put_document(&format!("{level}/{ROOT}"), &group).await?;
        for (name, document) in &layout.arrays {
            self.put_document(&format!("{level}/{name}/{ROOT}"), document).await?;
        }
        Ok(())
    }

    async fn write_coordinates(&self, shards: Vec<usize>) -> Result<(), StoreError> {
        if self.target.is_local() {
            let writer = self.clone();
            return off_thread(move || {
                for shard in shards {
                    for (key, bytes) in writer.coordinate(shard)? {
                        writer.target.put_now(&key, Some(&bytes), writer.untouched.is_some())?;
                    }
                }
                Ok(())
            })
            .await;
        }
        stream::iter(shards.into_iter().map(Ok::<_, StoreError>))
            .try_for_each_concurrent(REQUESTS, async |shard| {
                for (key, bytes) in self.coordinate(shard)? {
                    self.target.put(&key, bytes).await?;
                }
                Ok(())
            })
            .await
    }

    /// All ids of one shard, whether or not its cells will hold data: a chunk that is missing would read as zeros, and the
    /// index would have duplicates.
    fn coordinate(&self, shard: usize) -> Result<Vec<(String, Bytes)>, StoreError> {
        let layout = &self.layout;
        let cells = layout.cells(shard)?;
        let chunk = shard as u64;
        let object = |codec: &ChunkCodec, words: Vec<u64>| {
            Ok((codec.key(chunk), codec.encode_words(chunk, &words)?))
        };
        let mut objects = vec![object(&layout.coordinate, cells.clone().collect())?];
        if let Some(codec) = &layout.morton {
            let order = layout.spec.child_order;
            let words = cells.map(|cell| morton::word(cell, order)).collect();
            objects.push(object(codec, words)?);
        }
        Ok(objects)
    }

    /// Refuse a store whose documents say anything else than this layout. Documents that are missing are no contradiction: a
    /// template may have been interrupted. The root is always there, and holds the hash of the parents.
    async fn compare(&self) -> Result<(), StoreError> {
        let store = || self.target.to_string();
        let Some(root) = self.document(ROOT).await? else {
            let problem = "there is no store to resume".into();
            return Err(StoreError::Metadata { store: store(), node: ROOT.into(), problem });
        };
        let expected = self.layout.aggregation(false, Map::new());
        for key in ["child_order", "parent_order", "parents", "parents_sha256"] {
            let found = root.pointer(&format!("/attributes/aggregation/{key}"));
            let expected = expected.get(key);
            if found != expected {
                let text = |v: Option<&Value>| v.map_or_else(|| "absent".into(), Value::to_string);
                let (expected, found) = (text(expected), text(found));
                let node = format!("the root attribute aggregation.{key}");
                return Err(StoreError::Mismatch { store: store(), node, expected, found });
            }
        }
        let level = self.layout.level();
        let group = metadata::level_group(&self.layout.spec);
        let arrays = self.layout.arrays.iter().map(|(name, d)| (format!("{level}/{name}"), d));
        for (node, expected) in std::iter::once((level.clone(), &group)).chain(arrays) {
            let Some(mut found) = self.document(&format!("{node}/{ROOT}")).await? else { continue };
            if let Some(map) = found.as_object_mut() {
                map.remove("consolidated_metadata");
            }
            if &found != expected {
                let (expected, found) = (expected.to_string(), found.to_string());
                return Err(StoreError::Mismatch { store: store(), node, expected, found });
            }
        }
        // A variable that this layout lacks would stay in the store unseen.
        let extra = self.target.children(&level).await?;
        match extra.into_iter().find(|name| !self.layout.arrays.contains_key(name)) {
            Some(name) => Err(StoreError::Mismatch {
                store: store(),
                node: format!("{level}/{name}"),
                expected: "absent".into(),
                found: "there".into(),
            }),
            None => Ok(()),
        }
    }

    async fn document(&self, key: &str) -> Result<Option<Value>, StoreError> {
        super::open::document(&self.target, key).await
    }
}
