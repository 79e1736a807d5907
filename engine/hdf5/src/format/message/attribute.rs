//! The attribute message: name, type, shape and value in one.

use bytes::Bytes;

use crate::fault::{Fault, Parse, Stop};
use crate::format::cursor::{Cursor, text};
use crate::format::message::dataspace::Dataspace;
use crate::format::message::datatype::Datatype;
use crate::format::message::shared;
use crate::format::object_header::kind;
use crate::view::View;

/// An attribute whose value is not decoded yet.
#[derive(Debug, Clone)]
pub(crate) struct RawAttribute {
    pub(crate) name: String,
    /// The type and the number of elements, or why they are not understood.
    pub(crate) parsed: Result<(Datatype, u64), Fault>,
    pub(crate) address: u64,
    pub(crate) data: Bytes,
}

impl RawAttribute {
    /// Parses the message in `bytes`, which stand at `address`.
    pub(crate) fn parse(view: &View<'_>, address: u64, bytes: &Bytes) -> Parse<Self> {
        let mut cursor = view.cursor("attribute message", address, bytes);
        let version = cursor.version(&[1, 2, 3])?;
        let flags = if version == 1 {
            cursor.skip(1)?;
            0
        } else {
            cursor.u8()?
        };
        let lengths = [cursor.u16()?, cursor.u16()?, cursor.u16()?];
        if version == 3 {
            cursor.skip(1)?;
        }
        let mut part = |length: u16| {
            let start = cursor.consumed();
            let part = cursor.take(length.into())?;
            if version == 1 {
                cursor.align(8);
            }
            Ok::<_, Fault>((address.saturating_add(start as u64), part))
        };
        let [name, datatype, dataspace] = lengths;
        let name = text(part(name)?.1);
        let datatype = part(datatype)?;
        let dataspace = part(dataspace)?;
        let parsed = match datatype_of(view, flags & 1 != 0, datatype) {
            Ok(datatype) => {
                shape_of(view, flags & 2 != 0, dataspace).map(|count| (datatype, count))
            }
            Err(Stop::Fault(fault @ Fault::Unsupported { .. })) => Err(fault),
            Err(stop) => return Err(stop),
        };
        let at = cursor.consumed();
        let data = bytes.slice(at..);
        Ok(Self { name, parsed, address: address.saturating_add(at as u64), data })
    }
}

fn datatype_of(view: &View<'_>, is_shared: bool, (at, bytes): (u64, &[u8])) -> Parse<Datatype> {
    let cursor: Cursor<'_> = view.cursor("datatype of an attribute", at, bytes);
    if is_shared {
        let (at, bytes) = shared::follow(view, cursor, kind::DATATYPE)?;
        Ok(Datatype::parse(view.cursor("datatype of an attribute", at, &bytes))?)
    } else {
        Ok(Datatype::parse(cursor)?)
    }
}

fn shape_of(view: &View<'_>, is_shared: bool, (at, bytes): (u64, &[u8])) -> Result<u64, Fault> {
    if is_shared {
        return Err(Fault::unsupported("a shared dataspace of an attribute"));
    }
    let cursor = view.cursor("dataspace of an attribute", at, bytes);
    let overflow = cursor.corrupt("an attribute of countable elements", "an overflow");
    Dataspace::parse(cursor)?.elements().ok_or(overflow)
}
