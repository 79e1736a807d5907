//! Values as text for eyes.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

/// What is shown where there is no value.
const NULL: &str = "NULL";

/// The rows of a batch, value by value.
pub(super) fn rows(batch: &RecordBatch) -> Result<Vec<Vec<String>>, ArrowError> {
    let options = FormatOptions::default().with_null(NULL).with_display_error(true);
    let columns = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<Result<Vec<_>, _>>()?;
    let row =
        |row| columns.iter().map(|column| plain(column.value(row).try_to_string()?)).collect();
    (0..batch.num_rows()).map(row).collect()
}

/// The names of the columns.
pub(super) fn header(schema: &SchemaRef) -> Vec<String> {
    schema.fields().iter().map(|field| escaped(field.name())).collect()
}

/// Which columns are numbers, and stand at the right.
pub(super) fn numeric(schema: &SchemaRef) -> Vec<bool> {
    let is_numeric = |data_type: &DataType| match data_type {
        DataType::Dictionary(_, values) => values.is_numeric(),
        other => other.is_numeric(),
    };
    schema.fields().iter().map(|field| is_numeric(field.data_type())).collect()
}

fn plain(text: String) -> Result<String, ArrowError> {
    // Most values have nothing to escape.
    Ok(if text.contains(char::is_control) { escaped(&text) } else { text })
}

/// Text whose control characters are spelled out: data must not steer a terminal. Line breaks stay.
fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}
