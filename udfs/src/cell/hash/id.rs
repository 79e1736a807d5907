//! The widths of an id.

/// The type of the ids in a slice.
pub(super) trait Id: Copy + PartialEq {
    /// No cell. No order whose ids fit the type has a cell of this id, so that it also marks a place still to be filled.
    const NONE: Self;

    /// The low bits of an id that fits, and of `u64::MAX` [`NONE`](Self::NONE).
    fn truncate(id: u64) -> Self;
}

impl Id for u64 {
    const NONE: Self = super::NO_CELL;

    #[inline(always)]
    fn truncate(id: u64) -> Self {
        id
    }
}

impl Id for u32 {
    const NONE: Self = super::NO_CELL_U32;

    #[inline(always)]
    fn truncate(id: u64) -> Self {
        id as Self
    }
}
