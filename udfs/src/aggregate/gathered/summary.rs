//! What becomes of a gathered list.

use datafusion_common::Result;
use datafusion_expr::function::AccumulatorArgs;

use super::deal;
use super::key::Key;
use super::output::Shape;
use super::probabilities::Probabilities;
use super::select::Selection;

/// The numbers that are computed from the list of a group.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::aggregate) enum Summary {
    /// Quantiles: one number, or a list.
    Quantiles(Quantiles),
    /// The normalized median absolute deviation.
    Nmad,
}

/// Which quantiles, and as what.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::aggregate) struct Quantiles {
    pub(super) probabilities: Probabilities,
    pub(super) shape: Shape,
}

impl Summary {
    /// The quantiles that a call asks for by its second argument.
    pub(in crate::aggregate) fn quantiles(
        function: &str,
        shape: Shape,
        args: &AccumulatorArgs,
    ) -> Result<Self> {
        let probabilities = Probabilities::of_physical(function, shape, args)?;
        Ok(Self::Quantiles(Quantiles { probabilities, shape }))
    }

    /// How many numbers there are per group.
    pub(super) fn each(&self) -> usize {
        match self {
            Self::Quantiles(quantiles) => quantiles.probabilities.len(),
            Self::Nmad => 1,
        }
    }

    pub(super) fn shape(&self) -> Shape {
        match self {
            Self::Quantiles(quantiles) => quantiles.shape,
            Self::Nmad => Shape::Number,
        }
    }

    /// Writes the numbers of `keys`, which must not be empty and are left in another order.
    pub(super) fn write<K: Key>(
        &self,
        keys: &mut [K],
        selection: &mut Selection<K>,
        out: &mut [f64],
    ) {
        match self {
            Self::Quantiles(quantiles) => {
                selection.quantiles(keys, &quantiles.probabilities, out);
            }
            Self::Nmad => out.fill(selection.nmad(keys)),
        }
    }

    /// Bytes that writing takes for a list of so many values.
    pub(super) fn working(&self, values: usize) -> usize {
        match self {
            Self::Quantiles(_) => values.min(*deal::LENGTHS.end()) * size_of::<i64>(),
            Self::Nmad => values * size_of::<i64>(),
        }
    }
}
