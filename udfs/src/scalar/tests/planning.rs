//! What is settled before any row is read: types, literals, nullability, ordering, ranges.

use std::sync::Arc;

use arrow::array::{Float64Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion_common::{DFSchema, ScalarValue};
use datafusion_expr::preimage::PreimageResult;
use datafusion_expr::registry::{FunctionRegistry, MemoryFunctionRegistry};
use datafusion_expr::simplify::SimplifyContext;
use datafusion_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion_expr::{Expr, ReturnFieldArgs, Volatility};

use super::{col, function, lit, refusal};
use crate::scalar::scalar_functions;

#[test]
fn all_are_registered_documented_and_immutable() {
    let mut registry = MemoryFunctionRegistry::new();
    crate::register_all(&mut registry).unwrap();
    for function in scalar_functions() {
        assert!(registry.udf(function.name()).is_ok());
        assert_eq!(function.signature().volatility, Volatility::Immutable);
        let documentation = function.documentation().unwrap();
        for other in documentation.related_udfs.iter().flatten() {
            assert!(registry.udf(other).is_ok(), "{other}");
        }
    }
}

#[test]
fn the_convention_is_a_known_literal() {
    for name in ["healpix_cell", "morton_cell"] {
        let args = |convention| vec![lit(0.0), lit(0.0), lit(0), convention];
        let text = refusal(name, args(lit("spheer")));
        assert!(text.starts_with("Error during planning"), "{text}");
        assert!(text.contains(name) && text.contains("did you mean 'sphere'?"), "{text}");
        let text = refusal(name, args(lit("WGS84")));
        assert!(text.contains("did you mean 'authalic'?"), "{text}");
        let text = refusal(name, args(col(StringArray::from(vec!["sphere"]))));
        assert!(text.contains("must be a literal"), "{text}");
        let text = refusal(name, args(lit(ScalarValue::Utf8(None))));
        assert!(text.contains("convention is NULL"), "{text}");
    }
    let text = refusal("healpix_lat", vec![lit(0), lit(0), lit("cube")]);
    assert!(text.contains("unknown latitude convention 'cube'"), "{text}");
}

#[test]
fn wrong_arguments_are_named() {
    let text = refusal("healpix_cell", vec![lit(0.0), lit(0.0)]);
    assert!(
        text.contains(
            "healpix_cell takes (lon, lat, order, convention), the last one optional; 2 were given"
        ),
        "{text}"
    );
    let text = refusal("healpix_cell", vec![lit("0"), lit(0.0), lit(0)]);
    assert!(text.contains("lon is Utf8, expected a number of degrees"), "{text}");
    let text = refusal("morton_text", vec![col(Float64Array::from(vec![1.0]))]);
    assert!(text.contains("word is Float64, expected an unsigned 64-bit integer"), "{text}");
    let text = refusal("morton_parse", vec![lit(12)]);
    assert!(text.contains("text is Int32, expected text"), "{text}");
    assert!(refusal("morton_order", vec![]).contains("takes (word); 0 were given"));
}

#[test]
fn nullable_follows_from_what_can_be_null() {
    let field = |name: &str, types: &[DataType], nullable| {
        let fields: Vec<_> =
            types.iter().map(|t| Arc::new(Field::new("a", t.clone(), nullable))).collect();
        let literals = vec![None; types.len()];
        let args = ReturnFieldArgs { arg_fields: &fields, scalar_arguments: &literals };
        function(name).return_field_from_args(args).unwrap().is_nullable()
    };
    let position = [DataType::Float64, DataType::Float64, DataType::Int64];
    assert!(field("healpix_cell", &position, false));
    assert!(!field("healpix_to_morton", &[DataType::UInt64, DataType::Int64], false));
    assert!(field("healpix_to_morton", &[DataType::UInt64, DataType::Int64], true));
    assert!(field("morton_order", &[DataType::UInt64], false));
}

fn preimage(
    cell_type: DataType,
    own: i64,
    parent: i64,
    id: ScalarValue,
) -> Option<(Expr, ScalarValue, ScalarValue)> {
    let schema = Schema::new(vec![Field::new("cell", cell_type, true)]);
    let schema = Arc::new(DFSchema::try_from(schema).unwrap());
    let info = SimplifyContext::builder().with_schema(schema).build();
    let literal = |value: i64| Expr::Literal(value.into(), None);
    let args =
        [Expr::from(datafusion_common::Column::from_name("cell")), literal(own), literal(parent)];
    match function("healpix_parent")
        .inner()
        .preimage(&args, &Expr::Literal(id, None), &info)
        .unwrap()
    {
        PreimageResult::Range { expr, interval } => {
            Some((expr, interval.lower().clone(), interval.upper().clone()))
        }
        PreimageResult::None => None,
    }
}

#[test]
fn a_parent_is_a_range_of_cells() {
    let bounds = |found: Option<(Expr, ScalarValue, ScalarValue)>| {
        found.map(|(_, lower, upper)| (lower, upper))
    };
    let range = |from: u64, to: u64| Some((from.into(), to.into()));
    let uint = |id: u64| ScalarValue::from(id);
    assert_eq!(bounds(preimage(DataType::UInt64, 12, 6, uint(5))), range(5 << 12, 6 << 12));
    assert_eq!(bounds(preimage(DataType::UInt64, 29, 0, uint(11))), range(11 << 58, 12 << 58));
    assert_eq!(bounds(preimage(DataType::UInt64, 6, 6, uint(5))), range(5, 6));
    // What the function would refuse, or cannot equal, is left to it.
    assert!(preimage(DataType::UInt64, 6, 12, uint(5)).is_none());
    assert!(preimage(DataType::UInt64, 12, 0, uint(12)).is_none());
    assert!(preimage(DataType::UInt64, 300, 6, uint(5)).is_none());
    assert!(preimage(DataType::UInt64, 12, 6, ScalarValue::UInt64(None)).is_none());
    assert!(preimage(DataType::Int64, 12, 6, uint(5)).is_none());
    assert!(preimage(DataType::UInt64, 12, 6, 5.5.into()).is_none());
}

#[test]
fn parents_of_sorted_cells_are_sorted() {
    let property = |sort_properties| ExprProperties::new_unknown().with_order(sort_properties);
    let ascending = SortProperties::Ordered(Default::default());
    let ordering = |orders| {
        let inputs = [property(ascending), property(orders), property(SortProperties::Singleton)];
        function("healpix_parent").output_ordering(&inputs).unwrap()
    };
    assert_eq!(ordering(SortProperties::Singleton), ascending);
    assert_eq!(ordering(SortProperties::Unordered), SortProperties::Unordered);
}
