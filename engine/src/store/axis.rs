//! Which shard lies in which chunk.
//!
//! A store of this engine says it in its root. Others are looked at: zagg's and its predecessor's have a chunk for each parent
//! in the order of a catalog, or one for each parent of the sphere, and coordinates are written with the data alone.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use zagg_udfs::cell::morton;

use super::chunk::ChunkCodec;
use super::error::StoreError;
use super::open::{REQUESTS, wrong};
use super::target::Target;

/// Chunks of the coordinate that are looked at where the layout says which parent each is of.
const SAMPLE: usize = 64;

/// The parents of a level, ascending, and the chunks they lie in.
#[derive(Debug)]
pub(super) struct Axis {
    pub(super) parents: Vec<u64>,
    /// The chunk of each; `None` where parent *i* is chunk *i*.
    pub(super) chunks: Option<Vec<u64>>,
}

/// The array that says which cells are where.
#[derive(Debug)]
pub(super) struct Coordinate {
    pub(super) codec: ChunkCodec,
    /// It holds packed Morton words, rather than nested ids.
    pub(super) words: bool,
}

/// What is known of the axis from its documents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) order: u8,
    pub(super) cells_per_chunk: u64,
    pub(super) chunks: u64,
}

impl Extent {
    /// Whether there is a place for every cell of the sphere.
    fn is_sphere(self) -> bool {
        self.chunks * self.cells_per_chunk == 12 << (2 * self.order)
    }
}

/// The axis of a compact store, from the first id of each chunk of the coordinate.
pub(super) async fn of_ids(
    target: &Target,
    coordinate: &Coordinate,
    extent: Extent,
) -> Result<Axis, StoreError> {
    let parents = parents(target, coordinate, extent, 0..extent.chunks).await?;
    Ok(Axis { parents, chunks: None })
}

/// The axis of another writer's store, by the chunks that there are.
///
/// # Errors
/// If a chunk of a variable has no cells, or two chunks have the same.
pub(super) async fn by_listing(
    target: &Target,
    coordinate: Option<&Coordinate>,
    variables: &[&ChunkCodec],
    extent: Extent,
) -> Result<Axis, StoreError> {
    let mut filled = BTreeSet::new();
    for codec in variables {
        filled.extend(existing(target, codec, extent).await?);
    }
    let written = match coordinate {
        Some(coordinate) => existing(target, &coordinate.codec, extent).await?,
        None => BTreeSet::new(),
    };
    if extent.is_sphere() {
        filled.extend(&written);
        return sphere(target, coordinate, extent, filled, &written).await;
    }
    let Some(coordinate) = coordinate else {
        let problem = "it has neither `cell_ids` nor `morton`, and not the length of the sphere";
        return Err(wrong(target, "/", problem.to_owned()));
    };
    let path = coordinate.codec.path();
    if let Some(chunk) = filled.difference(&written).next() {
        let problem = format!("chunk {chunk} is missing, where a variable has one");
        return Err(wrong(target, path, problem));
    }
    let chunks: Vec<u64> = written.into_iter().collect();
    let parents = parents(target, coordinate, extent, chunks.iter().copied()).await?;
    let mut pairs: Vec<(u64, u64)> = parents.into_iter().zip(chunks).collect();
    pairs.sort_unstable();
    if let Some([(parent, a), (_, b)]) =
        pairs.windows(2).find_map(|w| <[_; 2]>::try_from(w).ok().filter(|[a, b]| a.0 == b.0))
    {
        let problem = format!("chunks {a} and {b} have the same cells, those of parent {parent}");
        return Err(wrong(target, path, problem));
    }
    let (parents, chunks) = pairs.into_iter().unzip();
    Ok(Axis { parents, chunks: Some(chunks) })
}

/// The whole sphere: the number of a chunk is its parent. The coordinate may be written in part or not at all; where it is,
/// some of it is looked at.
async fn sphere(
    target: &Target,
    coordinate: Option<&Coordinate>,
    extent: Extent,
    chunks: BTreeSet<u64>,
    written: &BTreeSet<u64>,
) -> Result<Axis, StoreError> {
    if let Some(coordinate) = coordinate {
        let every = written.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<u64> = written.iter().copied().step_by(every).collect();
        let parents = parents(target, coordinate, extent, sample.iter().copied()).await?;
        if let Some((chunk, parent)) = sample.iter().zip(parents).find(|(c, p)| *c != p) {
            let problem = format!(
                "chunk {chunk} has the cells of parent {parent}: on the whole sphere, expected those of parent {chunk}"
            );
            return Err(wrong(target, coordinate.codec.path(), problem));
        }
    }
    let parents: Vec<u64> = chunks.into_iter().collect();
    Ok(Axis { chunks: Some(parents.clone()), parents })
}

/// The numbers of an array's chunks that there are.
async fn existing(
    target: &Target,
    codec: &ChunkCodec,
    extent: Extent,
) -> Result<BTreeSet<u64>, StoreError> {
    let keys = target.below(codec.path()).await?;
    let numbers = keys.iter().filter_map(|key| codec.chunk_of(key));
    // What lies beyond the end is no part of the array.
    Ok(numbers.filter(|chunk| *chunk < extent.chunks).collect())
}

/// The parent of each chunk of the coordinate.
async fn parents(
    target: &Target,
    coordinate: &Coordinate,
    extent: Extent,
    chunks: impl Iterator<Item = u64>,
) -> Result<Vec<u64>, StoreError> {
    stream::iter(chunks)
        .map(async |chunk| {
            let codec = &coordinate.codec;
            let key = codec.key(chunk);
            let object = target.get(&key).await?;
            let object =
                object.ok_or_else(|| wrong(target, &key, "the chunk is missing".into()))?;
            let bytes = codec.decode(chunk, &object)?;
            parent(&bytes, coordinate.words, extent).map_err(|e| wrong(target, &key, e))
        })
        .buffered(REQUESTS)
        .try_collect()
        .await
}

/// The parent of which a chunk holds all the children, ascending.
fn parent(bytes: &[u8], words: bool, extent: Extent) -> Result<u64, String> {
    let cells = extent.cells_per_chunk;
    let id = |word: u64| match words {
        false => Ok(word),
        true => match morton::to_nested(word) {
            Ok(cell) if cell.order == extent.order => Ok(cell.id),
            Ok(cell) => Err(format!("word {word} is of order {}", cell.order)),
            Err(e) => Err(e.to_string()),
        },
    };
    let mut ids = bytes.chunks_exact(size_of::<u64>()).filter_map(|b| b.first_chunk().copied());
    let first = id(ids.next().map(u64::from_ne_bytes).ok_or("the chunk is empty")?)?;
    if !first.is_multiple_of(cells) {
        return Err(format!("{first} is not the first child of a parent"));
    }
    for (expected, word) in (first + 1..).zip(ids) {
        let found = id(u64::from_ne_bytes(word))?;
        if found != expected {
            return Err(format!(
                "cell {found} where {expected} was expected: a chunk has to hold the children of one parent, ascending"
            ));
        }
    }
    Ok(first / cells)
}
