//! The columns of a granule table.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::config::DataSource;
use crate::error::Result;
use crate::granule::{COLUMNS, LATITUDE, LONGITUDE, OpenBeam};

/// Type and attributes of a declared dataset, as the first granule has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnInfo {
    /// The Arrow type of its values.
    #[serde(rename = "type", serialize_with = "write_type", deserialize_with = "read_type")]
    pub data_type: DataType,
    /// The `units` attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<String>,
    /// The `long_name` attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub long_name: Option<String>,
}

fn write_type<S: Serializer>(data_type: &DataType, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(data_type)
}

fn read_type<'de, D: Deserializer<'de>>(input: D) -> Result<DataType, D::Error> {
    let text = String::deserialize(input)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("`{text}` is not an Arrow type")))
}

impl ColumnInfo {
    /// The columns of a beam: latitude, longitude, then the declared ones.
    pub(crate) fn of_beam(beam: &OpenBeam) -> Result<Vec<Self>> {
        beam.datasets
            .iter()
            .map(|dataset| {
                let text = |name| Some(dataset.attribute(name)?.as_str()?.to_owned());
                Ok(Self {
                    data_type: dataset.arrow_type()?,
                    units: text("units"),
                    long_name: text("long_name"),
                })
            })
            .collect()
    }
}

/// What a column of the table is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableColumn {
    /// A dataset, by its number in `OpenBeam::datasets`.
    Dataset(usize),
    /// The granule's id.
    Granule,
    /// The beam's name.
    Beam,
    /// The cell at the child order.
    Cell,
    /// The cell at the parent order.
    Shard,
}

/// The table's columns in order: the declared ones, the coordinates, then the virtual ones.
pub(super) fn columns(source: &DataSource) -> Vec<TableColumn> {
    let declared = (COLUMNS..COLUMNS + source.columns.len()).map(TableColumn::Dataset);
    declared
        .chain([TableColumn::Dataset(LATITUDE), TableColumn::Dataset(LONGITUDE)])
        .chain([TableColumn::Granule, TableColumn::Beam, TableColumn::Cell, TableColumn::Shard])
        .collect()
}

/// The Arrow schema of [`columns`]. All columns may be NULL: fill values are. Units and long names stand
/// in the fields' metadata.
pub(super) fn schema(source: &DataSource, infos: &[ColumnInfo]) -> SchemaRef {
    let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = columns(source).into_iter().map(|column| match column {
        TableColumn::Dataset(d) => {
            let name = match d {
                LATITUDE => "latitude",
                LONGITUDE => "longitude",
                declared => source.columns[declared - COLUMNS].name.as_str(),
            };
            let info = &infos[d];
            let attributes = [("units", &info.units), ("long_name", &info.long_name)];
            let metadata: HashMap<String, String> = attributes
                .into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)))
                .collect();
            Field::new(name, info.data_type.clone(), true).with_metadata(metadata)
        }
        TableColumn::Granule => Field::new("granule", text(), true),
        TableColumn::Beam => Field::new("beam", text(), true),
        TableColumn::Cell => Field::new("cell", DataType::UInt64, true),
        TableColumn::Shard => Field::new("shard", DataType::UInt64, true),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
