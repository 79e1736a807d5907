//! How often each value of a group was met.

use super::category::Category;

/// So many values may wait before they are sorted in.
const WAITING: usize = 16;

/// Counts by value: a sorted run, and behind it what is new since it was sorted.
///
/// Flags have a few values, which are all in the run and are found by bisection. Where values are many, as many as the run
/// has may wait behind it, so that each is moved a few times only.
pub(super) struct Counts<C: Category> {
    items: Vec<(C::Value, u64)>,
    sorted: usize,
    /// Bytes of the values beyond the items.
    text: usize,
}

impl<C: Category> Counts<C> {
    /// No counts, and no allocation.
    pub(super) fn new() -> Self {
        Self { items: Vec::new(), sorted: 0, text: 0 }
    }

    /// Counts a value once more.
    pub(super) fn add(&mut self, value: C::Given<'_>) {
        if let Some(last) = self.items.last_mut().filter(|last| value == last.0) {
            last.1 += 1;
            return;
        }
        let run = &mut self.items[..self.sorted];
        let at = run.partition_point(|item| value > item.0);
        match run.get_mut(at).filter(|item| value == item.0) {
            Some(item) => item.1 += 1,
            None => self.push(C::keep(value), 1),
        }
    }

    /// Adds the counts of another part.
    pub(super) fn merge(&mut self, part: impl IntoIterator<Item = (C::Value, u64)>) {
        part.into_iter().for_each(|(value, count)| self.push(value, count));
    }

    fn push(&mut self, value: C::Value, count: u64) {
        self.text += C::heap(&value);
        self.items.push((value, count));
        if self.items.len() - self.sorted >= WAITING.max(self.sorted) {
            self.settle();
        }
    }

    /// Sorts in what waits.
    fn settle(&mut self) {
        self.items.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self.items.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += later.1;
                self.text -= C::heap(&later.0);
            }
            same
        });
        self.sorted = self.items.len();
    }

    /// Every value once with its count, in ascending order.
    pub(super) fn settled(&mut self) -> &[(C::Value, u64)] {
        if self.sorted < self.items.len() {
            self.settle();
        }
        &self.items
    }

    /// The most frequent value, the smallest of several.
    pub(super) fn most_frequent(&mut self) -> Option<&C::Value> {
        let first = |best: &'_ (C::Value, u64), next: &'_ (C::Value, u64)| next.1 > best.1;
        self.settled()
            .iter()
            .reduce(|best, next| if first(best, next) { next } else { best })
            .map(|(value, _)| value)
    }

    /// Bytes held beyond the struct.
    pub(super) fn heap(&self) -> usize {
        self.items.capacity() * size_of::<(C::Value, u64)>() + self.text
    }
}

impl<C: Category> Clone for Counts<C> {
    fn clone(&self) -> Self {
        Self { items: self.items.clone(), sorted: self.sorted, text: self.text }
    }
}

impl<C: Category> std::fmt::Debug for Counts<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counts").field("items", &self.items).field("sorted", &self.sorted).finish()
    }
}
