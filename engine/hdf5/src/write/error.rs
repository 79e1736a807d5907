//! What can be wrong with a file that is asked for.

/// Why a file cannot be written. Nothing here depends on a disk: repeating the same calls fails
/// again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A path with an empty, `.` or `..` component, without any component, or nested too deep.
    #[error("cannot place an object at {path:?}: {reason}")]
    Path {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Something already stands at the path.
    #[error("cannot create {path:?}: a {found} of that name exists")]
    Duplicate {
        /// The path that was to be created.
        path: String,
        /// What is there: group, dataset or soft link.
        found: &'static str,
    },
    /// A path leads through an object that has no members.
    #[error("cannot create {path:?}: {parent:?} is a {found}, not a group")]
    NotAGroup {
        /// The path that was to be created.
        path: String,
        /// The component that is in the way.
        parent: String,
        /// What it is: dataset or soft link.
        found: &'static str,
    },
    /// The declared shape does not have as many elements as were given.
    #[error("dataset {path:?} has {found} values, its shape {shape:?} needs {expected}")]
    Shape {
        /// The dataset.
        path: String,
        /// Its declared shape.
        shape: Vec<usize>,
        /// Elements that the shape has.
        expected: usize,
        /// Elements given.
        found: usize,
    },
    /// More dimensions than libhdf5 opens.
    #[error("dataset {path:?} has {rank} dimensions, the most is 32")]
    Rank {
        /// The dataset.
        path: String,
        /// Its number of dimensions.
        rank: usize,
    },
    /// A chunk shape that the dataset cannot have.
    #[error("dataset {path:?} of shape {shape:?} cannot have chunks of {chunk:?}: {reason}")]
    Chunk {
        /// The dataset.
        path: String,
        /// Its shape.
        shape: Vec<usize>,
        /// The chunk shape asked for.
        chunk: Vec<usize>,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Filters apply to chunks, and none were asked for, or the level is not one of zlib's.
    #[error("dataset {path:?} cannot be filtered: {reason}")]
    Filter {
        /// The dataset.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The fill value is of another type than the dataset.
    #[error("dataset {path:?} of {expected} cannot have a fill value of {found}")]
    Fill {
        /// The dataset.
        path: String,
        /// Its element type.
        expected: String,
        /// The type of the fill value.
        found: String,
    },
    /// Two attributes of one name on one object.
    #[error("{path:?} has two attributes named {name:?}")]
    DuplicateAttribute {
        /// The object.
        path: String,
        /// The attribute.
        name: String,
    },
    /// An attribute, a link or another header message over the format's 64 KiB.
    #[error("{what} of {path:?} takes {size} bytes, a header message holds 65535")]
    TooLarge {
        /// The object.
        path: String,
        /// Which message it is.
        what: String,
        /// Its size in bytes.
        size: usize,
    },
}
