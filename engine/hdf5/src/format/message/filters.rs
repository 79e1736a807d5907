//! The filter pipeline message.

use std::str::FromStr;

use crate::fault::Fault;
use crate::format::cursor::Cursor;

/// The most filters the format allows in one pipeline.
pub(crate) const MOST_FILTERS: u8 = 32;

/// One filter of a pipeline, in the order of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    Deflate,
    /// Bytes of one element.
    Shuffle(usize),
    Fletcher32,
    /// Anything else, by its registered number and name.
    Other(String),
}

impl Filter {
    fn new(id: u16, name: &str, parameters: &[u32], element: usize) -> Self {
        match id {
            1 => Self::Deflate,
            2 => Self::Shuffle(parameters.first().map_or(element, |&size| size as usize)),
            3 => Self::Fletcher32,
            _ => Self::Other(format!("filter {id} ({})", registered(id).unwrap_or(name))),
        }
    }

    /// The filter and its parameter, as [`Filter::from_str`] reads it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Shuffle(element) => format!("shuffle({element})"),
            other => other.name().to_owned(),
        }
    }

    /// The name under which the filter is known.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Deflate => "deflate",
            Self::Shuffle(_) => "shuffle",
            Self::Fletcher32 => "fletcher32",
            Self::Other(name) => name,
        }
    }
}

impl FromStr for Filter {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let shuffle = || text.strip_prefix("shuffle(")?.strip_suffix(')')?.parse::<u32>().ok();
        match text {
            "deflate" => Ok(Self::Deflate),
            "fletcher32" => Ok(Self::Fletcher32),
            _ => shuffle()
                .map(|element| Self::Shuffle(element as usize))
                .ok_or_else(|| Fault::unsupported(format!("the filter `{text}`"))),
        }
    }
}

fn registered(id: u16) -> Option<&'static str> {
    Some(match id {
        4 => "szip",
        5 => "n-bit",
        6 => "scale-offset",
        307 => "bzip2",
        32000 => "lzf",
        32001 => "blosc",
        32004 => "lz4",
        32008 => "bitshuffle",
        32013 => "zfp",
        32015 => "zstd",
        32026 => "blosc2",
        _ => return None,
    })
}

/// Parses a pipeline over elements of `element` bytes.
pub(crate) fn parse(mut cursor: Cursor<'_>, element: usize) -> Result<Vec<Filter>, Fault> {
    let version = cursor.version(&[1, 2])?;
    let count = cursor.u8()?;
    if count > MOST_FILTERS {
        let expected = format!("at most {MOST_FILTERS} filters");
        return Err(cursor.corrupt(expected, format!("{count}")));
    }
    if version == 1 {
        cursor.skip(6)?;
    }
    let mut filters = Vec::with_capacity(count.into());
    for _ in 0..count {
        let id = cursor.u16()?;
        let named = version == 1 || id >= 256;
        let name_length = if named { cursor.u16()? } else { 0 };
        let _flags = cursor.u16()?;
        let parameters = cursor.u16()?;
        let padded = match version {
            1 => name_length.checked_next_multiple_of(8).unwrap_or(u16::MAX),
            _ => name_length,
        };
        let name = crate::format::cursor::text(cursor.take(padded.into())?);
        let values = (0..parameters).map(|_| cursor.u32()).collect::<Result<Vec<_>, _>>()?;
        if version == 1 && parameters % 2 == 1 {
            cursor.skip(4)?;
        }
        filters.push(Filter::new(id, &name, &values, element));
    }
    Ok(filters)
}
