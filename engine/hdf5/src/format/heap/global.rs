//! The global heap: values of variable length.

use bytes::Bytes;

use crate::fault::{Fault, Parse};
use crate::view::View;

/// The object `index` of the collection at `address`.
pub(crate) fn object(view: &View<'_>, address: u64, index: u16) -> Parse<Bytes> {
    const WHAT: &str = "global heap collection";
    let width = u64::from(view.format.length_size);
    let head = view.read(WHAT, address, 8 + width)?;
    let mut cursor = view.cursor(WHAT, address, &head);
    cursor.signature(b"GCOL")?;
    cursor.version(&[1])?;
    cursor.skip(3)?;
    let size = cursor.length()?;
    let bytes = view.read(WHAT, address, size)?;
    let mut cursor = view.cursor(WHAT, address, &bytes);
    cursor.skip(head.len())?;
    // Headers and values each begin at a multiple of eight.
    cursor.align(8);
    while cursor.remaining() >= 8 + usize::from(view.format.length_size) {
        let found = cursor.u16()?;
        cursor.skip(6)?;
        let length = cursor.length()?;
        if found == 0 {
            break;
        }
        cursor.align(8);
        let start = cursor.consumed();
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        cursor.skip(length)?;
        if found == index {
            return Ok(bytes.slice(start..start + length));
        }
        cursor.align(8);
    }
    Err(Fault::corrupt(
        address.saturating_add(view.format.base),
        format!("a global heap collection with object {index}"),
        "none",
    )
    .into())
}
