//! The kinds of parameters: which types each accepts, and what a literal must be at planning.

use arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion_common::{Result, ScalarValue, exec_datafusion_err, plan_datafusion_err, plan_err};
use datafusion_expr::{ColumnarValue, ReturnFieldArgs};

use crate::cell::{CellError, Convention, check_order};

/// A parameter by its meaning.
#[derive(Debug, Clone, Copy)]
pub(super) enum Parameter {
    /// A coordinate in degrees, of this name.
    Degrees(&'static str),
    /// A HEALPix order, of this name.
    Order(&'static str),
    /// A NESTED id, of this name.
    Cell(&'static str),
    /// A Morton word, of this name.
    Word(&'static str),
    /// A geometry as WKT or WKB, of this name.
    Geometry(&'static str),
    /// Text.
    Text,
    /// Seconds, of this name.
    Seconds(&'static str),
    /// A time, of this name.
    Time(&'static str),
    /// An optional count, of this name.
    Count(&'static str),
    /// The optional name of a latitude convention.
    Convention,
}

/// Whether a function can give NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nullable {
    /// For some values that are not NULL, too.
    Always,
    /// Only if an argument is NULL.
    WithArguments,
}

impl Parameter {
    fn name(self) -> &'static str {
        match self {
            Self::Degrees(name)
            | Self::Order(name)
            | Self::Cell(name)
            | Self::Word(name)
            | Self::Seconds(name)
            | Self::Time(name)
            | Self::Geometry(name)
            | Self::Count(name) => name,
            Self::Text => "text",
            Self::Convention => "convention",
        }
    }

    fn optional(self) -> bool {
        matches!(self, Self::Count(_) | Self::Convention)
    }

    /// The type an argument of type `given` is brought to, or what was expected.
    fn coerce(self, given: &DataType) -> Result<DataType, &'static str> {
        match (self, given) {
            (Self::Degrees(_) | Self::Seconds(_), DataType::Null) => Ok(DataType::Float64),
            (Self::Degrees(_) | Self::Seconds(_), given) if given.is_numeric() => {
                Ok(DataType::Float64)
            }
            (Self::Degrees(_), _) => Err("a number of degrees"),
            (Self::Seconds(_), _) => Err("a number of seconds"),
            (Self::Order(_) | Self::Count(_), DataType::Null) => Ok(DataType::Int64),
            (Self::Order(_) | Self::Count(_), given) if given.is_integer() => Ok(DataType::Int64),
            (Self::Order(_) | Self::Count(_), _) => Err("an integer"),
            (Self::Cell(_) | Self::Word(_), DataType::Null) => Ok(DataType::UInt64),
            (Self::Cell(_) | Self::Word(_), given) if given.is_integer() => Ok(DataType::UInt64),
            (Self::Cell(_) | Self::Word(_), _) => Err("an unsigned 64-bit integer"),
            // A zone says how an instant is shown, not which it is.
            (Self::Time(_), DataType::Timestamp(_, zone)) => {
                Ok(DataType::Timestamp(TimeUnit::Nanosecond, zone.clone()))
            }
            (Self::Time(_), given)
                if given.is_null()
                    || given.is_string()
                    || matches!(given, DataType::Date32 | DataType::Date64) =>
            {
                Ok(DataType::Timestamp(TimeUnit::Nanosecond, None))
            }
            (Self::Time(_), _) => Err("a timestamp or a date"),
            // One type for each, so that there is one way to read it.
            (Self::Geometry(_), given) => match given {
                DataType::Null => Ok(DataType::Utf8View),
                DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                    Ok(DataType::BinaryView)
                }
                given if given.is_string() => Ok(DataType::Utf8View),
                DataType::Dictionary(_, value) if value.is_string() => Ok(DataType::Utf8View),
                _ => Err("a geometry as WKT or WKB"),
            },
            (Self::Text | Self::Convention, given) => match given {
                DataType::Null => Ok(DataType::Utf8),
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Ok(given.clone()),
                DataType::Dictionary(_, value) if value.is_string() => Ok(value.as_ref().clone()),
                _ => Err("text"),
            },
        }
    }
}

/// The types the arguments are brought to.
pub(super) fn coerce(
    function: &str,
    parameters: &[Parameter],
    given: &[DataType],
) -> Result<Vec<DataType>> {
    let required = parameters.iter().filter(|p| !p.optional()).count();
    if given.len() < required || given.len() > parameters.len() {
        let names: Vec<_> = parameters.iter().map(|p| p.name()).collect();
        let optional = match parameters.len() - required {
            0 => String::new(),
            1 => ", the last one optional".to_owned(),
            n => format!(", the last {n} optional"),
        };
        return plan_err!(
            "{function} takes ({}){optional}; {} were given",
            names.join(", "),
            given.len()
        );
    }
    parameters
        .iter()
        .zip(given)
        .map(|(parameter, given)| {
            parameter.coerce(given).map_err(|expected| {
                let name = parameter.name();
                plan_datafusion_err!("{function}: {name} is {given}, expected {expected}")
            })
        })
        .collect()
}

/// The field of the result. Literal orders and the convention are checked here, so that a wrong one fails at planning.
pub(super) fn return_field(
    function: &str,
    parameters: &[Parameter],
    args: &ReturnFieldArgs<'_>,
    returns: DataType,
    nullable: Nullable,
) -> Result<Field> {
    for (parameter, literal) in parameters.iter().zip(args.scalar_arguments) {
        match (parameter, literal) {
            (Parameter::Order(name), Some(value)) => check_literal_order(function, name, value)?,
            (Parameter::Convention, Some(value)) => {
                literal_convention(value).map_err(|e| plan_datafusion_err!("{function}: {e}"))?;
            }
            (Parameter::Convention, None) => {
                return plan_err!(
                    "{function}: convention must be a literal, 'authalic' or 'sphere'"
                );
            }
            _ => {}
        }
    }
    let nullable = nullable == Nullable::Always || args.arg_fields.iter().any(|f| f.is_nullable());
    Ok(Field::new(function, returns, nullable))
}

fn check_literal_order(function: &str, name: &str, value: &ScalarValue) -> Result<()> {
    if value.is_null() || !value.data_type().is_integer() {
        return Ok(());
    }
    // An unsigned value that does not fit fails at the cast that coercion put before the function.
    match value.cast_to(&DataType::Int64) {
        Ok(ScalarValue::Int64(Some(order))) => {
            narrow(order).map(|_| ()).map_err(|e| plan_datafusion_err!("{function}: {name}: {e}"))
        }
        _ => plan_err!("{function}: {name}: {value} is no order, expected 0..=29"),
    }
}

fn literal_convention(value: &ScalarValue) -> Result<Convention, String> {
    match value.try_as_str() {
        Some(Some(name)) => name.parse().map_err(|e: CellError| e.to_string()),
        _ => Err(format!("convention is {value}, expected 'authalic' or 'sphere'")),
    }
}

/// The convention given to a call, or the default.
pub(super) fn convention(function: &str, argument: Option<&ColumnarValue>) -> Result<Convention> {
    match argument {
        None => Ok(Convention::default()),
        Some(ColumnarValue::Scalar(value)) => {
            literal_convention(value).map_err(|e| plan_datafusion_err!("{function}: {e}"))
        }
        Some(ColumnarValue::Array(_)) => {
            plan_err!("{function}: convention must be a literal, 'authalic' or 'sphere'")
        }
    }
}

/// An order as the cell maths want it.
pub(super) fn order(function: &str, name: &str, value: i64) -> Result<u8> {
    narrow(value).map_err(|e| exec_datafusion_err!("{function}: {name}: {e}"))
}

fn narrow(value: i64) -> Result<u8, CellError> {
    let order = u8::try_from(value).map_err(|_| CellError::Order { order: value })?;
    check_order(order).map(|()| order)
}
