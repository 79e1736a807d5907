//! From entries to a batch of the table.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, UInt8Array, UInt32Array, UInt64Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, FieldRef};
use arrow::error::ArrowError;
use zagg_hdf5::{AttributeValue, ChunkPlace, DatasetLayout, DatasetParts};

use crate::index::schema;
use crate::index::{BeamEntry, BeamRows, CellRun, GranuleEntry};

type Result<T> = std::result::Result<T, ArrowError>;

pub(super) fn batch(entries: &[GranuleEntry]) -> Result<RecordBatch> {
    let rows: Vec<(&GranuleEntry, &BeamEntry)> = entries
        .iter()
        .flat_map(|entry| entry.beams.iter().map(move |beam| (entry, beam)))
        .collect();
    let found: Vec<Option<&BeamRows>> = rows.iter().map(|(_, beam)| beam.found.as_ref()).collect();
    let versions = || rows.iter().map(|(entry, _)| &entry.version);
    let runs: Vec<&[CellRun]> = found.iter().map(|f| f.map_or(&[][..], |f| &f.runs)).collect();
    let parts: Vec<&[DatasetParts]> =
        found.iter().map(|f| f.map_or(&[][..], |f| &f.datasets)).collect();
    let modified = versions().map(|v| v.modified).collect::<TimestampMicrosecondArray>();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(entry, _)| &entry.id))),
        Arc::new(UInt64Array::from_iter_values(versions().map(|v| v.size))),
        Arc::new(versions().map(|v| v.e_tag.as_deref()).collect::<StringArray>()),
        Arc::new(modified.with_timezone("UTC")),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, beam)| &beam.beam))),
        Arc::new(found.iter().map(|f| f.map(|f| f.rows)).collect::<UInt64Array>()),
        Arc::new(found.iter().map(|f| f.map(|f| f.run_order)).collect::<UInt8Array>()),
        list(schema::run(), lengths(&runs), runs_of(&runs.concat())?, None)?,
        list(schema::dataset(), lengths(&parts), datasets(&flat(&parts))?, None)?,
    ];
    RecordBatch::try_new(schema::schema(), columns)
}

fn runs_of(runs: &[CellRun]) -> Result<ArrayRef> {
    let starts = UInt64Array::from_iter_values(runs.iter().map(|run| run.start));
    let cells: UInt64Array = runs.iter().map(|run| run.cell).collect();
    structs(&schema::run(), vec![Arc::new(starts), Arc::new(cells)])
}

fn datasets(parts: &[&DatasetParts]) -> Result<ArrayRef> {
    let text = |of: fn(&DatasetParts) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(parts.iter().map(|p| of(p))))
    };
    let attribute = |name: &str| -> ArrayRef {
        let of = |p: &&DatasetParts| {
            let found = p.attributes.iter().find(|attribute| attribute.name == name)?;
            AttributeValue::as_str(&found.value).map(str::to_owned)
        };
        Arc::new(parts.iter().map(of).collect::<StringArray>())
    };
    let bytes = |of: fn(&DatasetParts) -> Option<&[u8]>| -> ArrayRef {
        Arc::new(parts.iter().map(|p| of(p)).collect::<BinaryArray>())
    };
    let shapes: Vec<&[u64]> = parts.iter().map(|p| p.shape.as_slice()).collect();
    let filters: Vec<&[String]> = parts.iter().map(|p| p.filters.as_slice()).collect();
    let chunk_shapes: Vec<Option<&[u64]>> = parts.iter().map(|p| chunked(p).map(|c| c.0)).collect();
    let is_chunked = NullBuffer::from_iter(chunk_shapes.iter().map(Option::is_some));
    let chunk_shapes: Vec<&[u64]> =
        chunk_shapes.into_iter().map(Option::unwrap_or_default).collect();
    let raw_edges = parts.iter().map(|p| Some(chunked(p).is_some_and(|c| c.1)));
    let chunks: Vec<&[ChunkPlace]> =
        parts.iter().map(|p| chunked(p).map(|c| c.2).unwrap_or_default()).collect();
    let offsets = parts.iter().map(|p| match p.layout {
        DatasetLayout::Contiguous(offset) => offset,
        _ => None,
    });
    let numbers = |values: Vec<u64>| -> ArrayRef { Arc::new(UInt64Array::from(values)) };
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(filters.concat()));
    let columns = vec![
        text(|p| &p.path),
        text(|p| &p.dtype),
        list(schema::number(), lengths(&shapes), numbers(shapes.concat()), None)?,
        attribute("units"),
        attribute("long_name"),
        bytes(|p| p.fill.as_deref()),
        bytes(|p| p.null.as_deref()),
        list(schema::text(), lengths(&filters), names, None)?,
        text(|p| layout(&p.layout)),
        bytes(|p| match &p.layout {
            DatasetLayout::Compact(data) => Some(data),
            _ => None,
        }),
        Arc::new(offsets.collect::<UInt64Array>()),
        list(
            schema::number(),
            lengths(&chunk_shapes),
            numbers(chunk_shapes.concat()),
            Some(is_chunked),
        )?,
        Arc::new(raw_edges.collect::<BooleanArray>()),
        list(schema::chunk(), lengths(&chunks), chunks_of(&chunks.concat())?, None)?,
    ];
    structs(&schema::dataset(), columns)
}

fn layout(layout: &DatasetLayout) -> &'static str {
    match layout {
        DatasetLayout::Compact(_) => "compact",
        DatasetLayout::Contiguous(_) => "contiguous",
        DatasetLayout::Chunked { .. } => "chunked",
    }
}

fn chunked(parts: &DatasetParts) -> Option<(&[u64], bool, &[ChunkPlace])> {
    match &parts.layout {
        DatasetLayout::Chunked { shape, raw_edges, chunks } => Some((shape, *raw_edges, chunks)),
        _ => None,
    }
}

fn chunks_of(chunks: &[ChunkPlace]) -> Result<ArrayRef> {
    let numbers = |of: fn(&ChunkPlace) -> u64| -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(chunks.iter().map(of)))
    };
    let masks = UInt32Array::from_iter_values(chunks.iter().map(|chunk| chunk.mask));
    let columns = vec![
        numbers(|chunk| chunk.row),
        numbers(|chunk| chunk.column),
        numbers(|chunk| chunk.offset),
        numbers(|chunk| chunk.size),
        Arc::new(masks),
    ];
    structs(&schema::chunk(), columns)
}

fn flat<'a, T>(parts: &[&'a [T]]) -> Vec<&'a T> {
    parts.iter().flat_map(|part| part.iter()).collect()
}

fn lengths<T>(parts: &[&[T]]) -> OffsetBuffer<i32> {
    OffsetBuffer::from_lengths(parts.iter().map(|part| part.len()))
}

fn list(
    item: FieldRef,
    offsets: OffsetBuffer<i32>,
    values: ArrayRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef> {
    Ok(Arc::new(ListArray::try_new(item, offsets, values, nulls)?))
}

fn structs(item: &FieldRef, columns: Vec<ArrayRef>) -> Result<ArrayRef> {
    let DataType::Struct(fields) = item.data_type() else {
        return Err(ArrowError::SchemaError(format!("{item} is no struct")));
    };
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns, None)?))
}
