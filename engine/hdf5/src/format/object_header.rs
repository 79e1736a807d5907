//! Object headers of both versions, with their continuation blocks.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use crate::fault::{Fault, Parse, Siblings, Stop};
use crate::format::cursor::Cursor;
use crate::view::{View, Visited};

/// Message types by their number in the file.
pub(crate) mod kind {
    pub(crate) const DATASPACE: u16 = 0x01;
    pub(crate) const LINK_INFO: u16 = 0x02;
    pub(crate) const DATATYPE: u16 = 0x03;
    pub(crate) const FILL_OLD: u16 = 0x04;
    pub(crate) const FILL: u16 = 0x05;
    pub(crate) const LINK: u16 = 0x06;
    pub(crate) const EXTERNAL_FILES: u16 = 0x07;
    pub(crate) const LAYOUT: u16 = 0x08;
    pub(crate) const GROUP_INFO: u16 = 0x0a;
    pub(crate) const FILTERS: u16 = 0x0b;
    pub(crate) const ATTRIBUTE: u16 = 0x0c;
    pub(crate) const CONTINUATION: u16 = 0x10;
    pub(crate) const SYMBOL_TABLE: u16 = 0x11;
    pub(crate) const DRIVER_INFO: u16 = 0x14;
    pub(crate) const ATTRIBUTE_INFO: u16 = 0x15;
    pub(crate) const FILE_SPACE_INFO: u16 = 0x17;
    /// The highest number the format defines.
    pub(crate) const LAST: u16 = 0x18;
}

/// No object is described in more blocks than this.
const MOST_BLOCKS: usize = 1024;

/// One message of a header.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) kind: u16,
    pub(crate) flags: u8,
    /// Address of `data` (counted from the base address).
    pub(crate) address: u64,
    pub(crate) data: Bytes,
}

impl Message {
    /// Whether the message stands elsewhere and `data` says where.
    pub(crate) fn is_shared(&self) -> bool {
        self.flags & 0x02 != 0
    }

    pub(crate) fn cursor(&self, view: &View<'_>, what: &'static str) -> Cursor<'_> {
        view.cursor(what, self.address, &self.data)
    }
}

/// The messages of one object.
#[derive(Debug)]
pub(crate) struct ObjectHeader {
    pub(crate) address: u64,
    pub(crate) messages: Vec<Message>,
}

/// How messages are stored in the blocks of one header.
#[derive(Debug, Clone, Copy)]
enum Version {
    One,
    Two { creation_order: bool },
}

impl ObjectHeader {
    /// Reads the header at `address` and all its continuation blocks.
    pub(crate) fn read(view: &View<'_>, address: u64) -> Parse<Arc<Self>> {
        if let Some(header) = view.memo.headers.borrow().get(&address) {
            return Ok(Arc::clone(header));
        }
        let start = view.read("object header", address, 4)?;
        let messages = match start.as_ref() {
            b"OHDR" => read_version2(view, address)?,
            [1, ..] => read_version1(view, address)?,
            _ => {
                return Err(Fault::corrupt(
                    address.saturating_add(view.format.base),
                    "an object header (version 1, or signature \"OHDR\")",
                    format!("\"{}\"", start.escape_ascii()),
                )
                .into());
            }
        };
        let header = Arc::new(Self { address, messages });
        view.memo.headers.borrow_mut().insert(address, Arc::clone(&header));
        Ok(header)
    }

    /// The first message of a kind.
    pub(crate) fn first(&self, kind: u16) -> Option<&Message> {
        self.messages.iter().find(|message| message.kind == kind)
    }

    /// All messages of a kind.
    pub(crate) fn all(&self, kind: u16) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(move |message| message.kind == kind)
    }

    /// What a writer asked readers to refuse: an unknown message that must be understood.
    pub(crate) fn refused(&self) -> Option<Fault> {
        let unknown = |message: &&Message| message.kind > kind::LAST && message.flags & 0x80 != 0;
        let message = self.messages.iter().find(unknown)?;
        Some(Fault::unsupported(format!("header message type {:#04x}", message.kind)))
    }
}

fn read_version1(view: &View<'_>, address: u64) -> Parse<Vec<Message>> {
    let prefix = view.read("object header", address, 16)?;
    let mut cursor = view.cursor("object header", address, &prefix);
    cursor.skip(8)?;
    let length = cursor.u32()?;
    let block = view.read("object header", address.saturating_add(16), length.into())?;
    gather(view, Version::One, address, (address.saturating_add(16), block))
}

