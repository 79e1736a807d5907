//! All attributes of an object, wherever they stand, with their values decoded.

use std::cmp::Ordering;

use crate::attribute::{Attribute, AttributeValue};
use crate::decode::element::{Element, Number};
use crate::fault::{Fault, Parse, Siblings, Stop, both};
use crate::format::btree2::BTree2;
use crate::format::cursor::text;
use crate::format::heap::fractal::FractalHeap;
use crate::format::heap::global;
use crate::format::message::attribute::RawAttribute;
use crate::format::message::datatype::Datatype;
use crate::format::message::link::DenseStorage;
use crate::format::message::shared;
use crate::format::object_header::{ObjectHeader, kind};
use crate::view::{View, Visited};

const ATTRIBUTES: &str = "attributes";

/// Records that name an attribute by the hash of its name.
const BY_NAME: u8 = 8;

/// No attribute has more elements than this many; a larger count is not decoded.
const MOST_ELEMENTS: u64 = 1 << 20;

/// The attributes of the object with this header, by name.
pub(crate) fn read(view: &View<'_>, header: &ObjectHeader) -> Parse<Vec<Attribute>> {
    let (compact, dense) = both(compact(view, header), dense(view, header))?;
    let mut attributes = Vec::with_capacity(compact.len() + dense.len());
    let mut siblings = Siblings::default();
    let mut visited = Visited::default();
    for found in compact.into_iter().chain(dense) {
        let raw = match found {
            Ok(raw) => raw,
            Err(what) => {
                attributes.push(unsupported(String::new(), what));
                continue;
            }
        };
        visited.hold(view, ATTRIBUTES, raw.address, raw.data.len() as u64)?;
        match value(view, &raw, &mut visited) {
            Err(Stop::Fault(Fault::Unsupported { what })) => {
                attributes.push(unsupported(raw.name, what.into_owned()));
            }
            other => {
                let name = raw.name;
                attributes.extend(siblings.take(other)?.map(|value| Attribute { name, value }));
            }
        }
    }
    siblings.finish()?;
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(attributes)
}

fn unsupported(name: String, what: String) -> Attribute {
    Attribute { name, value: AttributeValue::Unsupported(what) }
}

/// An attribute, or what stands in its place that is not supported.
type Found = Result<RawAttribute, String>;

fn found(parsed: Parse<RawAttribute>) -> Parse<Found> {
    match parsed {
        Ok(raw) => Ok(Ok(raw)),
        Err(Stop::Fault(Fault::Unsupported { what })) => Ok(Err(what.into_owned())),
        Err(stop) => Err(stop),
    }
}

/// The attributes in the header.
fn compact(view: &View<'_>, header: &ObjectHeader) -> Parse<Vec<Found>> {
    let mut attributes = Vec::new();
    let mut siblings = Siblings::default();
    for message in header.all(kind::ATTRIBUTE) {
        let parsed = shared::resolve(view, message)
            .and_then(|(address, bytes)| RawAttribute::parse(view, address, &bytes));
        attributes.extend(siblings.take(found(parsed))?);
    }
    siblings.finish()?;
    Ok(attributes)
}

/// The attributes in a fractal heap.
fn dense(view: &View<'_>, header: &ObjectHeader) -> Parse<Vec<Found>> {
    let Some(message) = header.first(kind::ATTRIBUTE_INFO) else {
        return Ok(Vec::new());
    };
    let cursor = message.cursor(view, "attribute info message");
    let Some(storage) = DenseStorage::parse(cursor, 2)? else {
        return Ok(Vec::new());
    };
    let (heap, tree) =
        both(FractalHeap::open(view, storage.heap), BTree2::open(view, storage.names, &[BY_NAME]))?;
    let records = tree.select(view, |_| Ok(Ordering::Equal));
    let (records, ()) = both(records, heap.prefetch(view))?;
    let mut attributes = Vec::new();
    let mut siblings = Siblings::default();
    for record in records {
        let (id, rest) = record.split_at(record.len().min(8));
        if rest.first().is_some_and(|flags| flags & 2 != 0) {
            attributes.push(Err("a shared attribute".to_owned()));
            continue;
        }
        let parsed =
            heap.object(view, id).and_then(|bytes| RawAttribute::parse(view, storage.heap, &bytes));
        attributes.extend(siblings.take(found(parsed))?);
    }
    siblings.finish()?;
    Ok(attributes)
}

/// `visited` counts the text that stands elsewhere.
fn value(view: &View<'_>, raw: &RawAttribute, visited: &mut Visited) -> Parse<AttributeValue> {
    let (datatype, count) = raw.parsed.as_ref().map_err(Clone::clone)?;
    let size = datatype.size(view.format.offset_size);
    if let Datatype::Other { name, .. } = datatype {
        return Err(Fault::unsupported(name.clone()).into());
    }
    if *count > MOST_ELEMENTS {
        return Err(Fault::unsupported(format!("an attribute of {count} elements")).into());
    }
    let mut cursor = view.cursor("attribute value", raw.address, &raw.data);
    let length = (*count as usize).saturating_mul(size);
    let items = cursor.take(length)?.chunks_exact(size);
    if let Ok(element) = Element::new(datatype) {
        let numbers = items.map(|item| element.number(item));
        return Ok(numeric(numbers.collect()));
    }
    let mut strings = Vec::with_capacity(items.len());
    let mut siblings = Siblings::default();
    for item in items {
        let string = match datatype {
            Datatype::VariableString => variable(view, raw.address, item),
            _ => Ok(text(item).trim_end_matches(' ').to_owned()),
        };
        if let Some(string) = siblings.take(string)? {
            visited.hold(view, ATTRIBUTES, raw.address, string.len() as u64)?;
            strings.push(string);
        }
    }
    siblings.finish()?;
    Ok(AttributeValue::Strings(strings))
}

fn numeric(numbers: Vec<Number>) -> AttributeValue {
    let floats: Option<Vec<f64>> = numbers.iter().map(|number| number.float()).collect();
    match floats {
        Some(floats) if !floats.is_empty() => AttributeValue::Floats(floats),
        _ => AttributeValue::Ints(numbers.iter().filter_map(|number| number.int()).collect()),
    }
}

/// A string in the global heap: its length, and the address and index of its object.
fn variable(view: &View<'_>, address: u64, item: &[u8]) -> Parse<String> {
    let mut cursor = view.cursor("variable-length string", address, item);
    let length = cursor.u32()?;
    let collection = cursor.address()?;
    let index = cursor.u32()?;
    let Some(collection) = collection.filter(|&at| at != 0 && length > 0) else {
        return Ok(String::new());
    };
    let index = u16::try_from(index)
        .map_err(|_| cursor.corrupt("an index below 65536", format!("{index}")))?;
    let object = global::object(view, collection, index)?;
    Ok(text(object.get(..length as usize).unwrap_or(&object)))
}
