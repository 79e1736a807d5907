//! The global heap: values of variable length.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::fault::{Fault, Parse};
use crate::view::View;

const WHAT: &str = "global heap collection";

/// The objects of one collection.
#[derive(Debug)]
pub(crate) struct Collection {
    bytes: Bytes,
    objects: HashMap<u16, Range<usize>>,
    /// What is wrong behind the last object listed.
    broken: Option<Fault>,
}

/// The object `index` of the collection at `address`.
pub(crate) fn object(view: &View<'_>, address: u64, index: u16) -> Parse<Bytes> {
    let collection = collection(view, address)?;
    if let Some(place) = collection.objects.get(&index) {
        return Ok(collection.bytes.slice(place.clone()));
    }
    if let Some(fault) = &collection.broken {
        return Err(fault.clone().into());
    }
    Err(Fault::corrupt(
        address.saturating_add(view.format.base),
        format!("a global heap collection with object {index}"),
        "none",
    )
    .into())
}

/// The collection at `address`. An attribute of much text asks for one collection many times, so
/// a walk lists its objects once.
fn collection(view: &View<'_>, address: u64) -> Parse<Arc<Collection>> {
    if let Some(known) = view.memo.collections.borrow().get(&address) {
        return Ok(Arc::clone(known));
    }
    let width = u64::from(view.format.length_size);
    let head = view.read(WHAT, address, 8 + width)?;
    let mut cursor = view.cursor(WHAT, address, &head);
    cursor.signature(b"GCOL")?;
    cursor.version(&[1])?;
    cursor.skip(3)?;
    let size = cursor.length()?;
    let bytes = view.read(WHAT, address, size)?;
    let mut objects = HashMap::new();
    let broken = list(view, address, &bytes, &mut objects).err();
    let collection = Arc::new(Collection { bytes, objects, broken });
    view.memo.collections.borrow_mut().insert(address, Arc::clone(&collection));
    Ok(collection)
}

fn list(
    view: &View<'_>,
    address: u64,
    bytes: &[u8],
    objects: &mut HashMap<u16, Range<usize>>,
) -> Result<(), Fault> {
    let header = 8 + usize::from(view.format.length_size);
    let mut cursor = view.cursor(WHAT, address, bytes);
    cursor.skip(header)?;
    // Headers and values each begin at a multiple of eight.
    cursor.align(8);
    while cursor.remaining() >= header {
        let index = cursor.u16()?;
        cursor.skip(6)?;
        let length = cursor.length()?;
        if index == 0 {
            break;
        }
        cursor.align(8);
        let start = cursor.consumed();
        cursor.skip(usize::try_from(length).unwrap_or(usize::MAX))?;
        objects.entry(index).or_insert(start..cursor.consumed());
        cursor.align(8);
    }
    Ok(())
}
