//! The version 1 B-tree over the chunks of a dataset.

use super::header::{UNDEFINED, align};

/// The most children of a node. The superblock says nothing of it, so that readers take the
/// format's default of 2 × 32 and read nodes of that size.
const FANOUT: usize = 64;

/// A chunk in the file.
pub(super) struct StoredChunk {
    pub(super) address: u64,
    /// Bytes stored, after the filters.
    pub(super) size: u32,
    /// One bit per filter that was passed over.
    pub(super) mask: u32,
    /// The coordinates of its first element.
    pub(super) origin: Vec<usize>,
}

/// A key, as stored: size, mask, and the origin with one more coordinate for the bytes of an
/// element.
type Key = Vec<u8>;

fn key(size: u32, mask: u32, origin: impl Iterator<Item = usize>, byte: usize) -> Key {
    let mut key = Vec::new();
    key.extend(size.to_le_bytes());
    key.extend(mask.to_le_bytes());
    for coordinate in origin.chain([byte]) {
        key.extend((coordinate as u64).to_le_bytes());
    }
    key
}

/// Appends the tree over `chunks`, which ascend by origin, and gives the address of its root.
///
/// Nodes are filled from the left; the nodes of one level lie side by side, leaves first. Without
/// chunks there is no tree.
pub(super) fn write(
    file: &mut Vec<u8>,
    chunks: &[StoredChunk],
    chunk_shape: &[usize],
    element: usize,
) -> u64 {
    let Some(last) = chunks.last() else {
        return UNDEFINED;
    };
    // The key after the last chunk is one chunk further along every dimension.
    let beyond = last.origin.iter().zip(chunk_shape).map(|(at, length)| at + length);
    let end = key(0, 0, beyond, element);
    let mut entries: Vec<(Key, u64)> = chunks
        .iter()
        .map(|chunk| (key(chunk.size, chunk.mask, chunk.origin.iter().copied(), 0), chunk.address))
        .collect();
    let mut level = 0;
    loop {
        entries = write_level(file, level, &entries, &end);
        if let [(_, root)] = entries.as_slice() {
            return *root;
        }
        level += 1;
    }
}

/// Appends the nodes of one level; gives the first key and the address of each.
fn write_level(
    file: &mut Vec<u8>,
    level: u8,
    entries: &[(Key, u64)],
    end: &Key,
) -> Vec<(Key, u64)> {
    // Signature, type, level, number of children, two siblings; then keys around children.
    let size = 24 + FANOUT * (8 + end.len()) + end.len();
    let size = size.next_multiple_of(8);
    let first = align(file) as usize;
    let count = entries.len().div_ceil(FANOUT);
    let address = |index: usize| (first + index * size) as u64;
    let mut nodes = Vec::with_capacity(count);
    for (index, children) in entries.chunks(FANOUT).enumerate() {
        let left = index.checked_sub(1).map_or(UNDEFINED, address);
        let right = if index + 1 < count { address(index + 1) } else { UNDEFINED };
        file.extend(b"TREE");
        file.extend([1, level]);
        file.extend((children.len() as u16).to_le_bytes());
        file.extend(left.to_le_bytes());
        file.extend(right.to_le_bytes());
        for (key, child) in children {
            file.extend(key);
            file.extend(child.to_le_bytes());
        }
        // A node ends with the first key of its right sibling.
        file.extend(entries.get((index + 1) * FANOUT).map_or(end, |(key, _)| key));
        // Readers fetch a node whole, used or not.
        file.resize(first + (index + 1) * size, 0);
        nodes.extend(children.first().map(|(key, _)| (key.clone(), address(index))));
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(count: usize) -> Vec<StoredChunk> {
        (0..count)
            .map(|i| StoredChunk {
                address: 1000 + i as u64,
                size: 7,
                mask: 0,
                origin: vec![i * 10],
            })
            .collect()
    }

    fn number(bytes: &[u8], at: usize) -> u64 {
        u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
    }

    /// Walks the tree and gives its height and the addresses of the chunks in order.
    fn walk(file: &[u8], node: usize, found: &mut Vec<u64>) -> u8 {
        assert_eq!(&file[node..node + 5], b"TREE\x01");
        let (level, used) = (file[node + 5], file[node + 6]);
        assert!((1..=FANOUT as u8).contains(&used) && file[node + 7] == 0);
        for child in 0..usize::from(used) {
            let entry = node + 24 + child * 32;
            let address = number(file, entry + 24);
            if level == 0 {
                assert_eq!(number(file, entry + 8), found.len() as u64 * 10);
                found.push(address);
            } else {
                assert_eq!(number(file, entry + 8), found.len() as u64 * 10);
                assert_eq!(walk(file, address as usize, found), level - 1);
            }
        }
        let right = number(file, node + 24 + usize::from(used) * 32 + 8);
        assert_eq!(right, found.len() as u64 * 10);
        level
    }

    #[test]
    fn without_chunks_there_is_no_tree() {
        let mut file = Vec::new();
        assert_eq!(write(&mut file, &[], &[10], 4), UNDEFINED);
        assert!(file.is_empty());
    }

    #[test]
    fn trees_of_every_height_list_all_chunks_in_order() {
        let heights = [(1, 0), (64, 0), (65, 1), (4096, 1), (4097, 2), (5000, 2)];
        for (count, height) in heights {
            let mut file = vec![0; 3];
            let root = write(&mut file, &chunks(count), &[10], 4);
            let mut found = Vec::new();
            assert_eq!(walk(&file, root as usize, &mut found), height, "{count} chunks");
            assert_eq!(found, (0..count as u64).map(|i| 1000 + i).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nodes_of_a_level_know_their_siblings() {
        let mut file = Vec::new();
        write(&mut file, &chunks(130), &[10], 4);
        let size = 24 + 64 * 8 + 65 * 24;
        let siblings = |node: usize| (number(&file, node + 8), number(&file, node + 16));
        assert_eq!(siblings(0), (UNDEFINED, size as u64));
        assert_eq!(siblings(size), (0, 2 * size as u64));
        assert_eq!(siblings(2 * size), (size as u64, UNDEFINED));
    }
}
