//! What every statistic must hold to: results are the same however its rows are split and handed on.

use arrow::array::{Array, ArrayRef, BooleanArray, UInt64Array};
use arrow::compute::{concat, filter, take};
use datafusion_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::{Groups, Single, Statistic};

/// Rows of columns, each in a group.
pub(in crate::aggregate) struct Case {
    pub(in crate::aggregate) columns: Vec<ArrayRef>,
    pub(in crate::aggregate) groups: Vec<usize>,
    pub(in crate::aggregate) count: usize,
}

impl Case {
    fn slice(&self, from: usize, rows: usize) -> Self {
        let columns = self.columns.iter().map(|column| column.slice(from, rows)).collect();
        Self { columns, groups: self.groups[from..from + rows].to_vec(), count: self.count }
    }

    fn parts(&self, rows: usize) -> Vec<Self> {
        let all = self.groups.len();
        (0..all).step_by(rows).map(|from| self.slice(from, rows.min(all - from))).collect()
    }

    fn of_group(&self, group: usize) -> Vec<ArrayRef> {
        let own = (0..).zip(&self.groups).filter(|(_, g)| **g == group).map(|(row, _)| row);
        let rows = UInt64Array::from_iter_values(own);
        self.columns.iter().map(|column| take(column, &rows, None).unwrap()).collect()
    }

    fn update<S: Statistic>(&self, acc: &mut Groups<S>) {
        acc.update_batch(&self.columns, &self.groups, None, self.count).unwrap();
    }
}

/// The result of all groups, once it is known that it is the same, by `same`, for batches of any size, for groups one by
/// one, for partial states of any parts, for rows as states, for filters, and for groups that leave before the others.
pub(in crate::aggregate) fn result<S: Statistic>(
    make: impl Fn() -> S,
    case: &Case,
    same: impl Fn(&ArrayRef, &ArrayRef),
) -> ArrayRef {
    let mut acc = Groups::new(make());
    let empty = acc.size();
    case.update(&mut acc);
    assert!(acc.size() > empty);
    let all = acc.evaluate(EmitTo::All).unwrap();
    assert_eq!(all.len(), case.count);
    assert_eq!(acc.size(), empty, "bytes left");

    for rows in [1, 7, 1000] {
        let mut acc = Groups::new(make());
        case.parts(rows).iter().for_each(|part| part.update(&mut acc));
        same(&acc.evaluate(EmitTo::All).unwrap(), &all);

        // Partial states, handed on in two halves of the groups.
        let mut total = Groups::new(make());
        for part in case.parts(rows * 50) {
            let mut acc = Groups::new(make());
            part.update(&mut acc);
            let half = case.count / 2;
            let state = acc.state(EmitTo::First(half)).unwrap();
            let first: Vec<_> = (0..half).collect();
            total.merge_batch(&state, &first, case.count).unwrap();
            let state = acc.state(EmitTo::All).unwrap();
            let rest: Vec<_> = (half..case.count).collect();
            total.merge_batch(&state, &rest, case.count).unwrap();
        }
        same(&total.evaluate(EmitTo::All).unwrap(), &all);
    }

    let mut acc = Groups::new(make());
    let states = acc.convert_to_state(&case.columns, None).unwrap();
    acc.merge_batch(&states, &case.groups, case.count).unwrap();
    let (first, rest) =
        (acc.evaluate(EmitTo::First(1)).unwrap(), acc.evaluate(EmitTo::All).unwrap());
    same(&concat(&[&first, &rest]).unwrap(), &all);

    for group in 0..case.count {
        let columns = case.of_group(group);
        let mut single = Single::new(make());
        single.update_batch(&columns).unwrap();
        let mut again = Single::new(make());
        let value = single.evaluate().unwrap();
        let state = single.state().unwrap();
        let state: Vec<_> = state.iter().map(|s| s.to_array().unwrap()).collect();
        again.merge_batch(&state).unwrap();
        same(&value.to_array().unwrap(), &all.slice(group, 1));
        same(&again.evaluate().unwrap().to_array().unwrap(), &all.slice(group, 1));
        assert!(again.size() >= size_of::<Single<S>>());
    }

    let keep: BooleanArray =
        (0..case.groups.len()).map(|row| [Some(true), Some(false), None][row % 3]).collect();
    let mut filtered = Groups::new(make());
    filtered.update_batch(&case.columns, &case.groups, Some(&keep), case.count).unwrap();
    let columns: Vec<_> = case.columns.iter().map(|c| filter(c, &keep).unwrap()).collect();
    let groups: Vec<_> = case.groups.iter().step_by(3).copied().collect();
    let mut kept = Groups::new(make());
    kept.update_batch(&columns, &groups, None, case.count).unwrap();
    same(&filtered.evaluate(EmitTo::All).unwrap(), &kept.evaluate(EmitTo::All).unwrap());
    all
}

/// Bit by bit.
pub(in crate::aggregate) fn equal(found: &ArrayRef, expected: &ArrayRef) {
    assert_eq!(found, expected);
}
