//! The data layout message: where the elements lie.

use bytes::Bytes;

use crate::fault::Fault;
use crate::format::cursor::Cursor;

/// Where the elements of a dataset lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Within the object header.
    Compact(Bytes),
    /// In one piece; without an address nothing was written yet. `size` is absent in the oldest
    /// messages.
    Contiguous {
        address: Option<u64>,
        size: Option<u64>,
    },
    Chunked(Chunked),
}

/// A dataset in chunks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunked {
    /// The shape of a chunk, as many dimensions as the dataset.
    pub(crate) shape: Vec<u64>,
    /// Bytes of an element as the layout has it.
    pub(crate) element: u64,
    /// Chunks that reach past the dataset's edge are stored without filters.
    pub(crate) raw_edges: bool,
    pub(crate) index: Index,
    /// Address of the index; `None` while no chunk was written.
    pub(crate) address: Option<u64>,
}

/// The kinds of chunk index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    /// Version 1 B-tree.
    BTree1,
    /// The dataset is one chunk; with filters, its stored size and mask.
    Single(Option<(u64, u32)>),
    /// All chunks, unfiltered, one after another.
    Implicit,
    FixedArray,
    ExtensibleArray,
    BTree2,
    /// None in the file that is looked at: all chunks are known from elsewhere.
    Listed,
}

impl Index {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BTree1 => "version 1 B-tree",
            Self::Single(_) => "single chunk",
            Self::Implicit => "implicit",
            Self::FixedArray => "fixed array",
            Self::ExtensibleArray => "extensible array",
            Self::BTree2 => "version 2 B-tree",
            Self::Listed => "listed",
        }
    }
}

impl Layout {
    pub(crate) fn parse(mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        match cursor.u8()? {
            1 | 2 => Self::version1(cursor),
            version @ (3 | 4) => match (cursor.u8()?, version) {
                (0, _) => {
                    let size = cursor.u16()?;
                    Ok(Self::Compact(Bytes::copy_from_slice(cursor.take(size.into())?)))
                }
                (1, _) => {
                    let address = cursor.address()?;
                    Ok(Self::Contiguous { address, size: Some(cursor.length()?) })
                }
                (2, 3) => Self::chunked3(cursor),
                (2, _) => Self::chunked4(cursor),
                (3, _) => Err(Fault::unsupported("virtual dataset layout")),
                (class, _) => Err(Fault::unsupported(format!("data layout class {class}"))),
            },
            version => Err(Fault::unsupported(format!("data layout version {version}"))),
        }
    }

    fn version1(mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        let rank = cursor.u8()?;
        let class = cursor.u8()?;
        cursor.skip(5)?;
        let address = if class == 0 { None } else { cursor.address()? };
        let mut shape = (0..rank).map(|_| cursor.u32()).collect::<Result<Vec<_>, _>>()?;
        match class {
            0 => {
                let size = cursor.u32()? as usize;
                Ok(Self::Compact(Bytes::copy_from_slice(cursor.take(size)?)))
            }
            1 => Ok(Self::Contiguous { address, size: None }),
            2 => {
                let element = shape.pop().unwrap_or_default().into();
                let shape = shape.into_iter().map(u64::from).collect();
                let index = Index::BTree1;
                Ok(Self::Chunked(Chunked { shape, element, raw_edges: false, index, address }))
            }
            class => Err(Fault::unsupported(format!("data layout class {class}"))),
        }
    }

    fn chunked3(mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        let rank = cursor.u8()?;
        let address = cursor.address()?;
        let mut shape =
            (0..rank).map(|_| cursor.u32().map(u64::from)).collect::<Result<Vec<_>, _>>()?;
        let element = shape.pop().unwrap_or_default();
        let index = Index::BTree1;
        Ok(Self::Chunked(Chunked { shape, element, raw_edges: false, index, address }))
    }

    fn chunked4(mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        let flags = cursor.u8()?;
        let rank = cursor.u8()?;
        let width = cursor.u8()?;
        if !(1..=8).contains(&width) {
            let found = format!("{width} bytes");
            return Err(cursor.corrupt("chunk dimensions of 1 to 8 bytes", found));
        }
        let mut shape =
            (0..rank).map(|_| cursor.uint(width.into())).collect::<Result<Vec<_>, _>>()?;
        let element = shape.pop().unwrap_or_default();
        let index = match cursor.u8()? {
            1 if flags & 2 != 0 => Index::Single(Some((cursor.length()?, cursor.u32()?))),
            1 => Index::Single(None),
            2 => Index::Implicit,
            // Their parameters stand again in the index itself, where they are checked.
            3 => {
                cursor.skip(1)?;
                Index::FixedArray
            }
            4 => {
                cursor.skip(5)?;
                Index::ExtensibleArray
            }
            5 => {
                cursor.skip(6)?;
                Index::BTree2
            }
            kind => return Err(Fault::unsupported(format!("chunk index type {kind}"))),
        };
        let address = cursor.address()?;
        Ok(Self::Chunked(Chunked { shape, element, raw_edges: flags & 1 != 0, index, address }))
    }
}
