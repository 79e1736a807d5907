//! The output grid: which HEALPix orders, on which latitude.

use zagg_udfs::cell::Convention;

use super::error::ConfigErrorKind;
use super::node::{Map, Node};
use super::suggest;

/// A HEALPix grid in the NESTED scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Order of a shard: the unit of work and of an output chunk.
    pub parent_order: u8,
    /// Order of a cell, at or above the parent order and at most 29.
    pub child_order: u8,
    /// Latitude that enters the hash: authalic for `ellipsoid: WGS84` and by default, geodetic for
    /// `ellipsoid: sphere`.
    pub convention: Convention,
    /// Order of the inner chunks when a chunk of the store is divided further; it lies between
    /// parent and child order.
    pub chunk_inner: Option<u8>,
    /// Whether inner chunks share one object. `None`: the file does not say.
    pub sharded: Option<bool>,
}

const TYPES: [&str; 2] = ["healpix", "rectilinear"];
const ELLIPSOIDS: [&str; 2] = ["WGS84", "sphere"];
const MAX_ORDER: u64 = 29;

pub(super) fn read(node: Node<'_>, warnings: &mut Vec<String>) -> Result<Grid, ConfigErrorKind> {
    let mut map = node.map()?;
    let kind = map.required("type", "`healpix`")?;
    match kind.str()? {
        "healpix" => {}
        "rectilinear" => {
            return Err(kind.unsupported("grids in a projection; `healpix` is the type there is"));
        }
        other => {
            let hint = suggest::hint(other, TYPES);
            return Err(kind.invalid(format!("unknown grid type `{other}`{hint}")));
        }
    }
    nested_only(&mut map)?;
    let parent = map.required("parent_order", "an order from 0 to 29")?;
    let child = map.required("child_order", "an order from 0 to 29")?;
    let (parent_order, child_order) = (order(&parent)?, order(&child)?);
    if parent_order > child_order {
        return Err(parent.invalid(format!(
            "the parent order {parent_order} is finer than the child order {child_order}"
        )));
    }
    let chunk_inner = map
        .optional("chunk_inner")
        .map(|n| {
            let inner = order(&n)?;
            if (parent_order..=child_order).contains(&inner) {
                return Ok(inner);
            }
            Err(n.invalid(format!(
                "{inner} does not lie between the parent order {parent_order} and the child \
                 order {child_order}"
            )))
        })
        .transpose()?;
    let sharded = map.optional("sharded").map(|n| n.bool()).transpose()?;
    if chunk_inner.is_some_and(|inner| inner != parent_order) || sharded == Some(true) {
        warnings.push(
            "`output.grid.chunk_inner` and `sharded` have no effect: a shard is one whole chunk"
                .into(),
        );
    }
    if let Some(n) = map.optional("layout") {
        let layout = n.str()?;
        if !["fullsphere", "dense"].contains(&layout) {
            let hint = suggest::hint(layout, ["fullsphere", "dense"]);
            return Err(n.invalid(format!("unknown layout `{layout}`{hint}")));
        }
        warnings.push(format!(
            "`{}: {layout}` has no effect: the compact layout is written, shards with data only",
            n.path
        ));
    }
    if let Some(n) = map.optional("emit_cell_ids")
        && !n.bool()?
    {
        warnings.push(format!("`{}` has no effect: `cell_ids` is always written", n.path));
    }
    let convention = map.optional("ellipsoid").map(|n| ellipsoid(&n)).transpose()?;
    for key in ["crs", "resolution", "bounds", "chunk_shape"] {
        if let Some(n) = map.optional(key) {
            return Err(n.invalid("belongs to a rectilinear grid, and this one is healpix"));
        }
    }
    map.finish()?;
    let convention = convention.unwrap_or_default();
    Ok(Grid { parent_order, child_order, convention, chunk_inner, sharded })
}

fn nested_only(map: &mut Map<'_>) -> Result<(), ConfigErrorKind> {
    if let Some(n) = map.optional("indexing_scheme")
        && n.str()? != "nested"
    {
        return Err(n.wrong_type("`nested`"));
    }
    if let Some(n) = map.optional("cell_ids_encoding")
        && n.str()? != "nested"
    {
        return Err(n.unsupported(
            "`cell_ids` holds NESTED ids; ask for Morton words by `aggregation.coordinates.morton`",
        ));
    }
    Ok(())
}

fn order(node: &Node<'_>) -> Result<u8, ConfigErrorKind> {
    let order = node.index(MAX_ORDER)?;
    u8::try_from(order).map_err(|_| node.wrong_type("an order from 0 to 29"))
}

fn ellipsoid(node: &Node<'_>) -> Result<Convention, ConfigErrorKind> {
    match node.str()? {
        "WGS84" => Ok(Convention::Authalic),
        "sphere" => Ok(Convention::Sphere),
        other => {
            let hint = suggest::hint(other, ELLIPSOIDS);
            Err(node.invalid(format!("unknown ellipsoid `{other}`{hint}")))
        }
    }
}
