//! JSON values with their place, for errors that name it.

use serde_json::{Map, Value};

use crate::CatalogError;

type Result<T> = std::result::Result<T, CatalogError>;

/// A value, its place, and the name of the map it is in.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) at: String,
    pub(super) value: Value,
}

/// An object whose keys are taken out one by one.
#[derive(Debug)]
pub(super) struct Object<'a> {
    file: &'a str,
    at: String,
    map: Map<String, Value>,
}

impl<'a> Place<'a> {
    pub(super) fn wrong(&self, expected: &str) -> CatalogError {
        wrong(self.file, &self.at, expected, describe(&self.value))
    }

    pub(super) fn object(self) -> Result<Object<'a>> {
        match self.value {
            Value::Object(map) => Ok(Object { file: self.file, at: self.at, map }),
            _ => Err(self.wrong("an object")),
        }
    }

    pub(super) fn list(self) -> Result<Vec<Place<'a>>> {
        let Value::Array(items) = self.value else { return Err(self.wrong("a list")) };
        let place = |(i, value)| Place { file: self.file, at: format!("{}[{i}]", self.at), value };
        Ok(items.into_iter().enumerate().map(place).collect())
    }

    pub(super) fn text(self) -> Result<String> {
        match self.value {
            Value::String(text) if !text.is_empty() => Ok(text),
            _ => Err(self.wrong("text")),
        }
    }

    pub(super) fn order(&self) -> Result<u8> {
        let order = self.value.as_u64().and_then(|v| u8::try_from(v).ok()).filter(|v| *v <= 29);
        order.ok_or_else(|| self.wrong("an order from 0 to 29"))
    }

    /// A list of `N` numbers.
    pub(super) fn numbers<const N: usize>(self) -> Result<[f64; N]> {
        self.exactly(Value::as_f64, "numbers")
    }

    /// A list of `N` whole numbers that are not negative.
    pub(super) fn counts<const N: usize>(self) -> Result<[u64; N]> {
        self.exactly(Value::as_u64, "whole numbers")
    }

    fn exactly<T, const N: usize>(
        self,
        read: impl Fn(&Value) -> Option<T>,
        what: &str,
    ) -> Result<[T; N]> {
        let items =
            self.value.as_array().map(|list| list.iter().map(read).collect::<Option<Vec<T>>>());
        let exact = items.flatten().and_then(|list| <[T; N]>::try_from(list).ok());
        exact.ok_or_else(|| self.wrong(&format!("a list of {N} {what}")))
    }

    pub(super) fn word(&self) -> Result<u64> {
        self.value.as_u64().ok_or_else(|| self.wrong("a Morton word, a whole number of 64 bits"))
    }
}

impl<'a> Object<'a> {
    /// Takes a key out; one without a value is as good as absent.
    pub(super) fn take(&mut self, key: &str) -> Option<Place<'a>> {
        let value = self.map.remove(key).filter(|v| !v.is_null())?;
        Some(Place { file: self.file, at: join(&self.at, key), value })
    }

    pub(super) fn need(&mut self, key: &str, expected: &str) -> Result<Place<'a>> {
        self.take(key)
            .ok_or_else(|| wrong(self.file, &join(&self.at, key), expected, "nothing".to_owned()))
    }

    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>> {
        self.take(key).map(Place::text).transpose()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// What has not been taken out.
    pub(super) fn rest(self) -> Map<String, Value> {
        self.map
    }
}

pub(super) fn wrong(file: &str, at: &str, expected: &str, found: String) -> CatalogError {
    let at = if at.is_empty() { "(whole file)" } else { at };
    CatalogError::Form {
        file: file.to_owned(),
        at: at.to_owned(),
        expected: expected.to_owned(),
        found,
    }
}

fn join(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => format!("the number {n}"),
        Value::String(s) => {
            let short: String = s.chars().take(60).collect();
            format!("the text \"{short}\"")
        }
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}
