//! Who takes down what one query does.

use std::sync::{Arc, OnceLock};

use super::Journal;
use super::rows::{GranuleRow, ShardRow, Written};
use crate::sql::StatementText;

/// One statement's place in the journal. It has a number from the moment on that something of it runs.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    journal: Arc<Journal>,
    text: Option<Arc<StatementText>>,
    number: OnceLock<u64>,
}

impl Recorder {
    pub(crate) fn new(journal: Arc<Journal>, text: Option<Arc<StatementText>>) -> Self {
        Self { journal, text, number: OnceLock::new() }
    }

    /// Something runs.
    pub(crate) fn begin(&self) -> u64 {
        let begin = || {
            let sql = self.text.as_ref().map(|text| Arc::from(text.sql.as_str()));
            self.journal.kept.lock().begin(sql)
        };
        *self.number.get_or_init(begin)
    }

    pub(super) fn granule(&self, table: &Arc<str>, granule: String, row: GranuleRow) {
        let query = self.begin();
        self.journal.kept.lock().granule(query, (Arc::clone(table), granule), row);
    }

    pub(super) fn shard(&self, table: &Arc<str>, shard: u64, row: ShardRow) {
        let query = self.begin();
        self.journal.kept.lock().shard(query, (Arc::clone(table), shard), row);
    }

    /// A shard is in the store.
    pub(crate) fn written(&self, shard: u64, cells: u64, bytes: u64) {
        let query = self.begin();
        self.journal.kept.lock().written(query, shard, Written { cells, bytes });
    }
}
