//! The fill value messages, old and new.

use bytes::Bytes;

use crate::fault::Fault;
use crate::format::cursor::Cursor;

/// The bytes of a user-defined fill value in the dataset's own type; `None` is the default, zero.
pub(crate) fn parse(mut cursor: Cursor<'_>, element: usize) -> Result<Option<Bytes>, Fault> {
    let defined = match cursor.version(&[1, 2, 3])? {
        3 => cursor.u8()? & 0x20 != 0,
        _ => {
            cursor.skip(2)?;
            cursor.u8()? != 0
        }
    };
    if defined { value(cursor, element) } else { Ok(None) }
}

/// The message of files before HDF5 1.6.
pub(crate) fn parse_old(cursor: Cursor<'_>, element: usize) -> Result<Option<Bytes>, Fault> {
    value(cursor, element)
}

fn value(mut cursor: Cursor<'_>, element: usize) -> Result<Option<Bytes>, Fault> {
    let size = cursor.u32()?;
    // Zero is the default; all bits set is a value the writer left undefined.
    if size == 0 || size == u32::MAX {
        return Ok(None);
    }
    if size as usize != element {
        let expected = format!("a fill value of {element} bytes");
        return Err(cursor.corrupt(expected, format!("{size} bytes")));
    }
    cursor.take(element).map(|bytes| Some(Bytes::copy_from_slice(bytes)))
}
