//! One growing list of values per group.
//!
//! A `Vec` per group costs 24 bytes, an allocation and up to half its capacity for each of many small groups; pairs of
//! (group, value) cost the group again for every value, and a second copy to sort them. Observations arrive along a track,
//! so a group comes in runs: here a list is a chain of blocks, each cut to the run that opened it, out of large chunks
//! that never move.

use std::mem::size_of;

use datafusion_common::{Result, resources_err};

use super::key::Key;

/// Blocks are cut in units of so many words.
const UNIT: usize = 8;
/// Units of a chunk: 256 KiB of Float32 or 512 KiB of Float64.
const CHUNK_UNITS: usize = 8192;
/// The longest block in units: long enough for the header not to matter, short enough to waste little.
const MAX_UNITS: usize = 64;
/// The link of the last block.
const NONE: u32 = u32::MAX;
/// So many unused words cause no rebuilding.
const KEEP_WORDS: usize = 4096;

/// A group's chain of blocks.
#[derive(Debug, Clone, Copy)]
struct List {
    /// First unit of the first block.
    head: u32,
    /// First unit of the last block.
    tail: u32,
    /// Words of the last block in use, its header included.
    used: u16,
    /// Units of the last block.
    units: u16,
    /// Values in all.
    len: u32,
}

const EMPTY: List = List { head: NONE, tail: NONE, used: 0, units: 0, len: 0 };

/// Keys on their way into a list.
pub(super) trait Source<K> {
    /// Writes keys to the start of `room` and says how many; fewer than there is room for, if there are no more.
    fn fill(&mut self, room: &mut [K]) -> usize;

    /// No more keys are left than this; 0 only if none are.
    fn at_most(&self) -> usize;
}

impl<K: Copy> Source<K> for &[K] {
    fn fill(&mut self, room: &mut [K]) -> usize {
        let (now, later) = self.split_at(room.len().min(self.len()));
        room[..now.len()].copy_from_slice(now);
        *self = later;
        now.len()
    }

    fn at_most(&self) -> usize {
        self.len()
    }
}

/// The lists of all groups.
#[derive(Debug, Default)]
pub(super) struct Lists<K> {
    lists: Vec<List>,
    chunks: Vec<Vec<K>>,
    /// Words held by `chunks`.
    held: usize,
    /// Words in blocks of lists that have been dropped.
    dead: usize,
    /// Values of the longest list there has been: what reading one may take.
    longest: u32,
}

impl<K: Key> Lists<K> {
    pub(super) fn groups(&self) -> usize {
        self.lists.len()
    }

    pub(super) fn len(&self, group: usize) -> usize {
        self.lists[group].len as usize
    }

    /// Values of the longest list there has been.
    pub(super) fn longest(&self) -> usize {
        self.longest as usize
    }

    /// Makes room for `groups` groups; those that exist stay as they are.
    pub(super) fn resize(&mut self, groups: usize) {
        self.lists.resize(groups, EMPTY);
    }

    /// Bytes held, and those that reading the longest list will take.
    pub(super) fn size(&self) -> usize {
        self.held * size_of::<K>()
            + self.chunks.capacity() * size_of::<Vec<K>>()
            + self.lists.capacity() * size_of::<List>()
            + self.longest as usize * size_of::<K>()
    }

    /// Appends all that `source` has to the list of `group`.
    pub(super) fn extend(&mut self, group: usize, mut source: impl Source<K>) -> Result<()> {
        let mut list = self.lists[group];
        let mut room: &mut [K] = match list.tail {
            NONE => &mut [],
            tail => &mut words(&mut self.chunks, tail, list.units)[usize::from(list.used)..],
        };
        let mut added = 0_usize;
        loop {
            let filled = source.fill(room);
            list.used += filled as u16;
            added += filled;
            let expected = source.at_most();
            if filled < room.len() || expected == 0 {
                break;
            }
            let (id, units) = self.open(expected.max((list.len as usize + added) / 4))?;
            match list.tail {
                NONE => list.head = id,
                tail => K::write_header(
                    words(&mut self.chunks, tail, list.units),
                    id,
                    u32::from(list.units),
                ),
            }
            (list.tail, list.units, list.used) = (id, units, K::HEADER as u16);
            let block = words(&mut self.chunks, id, units);
            K::write_header(block, NONE, u32::from(units));
            room = &mut block[K::HEADER..];
        }
        let Some(len) = u32::try_from(added).ok().and_then(|added| list.len.checked_add(added))
        else {
            return resources_err!("a quantile of more than {} values in one group", u32::MAX);
        };
        list.len = len;
        self.longest = self.longest.max(len);
        self.lists[group] = list;
        Ok(())
    }

