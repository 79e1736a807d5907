//! From a configuration to the layout of its store.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use zagg_catalog::ShardMap;
use zagg_udfs::cell::Convention;

use crate::config::{FillValue, UnitRule, Variable};
use crate::granule::COLUMNS;
use crate::run::RunRequest;
use crate::store::{Ellipsoid, StoreSpec, VariableSpec};
use crate::table::ColumnInfo;

/// The layout of the store that `request` asks for over the shards of `map`.
pub(super) fn store_spec(
    request: &RunRequest,
    map: &ShardMap,
    columns: &[ColumnInfo],
    mut granules: Vec<&str>,
) -> StoreSpec {
    granules.sort_unstable();
    granules.dedup();
    let config = &request.config;
    let variable = |variable: &Variable| {
        let source = variable.source.as_ref().and_then(|name| {
            let at = config.source.columns.iter().position(|column| column.name == *name)?;
            columns.get(COLUMNS + at)
        });
        let mut attributes = variable.attrs.clone();
        let mut given = |key: &str| match attributes.remove(key) {
            Some(Value::String(text)) => Some(text),
            Some(other) => Some(other.to_string()),
            None => None,
        };
        let inherited = source.and_then(|s| s.units.clone());
        let units = given("units").or(match variable.unit_rule {
            UnitRule::Same => inherited,
            UnitRule::Count => Some("1".into()),
            UnitRule::Squared => inherited.map(|units| format!("({units})^2")),
            UnitRule::None => None,
        });
        let long_name = given("long_name");
        VariableSpec {
            name: variable.name.clone(),
            dtype: variable.dtype,
            fill_value: variable.fill_value.map(fill),
            units,
            long_name,
            attributes,
        }
    };
    StoreSpec {
        child_order: config.grid.child_order,
        parent_order: config.grid.parent_order,
        ellipsoid: match config.grid.convention {
            Convention::Authalic => Ellipsoid::Wgs84,
            Convention::Sphere => Ellipsoid::Sphere,
        },
        parents: map.shards.iter().map(|shard| shard.cell).collect(),
        variables: config.variables.iter().map(variable).collect(),
        morton: config.morton,
        provenance: provenance(request, &granules),
    }
}

/// How the store was made, so that it can be made again or compared.
fn provenance(request: &RunRequest, granules: &[&str]) -> Map<String, Value> {
    let mut inputs = Sha256::new();
    for granule in granules {
        inputs.update(granule.as_bytes());
        inputs.update([0]);
    }
    let mut map = Map::new();
    map.insert("software".into(), json!(concat!("zagg-sql ", env!("CARGO_PKG_VERSION"))));
    map.insert("sql".into(), json!(request.config.sql()));
    map.insert("config_sha256".into(), json!(request.config.sha256));
    map.insert("inputs_sha256".into(), json!(format!("{:x}", inputs.finalize())));
    map.insert("granules".into(), json!(granules));
    if let Some(time) = &request.written_at {
        map.insert("written_at".into(), json!(time));
    }
    map
}

fn fill(value: FillValue) -> Value {
    match value {
        FillValue::Int(int) => i64::try_from(int).map_or_else(|_| json!(int as u64), |i| json!(i)),
        FillValue::Float(float) if float.is_nan() => json!("NaN"),
        FillValue::Float(float) if float.is_infinite() => {
            json!(if float > 0.0 { "Infinity" } else { "-Infinity" })
        }
        FillValue::Float(float) => json!(float),
    }
}
