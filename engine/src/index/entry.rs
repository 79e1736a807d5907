//! What the index says of one granule.

use zagg_hdf5::{DatasetParts, FileVersion};

/// One granule.
#[derive(Debug, Clone, PartialEq)]
pub struct GranuleEntry {
    /// Its id, the file's name.
    pub id: String,
    /// The version of the file that was looked at.
    pub version: FileVersion,
    /// Its beams.
    pub beams: Vec<BeamEntry>,
}

/// One beam that was looked for in a granule.
#[derive(Debug, Clone, PartialEq)]
pub struct BeamEntry {
    /// The HDF5 group.
    pub beam: String,
    /// What is in it; `None` where the granule does not have the beam.
    pub found: Option<BeamRows>,
}

/// The rows of a beam.
#[derive(Debug, Clone, PartialEq)]
pub struct BeamRows {
    /// How many.
    pub rows: u64,
    /// The HEALPix order of the cells in `runs`: the child order of the index where rows stay in a cell for
    /// some time, otherwise its parent order.
    pub run_order: u8,
    /// Consecutive rows in one cell, in row order. The first begins at row 0, and each ends where the next
    /// begins.
    pub runs: Vec<CellRun>,
    /// The datasets, each once.
    pub datasets: Vec<DatasetParts>,
}

/// Consecutive rows in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellRun {
    /// The first row.
    pub start: u64,
    /// The nested id of the cell; `None` where rows have no valid position.
    pub cell: Option<u64>,
}
