//! What can be wrong with an order, a cell id, a Morton word or its text.

use super::{MAX_ORDER, MAX_ORDER_U32, MAX_POINTS_PER_EDGE};

/// An argument of a cell function that names no cell. None of these is worth a retry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CellError {
    /// The order is above [`MAX_ORDER`].
    #[error("order {order} is outside 0..={MAX_ORDER}")]
    Order {
        /// The order given.
        order: i64,
    },
    /// Ids of 32 bits were asked for at an order that has more cells.
    #[error("ids of order {order} do not fit 32 bits, which end at order {MAX_ORDER_U32}")]
    OrderU32 {
        /// The order of the ids.
        order: u8,
    },
    /// The NESTED id does not exist at its order.
    #[error("cell {cell} does not exist at order {order}: ids there are below {count}")]
    Cell {
        /// The id given.
        cell: u64,
        /// The order it was given for.
        order: u8,
        /// How many cells that order has.
        count: u64,
    },
    /// The outline of a cell was asked for with no points, or with too many.
    #[error("{points} points per edge of a cell are outside 1..={MAX_POINTS_PER_EDGE}")]
    PointsPerEdge {
        /// The number given.
        points: i64,
    },
    /// A parent was asked for at an order finer than the cell's own, or children at a coarser one.
    #[error(
        "order {coarse} is not at or above order {fine}: a parent's order is the smaller number"
    )]
    NotCoarser {
        /// The order that should be the coarser of the two.
        coarse: u8,
        /// The order that should be the finer of the two.
        fine: u8,
    },
    /// The word 0, which stands for "no cell" in stores and is NULL in SQL.
    #[error("Morton word 0 is the null word, not a cell")]
    NullWord,
    /// The four leading bits of a word hold no base cell.
    #[error("{word} is no Morton word: its leading four bits are {prefix}, expected 1..=12")]
    Prefix {
        /// The word given.
        word: u64,
        /// Its four leading bits.
        prefix: u8,
    },
    /// A word has bits set below its own order, so it is a second name for a cell.
    #[error(
        "Morton word {word} is not canonical: it has bits set below its order {order}; expected {canonical}"
    )]
    NotCanonical {
        /// The word given.
        word: u64,
        /// The order its suffix names.
        order: u8,
        /// The word of the same cell without the stray bits.
        canonical: u64,
    },
    /// A point word was asked for at another order than 29.
    #[error("a point word has order {MAX_ORDER}, not {order}")]
    PointOrder {
        /// The order given.
        order: u8,
    },
    /// Text that is no decimal Morton id.
    #[error(
        "'{text}' is no Morton id: {reason}; expected -?[1-6][1-4]{{0,29}}, with p after 29 digits for a point"
    )]
    Text {
        /// The text given, cut to 64 characters.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The signed 64-bit decimal form has room for 18 orders only.
    #[error("order {order} does not fit the signed decimal form, which ends at order 18")]
    LegacyOrder {
        /// The order of the word given.
        order: u8,
    },
    /// The name of a latitude convention is not known.
    #[error("unknown latitude convention '{name}'{}; known are 'authalic' and 'sphere'", hint(.suggestion))]
    Convention {
        /// The name given.
        name: String,
        /// The known name it most likely stands for.
        suggestion: Option<&'static str>,
    },
    /// Slices that describe the same points differ in length.
    #[error("{lon} longitudes, {lat} latitudes and {out} places for cells: expected equal numbers")]
    Lengths {
        /// Number of longitudes.
        lon: usize,
        /// Number of latitudes.
        lat: usize,
        /// Length of the output.
        out: usize,
    },
}

fn hint(suggestion: &Option<&'static str>) -> String {
    suggestion.map(|s| format!(", did you mean '{s}'?")).unwrap_or_default()
}
