//! Columns by name, whichever of Arrow's types for the same thing a file has.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, TimeUnit, TimestampMicrosecondType};

use super::{CatalogFileError, Result};

/// A column, or a part of one, with its place for errors.
#[derive(Debug, Clone)]
pub(super) struct Column<'a> {
    catalog: &'a str,
    at: String,
    array: ArrayRef,
}

impl<'a> Column<'a> {
    /// A column of a table, if it has it.
    pub(super) fn of(catalog: &'a str, batch: &RecordBatch, name: &str) -> Option<Self> {
        let array = Arc::clone(batch.column_by_name(name)?);
        Some(Self { catalog, at: name.to_owned(), array })
    }

    /// The fields of a struct, with their names.
    pub(super) fn fields(&self) -> Result<Vec<(String, Self)>> {
        let parts = self.as_struct()?;
        let field = |(field, array): (&Arc<Field>, &ArrayRef)| {
            let at = format!("{}.{}", self.at, field.name());
            let part = Self { catalog: self.catalog, at, array: Arc::clone(array) };
            (field.name().clone(), part)
        };
        Ok(parts.fields().iter().zip(parts.columns()).map(field).collect())
    }

    /// A field of a struct, if it has it.
    pub(super) fn field(&self, name: &str) -> Result<Option<Self>> {
        Ok(self.fields()?.into_iter().find(|(field, _)| field == name).map(|(_, column)| column))
    }

    /// Whether there is a value. That of a part is so only where its struct's is, too.
    pub(super) fn is_valid(&self, row: usize) -> bool {
        self.array.is_valid(row)
    }

    pub(super) fn is_struct(&self) -> bool {
        matches!(self.array.data_type(), DataType::Struct(_))
    }

    pub(super) fn as_struct(&self) -> Result<&StructArray> {
        self.array.as_struct_opt().ok_or_else(|| self.wrong("a struct"))
    }

    pub(super) fn text(&self) -> Result<StringArray> {
        let text = self.cast(&DataType::Utf8, "text", is_text)?;
        Ok(text.as_string::<i32>().clone())
    }

    pub(super) fn binary(&self) -> Result<BinaryArray> {
        let is_binary = |found: &DataType| {
            use DataType as D;
            matches!(found, D::Binary | D::LargeBinary | D::BinaryView | D::Null)
        };
        Ok(self.cast(&DataType::Binary, "WKB", is_binary)?.as_binary::<i32>().clone())
    }

    pub(super) fn numbers(&self) -> Result<arrow::array::Float64Array> {
        let numbers = self.cast(&DataType::Float64, "a number", DataType::is_numeric)?;
        Ok(numbers.as_primitive::<arrow::datatypes::Float64Type>().clone())
    }

    /// Times in microseconds; those without a zone are in UTC.
    pub(super) fn times(&self) -> Result<TimestampMicrosecondArray> {
        let zone = match self.array.data_type() {
            DataType::Timestamp(_, zone) => zone.clone(),
            _ => None,
        };
        let is_time = |found: &DataType| matches!(found, DataType::Timestamp(..) | DataType::Null);
        let times = self.cast(&DataType::Timestamp(TimeUnit::Microsecond, zone), "a time", is_time);
        Ok(times?.as_primitive::<TimestampMicrosecondType>().clone())
    }

    /// Lists of text.
    pub(super) fn texts(&self) -> Result<arrow::array::ListArray> {
        let element = Field::new("element", DataType::Utf8, true);
        let is_list = |found: &DataType| match found {
            DataType::List(element) | DataType::LargeList(element) => is_text(element.data_type()),
            found => *found == DataType::Null,
        };
        let lists = self.cast(&DataType::List(Arc::new(element)), "a list of text", is_list)?;
        Ok(lists.as_list::<i32>().clone())
    }

    fn cast(
        &self,
        to: &DataType,
        expected: &str,
        accepts: impl Fn(&DataType) -> bool,
    ) -> Result<ArrayRef> {
        if !accepts(self.array.data_type()) {
            return Err(self.wrong(expected));
        }
        cast(&self.array, to).map_err(|_| self.wrong(expected))
    }

    fn wrong(&self, expected: &str) -> CatalogFileError {
        CatalogFileError::Column {
            catalog: self.catalog.to_owned(),
            column: self.at.clone(),
            expected: expected.to_owned(),
            found: self.array.data_type().to_string(),
        }
    }
}

fn is_text(found: &DataType) -> bool {
    matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null)
}
