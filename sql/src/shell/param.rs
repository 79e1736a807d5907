//! Values for the `$name` of a statement.
//!
//! They go to the planner as values with a type. The text of the statement stays as it is, so no value can
//! become SQL.

use std::collections::BTreeMap;

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{ParamValues, ScalarValue};

/// Values by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters(BTreeMap<String, ScalarValue>);

impl Parameters {
    /// Sets what `name=value` says.
    pub(crate) fn set(&mut self, text: &str) -> Result<(), String> {
        let (name, value) = parse(text)?;
        self.0.insert(name, value);
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &ScalarValue)> {
        self.0.iter()
    }

    /// Those that `sql` names, as text.
    pub(crate) fn texts(&self, sql: &str) -> Vec<(String, String)> {
        let named = |name: &str| sql.contains(&format!("${name}"));
        let named = self.0.iter().filter(|(name, _)| named(name));
        named.map(|(name, value)| (name.clone(), value.to_string())).collect()
    }

    /// As the planner takes them.
    pub(crate) fn values(&self) -> ParamValues {
        let values: Vec<(String, ScalarValue)> =
            self.0.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        values.into()
    }
}

/// A name and a value with its type, from `name=value`.
///
/// The value is a literal: a whole number, a number with a point or an exponent, `true`, `false`, `NULL`,
/// `'text'`, `DATE '…'`, `TIMESTAMP '…'`. Whatever else it is, it is text, so that quotes can be left out.
pub(crate) fn parse(text: &str) -> Result<(String, ScalarValue), String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(format!("expected NAME=VALUE, found `{text}`"));
    };
    let name = name.trim().trim_start_matches('$');
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Err(format!("`{name}` is no name: letters, digits and _ make one"));
    }
    Ok((name.to_owned(), literal(value)?))
}

fn literal(text: &str) -> Result<ScalarValue, String> {
    let trimmed = text.trim();
    if let Some(value) = number(trimmed) {
        return Ok(value);
    }
    match trimmed.to_ascii_lowercase().as_str() {
        "true" => return Ok(ScalarValue::Boolean(Some(true))),
        "false" => return Ok(ScalarValue::Boolean(Some(false))),
        "null" => return Ok(ScalarValue::Null),
        _ => {}
    }
    if let Some(text) = quoted(trimmed) {
        return Ok(ScalarValue::Utf8(Some(text)));
    }
    let types = [
        ("date", DataType::Date32),
        ("timestamp", DataType::Timestamp(TimeUnit::Nanosecond, None)),
    ];
    for (word, data_type) in types {
        let head = trimmed.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word));
        let value = head.and_then(|head| quoted(trimmed.get(head.len()..)?.trim_start()));
        if let Some(value) = value {
            let failed = |e| format!("`{value}` is no {word}: {e}");
            return ScalarValue::try_from_string(value.clone(), &data_type).map_err(failed);
        }
    }
    Ok(ScalarValue::Utf8(Some(text.to_owned())))
}

/// A number. Rust's words for numbers, such as `nan` and `infinity`, are text.
fn number(text: &str) -> Option<ScalarValue> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return None;
    }
    if let Ok(whole) = text.parse() {
        return Some(ScalarValue::Int64(Some(whole)));
    }
    if let Ok(whole) = text.parse() {
        return Some(ScalarValue::UInt64(Some(whole)));
    }
    let float: f64 = text.parse().ok()?;
    float.is_finite().then_some(ScalarValue::Float64(Some(float)))
}

/// What stands between single quotes, where they are the first and the last character.
fn quoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    // Every quote inside must be a pair.
    let pairs = inner.replace("''", "");
    (!pairs.contains('\'')).then(|| inner.replace("''", "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> ScalarValue {
        parse(&format!("x={text}")).unwrap().1
    }

    #[test]
    fn literals_have_their_types() {
        assert_eq!(value("10"), ScalarValue::Int64(Some(10)));
        assert_eq!(value("-1.5e3"), ScalarValue::Float64(Some(-1500.0)));
        assert_eq!(value("18446744073709551615"), ScalarValue::UInt64(Some(u64::MAX)));
        assert_eq!(value("TRUE"), ScalarValue::Boolean(Some(true)));
        assert_eq!(value("null"), ScalarValue::Null);
        assert_eq!(value("'it''s'"), ScalarValue::from("it's"));
        assert_eq!(value("'007'"), ScalarValue::from("007"));
        assert_eq!(value("DATE '1970-01-02'"), ScalarValue::Date32(Some(1)));
        assert_eq!(
            value("timestamp '1970-01-01T00:00:01'"),
            ScalarValue::TimestampNanosecond(Some(1_000_000_000), None)
        );
    }

    #[test]
    fn what_is_no_literal_is_text() {
        for text in ["gt1l", "nan", "infinity", "", "a=b", "1; DROP TABLE t", "'a' OR 'b'", "-"] {
            assert_eq!(value(text), ScalarValue::from(text), "{text}");
        }
    }

    #[test]
    fn wrong_names_and_dates_are_refused() {
        for text in ["x", "=1", "a b=1", "x=DATE 'yesterday'"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("$low=1").unwrap().0, "low");
    }
}
