//! A gathered list without groups, and as a window function.

use std::mem::{size_of, size_of_val};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::OffsetBuffer;
use datafusion_common::{Result, ScalarValue, resources_datafusion_err};
use datafusion_expr::Accumulator;

use super::groups::{first, state_array, state_lists};
use super::input::Values;
use super::key::Key;
use super::select::Selection;
use super::summary::Summary;

/// One gathered list.
#[derive(Debug)]
pub(super) struct GatheredRow<K> {
    keys: Vec<K>,
    summary: Summary,
}

impl<K: Key> GatheredRow<K> {
    pub(super) fn new(summary: Summary) -> Self {
        Self { keys: Vec::new(), summary }
    }

    fn append(&mut self, values: &ArrayRef) -> Result<()> {
        self.keys.try_reserve(values.len()).map_err(|e| {
            resources_datafusion_err!(
                "gathering {} more values, after {}: {e}",
                values.len(),
                self.keys.len()
            )
        })?;
        self.keys.extend(Values::<K>::new(values, None)?.rows().flatten());
        Ok(())
    }
}

impl<K: Key> Accumulator for GatheredRow<K> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.append(first(values)?)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        state_lists(states)?.iter().flatten().try_for_each(|values| self.append(&values))
    }

    /// Keeps the list, though in another order, so that a growing window frame can go on with it.
    fn evaluate(&mut self) -> Result<ScalarValue> {
        let each = self.summary.each();
        let mut values = vec![0.0; each];
        let seen = !self.keys.is_empty();
        if seen {
            self.summary.write(&mut self.keys, &mut Selection::default(), &mut values);
        }
        ScalarValue::try_from_array(&self.summary.shape().array(values, each, vec![seen])?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let keys = std::mem::take(&mut self.keys);
        let values: Vec<_> = keys.into_iter().map(Key::value).collect();
        let state = state_array::<K>(OffsetBuffer::from_lengths([values.len()]), values.into())?;
        Ok(vec![ScalarValue::LargeList(Arc::new(state.as_list::<i64>().clone()))])
    }

    fn size(&self) -> usize {
        size_of_val(self)
            + self.keys.capacity() * size_of::<K>()
            + self.summary.working(self.keys.len())
    }
}
