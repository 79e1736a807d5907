//! Groups, and the tree of a file's objects.

use std::collections::BTreeMap;

use super::header::{Header, Kind, UNDEFINED};
use super::{AttributeValue, DatasetBuilder, WriteError};

/// An object, or a link that is none.
#[derive(Debug)]
pub(super) enum Node {
    Group(GroupBuilder),
    Dataset(Box<DatasetBuilder>),
    /// The path that it stands for.
    SoftLink(String),
}

impl Node {
    /// What errors call it.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::Group(_) => "group",
            Self::Dataset(_) => "dataset",
            Self::SoftLink(_) => "soft link",
        }
    }
}

/// A group of a [`FileBuilder`](super::FileBuilder).
#[derive(Debug, Default)]
pub struct GroupBuilder {
    attributes: Vec<(String, AttributeValue)>,
    pub(super) members: BTreeMap<String, Node>,
}

impl GroupBuilder {
    /// Adds an attribute.
    pub fn attribute(&mut self, name: &str, value: impl Into<AttributeValue>) -> &mut Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    /// Appends all members and then the object header, and gives the header's address.
    pub(super) fn write(&self, path: &str, file: &mut Vec<u8>) -> Result<u64, WriteError> {
        let mut header = Header::new(path);
        // No heap and no index: the links stand in this header.
        let info = [&[0, 0][..], &UNDEFINED.to_le_bytes(), &UNDEFINED.to_le_bytes()].concat();
        header.push(Kind::LinkInfo, &info, "the link info")?;
        header.push(Kind::GroupInfo, &[0, 0], "the group info")?;
        for (name, node) in &self.members {
            let member = format!("{}/{name}", path.trim_end_matches('/'));
            let message = match node {
                Node::Group(group) => hard_link(name, group.write(&member, file)?),
                Node::Dataset(dataset) => hard_link(name, dataset.write(&member, file)?),
                Node::SoftLink(target) => soft_link(name, target),
            };
            header.push(Kind::Link, &message, &format!("link {name:?}"))?;
        }
        header.push_attributes(&self.attributes)?;
        Ok(header.write(file))
    }
}

fn hard_link(name: &str, address: u64) -> Vec<u8> {
    let mut message = link(name, None);
    message.extend(address.to_le_bytes());
    message
}

fn soft_link(name: &str, target: &str) -> Vec<u8> {
    let mut message = link(name, Some(1));
    // A longer target makes the message too large, which the header refuses.
    message.extend((target.len() as u16).to_le_bytes());
    message.extend(target.as_bytes());
    message
}

/// A link message, of version 1, up to the name; hard links need no kind.
fn link(name: &str, kind: Option<u8>) -> Vec<u8> {
    let utf8 = !name.is_ascii();
    // The name's length takes two bytes; then the fields that are present.
    let mut message = vec![1, 0x01 | u8::from(kind.is_some()) << 3 | u8::from(utf8) << 4];
    message.extend(kind);
    message.extend(utf8.then_some(1));
    message.extend((name.len() as u16).to_le_bytes());
    message.extend(name.as_bytes());
    message
}
