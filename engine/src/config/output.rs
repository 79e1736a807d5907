//! `output`, and the keys that steer a run of zagg rather than its result.

use serde_yaml::Value;

use super::error::ConfigErrorKind;
use super::grid::{self, Grid};
use super::node::{Map, Node};

pub(super) struct Output {
    pub(super) grid: Grid,
    pub(super) store: Option<String>,
    pub(super) endpoint_url: Option<String>,
    pub(super) region: Option<String>,
}

/// Known keys that do not change a value of the result.
const NO_EFFECT: [(&str, &str); 5] = [
    ("product_name", "the store is written where `output.store` or the command line says"),
    ("coverage_moc", "the store lists its shards and cells itself"),
    ("sweep", "nothing is left to roll up after a run"),
    ("time_source", "no array of the store carries a time per observation"),
    ("consolidate_metadata", "metadata is always consolidated"),
];

pub(super) fn read(node: Node<'_>, warnings: &mut Vec<String>) -> Result<Output, ConfigErrorKind> {
    let mut map = node.map()?;
    let grid = grid::read(map.required("grid", "a mapping")?, warnings)?;
    let store = map.optional("store").map(|n| n.string()).transpose()?;
    let endpoint_url = map.optional("endpoint_url").map(|n| n.string()).transpose()?;
    let region = map.optional("region").map(|n| n.string()).transpose()?;
    for (key, why) in NO_EFFECT {
        if let Some(n) = map.optional(key) {
            warnings.push(format!("`{}` has no effect: {why}", n.path));
        }
    }
    if let Some(n) = map.optional("store_layout") {
        match n.str()? {
            "flat" => {}
            "hive" => warnings
                .push(format!("`{}: hive` has no effect: one flat store is written", n.path)),
            _ => return Err(n.wrong_type("`flat` or `hive`")),
        }
    }
    if let Some(n) = map.optional("pyramid")
        && n.value().as_bool() != Some(false)
    {
        warnings.push(format!("`{}` has no effect: one order is written", n.path));
    }
    if let Some(n) = map.optional("format")
        && n.str()? != "zarr"
    {
        return Err(n.unsupported(
            "a configuration makes a zarr store; `COPY (…) TO 'x.parquet'` \
                                  writes the rows of its SQL",
        ));
    }
    if let Some(n) = map.optional("windowing")
        && n.value().get("schedule").and_then(Value::as_str) != Some("none")
    {
        return Err(n.unsupported("one run makes one result over all times of its granules"));
    }
    if let Some(n) = map.optional("aoi_mask")
        && n.bool()?
    {
        return Err(n.unsupported("cells are not cut along the outline of an area"));
    }
    map.finish()?;
    Ok(Output { grid, store, endpoint_url, region })
}

/// `pipeline`, `worker` and `bounds`: known at the top of a file, and no part of the translation.
pub(super) fn read_run_keys(
    top: &mut Map<'_>,
    warnings: &mut Vec<String>,
) -> Result<(), ConfigErrorKind> {
    if let Some(n) = top.optional("pipeline") {
        let mut map = n.map()?;
        if let Some(kind) = map.optional("type")
            && kind.str()? != "spatial"
        {
            return Err(kind.unsupported("only the spatial pipeline, observations to cells"));
        }
        map.finish()?;
    }
    if let Some(n) = top.optional("worker") {
        let mut map = n.map()?;
        for key in ["memory", "extra_disk"] {
            map.optional(key);
        }
        map.finish()?;
        warnings.push("`worker` has no effect: the deployment sets memory and disk".to_owned());
    }
    if let Some(n) = top.optional("bounds") {
        let mut map = n.map()?;
        for key in ["temporal", "spatial"] {
            map.optional(key);
        }
        map.finish()?;
        warnings.push(
            "`bounds` has no effect here: it selects granules when a catalog is made".to_owned(),
        );
    }
    Ok(())
}
