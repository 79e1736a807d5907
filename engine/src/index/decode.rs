//! From batches of the table to entries.

use std::ops::Range;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, ListArray, RecordBatch, StringArray,
    StructArray, TimestampMicrosecondArray, UInt8Array, UInt32Array, UInt64Array,
};
use arrow::datatypes::{TimestampMicrosecondType, UInt8Type, UInt32Type, UInt64Type};
use zagg_hdf5::{Attribute, AttributeValue, ChunkPlace, DatasetLayout, DatasetParts, FileVersion};

use crate::index::{BeamEntry, BeamRows, CellRun};

/// A batch with its columns by name, nested ones too. The batch has been found to have the table's schema.
#[derive(Debug)]
pub(super) struct Columns {
    granule: StringArray,
    size: UInt64Array,
    e_tag: StringArray,
    modified: TimestampMicrosecondArray,
    beam: StringArray,
    rows: UInt64Array,
    run_order: UInt8Array,
    runs: ListArray,
    run_start: UInt64Array,
    run_cell: UInt64Array,
    of_beam: ListArray,
    datasets: Datasets,
}

/// The datasets of all rows of a batch, one after another.
#[derive(Debug)]
struct Datasets {
    path: StringArray,
    dtype: StringArray,
    shape: ListArray,
    units: StringArray,
    long_name: StringArray,
    fill_value: BinaryArray,
    null_value: BinaryArray,
    filters: ListArray,
    layout: StringArray,
    data: BinaryArray,
    offset: UInt64Array,
    chunk_shape: ListArray,
    raw_edges: BooleanArray,
    chunks: ListArray,
    row: UInt64Array,
    column: UInt64Array,
    chunk_offset: UInt64Array,
    chunk_size: UInt64Array,
    mask: UInt32Array,
}

