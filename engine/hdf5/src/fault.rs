//! Errors of the parser, which knows offsets but neither the file's name nor the object's path.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::Error;

/// A finding of the parser. [`Fault::at`] makes it an [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Truncated { offset: u64, expected: String, end: u64 },
    Corrupt { offset: u64, expected: Cow<'static, str>, found: Cow<'static, str> },
    Unsupported { what: Cow<'static, str> },
    Invalid { what: Cow<'static, str> },
}

impl Fault {
    pub(crate) fn corrupt(
        offset: u64,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Corrupt { offset, expected: expected.into(), found: found.into() }
    }

    pub(crate) fn unsupported(what: impl Into<Cow<'static, str>>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    pub(crate) fn invalid(what: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid { what: what.into() }
    }

    pub(crate) fn at(self, file: &Arc<str>, object: &str) -> Error {
        let (file, object) = (Arc::clone(file), object.to_owned());
        match self {
            Self::Truncated { offset, expected, end } => {
                Error::Truncated { file, object, offset, expected, end }
            }
            Self::Corrupt { offset, expected, found } => Error::Corrupt {
                file,
                object,
                offset,
                expected: expected.into_owned(),
                found: found.into_owned(),
            },
            Self::Unsupported { what } => {
                Error::Unsupported { file, object, what: what.into_owned() }
            }
            Self::Invalid { what } => {
                Error::InvalidRequest { file, object, what: what.into_owned() }
            }
        }
    }
}

/// Why a parse did not finish: bytes that are not cached yet, or a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The missing ranges are noted in the view; fetch them and parse again.
    Missing,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

pub(crate) type Parse<T> = Result<T, Stop>;

/// Lets a parse go on over its siblings after a miss, so that one round fetches for all of them.
#[derive(Debug, Default)]
pub(crate) struct Siblings {
    missing: bool,
}

impl Siblings {
    /// The value, or `None` when bytes are missing; faults pass through.
    pub(crate) fn take<T>(&mut self, parsed: Parse<T>) -> Parse<Option<T>> {
        match parsed {
            Ok(value) => Ok(Some(value)),
            Err(Stop::Missing) => {
                self.missing = true;
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Fails if any of the siblings missed.
    pub(crate) fn finish(self) -> Parse<()> {
        if self.missing { Err(Stop::Missing) } else { Ok(()) }
    }
}

/// Both values, having asked for the bytes of both.
pub(crate) fn both<A, B>(first: Parse<A>, second: Parse<B>) -> Parse<(A, B)> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(Stop::Fault(fault)), _) | (_, Err(Stop::Fault(fault))) => Err(Stop::Fault(fault)),
        _ => Err(Stop::Missing),
    }
}
