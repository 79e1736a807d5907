//! Object headers of version 2, and the messages that groups and datasets share.

use super::{AttributeValue, WriteError};
use crate::checksum::lookup3;

/// An address that stands for "nothing allocated".
pub(super) const UNDEFINED: u64 = u64::MAX;

/// The message types used here.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Kind {
    Dataspace = 0x01,
    LinkInfo = 0x02,
    Datatype = 0x03,
    FillValue = 0x05,
    Link = 0x06,
    Layout = 0x08,
    GroupInfo = 0x0a,
    Filters = 0x0b,
    Attribute = 0x0c,
    AttributeInfo = 0x15,
}

/// The object header being put together.
pub(super) struct Header<'a> {
    path: &'a str,
    messages: Vec<u8>,
}

impl<'a> Header<'a> {
    /// A header without messages, of the object at `path`, which errors name.
    pub(super) fn new(path: &'a str) -> Self {
        Self { path, messages: Vec::new() }
    }

    /// Appends a message; `what` names it in the error for one over 64 KiB.
    pub(super) fn push(&mut self, kind: Kind, body: &[u8], what: &str) -> Result<(), WriteError> {
        let size = u16::try_from(body.len()).map_err(|_| WriteError::TooLarge {
            path: self.path.to_owned(),
            what: what.to_owned(),
            size: body.len(),
        })?;
        // Of the flags only "constant" is used: types and fill values never change.
        let constant = matches!(kind, Kind::Datatype | Kind::FillValue);
        self.messages.push(kind as u8);
        self.messages.extend(size.to_le_bytes());
        self.messages.push(u8::from(constant));
        self.messages.extend(body);
        Ok(())
    }

    /// Appends all attributes of the object.
    pub(super) fn push_attributes(
        &mut self,
        attributes: &[(String, AttributeValue)],
    ) -> Result<(), WriteError> {
        if attributes.is_empty() {
            return Ok(());
        }
        // No heap and no index: the attributes stand in this header.
        let info = [&[0, 0][..], &UNDEFINED.to_le_bytes(), &UNDEFINED.to_le_bytes()].concat();
        self.push(Kind::AttributeInfo, &info, "attribute info")?;
        let mut names = std::collections::BTreeSet::new();
        for (name, value) in attributes {
            if !names.insert(name) {
                return Err(WriteError::DuplicateAttribute {
                    path: self.path.to_owned(),
                    name: name.clone(),
                });
            }
            self.push(Kind::Attribute, &value.message(name), &format!("attribute {name:?}"))?;
        }
        Ok(())
    }

    /// Appends the header to the file and gives its address.
    pub(super) fn write(self, file: &mut Vec<u8>) -> u64 {
        let address = align(file);
        file.extend(b"OHDR");
        // Version 2; the size of the messages takes four bytes; no times are kept.
        file.extend([2, 0x02]);
        file.extend((self.messages.len() as u32).to_le_bytes());
        file.extend(self.messages);
        push_checksum(file, address);
        address
    }
}

/// Fills the file up to a multiple of eight and gives its length: the address of what comes next.
pub(super) fn align(file: &mut Vec<u8>) -> u64 {
    file.resize(file.len().next_multiple_of(8), 0);
    file.len() as u64
}

/// Appends the checksum of everything from `address` on.
pub(super) fn push_checksum(file: &mut Vec<u8>, address: u64) {
    let block = file.get(address as usize..).unwrap_or_default();
    let checksum = lookup3(block);
    file.extend(checksum.to_le_bytes());
}

/// The dataspace message; a maximum of `None` is unlimited.
pub(super) fn dataspace(shape: &[usize], maximum: &[Option<usize>]) -> Vec<u8> {
    let fixed = maximum.iter().zip(shape).all(|(maximum, length)| *maximum == Some(*length));
    // Version 2, rank, whether maxima follow, and scalar or simple.
    let mut message = vec![2, shape.len() as u8, u8::from(!fixed), u8::from(!shape.is_empty())];
    message.extend(shape.iter().flat_map(|&length| (length as u64).to_le_bytes()));
    if !fixed {
        let limit = |maximum: &Option<usize>| maximum.map_or(UNDEFINED, |length| length as u64);
        message.extend(maximum.iter().flat_map(|maximum| limit(maximum).to_le_bytes()));
    }
    message
}
