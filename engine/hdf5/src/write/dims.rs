//! Shapes.

/// A shape: the number of elements along each dimension, slowest first. One number stands for one
/// dimension, an empty array for a scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dims(pub(super) Vec<usize>);

impl From<usize> for Dims {
    fn from(length: usize) -> Self {
        Self(vec![length])
    }
}

impl<const N: usize> From<[usize; N]> for Dims {
    fn from(lengths: [usize; N]) -> Self {
        Self(lengths.to_vec())
    }
}

impl From<&[usize]> for Dims {
    fn from(lengths: &[usize]) -> Self {
        Self(lengths.to_vec())
    }
}
