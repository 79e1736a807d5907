//! Numbers of shapes.

use arrow::buffer::ScalarBuffer;

/// Numbers of shapes, usually ascending. Those that were found together take two bytes each and share a list of the shapes.
///
/// ```
/// use zagg_udfs::cell::cover::Numbers;
///
/// let numbers = Numbers::from(vec![3, 700_000]);
/// assert_eq!(numbers.iter().max(), Some(700_000));
/// ```
#[derive(Clone)]
pub struct Numbers(Kept);

#[derive(Clone)]
enum Kept {
    AsTheyAre(ScalarBuffer<u32>),
    /// By their places in a list.
    Places {
        of: ScalarBuffer<u32>,
        places: ScalarBuffer<u16>,
    },
}

impl Numbers {
    /// Those at some places of a list; what is no place of it is no number.
    pub(super) fn at(of: ScalarBuffer<u32>, places: ScalarBuffer<u16>) -> Self {
        Self(Kept::Places { of, places })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::AsTheyAre(numbers) => numbers.len(),
            Kept::Places { places, .. } => places.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// In their order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        let (numbers, of, places): (&[u32], &[u32], &[u16]) = match &self.0 {
            Kept::AsTheyAre(numbers) => (numbers, &[], &[]),
            Kept::Places { of, places } => (&[], of, places),
        };
        let placed = places.iter().filter_map(|place| of.get(usize::from(*place)));
        numbers.iter().chain(placed).copied()
    }
}

impl From<ScalarBuffer<u32>> for Numbers {
    fn from(numbers: ScalarBuffer<u32>) -> Self {
        Self(Kept::AsTheyAre(numbers))
    }
}

impl From<Vec<u32>> for Numbers {
    fn from(numbers: Vec<u32>) -> Self {
        ScalarBuffer::from(numbers).into()
    }
}

impl FromIterator<u32> for Numbers {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        Vec::from_iter(numbers).into()
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Numbers {}

impl std::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_alike() {
        let shapes = ScalarBuffer::from(vec![2, 70_000, 70_001, u32::MAX]);
        let places = ScalarBuffer::from(vec![0_u16, 1, 3]);
        let (placed, plain) =
            (Numbers::at(shapes, places), Numbers::from(vec![2, 70_000, u32::MAX]));
        assert_eq!(placed, plain);
        assert_eq!(format!("{placed:?}"), "[2, 70000, 4294967295]");
        assert!(placed.len() == 3 && plain.len() == 3 && !placed.is_empty());
        assert_ne!(placed, Numbers::from_iter([2, 70_000]));
    }
}
