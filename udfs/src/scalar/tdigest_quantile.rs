//! `tdigest_quantile(digest, q)`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, Float64Builder, ListBuilder};
use arrow::datatypes::{DataType, Field, Float64Type};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, exec_datafusion_err, exec_err, internal_datafusion_err, plan_err};
use datafusion_expr::{ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature};
use datafusion_macros::user_doc;

use super::column::Shape;
use crate::digest::{Centroid, quantile, read_payload};

const NAME: &str = "tdigest_quantile";

function_type! {
    /// Quantiles of a t-digest.
    #[user_doc(
        doc_section(label = "Approximate Functions"),
        description = "One quantile of a digest as a double, or several as a list of doubles: linear between the centroids, the smallest and the largest value at 0 and 1. Of fewer values than `delta` (of `tdigest`) it is the exact quantile, of values in single precision. NULL for NULL and for a digest without values; bytes that are no digest, and a quantile outside 0..=1, are errors.",
        syntax_example = "tdigest_quantile(digest, q)",
        sql_example = r#"```sql
> SELECT cell, tdigest_quantile(d, [0.05, 0.5, 0.95])
  FROM (SELECT cell, tdigest(h_li) AS d FROM atl06 GROUP BY cell);
```"#,
        argument(name = "digest", description = "A digest, as `tdigest` and `tdigest_merge` give it."),
        argument(name = "q", description = "A quantile from 0 to 1, or a list of them.")
    )]
    TdigestQuantile
}

impl ScalarUDFImpl for TdigestQuantile {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [digest, q]: [&DataType; 2] = take_function_args(NAME, arg_types)?;
        if !(digest.is_binary() || digest.is_null()) {
            return plan_err!("{NAME}: digest is {digest}, expected Binary");
        }
        let q = match q {
            q if q.is_numeric() || q.is_null() => DataType::Float64,
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _)
                if item.data_type().is_numeric() || item.data_type().is_null() =>
            {
                DataType::new_list(DataType::Float64, true)
            }
            q => return plan_err!("{NAME}: q is {q}, expected a number or a list of numbers"),
        };
        Ok(vec![DataType::Binary, q])
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let [_, q]: [&DataType; 2] = take_function_args(NAME, arg_types)?;
        Ok(match q {
            DataType::List(_) => DataType::List(Arc::new(item())),
            _ => DataType::Float64,
        })
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let shape = Shape::of(&args);
        let [digests, q] = take_function_args(NAME, args.args)?;
        let (digests, q) = (Rows::new(digests)?, Rows::new(q)?);
        let digest = digests.of(|array| array.as_binary_opt::<i32>())?;
        if let DataType::List(_) = q.array.data_type() {
            let lists = q.of(|array| array.as_list_opt::<i32>())?;
            let mut found = ListBuilder::new(Float64Builder::new()).with_field(item());
            for row in 0..shape.rows {
                let all = lists.is_valid(q.row(row)).then(|| lists.value(q.row(row)));
                let (Some(centroids), Some(all)) = (read(digest, digests.row(row))?, all) else {
                    found.append_null();
                    continue;
                };
                for q in all.as_primitive::<Float64Type>() {
                    found.values().append_value(of(&centroids, q)?);
                }
                found.append(true);
            }
            return shape.wrap(Arc::new(found.finish()));
        }
        let each = q.of(|array| array.as_primitive_opt::<Float64Type>())?;
        shape.collect::<Float64Type>(|row| {
            if each.is_null(q.row(row)) {
                return Ok(None);
            }
            let Some(centroids) = read(digest, digests.row(row))? else { return Ok(None) };
            of(&centroids, Some(each.value(q.row(row)))).map(Some)
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// An argument as an array, of one row if it is a constant.
struct Rows {
    array: ArrayRef,
    constant: bool,
}

impl Rows {
    fn new(argument: ColumnarValue) -> Result<Self> {
        let constant = matches!(argument, ColumnarValue::Scalar(_));
        Ok(Self { array: argument.into_array(1)?, constant })
    }

    fn row(&self, row: usize) -> usize {
        if self.constant { 0 } else { row }
    }

    fn of<'a, T>(&'a self, downcast: impl Fn(&'a ArrayRef) -> Option<&'a T>) -> Result<&'a T> {
        downcast(&self.array)
            .ok_or_else(|| internal_datafusion_err!("{NAME} of {}", self.array.data_type()))
    }
}

/// The centroids of a row, `None` if it is NULL or has no values.
fn read(digests: &BinaryArray, row: usize) -> Result<Option<Vec<Centroid>>> {
    if digests.is_null(row) {
        return Ok(None);
    }
    let centroids =
        read_payload(digests.value(row)).map_err(|e| exec_datafusion_err!("{NAME}: {e}"))?;
    Ok(Some(centroids).filter(|centroids| !centroids.is_empty()))
}

fn of(centroids: &[Centroid], q: Option<f64>) -> Result<f64> {
    match q.and_then(|q| quantile(centroids, q)) {
        Some(value) => Ok(value),
        None => {
            let found = q.map_or_else(|| "NULL".to_owned(), |q| q.to_string());
            exec_err!("{NAME}: q must lie in [0, 1], got {found}")
        }
    }
}

fn item() -> Field {
    Field::new_list_field(DataType::Float64, false)
}
