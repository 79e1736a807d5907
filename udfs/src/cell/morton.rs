//! Packed Morton words: a HEALPix cell with its order, or a point, in one `u64`.
//!
//! ```text
//! bit 63..60  base cell + 1 (1..=12)
//! bit 59..6   27 tuples of two bits, order 1 first; zero below the cell's order
//! bit  5..0   0..=27: an area of that order
//!             28..=47: an area of order 28 or 29; with r = suffix - 28, r / 5 is the tuple of order 28 and
//!                      r % 5 is 0 for order 28, or the tuple of order 29 plus 1
//!             48..=63: a point at order 29; the two last tuples are suffix - 48
//! ```
//!
//! The word 0 stands for "no cell". Every cell and every point has one word, so words compare, hash and sort as they
//! are; words of one order sort like NESTED ids, and areas of mixed order sort parents before their children. Words
//! with stray bits below their order are refused everywhere, because they would be a second name for a cell.
//!
//! Words use all 64 bits: in a signed column the southern third of the sphere is negative, and in a JSON number or an
//! `f64` digits are lost.
//!
//! ```
//! use zagg_udfs::cell::morton::{self, Kind};
//!
//! let word = morton::from_nested(1234, 6, Kind::Area)?;
//! assert_eq!(morton::order_of(word)?, 6);
//! assert_eq!(morton::to_nested(word)?.id, 1234);
//! assert_eq!(morton::text(word)?, "1214213");
//! assert!(morton::contains(morton::parent(word, 2)?, word)?);
//! # Ok::<(), zagg_udfs::cell::CellError>(())
//! ```

mod legacy;
mod text;
mod tree;
mod word;

pub use legacy::{from_legacy, to_legacy};
pub use text::{parse, text, write_text};
pub use tree::{area_of, children, contains, parent, subtree};
pub use word::{
    Kind, NULL_WORD, Nested, from_nested, is_canonical, kind_of, order_of, to_nested, validate,
};
