//! The storage, drawn together from the messages of an object header.

use crate::attribute::{Attribute, AttributeValue};
use crate::decode::element::{Element, Number};
use crate::fault::{Fault, Parse, Stop};
use crate::format::cursor::Cursor;
use crate::format::message::dataspace::Dataspace;
use crate::format::message::datatype::Datatype;
use crate::format::message::filters;
use crate::format::message::layout::Layout;
use crate::format::message::{fill, shared};
use crate::format::object_header::{Message, ObjectHeader, kind};
use crate::view::View;

use super::{Described, Storage};

/// The element type and the storage, each with what stands against it. Only missing bytes stop the
/// parse: an unsupported or corrupt description is an error when the dataset is read.
pub(in crate::dataset) fn parse(
    view: &View<'_>,
    header: &ObjectHeader,
    space: &Dataspace,
    fill_attribute: Option<&Attribute>,
) -> Parse<(Result<Element, Fault>, Result<Storage, Fault>)> {
    let datatype = defer(datatype(view, header))?;
    let element = datatype.and_then(|datatype| Element::with_bytes(&datatype));
    let storage = match &element {
        Ok(element) => defer(storage(view, header, space, element, fill_attribute))?,
        Err(fault) => Err(fault.clone()),
    };
    Ok((element, storage))
}

fn defer<T>(parsed: Parse<T>) -> Parse<Result<T, Fault>> {
    match parsed {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Fault(fault)) => Ok(Err(fault)),
        Err(Stop::Missing) => Err(Stop::Missing),
    }
}

fn datatype(view: &View<'_>, header: &ObjectHeader) -> Parse<Datatype> {
    let offset = header.address.saturating_add(view.format.base);
    let message = header
        .first(kind::DATATYPE)
        .ok_or_else(|| Fault::corrupt(offset, "a dataset with a datatype message", "none"))?;
    let (address, bytes) = shared::resolve(view, message)?;
    Ok(Datatype::parse(view.cursor("datatype message", address, &bytes))?)
}

fn storage(
    view: &View<'_>,
    header: &ObjectHeader,
    space: &Dataspace,
    element: &Element,
    fill_attribute: Option<&Attribute>,
) -> Parse<Storage> {
    if let Some(fault) = header.refused() {
        return Err(fault.into());
    }
    if header.first(kind::EXTERNAL_FILES).is_some() {
        return Err(Fault::unsupported("data in external files").into());
    }
    let width = element.width;
    let layout = parsed(view, header, kind::LAYOUT, "data layout message", Layout::parse)?;
    let filters = parsed(view, header, kind::FILTERS, "filter pipeline message", |cursor| {
        filters::parse(cursor, width)
    })?;
    let new_fill = parsed(view, header, kind::FILL, "fill value message", |cursor| {
        fill::parse(cursor, width)
    })?;
    let old_fill = match new_fill {
        Some(_) => None,
        None => parsed(view, header, kind::FILL_OLD, "old fill value message", |cursor| {
            fill::parse_old(cursor, width)
        })?,
    };
    let fill = new_fill.or(old_fill).flatten();
    let offset = header.address.saturating_add(view.format.base);
    let layout = layout
        .ok_or_else(|| Fault::corrupt(offset, "a dataset with a data layout message", "none"))?;
    let filters = filters.unwrap_or_default();
    let null = null_bits(element, fill_attribute, fill.as_deref())?;
    let format = view.format;
    Ok(Described { format, space, element, layout, filters, fill, null, offset }.check()?)
}

/// The first message of a kind, parsed.
fn parsed<T>(
    view: &View<'_>,
    header: &ObjectHeader,
    kind: u16,
    what: &'static str,
    parse: impl FnOnce(Cursor<'_>) -> Result<T, Fault>,
) -> Parse<Option<T>> {
    let parse = |message: &Message| {
        let (address, bytes) = shared::resolve(view, message)?;
        Ok(parse(view.cursor(what, address, &bytes))?)
    };
    header.first(kind).map(parse).transpose()
}

/// The bits of the null value. See [`Dataset::null_value`](crate::Dataset::null_value).
fn null_bits(
    element: &Element,
    attribute: Option<&Attribute>,
    fill: Option<&[u8]>,
) -> Result<Option<u64>, Fault> {
    if !element.is_number() {
        return Ok(None);
    }
    let Some(attribute) = attribute else {
        return Ok(fill.map(|fill| element.bits(fill)).filter(|&bits| bits != 0));
    };
    let number = match &attribute.value {
        AttributeValue::Ints(values) => values.first().map(|&value| Number::Int(value)),
        AttributeValue::Floats(values) => values.first().map(|&value| Number::Float(value)),
        AttributeValue::Strings(_) => {
            return Err(Fault::unsupported("an attribute _FillValue that is text"));
        }
        AttributeValue::Unsupported(what) => {
            return Err(Fault::unsupported(format!("an attribute _FillValue: {what}")));
        }
    };
    Ok(number.and_then(|number| element.bits_of(number)))
}
