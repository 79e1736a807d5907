//! The sorted list of parent cells, and its two short forms in a store's metadata.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Above this many runs the list is left out of the root document, which every client loads; a reader then takes the
/// parents from the first id of each `cell_ids` chunk. Neighbouring parents are neighbours in nested order, so an
/// ice sheet is a few hundred runs.
const MAX_RANGES: usize = 4096;

/// SHA-256 over the ids as little-endian u64, in hexadecimal.
pub(super) fn sha256(parents: &[u64]) -> String {
    let mut hash = Sha256::new();
    for parent in parents {
        hash.update(parent.to_le_bytes());
    }
    format!("{:x}", hash.finalize())
}

/// Half-open runs of consecutive ids.
fn ranges(parents: &[u64]) -> Vec<(u64, u64)> {
    let mut out: Vec<(u64, u64)> = Vec::new();
    for &parent in parents {
        match out.last_mut() {
            Some((_, end)) if *end == parent => *end += 1,
            _ => out.push((parent, parent + 1)),
        }
    }
    out
}

/// Put count, hash and, if short, the runs of the parents into the root's `aggregation` object.
pub(super) fn describe(parents: &[u64], into: &mut Map<String, Value>) {
    into.insert("parents".into(), json!(parents.len()));
    into.insert("parents_sha256".into(), json!(sha256(parents)));
    let ranges = ranges(parents);
    if ranges.len() <= MAX_RANGES {
        into.insert("parent_ranges".into(), json!(ranges));
    }
}

/// The parents from the root's `aggregation` object, if it lists them and they are `expected` many with the hash stated.
pub(super) fn recover(aggregation: &Map<String, Value>, expected: usize) -> Option<Vec<u64>> {
    let mut parents = Vec::new();
    for range in aggregation.get("parent_ranges")?.as_array()? {
        let [start, end] = range.as_array()?.as_slice() else { return None };
        let (start, end) = (start.as_u64()?, end.as_u64()?);
        // Checked before the ids are made, so that a damaged document cannot ask for all memory.
        if end.checked_sub(start)? > expected.checked_sub(parents.len())? as u64 {
            return None;
        }
        parents.extend(start..end);
    }
    let stated = aggregation.get("parents_sha256")?.as_str()?;
    (parents.len() == expected && sha256(&parents) == stated).then_some(parents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn described_parents_are_recovered() {
        let parents = [3, 4, 5, 9, u64::MAX - 1];
        let mut map = Map::new();
        describe(&parents, &mut map);
        assert_eq!(map["parent_ranges"], json!([[3, 6], [9, 10], [u64::MAX - 1, u64::MAX]]));
        assert_eq!(recover(&map, 5).as_deref(), Some(parents.as_slice()));
        assert_eq!(recover(&map, 4), None);
        map.insert("parent_ranges".into(), json!([[0, u64::MAX]]));
        assert_eq!(recover(&map, 5), None);
        map.insert("parent_ranges".into(), json!([[4, 9]]));
        assert_eq!(recover(&map, 5), None, "the hash is another list's");
    }
}
