//! What can go wrong with a store.

/// An error of writing or reading a store: what was being done, to which store, array, shard or cell.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The description of the store contradicts itself or the format.
    #[error("cannot lay out the store: {problem}")]
    Spec {
        /// What is wrong, with the value found.
        problem: String,
    },
    /// Something already lies at the target.
    #[error(
        "{store} is not empty: name another target, or allow overwriting; an overwrite deletes everything below it first"
    )]
    NotEmpty {
        /// The target.
        store: String,
    },
    /// Overwriting would delete something that is no Zarr hierarchy.
    #[error(
        "{store} is not empty and has no zarr.json at its root, so it is not a Zarr store: it is not overwritten"
    )]
    NotAStore {
        /// The target.
        store: String,
    },
    /// A store with another layout lies at the target of a resumed run.
    #[error(
        "{store} was laid out differently: {node} is {found}, expected {expected}. \
         Resume with the same orders, parents, variables and ellipsoid, or overwrite"
    )]
    Mismatch {
        /// The store.
        store: String,
        /// The node whose metadata differs.
        node: String,
        /// What this run would have written.
        expected: String,
        /// What the store holds.
        found: String,
    },
    /// The store has no completion mark.
    #[error(
        "{store} is unfinished: its root has no \"aggregation\": {{\"complete\": true}}. \
         Its writer is still running or was stopped; resume it, or allow unfinished stores"
    )]
    Unfinished {
        /// The store.
        store: String,
    },
    /// A request to the object store failed.
    #[error("{action} {object} in {store}: {source}")]
    Io {
        /// The store.
        store: String,
        /// What was being done: `get`, `put`, `delete`, `list`.
        action: &'static str,
        /// The object or prefix, relative to the store.
        object: String,
        /// The answer.
        source: Box<object_store::Error>,
    },
    /// The work on a shard came to an end without a result: the runtime was shut down, or there is a bug.
    #[error("the writing of a shard stopped: {reason}")]
    Stopped {
        /// What the runtime says.
        reason: String,
    },
    /// A local path cannot be the place of a store.
    #[error("cannot place a store at {path}: {problem}")]
    Place {
        /// The path as given.
        path: String,
        /// Why not.
        problem: String,
    },
    /// A metadata document is missing, malformed, or describes something this engine does not read.
    #[error("{node} of {store}: {problem}")]
    Metadata {
        /// The store.
        store: String,
        /// The group or array.
        node: String,
        /// What was expected and what was found.
        problem: String,
    },
    /// A chunk could not be encoded or decoded.
    #[error("{action} chunk {chunk} of {array}")]
    Codec {
        /// `encode` or `decode`.
        action: &'static str,
        /// The array, as `level/name`.
        array: String,
        /// The chunk along `cells`.
        chunk: u64,
        /// The codec's answer.
        source: Box<zarrs::array::CodecError>,
    },
    /// A shard number beyond the last one.
    #[error("there is no shard {shard}: the store has {shards}")]
    NoSuchShard {
        /// The number asked for.
        shard: usize,
        /// How many there are.
        shards: usize,
    },
    /// A shard made by one writer was given to another one.
    #[error("shard {shard} was buffered for a store of another layout")]
    ForeignShard {
        /// The shard.
        shard: usize,
    },
    /// A cell does not lie in the shard it was given to.
    #[error("cell {cell} is not in shard {shard}, which holds {first}..={last}")]
    CellOutside {
        /// The nested id.
        cell: u64,
        /// The shard.
        shard: usize,
        /// The shard's first cell.
        first: u64,
        /// The shard's last cell.
        last: u64,
    },
    /// A cell came twice: the rows are not one per cell.
    #[error("cell {cell} came twice in shard {shard}: group the rows by cell")]
    CellTwice {
        /// The nested id.
        cell: u64,
        /// The shard.
        shard: usize,
    },
    /// A row without a cell.
    #[error("row {row} of a batch for shard {shard} has no cell: filter with `cell IS NOT NULL`")]
    CellNull {
        /// The shard.
        shard: usize,
        /// The row in its batch.
        row: usize,
    },
    /// A batch lacks a column, or has it with a type that cannot be stored.
    #[error("column {column} for shard {shard}: expected {expected}, found {found}")]
    Column {
        /// The column.
        column: String,
        /// The shard.
        shard: usize,
        /// What is needed.
        expected: String,
        /// What there was.
        found: String,
    },
    /// A value that the variable's integer type cannot hold.
    #[error("variable {variable}, cell {cell}: {value} is not a value of {dtype}")]
    NotRepresentable {
        /// The variable.
        variable: String,
        /// The nested id.
        cell: u64,
        /// The value found.
        value: String,
        /// The variable's type.
        dtype: &'static str,
    },
    /// A cell holds data while the variable that is declared to tell occupied cells from empty ones holds its fill.
    #[error(
        "cell {cell} has data, but {variable}, declared as the store's occupancy, holds its fill there"
    )]
    Occupancy {
        /// The variable.
        variable: String,
        /// The nested id.
        cell: u64,
    },
    /// A variable that the store does not have.
    #[error("{store} has no variable {variable}: it has {found}")]
    NoSuchVariable {
        /// The store.
        store: String,
        /// The name asked for.
        variable: String,
        /// The names there are.
        found: String,
    },
    /// Arrow refused to build or cast an array.
    #[error("{action}")]
    Arrow {
        /// What was being done.
        action: String,
        /// Arrow's answer.
        source: Box<arrow::error::ArrowError>,
    },
}

impl StoreError {
    /// Whether doing the same again may succeed: the object store failed without saying that the request was wrong.
    #[must_use]
    pub fn retry_can_help(&self) -> bool {
        matches!(self, Self::Io { source, .. } if matches!(**source, object_store::Error::Generic { .. }))
    }
}
