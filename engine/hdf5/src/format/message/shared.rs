//! Messages that stand elsewhere: in the header of a committed datatype, or in a table of shared
//! messages (which is refused by name).

use bytes::Bytes;

use crate::fault::{Fault, Parse};
use crate::format::cursor::Cursor;
use crate::format::object_header::{Message, ObjectHeader};
use crate::view::View;

/// The message itself: `message`, or the one of its kind in the header it refers to. The address
/// is that of the bytes.
pub(crate) fn resolve(view: &View<'_>, message: &Message) -> Parse<(u64, Bytes)> {
    if message.is_shared() {
        follow(view, message.cursor(view, "shared message"), message.kind)
    } else {
        Ok((message.address, message.data.clone()))
    }
}

/// The message of `kind` that a shared message at the cursor refers to.
pub(crate) fn follow(view: &View<'_>, mut cursor: Cursor<'_>, kind: u16) -> Parse<(u64, Bytes)> {
    let version = cursor.version(&[1, 2, 3])?;
    let place = cursor.u8()?;
    if version == 3 && place == 1 {
        return Err(Fault::unsupported("a message in the file's table of shared messages").into());
    }
    if version == 1 {
        cursor.skip(6)?;
        let _heap_offset = cursor.length()?;
    }
    let address = cursor.defined_address("a shared message")?;
    let header = ObjectHeader::read(view, address)?;
    match header.first(kind) {
        Some(found) if !found.is_shared() => Ok((found.address, found.data.clone())),
        _ => {
            let expected = format!("an object with a message of type {kind:#04x} of its own");
            Err(cursor.corrupt(expected, format!("the object at {address}")).into())
        }
    }
}
