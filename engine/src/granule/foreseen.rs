//! What reading a granule will take, in numbers that can be added and scaled.

/// Files up to this size come whole with the first request.
const FIRST_REQUEST: u64 = 1 << 20;

/// What finding out the structure of a larger file takes: the median of the formats in docs/hdf5.md.
const STRUCTURE: Asked = Asked { requests: 8.0, bytes: 1.7e6 };

/// Requests for byte ranges, and the bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Asked {
    pub(crate) requests: f64,
    pub(crate) bytes: f64,
}

/// What reading some shards of granules will take.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Foreseen {
    /// Rows and chunks are counted; otherwise they are estimated.
    pub(crate) counted: bool,
    /// A granule index says it.
    pub(crate) by_index: bool,
    /// Bytes follow from types and a usual compression.
    pub(crate) by_ratio: bool,
    pub(crate) rows: f64,
    /// Rows of the granules.
    pub(crate) rows_of: f64,
    pub(crate) row_ranges: f64,
    pub(crate) chunks: f64,
    /// Chunks left out, of columns that are not asked for.
    pub(crate) of_other_columns: f64,
    /// Chunks left out, of rows that are in none of the shards.
    pub(crate) of_other_rows: f64,
    /// In one process that keeps what several shards share.
    pub(crate) here: Asked,
    /// In a process for each shard, which knows nothing but the index.
    pub(crate) apart: Asked,
    /// Granules whose structure is to be found out, in one process.
    pub(crate) unopened: f64,
}

/// What reading all rows of a granule takes, by its structure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Whole {
    /// Bytes of the file.
    pub(crate) size: u64,
    /// All of it is in memory.
    pub(crate) held: bool,
    pub(crate) rows: f64,
    pub(crate) chunks: f64,
    pub(crate) of_other_columns: f64,
    /// The columns that are asked for.
    pub(crate) data: Asked,
    /// The positions.
    pub(crate) positions: Asked,
}

impl Asked {
    /// So many requests of these sizes.
    pub(crate) fn of(ranges: &[std::ops::Range<u64>]) -> Self {
        let bytes: u64 = ranges.iter().map(|range| range.end - range.start).sum();
        Self { requests: ranges.len() as f64, bytes: bytes as f64 }
    }

    /// A whole small file.
    pub(crate) fn whole(size: u64) -> Self {
        Self { requests: 1.0, bytes: size as f64 }
    }

    /// What the structure of a file of this size takes. A small one is there as a whole then.
    pub(crate) fn structure(size: u64) -> Self {
        if is_small(size) { Self::whole(size) } else { STRUCTURE }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.bytes += other.bytes;
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self { requests: self.requests * factor, bytes: self.bytes * factor }
    }
}

/// Whether a file comes whole with the first request.
pub(crate) fn is_small(size: u64) -> bool {
    size <= FIRST_REQUEST
}

impl Foreseen {
    pub(crate) fn add(&mut self, other: &Self) {
        self.counted &= other.counted;
        self.rows += other.rows;
        self.rows_of += other.rows_of;
        self.row_ranges += other.row_ranges;
        self.chunks += other.chunks;
        self.of_other_columns += other.of_other_columns;
        self.of_other_rows += other.of_other_rows;
        self.here.add(other.here);
        self.apart.add(other.apart);
        self.unopened += other.unopened;
    }

    pub(crate) fn scale(&mut self, factor: f64) {
        *self = Self {
            rows: self.rows * factor,
            rows_of: self.rows_of * factor,
            row_ranges: self.row_ranges * factor,
            chunks: self.chunks * factor,
            of_other_columns: self.of_other_columns * factor,
            of_other_rows: self.of_other_rows * factor,
            here: self.here.times(factor),
            apart: self.apart.times(factor),
            unopened: self.unopened * factor,
            ..*self
        };
    }
}

impl Whole {
    /// What `part` of the rows takes, those in so many `shards`, where rows and chunks of a granule are as dense as in `model`.
    /// Without shards, rows are read without looking where they are.
    pub(crate) fn part(&self, model: &Self, shards: usize, part: f64, opened: bool) -> Foreseen {
        let size = self.size as f64 / (model.size as f64).max(1.0);
        let small = is_small(self.size);
        let positions = match shards {
            0 => Asked::default(),
            _ => model.positions.times(size),
        };
        let data = model.data.times(size * part);
        let structure = Asked::structure(self.size);
        let mut here = if opened { Asked::default() } else { structure };
        if !(small && !opened || self.held && opened) {
            here.add(positions);
            here.add(data);
        }
        let times = shards.max(1) as f64;
        let mut apart = structure.times(times);
        if !small {
            apart.add(positions.times(times));
            apart.add(data);
        }
        let chunks = model.chunks * size;
        Foreseen {
            counted: false,
            by_index: false,
            by_ratio: false,
            rows: model.rows * size * part,
            rows_of: model.rows * size,
            row_ranges: 0.0,
            chunks: chunks * part,
            of_other_columns: model.of_other_columns * size,
            of_other_rows: chunks * (1.0 - part),
            here,
            apart,
            unopened: if opened { 0.0 } else { 1.0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_granule_twice_as_large_takes_twice_as_much() {
        let data = Asked { requests: 10.0, bytes: 6e6 };
        let positions = Asked { requests: 2.0, bytes: 1e6 };
        let model = Whole {
            size: 20 << 20,
            held: false,
            rows: 1_000.0,
            chunks: 30.0,
            of_other_columns: 12.0,
            data,
            positions,
        };
        let large = Whole { size: 40 << 20, ..model };
        let half = large.part(&model, 2, 0.5, false);
        assert_eq!((half.rows, half.rows_of, half.chunks), (1_000.0, 2_000.0, 30.0));
        assert_eq!(half.here.bytes, 1.7e6 + 2e6 + 6e6);
        // Each of two shards finds out structure and positions for itself.
        assert_eq!(half.apart.bytes, 2.0 * (1.7e6 + 2e6) + 6e6);
        let small = Whole { size: 1 << 20, ..model };
        let small = small.part(&model, 3, 1.0, false);
        assert_eq!((small.here.requests, small.apart.requests), (1.0, 3.0));
    }
}
