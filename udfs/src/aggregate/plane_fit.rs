//! `plane_fit(x, y, z)`.

mod plane;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::Result;
use datafusion_common::utils::take_function_args;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::format_state_name;
use datafusion_expr::{Accumulator, GroupsAccumulator};
use datafusion_macros::user_doc;

use super::function::Aggregate;
use super::numbers::check_number;
use super::statistic::{Groups, Single};
use plane::{Plane, parts, result_type};

aggregate_function! {
    /// `plane_fit(x, y, z)`: the plane z = intercept + slope_x · x + slope_y · y with the least sum of squared residuals in
    /// z, as a struct `{slope_x, slope_y, intercept, rmse, n}`.
    ///
    /// A row counts if all three are finite; a group in which no row counts is NULL. `n` is the number of rows that count,
    /// and `rmse` the root of the mean squared residual (divided by `n`). With fewer than three rows, or with points so
    /// near to one line that they spread across it less than 10⁻⁵ of what they spread along it, no plane is defined: the
    /// struct then has its `n`, and NULL for the rest.
    ///
    /// Moments are summed in row order as distances from the group's first row, and centred before the normal equations are
    /// solved, so coordinates of a projection and heights of kilometres keep their digits.
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Fits the plane z = intercept + slope_x * x + slope_y * y by least squares in z and returns a struct {slope_x, slope_y, intercept, rmse, n}: doubles, and the number of rows. A row counts if x, y and z are all finite; NULL if no row counts. With fewer than three rows, or with points on a line (their spread across it below 1e-5 of that along it), all but n are NULL. The slopes are in units of z per unit of x and y, the intercept is the height at x = 0, y = 0, rmse the root of the mean squared residual. Take x and y from the middle of the cell in metres for an intercept that means something.",
        syntax_example = "plane_fit(x, y, z)",
        sql_example = r#"```sql
> SELECT cell, plane_fit(x_atc, y_atc, h_li)['slope_x'] AS slope FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "First coordinate: any number, taken as a double."),
        argument(name = "y", description = "Second coordinate."),
        argument(name = "z", description = "The values to which the plane is fitted.")
    )]
    PlaneFit, plane_fit_udaf
}

impl Aggregate for PlaneFit {
    const NAME: &'static str = "plane_fit";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let args: [&DataType; 3] = take_function_args(Self::NAME, arg_types)?;
        for (name, given) in ["x", "y", "z"].into_iter().zip(args) {
            check_number(Self::NAME, name, given)?;
        }
        Ok(vec![DataType::Float64; 3])
    }

    fn returns(_arg_types: &[DataType]) -> Result<DataType> {
        Ok(result_type())
    }

    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |part| Field::new(format_state_name(args.name, part), DataType::Float64, false);
        Ok(parts().map(|part| Arc::new(field(part))).to_vec())
    }

    fn single(_args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(Plane)))
    }

    fn groups(_args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(Plane)))
    }
}
