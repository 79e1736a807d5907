//! Template, shards, completion mark.

use futures::{TryStreamExt, stream};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::StoreError;
use super::layout::Layout;
use super::metadata;
use super::morton;
use super::shard::{EncodedShard, ShardBuffer, ShardWritten};
use super::spec::StoreSpec;
use super::target::{ROOT, Target};

/// Requests in flight at once for one template or shard. Several shards are written at a time, each with its own.
const REQUESTS: usize = 16;

/// Writes one store.
///
/// Writers in any number of processes may fill the same store, each its own shards, between one [`create`](Self::create) and
/// one [`finish`](Self::finish): parent *i* owns the object `{level}/{variable}/c/{i}` of every variable, and no object is
/// shared.
#[derive(Debug, Clone)]
pub struct StoreWriter {
    target: Target,
    layout: Arc<Layout>,
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
        let writer = Self::attach(target, spec)?;
        if overwrite {
            writer.target.clear().await?;
        } else if !writer.target.is_empty().await? {
            return Err(StoreError::NotEmpty { store: writer.target.to_string() });
        }
        writer.write_template().await?;
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
        Ok(Self { target, layout: Arc::new(Layout::new(spec, first)?) })
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
        writer.write_template().await?;
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

    /// Encode a shard on the calling thread and put its chunk objects.
    ///
    /// A caller with a pool for CPU work calls [`ShardBuffer::encode`] there, and then [`put_shard`](Self::put_shard).
    ///
    /// # Errors
    /// As those two.
    pub async fn write_shard(&self, shard: ShardBuffer) -> Result<ShardWritten, StoreError> {
        self.put_shard(shard.encode()?).await
    }

    /// Put a shard's chunk objects whole. Where all cells hold the fill, nothing is put, and an older object is deleted, so
    /// that writing a shard again leaves no trace of the first time.
    ///
    /// # Errors
    /// A shard of another layout; a request that fails. Doing it again is safe.
    pub async fn put_shard(&self, shard: EncodedShard) -> Result<ShardWritten, StoreError> {
        // Chunk numbers mean nothing under another list of parents.
        let same = Arc::ptr_eq(&shard.layout, &self.layout)
            || (shard.layout.arrays == self.layout.arrays
                && shard.layout.spec.parents == self.layout.spec.parents);
        if !same {
            return Err(StoreError::ForeignShard { shard: shard.index });
        }
        let written = shard.summary();
        let chunk = shard.index as u64;
        let objects = shard.layout.variables.iter().zip(shard.chunks);
        let objects: Vec<_> = objects.map(|(codec, bytes)| (codec.key(chunk), bytes)).collect();
        stream::iter(objects.into_iter().map(Ok))
            .try_for_each_concurrent(REQUESTS, async |(key, bytes)| match bytes {
                Some(bytes) => self.target.put(&key, bytes).await,
                None => self.target.delete(&key).await,
            })
            .await?;
        Ok(written)
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
    async fn write_template(&self) -> Result<(), StoreError> {
        let layout = &self.layout;
        let level = layout.level();
        let root = metadata::root_group(layout.aggregation(false, Map::new()));
        self.put_document(ROOT, &root).await?;
        let group = metadata::level_group(&layout.spec);
        self.put_document(&format!("{level}/{ROOT}"), &group).await?;
        for (name, document) in &layout.arrays {
            self.put_document(&format!("{level}/{name}/{ROOT}"), document).await?;
        }
        stream::iter((0..layout.spec.parents.len()).map(Ok::<_, StoreError>))
            .try_for_each_concurrent(REQUESTS, async |shard| self.put_coordinate(shard).await)
            .await
    }

    /// All ids of one shard, whether or not its cells will hold data: a chunk that is missing would read as zeros, and the
    /// index would have duplicates.
    async fn put_coordinate(&self, shard: usize) -> Result<(), StoreError> {
        let layout = &self.layout;
        let cells = layout.cells(shard)?;
        let chunk = shard as u64;
        let ids = cells.clone().flat_map(u64::to_ne_bytes).collect();
        let codec = &layout.coordinate;
        self.target.put(&codec.key(chunk), codec.encode(chunk, ids)?).await?;
        if let Some(codec) = &layout.morton {
            let order = layout.spec.child_order;
            let words = cells.flat_map(|cell| morton::word(cell, order).to_ne_bytes()).collect();
            self.target.put(&codec.key(chunk), codec.encode(chunk, words)?).await?;
        }
        Ok(())
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