impl Columns {
    pub(super) fn new(batch: &RecordBatch) -> Option<Self> {
        let column = |name: &str| batch.column_by_name(name);
        let (runs, of_beam) = (lists(column("runs"))?, lists(column("datasets"))?);
        let run = runs.values().as_struct_opt()?;
        Some(Self {
            granule: text(column("granule"))?,
            size: numbers(column("size"))?,
            e_tag: text(column("e_tag"))?,
            modified: column("modified")?.as_primitive_opt::<TimestampMicrosecondType>()?.clone(),
            beam: text(column("beam"))?,
            rows: numbers(column("rows"))?,
            run_order: column("run_order")?.as_primitive_opt::<UInt8Type>()?.clone(),
            run_start: numbers(run.column_by_name("start"))?,
            run_cell: numbers(run.column_by_name("cell"))?,
            datasets: Datasets::new(of_beam.values().as_struct_opt()?)?,
            runs,
            of_beam,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.granule.len()
    }

    pub(super) fn granule(&self, row: usize) -> &str {
        self.granule.value(row)
    }

    pub(super) fn beam_name(&self, row: usize) -> &str {
        self.beam.value(row)
    }

    /// The order of the runs; `None` where the granule does not have the beam.
    pub(super) fn run_order(&self, row: usize) -> Option<u8> {
        self.rows.is_valid(row).then(|| self.run_order.value(row))
    }

    pub(super) fn paths(&self, row: usize) -> impl Iterator<Item = &str> {
        range(&self.of_beam, row).map(|dataset| self.datasets.path.value(dataset))
    }

    pub(super) fn version(&self, row: usize) -> FileVersion {
        FileVersion {
            size: self.size.value(row),
            e_tag: optional_text(&self.e_tag, row),
            modified: self.modified.is_valid(row).then(|| self.modified.value(row)),
        }
    }

    pub(super) fn beam(&self, row: usize) -> Result<BeamEntry, String> {
        let run = |at: usize| CellRun {
            start: self.run_start.value(at),
            cell: self.run_cell.is_valid(at).then(|| self.run_cell.value(at)),
        };
        let found = match self.run_order(row) {
            None => None,
            Some(run_order) => Some(BeamRows {
                rows: self.rows.value(row),
                run_order,
                runs: range(&self.runs, row).map(run).collect(),
                datasets: range(&self.of_beam, row)
                    .map(|dataset| self.datasets.parts(dataset))
                    .collect::<Result<_, _>>()?,
            }),
        };
        Ok(BeamEntry { beam: self.beam.value(row).to_owned(), found })
    }
}

impl Datasets {
    fn new(of: &StructArray) -> Option<Self> {
        let column = |name: &str| of.column_by_name(name);
        let chunks = lists(column("chunks"))?;
        let chunk = chunks.values().as_struct_opt()?;
        let bytes = |name: &str| Some(column(name)?.as_binary_opt::<i32>()?.clone());
        Some(Self {
            path: text(column("path"))?,
            dtype: text(column("dtype"))?,
            shape: lists(column("shape"))?,
            units: text(column("units"))?,
            long_name: text(column("long_name"))?,
            fill_value: bytes("fill_value")?,
            null_value: bytes("null_value")?,
            filters: lists(column("filters"))?,
            layout: text(column("layout"))?,
            data: bytes("data")?,
            offset: numbers(column("offset"))?,
            chunk_shape: lists(column("chunk_shape"))?,
            raw_edges: column("raw_edges")?.as_boolean_opt()?.clone(),
            row: numbers(chunk.column_by_name("row"))?,
            column: numbers(chunk.column_by_name("column"))?,
            chunk_offset: numbers(chunk.column_by_name("offset"))?,
            chunk_size: numbers(chunk.column_by_name("size"))?,
            mask: chunk.column_by_name("mask")?.as_primitive_opt::<UInt32Type>()?.clone(),
            chunks,
        })
    }

    fn parts(&self, at: usize) -> Result<DatasetParts, String> {
        let path = self.path.value(at).to_owned();
        let bytes = |of: &BinaryArray| of.is_valid(at).then(|| of.value(at).to_vec());
        let layout = match self.layout.value(at) {
            "compact" => {
                let data = bytes(&self.data);
                DatasetLayout::Compact(data.ok_or_else(|| format!("{path} has no data"))?)
            }
            "contiguous" => {
                let offset = self.offset.is_valid(at).then(|| self.offset.value(at));
                DatasetLayout::Contiguous(offset)
            }
            "chunked" => DatasetLayout::Chunked {
                shape: numbers_of(&self.chunk_shape, at),
                raw_edges: self.raw_edges.value(at),
                chunks: range(&self.chunks, at).map(|chunk| self.chunk(chunk)).collect(),
            },
            other => return Err(format!("{path} has a layout `{other}`")),
        };
        let attribute = |name: &str, of: &StringArray| {
            let value = AttributeValue::Strings(vec![optional_text(of, at)?]);
            Some(Attribute { name: name.to_owned(), value })
        };
        let attributes = [("long_name", &self.long_name), ("units", &self.units)];
        Ok(DatasetParts {
            path,
            shape: numbers_of(&self.shape, at),
            dtype: self.dtype.value(at).to_owned(),
            fill: bytes(&self.fill_value),
            null: bytes(&self.null_value),
            filters: texts_of(&self.filters, at),
            layout,
            attributes: attributes.iter().filter_map(|(name, of)| attribute(name, of)).collect(),
        })
    }

    fn chunk(&self, at: usize) -> ChunkPlace {
        ChunkPlace {
            row: self.row.value(at),
            column: self.column.value(at),
            offset: self.chunk_offset.value(at),
            size: self.chunk_size.value(at),
            mask: self.mask.value(at),
        }
    }
}

fn text(column: Option<&ArrayRef>) -> Option<StringArray> {
    column?.as_string_opt::<i32>().cloned()
}

fn numbers(column: Option<&ArrayRef>) -> Option<UInt64Array> {
    column?.as_primitive_opt::<UInt64Type>().cloned()
}

fn lists(column: Option<&ArrayRef>) -> Option<ListArray> {
    column?.as_list_opt::<i32>().cloned()
}

fn optional_text(of: &StringArray, row: usize) -> Option<String> {
    of.is_valid(row).then(|| of.value(row).to_owned())
}

/// The elements of a list, by their places among those of all lists.
fn range(list: &ListArray, row: usize) -> Range<usize> {
    let offsets = list.value_offsets();
    offsets[row] as usize..offsets[row + 1] as usize
}

fn numbers_of(list: &ListArray, row: usize) -> Vec<u64> {
    let values = list.values().as_primitive_opt::<UInt64Type>();
    values.map(|values| values.values()[range(list, row)].to_vec()).unwrap_or_default()
}

fn texts_of(list: &ListArray, row: usize) -> Vec<String> {
    let values = list.values().as_string_opt::<i32>();
    let text =
        |values: &StringArray| range(list, row).map(|at| values.value(at).to_owned()).collect();
    values.map(text).unwrap_or_default()
}
