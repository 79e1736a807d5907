//! The local heap: NUL-terminated names of an old-style group.

use crate::fault::{Fault, Parse};
use crate::view::View;

/// Names are read in pieces of this size until their end is found.
const PIECE: u64 = 64;

/// No name is longer.
const LONGEST_NAME: u64 = 64 << 10;

/// A local heap.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalHeap {
    data: u64,
    size: u64,
}

impl LocalHeap {
    pub(crate) fn open(view: &View<'_>, address: u64) -> Parse<Self> {
        let length =
            8 + 2 * u64::from(view.format.length_size) + u64::from(view.format.offset_size);
        let bytes = view.read("local heap", address, length)?;
        let mut cursor = view.cursor("local heap", address, &bytes);
        cursor.signature(b"HEAP")?;
        cursor.version(&[0])?;
        cursor.skip(3)?;
        let size = cursor.length()?;
        let _free = cursor.length()?;
        let data = cursor.defined_address("a local heap's data")?;
        view.range("local heap data", data, size)?;
        Ok(Self { data, size })
    }

    /// The name at `offset` of the heap.
    pub(crate) fn name(&self, view: &View<'_>, offset: u64) -> Parse<String> {
        let address = self.data.saturating_add(offset);
        let available = self.size.saturating_sub(offset).min(LONGEST_NAME);
        let mut length = PIECE.min(available);
        loop {
            let bytes = view.read("name in a local heap", address, length)?;
            if let Some(end) = bytes.iter().position(|&byte| byte == 0) {
                let name = bytes.get(..end).unwrap_or_default();
                return Ok(String::from_utf8_lossy(name).into_owned());
            }
            if length == available {
                return Err(Fault::corrupt(
                    address.saturating_add(view.format.base),
                    format!("a name that ends within the {} bytes of its local heap", self.size),
                    format!("no end within {length} bytes of offset {offset}"),
                )
                .into());
            }
            length = (length * 4).min(available);
        }
    }
}
