//! The `q` of a quantile: constants in [0, 1].

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion_common::{Result, ScalarValue, plan_err};
use datafusion_expr::Expr;
use datafusion_expr::function::AccumulatorArgs;

use super::super::constant;
use super::output::Shape;

/// Checked probabilities, in the order given, with the order in which they ascend.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Probabilities {
    given: Vec<f64>,
    ascending: Vec<usize>,
}

impl Probabilities {
    /// Probabilities for a call of `function`, each in [0, 1].
    pub(super) fn new(function: &str, given: Vec<f64>) -> Result<Self> {
        if given.is_empty() {
            return plan_err!("{function}: the list of q is empty");
        }
        if let Some((i, q)) = given.iter().enumerate().find(|(_, q)| !(0.0..=1.0).contains(*q)) {
            return match given.len() {
                1 => plan_err!("{function}: q must lie in [0, 1], got {q}"),
                _ => {
                    plan_err!("{function}: every q must lie in [0, 1], got {q} as number {}", i + 1)
                }
            };
        }
        let mut ascending: Vec<_> = (0..given.len()).collect();
        ascending.sort_by(|&a, &b| given[a].total_cmp(&given[b]));
        Ok(Self { given, ascending })
    }

    /// From a constant: a number, or a list of numbers.
    pub(super) fn of_constant(function: &str, shape: Shape, q: &ScalarValue) -> Result<Self> {
        let given = match shape {
            Shape::Number => match q.cast_to(&DataType::Float64)? {
                ScalarValue::Float64(Some(q)) => vec![q],
                _ => return plan_err!("{function}: q must be a number in [0, 1], got {q}"),
            },
            Shape::List => {
                let list = q.cast_to(&DataType::new_list(DataType::Float64, true))?.to_array()?;
                let list = list.as_list::<i32>();
                if list.len() != 1 || list.is_null(0) {
                    return plan_err!("{function}: q must be a list of numbers in [0, 1], got {q}");
                }
                let items = cast(&list.value(0), &DataType::Float64)?;
                let items = items.as_primitive::<Float64Type>();
                if items.null_count() > 0 {
                    return plan_err!("{function}: every q must lie in [0, 1], got NULL in {q}");
                }
                items.values().to_vec()
            }
        };
        Self::new(function, given)
    }

    /// From an argument of the logical plan: `None` while it is a placeholder that has no value yet.
    pub(super) fn of_logical(function: &str, shape: Shape, q: &Expr) -> Result<Option<Self>> {
        let q = constant::logical(function, "q", q)?;
        q.map(|q| Self::of_constant(function, shape, q)).transpose()
    }

    /// From the second argument of a call in the physical plan.
    pub(super) fn of_physical(
        function: &str,
        shape: Shape,
        args: &AccumulatorArgs,
    ) -> Result<Self> {
        Self::of_constant(function, shape, &constant::physical(function, "q", args, 1)?)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.given.len()
    }

    /// (position in the order given, q), by ascending q.
    pub(super) fn ascending(&self) -> impl Iterator<Item = (usize, f64)> {
        self.ascending.iter().map(|&i| (i, self.given[i]))
    }
}
