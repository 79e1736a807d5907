//! What is kept, and for how long.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use chrono::Utc;
use object_store::path::Path;

use super::rows::{GranuleRow, Outcome, QueryRow, RequestRow, ShardRow, Written};

/// Requests kept: some 3 MB.
const REQUESTS: usize = 1 << 14;

/// Granules and shards kept, of all queries together: some 20 MB.
const ROWS: usize = 1 << 16;

/// Queries kept, those too that read nothing.
const QUERIES: usize = 1 << 12;

/// A table, and a granule or shard in it.
type Key<T> = (Arc<str>, T);

/// One query.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) row: QueryRow,
    pub(super) granules: BTreeMap<Key<String>, GranuleRow>,
    pub(super) shards: BTreeMap<Key<u64>, ShardRow>,
    /// Requests and bytes, by object.
    pub(super) traffic: HashMap<Path, (u64, u64)>,
}

/// Everything that is remembered.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) queries: VecDeque<Query>,
    pub(super) requests: VecDeque<RequestRow>,
    last: u64,
    rows: usize,
}

impl Kept {
    /// Begins a query, and gives its number: they count from 1.
    pub(super) fn begin(&mut self, sql: Option<Arc<str>>) -> u64 {
        self.last += 1;
        let row = QueryRow { query: self.last, sql, started: Utc::now(), left_out: 0 };
        let (granules, shards, traffic) = (BTreeMap::new(), BTreeMap::new(), HashMap::new());
        self.queries.push_back(Query { row, granules, shards, traffic });
        if self.queries.len() > QUERIES {
            self.forget_first();
        }
        self.last
    }

    pub(super) fn granule(&mut self, query: u64, key: Key<String>, row: GranuleRow) {
        let failed = matches!(row.outcome, Outcome::Failed(_));
        self.make_room(query);
        let full = self.rows >= ROWS;
        let Some(of) = find(&mut self.queries, query) else { return };
        if let Some(before) = of.granules.get_mut(&key) {
            before.add(row);
        } else if full && !failed {
            of.row.left_out += 1;
        } else {
            of.granules.insert(key, row);
            self.rows += 1;
        }
    }

    pub(super) fn shard(&mut self, query: u64, key: Key<u64>, row: ShardRow) {
        self.make_room(query);
        let full = self.rows >= ROWS;
        let Some(of) = find(&mut self.queries, query) else { return };
        match of.shards.get_mut(&key) {
            Some(before) => *before = ShardRow { written: before.written, ..row },
            None if full => {}
            None => {
                of.shards.insert(key, row);
                self.rows += 1;
            }
        }
    }

    /// Says of a shard that was read, or of none, what of it was written.
    pub(super) fn written(&mut self, query: u64, shard: u64, written: Written) {
        let Some(of) = find(&mut self.queries, query) else { return };
        match of.shards.iter_mut().find(|((_, of), _)| *of == shard) {
            Some((_, row)) => row.written = Some(written),
            None => {
                let outcome = Outcome::Read;
                let row = ShardRow { outcome, written: Some(written), ..ShardRow::default() };
                self.shard(query, (Arc::from(""), shard), row);
            }
        }
    }

    pub(super) fn request(&mut self, mut request: RequestRow) {
        if let Some(query) = self.queries.back_mut() {
            request.query = Some(query.row.query);
            // An object that is read for many queries is one more entry in each.
            if query.traffic.len() < ROWS || query.traffic.contains_key(&request.object) {
                let (requests, bytes) = query.traffic.entry(request.object.clone()).or_default();
                *requests += 1;
                *bytes += request.length;
            }
        }
        if self.requests.len() >= REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    /// Forgets what is older than `query` until there is room.
    fn make_room(&mut self, query: u64) {
        let older = |first: &Query| first.row.query < query;
        while self.rows >= ROWS && self.queries.front().is_some_and(older) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some(first) = self.queries.pop_front() {
            self.rows -= first.granules.len() + first.shards.len();
        }
    }
}

fn find(queries: &mut VecDeque<Query>, query: u64) -> Option<&mut Query> {
    queries.iter_mut().rev().find(|of| of.row.query == query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(granule: usize) -> (Arc<str>, String) {
        (Arc::from("t"), format!("g{granule}"))
    }

    fn row(outcome: Outcome) -> GranuleRow {
        GranuleRow { outcome, rows_read: 1, ..GranuleRow::default() }
    }

    #[test]
    fn older_queries_make_room_and_failures_stay() {
        let mut kept = Kept::default();
        let first = kept.begin(None);
        kept.granule(first, key(0), row(Outcome::Read));
        let second = kept.begin(None);
        for granule in 0..ROWS + 10 {
            kept.granule(second, key(granule), row(Outcome::Read));
        }
        kept.granule(second, key(ROWS + 100), row(Outcome::Failed("gone".into())));
        assert_eq!(kept.queries.len(), 1);
        let query = kept.queries.back().unwrap();
        assert_eq!(query.granules.len(), ROWS + 1);
        assert_eq!(query.row.left_out, 10);
        // What comes late for a query that is forgotten is nothing.
        kept.granule(first, key(0), row(Outcome::Read));
        assert_eq!(kept.rows, ROWS + 1);
    }

    #[test]
    fn parts_of_a_granule_are_one_row() {
        let mut kept = Kept::default();
        let query = kept.begin(Some("SELECT 1".into()));
        for outcome in [Outcome::Skipped, Outcome::Failed("gone".into()), Outcome::Read] {
            kept.granule(query, key(3), row(outcome));
        }
        let query = kept.queries.back().unwrap();
        let row = &query.granules[&key(3)];
        assert_eq!((row.rows_read, row.outcome.word()), (3, "failed"));
        assert_eq!(row.outcome.reason(), Some("gone"));
    }
}
