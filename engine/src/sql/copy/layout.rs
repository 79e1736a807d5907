//! From the options and columns of a `COPY` to the layout of its store.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;
use serde_json::{Map, Value, json};
use zagg_udfs::cell::Convention;

use crate::sql::options::Options;
use crate::store::{Ellipsoid, StoreDtype, StoreSpec, VariableSpec};
use crate::table::GranuleScanExec;

const OF: &str = "STORED AS ZARR";
pub(in crate::sql) const OPTIONS: [&str; 9] = [
    "order",
    "parent_order",
    "ellipsoid",
    "overwrite",
    "morton",
    "*.dtype",
    "*.fill_value",
    "*.units",
    "*.long_name",
];

/// What the statement says of the store.
#[derive(Debug, Clone, Default)]
pub(in crate::sql) struct ZarrOptions {
    order: Option<u8>,
    parent_order: Option<u8>,
    ellipsoid: Option<Ellipsoid>,
    pub(in crate::sql) overwrite: bool,
    morton: bool,
    columns: HashMap<String, ColumnOptions>,
}

#[derive(Debug, Clone, Default)]
struct ColumnOptions {
    dtype: Option<StoreDtype>,
    fill_value: Option<Value>,
    units: Option<String>,
    long_name: Option<String>,
}

impl ZarrOptions {
    /// # Errors
    /// For an option that does not exist or has a value it cannot have.
    pub(in crate::sql) fn parse(given: &HashMap<String, String>) -> Result<Self> {
        let options = Options::new(OF, given, &OPTIONS)?;
        let mut columns: HashMap<String, ColumnOptions> = HashMap::new();
        for (name, text) in options.each("dtype") {
            let Some(dtype) = StoreDtype::from_name(text) else {
                let all = StoreDtype::ALL.map(StoreDtype::name).join(", ");
                return options.wrong(&format!("{name}.dtype"), format!("one of {all}"));
            };
            columns.entry(name.to_owned()).or_default().dtype = Some(dtype);
        }
        for (name, text) in options.each("fill_value") {
            let value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            columns.entry(name.to_owned()).or_default().fill_value = Some(value);
        }
        for (name, text) in options.each("units") {
            columns.entry(name.to_owned()).or_default().units = Some(text.to_owned());
        }
        for (name, text) in options.each("long_name") {
            columns.entry(name.to_owned()).or_default().long_name = Some(text.to_owned());
        }
        Ok(Self {
            order: options.parse("order", "a HEALPix order from 0 to 29")?,
            parent_order: options.parse("parent_order", "a HEALPix order from 0 to 29")?,
            ellipsoid: options.ellipsoid()?,
            overwrite: options.flag("overwrite")?.unwrap_or_default(),
            morton: options.flag("morton")?.unwrap_or_default(),
            columns,
        })
    }

    /// The layout but for the parents, for rows of `schema` that come from `scan`, where that is known.
    ///
    /// # Errors
    /// If an order is not given and not known, or a column is none that a store can hold.
    pub(super) fn spec(
        &self,
        schema: &Schema,
        scan: Option<&GranuleScanExec>,
    ) -> Result<StoreSpec> {
        let grid = scan.map(|scan| *scan.pool().grid());
        let Some(child_order) = self.order.or(grid.map(|grid| grid.child_order)) else {
            return plan_err!("{OF}: say of which HEALPix order the cells are: OPTIONS (order 12)");
        };
        let default = grid.map_or(child_order.saturating_sub(6), |grid| grid.parent_order);
        let parent_order = self.parent_order.unwrap_or(default.min(child_order));
        match schema.field_with_name("cell").map(Field::data_type) {
            Ok(DataType::UInt64) => {}
            Ok(other) => return plan_err!("{OF}: `cell` is {other}: expected a nested id, UInt64"),
            Err(_) => {
                return plan_err!("{OF}: the query has no column `cell`: name it with AS cell");
            }
        }
        // DataFusion writes the names of options in lower case.
        let has = |name: &str| schema.fields().iter().any(|f| f.name().to_lowercase() == name);
        if let Some(name) = self.columns.keys().find(|name| !has(name)) {
            return plan_err!(
                "{OF}: there are options for `{name}`, which the query does not have"
            );
        }
        let fields = schema.fields().iter().filter(|field| field.name() != "cell");
        let variables = fields.map(|field| self.variable(field)).collect::<Result<Vec<_>>>()?;
        let convention = grid.map_or(Ellipsoid::Wgs84, |grid| match grid.convention {
            Convention::Authalic => Ellipsoid::Wgs84,
            Convention::Sphere => Ellipsoid::Sphere,
        });
        Ok(StoreSpec {
            child_order,
            parent_order,
            ellipsoid: self.ellipsoid.unwrap_or(convention),
            parents: Vec::new(),
            variables,
            morton: self.morton,
            provenance: Map::new(),
        })
    }

    fn variable(&self, field: &Field) -> Result<VariableSpec> {
        let own = self.columns.get(&field.name().to_lowercase()).cloned().unwrap_or_default();
        let Some(dtype) = own.dtype.or_else(|| dtype(field.data_type())) else {
            let (name, found) = (field.name(), field.data_type());
            return plan_err!("{OF}: column `{name}` is {found}: a store holds numbers");
        };
        let inherited = |key: &str| field.metadata().get(key).cloned();
        Ok(VariableSpec {
            name: field.name().clone(),
            dtype,
            fill_value: own.fill_value,
            units: own.units.or_else(|| inherited("units")),
            long_name: own.long_name.or_else(|| inherited("long_name")),
            attributes: Map::new(),
        })
    }
}

/// The type of an array for a column, if it is one of numbers or times.
fn dtype(found: &DataType) -> Option<StoreDtype> {
    Some(match found {
        DataType::Boolean => StoreDtype::UInt8,
        DataType::Float16 => StoreDtype::Float32,
        DataType::Decimal128(..) | DataType::Decimal256(..) => StoreDtype::Float64,
        found if found.is_temporal() => StoreDtype::Int64,
        found => StoreDtype::ALL.into_iter().find(|dtype| dtype.arrow() == *found)?,
    })
}

/// The scan at the bottom of a plan that has a shard in each of its partitions, if partition *i* of the plan is shard *i*.
pub(super) fn shard_scan(plan: &Arc<dyn ExecutionPlan>) -> Option<&GranuleScanExec> {
    let partitions = plan.properties().partitioning.partition_count();
    let mut node = plan;
    loop {
        if let Some(scan) = node.downcast_ref::<GranuleScanExec>() {
            let sharded = scan.partitions().iter().all(|partition| partition.shard.is_some());
            return Some(scan).filter(|_| sharded);
        }
        let children = node.children();
        let [input] = children.as_slice() else { return None };
        let same = input.properties().partitioning.partition_count() == partitions;
        if !same || node.name() == "RepartitionExec" {
            return None;
        }
        node = input;
    }
}
