//! The columns of the index.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};

/// The columns of a granule index: one row for each granule and each beam that was looked for in it, ordered by
/// granule.
///
/// | column | type | what |
/// |---|---|---|
/// | `granule` | Utf8 | the granule's id: its file name |
/// | `size` | UInt64 | bytes of the file |
/// | `e_tag` | Utf8 | entity tag of the object; NULL where the store has none |
/// | `modified` | Timestamp(µs, UTC) | time of the last change; NULL where the store has none |
/// | `beam` | Utf8 | HDF5 group |
/// | `rows` | UInt64 | observations; NULL where the granule does not have the beam |
/// | `run_order` | UInt8 | HEALPix order of `runs.cell`; NULL with `rows` |
/// | `runs` | list of struct | consecutive rows in one cell, in row order; each ends where the next begins |
/// | `runs.start` | UInt64 | first row, from 0 |
/// | `runs.cell` | UInt64 | nested id; NULL: no valid position |
/// | `datasets` | list of struct | the datasets of the beam, see below |
///
/// | of a dataset | type | what |
/// |---|---|---|
/// | `path` | Utf8 | path in the file |
/// | `dtype` | Utf8 | stored type in numpy's words: `<f4`, `>i2`, `\|u1` |
/// | `shape` | list of UInt64 | elements along each dimension |
/// | `units`, `long_name` | Utf8 | attributes; NULL where there is none |
/// | `fill_value` | Binary | one element as stored, for elements never written; NULL: zero |
/// | `null_value` | Binary | one element as stored that means no value; NULL: there is none |
/// | `filters` | list of Utf8 | in the order of writing: `shuffle(4)`, `deflate`, `fletcher32` |
/// | `layout` | Utf8 | `chunked`, `contiguous` or `compact` |
/// | `data` | Binary | the elements as stored, of a compact dataset; otherwise NULL |
/// | `offset` | UInt64 | first byte in the file, of a contiguous one; NULL otherwise, and where nothing was written |
/// | `chunk_shape` | list of UInt64 | elements of a chunk along each dimension; NULL where there are no chunks |
/// | `raw_edges` | Boolean | whether chunks that reach past the dataset are stored without filters |
/// | `chunks` | list of struct | chunks that were written; the others have the fill value |
/// | `chunks.row`, `chunks.column` | UInt64 | the first element in the dataset; column 0 for one dimension |
/// | `chunks.offset`, `chunks.size` | UInt64 | first byte and bytes in the file |
/// | `chunks.mask` | UInt32 | bit *i* set: filter *i* was not applied |
///
/// Columns without a null rule are never NULL.
pub fn schema() -> SchemaRef {
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("granule", DataType::Utf8, false),
        Field::new("size", DataType::UInt64, false),
        Field::new("e_tag", DataType::Utf8, true),
        Field::new("modified", time, true),
        Field::new("beam", DataType::Utf8, false),
        Field::new("rows", DataType::UInt64, true),
        Field::new("run_order", DataType::UInt8, true),
        list("runs", run(), false),
        list("datasets", dataset(), false),
    ]))
}

/// An element of `runs`.
pub(super) fn run() -> FieldRef {
    item(vec![
        Field::new("start", DataType::UInt64, false),
        Field::new("cell", DataType::UInt64, true),
    ])
}

/// An element of `datasets`.
pub(super) fn dataset() -> FieldRef {
    item(vec![
        Field::new("path", DataType::Utf8, false),
        Field::new("dtype", DataType::Utf8, false),
        list("shape", number(), false),
        Field::new("units", DataType::Utf8, true),
        Field::new("long_name", DataType::Utf8, true),
        Field::new("fill_value", DataType::Binary, true),
        Field::new("null_value", DataType::Binary, true),
        list("filters", text(), false),
        Field::new("layout", DataType::Utf8, false),
        Field::new("data", DataType::Binary, true),
        Field::new("offset", DataType::UInt64, true),
        list("chunk_shape", number(), true),
        Field::new("raw_edges", DataType::Boolean, false),
        list("chunks", chunk(), false),
    ])
}

/// An element of `chunks`.
pub(super) fn chunk() -> FieldRef {
    item(vec![
        Field::new("row", DataType::UInt64, false),
        Field::new("column", DataType::UInt64, false),
        Field::new("offset", DataType::UInt64, false),
        Field::new("size", DataType::UInt64, false),
        Field::new("mask", DataType::UInt32, false),
    ])
}

pub(super) fn number() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::UInt64, false))
}

pub(super) fn text() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Utf8, false))
}

fn item(fields: Vec<Field>) -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(Fields::from(fields)), false))
}

fn list(name: &str, item: FieldRef, nullable: bool) -> Field {
    Field::new(name, DataType::List(item), nullable)
}
