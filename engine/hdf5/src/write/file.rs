//! The file: objects placed by their paths, and the superblock.

use std::collections::btree_map::Entry;

use super::group::Node;
use super::header::{UNDEFINED, push_checksum};
use super::{Data, DatasetBuilder, GroupBuilder, WriteError};

/// Groups deeper than this are refused: they are written, and read, by recursion.
const MAX_DEPTH: usize = 64;

/// The bytes that the superblock takes.
const SUPERBLOCK: usize = 48;

/// A file being put together. Paths begin at the root, with or without a slash; groups on the way
/// are created.
#[derive(Debug, Default)]
pub struct FileBuilder {
    root: GroupBuilder,
}

impl FileBuilder {
    /// A file with an empty root group.
    pub fn new() -> Self {
        Self::default()
    }

    /// The group at `path`, created if it is not there; `/` is the root.
    ///
    /// # Errors
    /// If the path is malformed or leads to or through a dataset or link.
    pub fn group(&mut self, path: &str) -> Result<&mut GroupBuilder, WriteError> {
        if path == "/" {
            return Ok(&mut self.root);
        }
        self.descend(path, &components(path)?)
    }

    /// Adds a dataset of these values. It keeps a copy of them.
    ///
    /// # Errors
    /// If the path is malformed, taken, or leads through a dataset or link.
    pub fn dataset<'a>(
        &mut self,
        path: &str,
        data: impl Into<Data<'a>>,
    ) -> Result<&mut DatasetBuilder, WriteError> {
        let dataset = DatasetBuilder::new(data.into());
        match self.place(path, Node::Dataset(Box::new(dataset)))? {
            Node::Dataset(dataset) => Ok(dataset),
            other => Err(WriteError::Duplicate { path: path.to_owned(), found: other.noun() }),
        }
    }

    /// Adds a soft link to another path of this file. A path without a leading slash is relative to
    /// the link's group. The path need not exist; netCDF-4, however, opens no file with a link to
    /// nowhere.
    ///
    /// # Errors
    /// If the path is malformed, taken, or leads through a dataset or link.
    pub fn soft_link(&mut self, path: &str, target: &str) -> Result<&mut Self, WriteError> {
        self.place(path, Node::SoftLink(target.to_owned()))?;
        Ok(self)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// If what was said of an object does not fit together; see [`WriteError`].
    pub fn finish(self) -> Result<Vec<u8>, WriteError> {
        let mut file = vec![0; SUPERBLOCK];
        let root = self.root.write("/", &mut file)?;
        // libhdf5 compares this with the file's length to find truncation.
        let end = file.len() as u64;
        let mut superblock = b"\x89HDF\r\n\x1a\n".to_vec();
        // Version 2; addresses and lengths take eight bytes; the file is closed.
        superblock.extend([2, 8, 8, 0]);
        // The base address, no superblock extension, the end, the root group.
        for address in [0, UNDEFINED, end, root] {
            superblock.extend(address.to_le_bytes());
        }
        push_checksum(&mut superblock, 0);
        file.splice(..SUPERBLOCK, superblock);
        Ok(file)
    }

    /// Puts an object where nothing stands yet.
    fn place(&mut self, path: &str, node: Node) -> Result<&mut Node, WriteError> {
        let components = components(path)?;
        let Some((name, parents)) = components.split_last() else {
            return Err(WriteError::Duplicate { path: path.to_owned(), found: "group" });
        };
        match self.descend(path, parents)?.members.entry((*name).to_owned()) {
            Entry::Vacant(place) => Ok(place.insert(node)),
            Entry::Occupied(taken) => {
                Err(WriteError::Duplicate { path: path.to_owned(), found: taken.get().noun() })
            }
        }
    }

    /// The group at these components, created if it is not there.
    fn descend(
        &mut self,
        path: &str,
        components: &[&str],
    ) -> Result<&mut GroupBuilder, WriteError> {
        let mut group = &mut self.root;
        for component in components {
            let member = group.members.entry((*component).to_owned());
            group = match member.or_insert_with(|| Node::Group(GroupBuilder::default())) {
                Node::Group(group) => group,
                other => {
                    return Err(WriteError::NotAGroup {
                        path: path.to_owned(),
                        parent: (*component).to_owned(),
                        found: other.noun(),
                    });
                }
            };
        }
        Ok(group)
    }
}

/// The names along a path.
fn components(path: &str) -> Result<Vec<&str>, WriteError> {
    let names: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let reason = if names.iter().any(|name| name.is_empty()) {
        "a name is empty"
    } else if names.iter().any(|name| matches!(*name, "." | "..")) {
        "\".\" and \"..\" are no names"
    } else if names.iter().any(|name| name.contains('\0')) {
        "a name has a NUL"
    } else if names.len() > MAX_DEPTH {
        "groups are nested too deep"
    } else {
        return Ok(names);
    };
    Err(WriteError::Path { path: path.to_owned(), reason })
}
