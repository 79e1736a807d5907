//! The calls of which something is known.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::InList;
use zagg_udfs::cell::cover::{Cover, Shape};
use zagg_udfs::cell::morton::{self, NULL_WORD, Nested};
use zagg_udfs::cell::{Convention, cell_count};

use super::number::integer;
use super::{Grid, Kind, Number};

/// The name that a call goes by, and what is known of it.
pub(super) fn understood(expr: &Expr, grid: &Grid) -> Option<(String, Kind)> {
    match expr {
        Expr::InList(list) => in_list(list, grid),
        Expr::ScalarFunction(call) => {
            let kind = match (call.func.name(), call.args.as_slice()) {
                ("cell_in_polygon", args) => in_polygon(args, grid),
                ("morton_contains", [coarse, fine]) => in_word(coarse, fine, grid),
                _ => Number::of(expr, grid).map(Kind::Number),
            };
            kind.map(|kind| (call.func.name().to_owned(), kind))
        }
        _ => None,
    }
}

/// `cell_in_polygon(cell, order, 'POLYGON(…)' [, convention])`
fn in_polygon(args: &[Expr], grid: &Grid) -> Option<Kind> {
    let (cell, own, polygon, convention) = match args {
        [cell, own, polygon] => (cell, own, polygon, Convention::default()),
        [cell, own, polygon, convention] => {
            let name = convention.as_literal()?.try_as_str()??;
            (cell, own, polygon, name.parse().ok()?)
        }
        _ => return None,
    };
    let number = Number::of(cell, grid).filter(|number| number.is_id_of(own))?;
    let shape = match polygon.as_literal()? {
        ScalarValue::BinaryView(Some(bytes)) => Shape::from_wkb(bytes, convention),
        text => Shape::from_wkt(text.try_as_str()??, convention),
    };
    // Of lines and points the function makes an error, which is not to be lost with the rows.
    let shape = shape.ok().filter(Shape::is_area)?;
    // A cell whose centre is in the polygon is in a shard that the polygon touches.
    let order = number.order.min(grid.parent_order);
    let (touched, inside) = shape.cover_and_inside(order).ok()?;
    Some(Kind::Among(touched, inside))
}

/// `morton_contains(WORD, morton)`
fn in_word(coarse: &Expr, fine: &Expr, grid: &Grid) -> Option<Kind> {
    let number = Number::of(fine, grid).filter(|number| number.as_word)?;
    let word = integer(coarse).filter(|word| *word != NULL_WORD)?;
    let Nested { id, order, kind } = morton::to_nested(word).ok()?;
    let cover = match kind {
        morton::Kind::Area if order <= number.order => Cover::from_cells(order, [id]),
        _ => Cover::empty(number.order),
    };
    let cover = cover.ok()?;
    Some(Kind::Among(cover.clone(), cover))
}

/// `healpix_parent(cell, 12, 6) IN (…)`, however long the list.
fn in_list(list: &InList, grid: &Grid) -> Option<(String, Kind)> {
    if list.negated {
        return None;
    }
    let number = Number::of(&list.expr, grid)?;
    let wanted: Vec<u64> = list.list.iter().map(integer).collect::<Option<_>>()?;
    let cover = if number.as_word {
        // A word of another order equals none of these.
        let known = wanted.iter().filter_map(|word| morton::to_nested(*word).ok());
        let areas = known.filter(|n| n.order == number.order && n.kind == morton::Kind::Area);
        Cover::from_cells(number.order, areas.map(|n| n.id))
    } else {
        let count = cell_count(number.order).ok()?;
        Cover::from_cells(number.order, wanted.into_iter().filter(|id| *id < count))
    };
    let cover = cover.ok()?;
    let name = match list.expr.as_ref() {
        Expr::ScalarFunction(call) => call.func.name(),
        Expr::Column(column) => &column.name,
        _ => return None,
    };
    Some((name.to_owned(), Kind::Among(cover.clone(), cover)))
}
