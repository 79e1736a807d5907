//! Covers as sets of cells, against sets of ids.

use std::collections::BTreeSet;

use crate::cell::cover::Cover;
use crate::cell::morton;
use crate::cell::tests::rng::Rng;
use crate::cell::{CellError, cell_count, nested_parent};

/// Runs and single cells of an order.
fn some(rng: &mut Rng, order: u8) -> BTreeSet<u64> {
    let count = cell_count(order).unwrap();
    let mut cells = BTreeSet::new();
    for _ in 0..rng.next() % 40 {
        let begin = rng.next() % count;
        let more = if rng.next().is_multiple_of(2) { 0 } else { rng.next() % 300 };
        cells.extend(begin..(begin + more + 1).min(count));
    }
    cells
}

fn cover(order: u8, cells: &BTreeSet<u64>) -> Cover {
    Cover::from_cells(order, cells.iter().rev().copied()).unwrap()
}

fn at(cells: &BTreeSet<u64>, from: u8, to: u8) -> BTreeSet<u64> {
    if to <= from {
        return cells.iter().map(|cell| cell >> (2 * (from - to))).collect();
    }
    let down = 2 * (to - from);
    cells.iter().flat_map(|cell| cell << down..(cell + 1) << down).collect()
}

#[test]
fn operations_are_those_of_sets() {
    let mut rng = Rng::new(11);
    for _ in 0..300 {
        let (p, q) = ((rng.next() % 5) as u8, (rng.next() % 5) as u8);
        let (a, b) = (some(&mut rng, p), some(&mut rng, q));
        let (x, y) = (cover(p, &a), cover(q, &b));
        assert_eq!(x.cells().collect::<BTreeSet<_>>(), a);
        assert_eq!(x.count(), a.len() as u64);
        assert!(x.ranges().windows(2).all(|r| r[0].end < r[1].start));

        let fine = p.max(q);
        let (a_fine, b_fine) = (at(&a, p, fine), at(&b, q, fine));
        assert_eq!(x.union(&y), cover(fine, &(&a_fine | &b_fine)));
        assert_eq!(x.intersection(&y), cover(fine, &(&a_fine & &b_fine)));
        for order in 0..6 {
            assert_eq!(x.at_order(order).unwrap(), cover(order, &at(&a, p, order)));
        }
        for _ in 0..50 {
            let order = (rng.next() % 6) as u8;
            let cell = rng.next() % cell_count(order).unwrap();
            let finest = p.max(order);
            let one = at(&BTreeSet::from([cell]), order, finest);
            let all = at(&a, p, finest);
            assert_eq!(x.contains(cell, order).unwrap(), one.is_subset(&all), "{cell} {order} {p}");
            assert_eq!(
                x.intersects(cell, order).unwrap(),
                !one.is_disjoint(&all),
                "{cell} {order} {p}"
            );
        }
    }
}

#[test]
fn words_and_back() {
    let mut rng = Rng::new(12);
    for _ in 0..300 {
        let order = (rng.next() % 6) as u8;
        let cells = some(&mut rng, order);
        let set = cover(order, &cells);
        let words = set.to_words();
        assert!(words.is_sorted());
        assert_eq!(Cover::from_words(&words).unwrap().at_order(order).unwrap(), set);
        // The fewest there are: no four siblings among them.
        let mut parents: Vec<u64> = words
            .iter()
            .map(|word| morton::to_nested(*word).unwrap())
            .filter(|cell| cell.order > 0)
            .map(|cell| {
                (u64::from(cell.order) << 60)
                    | nested_parent(cell.id, cell.order, cell.order - 1).unwrap()
            })
            .collect();
        parents.sort_unstable();
        assert!(parents.chunk_by(|a, b| a == b).all(|siblings| siblings.len() < 4));
    }
    let full = Cover::full(29).unwrap();
    assert_eq!(full.to_words().len(), 12);
    assert_eq!((full.fraction(), Cover::empty(3).unwrap().fraction()), (1.0, 0.0));
    assert!(Cover::empty(3).unwrap().is_empty());
    let last = cell_count(29).unwrap() - 1;
    let one = Cover::from_cells(29, [last]).unwrap();
    assert_eq!(Cover::from_words(&one.to_words()).unwrap(), one);
    assert_eq!(Cover::from_words(&[]).unwrap(), Cover::empty(0).unwrap());
}

#[test]
fn what_is_refused() {
    assert_eq!(Cover::empty(30), Err(CellError::Order { order: 30 }));
    assert_eq!(Cover::from_cells(0, [12]), Err(CellError::Cell { cell: 12, order: 0, count: 12 }));
    assert_eq!(Cover::from_words(&[0]), Err(CellError::NullWord));
    let set = Cover::full(1).unwrap();
    assert!(
        set.contains(48, 1).is_err() && set.intersects(0, 30).is_err() && set.at_order(30).is_err()
    );
}