    /// Cuts a block for `values` values, or fewer, off the last chunk.
    fn open(&mut self, values: usize) -> Result<(u32, u16)> {
        let full = CHUNK_UNITS * UNIT;
        if self.chunks.last().is_none_or(|chunk| chunk.len() >= full) {
            self.chunks.push(Vec::new());
        }
        let first = self.chunks.len() == 1;
        let before = self.chunks.len() - 1;
        let Some(chunk) = self.chunks.last_mut() else {
            return resources_err!("no chunk to cut a block from");
        };
        let start = chunk.len() / UNIT;
        let units = (values.saturating_add(K::HEADER))
            .div_ceil(UNIT)
            .clamp(1, MAX_UNITS)
            .min(CHUNK_UNITS - start);
        let Some(id) = u32::try_from(before * CHUNK_UNITS + start).ok().filter(|&id| id != NONE)
        else {
            return resources_err!(
                "the values gathered for quantiles take more than {} blocks of {} bytes",
                u32::MAX,
                UNIT * size_of::<K>()
            );
        };
        let end = chunk.len() + units * UNIT;
        if end > chunk.capacity() {
            // Few groups should not pay for a whole chunk: the first one doubles up to it.
            let capacity = if first { (chunk.capacity() * 2).clamp(end, full) } else { full };
            self.held -= chunk.capacity();
            chunk.reserve_exact(capacity - chunk.len());
            self.held += chunk.capacity();
        }
        chunk.resize(end, K::default());
        Ok((id, units as u16))
    }

    /// Appends the values of `group` to `out`, in the order in which they came.
    pub(super) fn read(&self, group: usize, out: &mut Vec<K>) {
        for block in self.blocks(&self.lists[group]) {
            out.extend_from_slice(block);
        }
    }

    /// The values of a list, block by block.
    fn blocks(&self, list: &List) -> impl Iterator<Item = &[K]> {
        let (tail, used) = (list.tail, usize::from(list.used));
        let mut at = list.head;
        std::iter::from_fn(move || {
            if at == NONE {
                return None;
            }
            let (chunk, start) = locate(at);
            let block = &self.chunks[chunk][start..];
            let (next, units) = K::read_header(block);
            let end = if at == tail { used } else { units as usize * UNIT };
            at = next;
            Some(&block[K::HEADER..end])
        })
    }

    /// Drops the first `n` lists; the others move down by `n`. Memory is given back once most of it is unused.
    pub(super) fn drop_first(&mut self, n: usize) -> Result<()> {
        let n = n.min(self.lists.len());
        for list in &self.lists[..n] {
            let used: usize = self.blocks(list).map(|block| K::HEADER + block.len()).sum();
            self.dead += used + usize::from(list.units) * UNIT - usize::from(list.used);
        }
        self.lists.drain(..n);
        if self.lists.is_empty() {
            *self = Self::default();
        } else if self.dead > KEEP_WORDS && self.dead > self.held / 2 {
            self.rebuild()?;
        }
        Ok(())
    }

    /// Copies every list into as few chunks as hold them.
    fn rebuild(&mut self) -> Result<()> {
        let mut kept = Self::default();
        kept.lists.reserve_exact(self.lists.len());
        kept.resize(self.lists.len());
        for (group, list) in self.lists.iter().enumerate() {
            for block in self.blocks(list) {
                kept.extend(group, block)?;
            }
        }
        *self = kept;
        Ok(())
    }
}

/// Where a unit lies: its chunk, and its first word in it.
fn locate(unit: u32) -> (usize, usize) {
    let unit = unit as usize;
    (unit / CHUNK_UNITS, unit % CHUNK_UNITS * UNIT)
}

/// The words of a block.
fn words<K>(chunks: &mut [Vec<K>], id: u32, units: u16) -> &mut [K] {
    let (chunk, start) = locate(id);
    &mut chunks[chunk][start..start + usize::from(units) * UNIT]
}
