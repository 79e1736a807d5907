//! The columns every catalog has.

use std::borrow::Borrow;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, BinaryBuilder, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow_json::ReaderBuilder;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use wkb::writer::{WriteOptions, write_geometry};

use super::{CatalogFileError, Result};
use crate::{Item, geoparquet};

/// The columns, in zagg's order.
pub(super) static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| Arc::new(schema()));

fn schema() -> Schema {
    let geometry = Field::new("geometry", DataType::Binary, true);
    let mut fields = json_fields();
    fields.insert(4, geometry.with_metadata(geoparquet::geoarrow_of_catalog().into()));
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    for name in ["datetime", "start_datetime", "end_datetime"] {
        fields.push(Field::new(name, time.clone(), true));
    }
    Schema::new(fields)
}

/// The columns whose values are as the items have them.
fn json_fields() -> Vec<Field> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let corner = |name: &str| Field::new(name, DataType::Float64, true);
    let of = |name: &str, fields: Vec<Field>| Field::new_struct(name, fields, true);
    let list = |name: &str, element: Field| Field::new_list(name, element, true);
    let roles = || list("roles", text("element"));
    let refs = list("storage:refs", text("element"));
    let assets = vec![
        of("data", vec![text("href"), text("title"), text("type"), roles()]),
        of("data_s3", vec![text("href"), text("title"), text("type"), roles(), refs]),
        of("metadata", vec![text("href"), text("title"), text("type"), roles()]),
    ];
    let link = of("element", vec![text("rel"), text("href"), text("type"), text("title")]);
    vec![
        text("type"),
        text("id"),
        text("stac_version"),
        list("stac_extensions", text("element")),
        of("bbox", ["xmin", "ymin", "xmax", "ymax"].map(corner).into()),
        of("assets", assets),
        list("links", link),
        text("collection"),
    ]
}

/// A row, as JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    r#type: &'static str,
    id: &'a str,
    stac_version: Option<&'a Value>,
    stac_extensions: Option<&'a Value>,
    bbox: Option<Corners>,
    assets: Assets<'a>,
    links: Option<&'a Value>,
    collection: Option<&'a str>,
}

#[derive(Serialize)]
struct Corners {
    xmin: f64,
    ymin: f64,
    xmax: f64,
    ymax: f64,
}

#[derive(Serialize)]
struct Assets<'a> {
    data: Option<&'a Value>,
    data_s3: Option<&'a Value>,
    metadata: Option<&'a Value>,
}

impl<'a> Row<'a> {
    fn of(item: &'a Item) -> Self {
        let corners = |[xmin, ymin, xmax, ymax]: [f64; 4]| Corners { xmin, ymin, xmax, ymax };
        let links = item.links();
        Self {
            r#type: "Feature",
            id: item.id(),
            stac_version: item.json().get("stac_version"),
            stac_extensions: item.json().get("stac_extensions"),
            bbox: item.bbox().map(corners),
            assets: Assets {
                data: links.https.as_ref(),
                data_s3: links.s3.as_ref(),
                metadata: links.metadata.as_ref(),
            },
            links: item.json().get("links"),
            collection: item.collection(),
        }
    }
}

/// Items as rows of [`SCHEMA`].
pub(super) fn batch<I: Borrow<Item>>(items: &[I]) -> Result<RecordBatch> {
    let rows: Vec<Row<'_>> = items.iter().map(|item| Row::of(item.borrow())).collect();
    let json_schema = Arc::new(Schema::new(json_fields()));
    let mut decoder = ReaderBuilder::new(Arc::clone(&json_schema)).build_decoder()?;
    decoder.serialize(&rows)?;
    let batch = decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(json_schema));
    let mut columns = batch.columns().to_vec();
    columns.insert(4, footprints(items)?);
    columns.push(times(items, Item::datetime));
    columns.push(times(items, Item::start));
    columns.push(times(items, Item::end));
    Ok(RecordBatch::try_new(Arc::clone(&SCHEMA), columns)?)
}

fn footprints<I: Borrow<Item>>(items: &[I]) -> Result<ArrayRef> {
    let mut column = BinaryBuilder::new();
    let mut bytes = Vec::new();
    for item in items.iter().map(Borrow::borrow) {
        let Some(footprint) = item.footprint() else {
            column.append_null();
            continue;
        };
        bytes.clear();
        write_geometry(&mut bytes, footprint, &WriteOptions::default()).map_err(|e| {
            CatalogFileError::Footprint { id: item.id().to_owned(), reason: e.to_string() }
        })?;
        column.append_value(&bytes);
    }
    Ok(Arc::new(column.finish()))
}

fn times<I: Borrow<Item>>(items: &[I], time: fn(&Item) -> Option<DateTime<Utc>>) -> ArrayRef {
    let micros = items.iter().map(|item| time(item.borrow()).map(|t| t.timestamp_micros()));
    Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}
