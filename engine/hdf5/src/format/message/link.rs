//! The link message: one named member of a group. Also the messages that say where a group keeps
//! its members.

use crate::fault::Fault;
use crate::format::cursor::Cursor;
use crate::format::group::Link;

/// A link with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedLink {
    pub(crate) name: String,
    pub(crate) link: Link,
}

impl NamedLink {
    /// Bytes of its name and of the path it may hold.
    pub(crate) fn text_bytes(&self) -> u64 {
        let path = match &self.link {
            Link::Soft(path) | Link::External(path) => path.len(),
            Link::Hard { .. } | Link::Other(_) => 0,
        };
        (self.name.len() + path) as u64
    }

    pub(crate) fn parse(mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        cursor.version(&[1])?;
        let flags = cursor.u8()?;
        let kind = if flags & 0x08 != 0 { cursor.u8()? } else { 0 };
        if flags & 0x04 != 0 {
            cursor.skip(8)?;
        }
        if flags & 0x10 != 0 {
            cursor.skip(1)?;
        }
        let length = cursor.uint(1 << (flags & 3))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let name = String::from_utf8_lossy(cursor.take(length)?).into_owned();
        let link = match kind {
            0 => Link::hard(cursor.defined_address("an object")?),
            1 => {
                let length = cursor.u16()?;
                Link::Soft(String::from_utf8_lossy(cursor.take(length.into())?).into_owned())
            }
            64 => {
                let length = cursor.u16()?;
                let value = cursor.take(length.into())?;
                // A flags byte, then the file and the path, each ended by a NUL.
                Link::External(crate::format::cursor::text(value.get(1..).unwrap_or_default()))
            }
            kind => Link::Other(kind),
        };
        Ok(Self { name, link })
    }
}

/// Where a dense group, or an object with dense attributes, keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DenseStorage {
    pub(crate) heap: u64,
    /// B-tree by name.
    pub(crate) names: u64,
}

impl DenseStorage {
    /// Parses a link info message (creation order of eight bytes) or an attribute info message (of
    /// two). `None`: they stand in the object header instead.
    pub(crate) fn parse(
        mut cursor: Cursor<'_>,
        creation_order: usize,
    ) -> Result<Option<Self>, Fault> {
        cursor.version(&[0])?;
        let flags = cursor.u8()?;
        if flags & 1 != 0 {
            cursor.skip(creation_order)?;
        }
        let Some(heap) = cursor.address()? else {
            return Ok(None);
        };
        Ok(Some(Self { heap, names: cursor.defined_address("a name index")? }))
    }
}