fn read_version2(view: &View<'_>, address: u64) -> Parse<Vec<Message>> {
    let prefix = view.read("object header", address, 6)?;
    let flags = prefix.get(5).copied().unwrap_or_default();
    match prefix.get(4) {
        Some(2) => {}
        version => {
            let offset = address.saturating_add(view.format.base);
            let found = format!("version {version:?}");
            return Err(Fault::corrupt(offset, "an object header of version 2", found).into());
        }
    }
    let times = if flags & 0x20 != 0 { 16 } else { 0 };
    let phases = if flags & 0x10 != 0 { 4 } else { 0 };
    let width = 1_usize << (flags & 3);
    let before = 6 + times + phases + width;
    let prefix = view.read("object header", address, before as u64)?;
    let mut cursor = view.cursor("object header", address, &prefix);
    cursor.skip(before - width)?;
    let length = cursor.uint(width)?;
    let all = length.saturating_add(before as u64 + 4);
    let mut block = view.checked("object header", address, all)?;
    let block = block.split_off(before.min(block.len()));
    let version = Version::Two { creation_order: flags & 0x04 != 0 };
    gather(view, version, address, (address.saturating_add(before as u64), block))
}

/// The messages of the first block and of every block it leads to.
fn gather(
    view: &View<'_>,
    version: Version,
    address: u64,
    first: (u64, Bytes),
) -> Parse<Vec<Message>> {
    let mut visited = Visited::default();
    visited.visit(view, "object header", address)?;
    let mut messages = Vec::new();
    let mut waiting = VecDeque::from([first]);
    let mut siblings = Siblings::default();
    while let Some((start, block)) = waiting.pop_front() {
        visited.hold(view, "object header", start, block.len() as u64)?;
        let from = messages.len();
        split(view, version, start, &block, &mut messages)?;
        for message in messages.iter().skip(from).filter(|m| m.kind == kind::CONTINUATION) {
            let mut cursor = message.cursor(view, "continuation message");
            let next = cursor.defined_address("a continuation block")?;
            let length = cursor.length()?;
            visited.visit(view, "object header", next)?;
            if visited.len() > MOST_BLOCKS {
                let expected = format!("an object header of at most {MOST_BLOCKS} blocks");
                return Err(cursor.corrupt(expected, "more").into());
            }
            waiting.extend(siblings.take(continuation(view, version, next, length))?);
        }
    }
    siblings.finish()?;
    Ok(messages)
}

fn continuation(
    view: &View<'_>,
    version: Version,
    address: u64,
    length: u64,
) -> Parse<(u64, Bytes)> {
    const WHAT: &str = "object header continuation";
    match version {
        Version::One => Ok((address, view.read(WHAT, address, length)?)),
        Version::Two { .. } => {
            if length < 8 {
                let offset = address.saturating_add(view.format.base);
                let found = format!("{length} bytes");
                return Err(Fault::corrupt(offset, "a continuation of 8 bytes", found).into());
            }
            let mut block = view.checked(WHAT, address, length)?;
            view.cursor(WHAT, address, &block).signature(b"OCHK")?;
            Ok((address + 4, block.split_off(4.min(block.len()))))
        }
    }
}

/// Splits one block into its messages.
fn split(
    view: &View<'_>,
    version: Version,
    start: u64,
    block: &Bytes,
    messages: &mut Vec<Message>,
) -> Result<(), Stop> {
    let mut cursor = view.cursor("object header", start, block);
    let header = match version {
        Version::One => 8,
        Version::Two { creation_order } => 4 + if creation_order { 2 } else { 0 },
    };
    // What is shorter than a message's own header is a gap.
    while cursor.remaining() >= header {
        let (kind, length, flags) = match version {
            Version::One => {
                let found = (cursor.u16()?, cursor.u16()?, cursor.u8()?);
                cursor.skip(3)?;
                found
            }
            Version::Two { creation_order } => {
                let found = (u16::from(cursor.u8()?), cursor.u16()?, cursor.u8()?);
                cursor.skip(if creation_order { 2 } else { 0 })?;
                found
            }
        };
        let at = cursor.consumed();
        cursor.skip(length.into())?;
        let data = block.slice(at..cursor.consumed());
        messages.push(Message { kind, flags, address: start.saturating_add(at as u64), data });
    }
    Ok(())
}
