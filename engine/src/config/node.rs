//! YAML values that know their path, so that every error can name it.

use serde_yaml::{Mapping, Value};

use super::error::ConfigErrorKind;
use super::suggest;

type Result<T> = std::result::Result<T, ConfigErrorKind>;

/// Parses the text. A key twice in one mapping is an error; `<<` merges are applied.
pub(super) fn document(yaml: &str) -> Result<Value> {
    let mut value: Value = serde_yaml::from_str(yaml).map_err(ConfigErrorKind::Yaml)?;
    value.apply_merge().map_err(ConfigErrorKind::Yaml)?;
    Ok(value)
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) path: String,
    value: &'a Value,
}

/// A number as the file writes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    Int(i128),
    Float(f64),
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { path: String::new(), value }
    }

    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    pub(super) fn as_str(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub(super) fn wrong_type(&self, expected: &str) -> ConfigErrorKind {
        let path = if self.path.is_empty() { "(whole file)".to_owned() } else { self.path.clone() };
        ConfigErrorKind::Type { path, expected: expected.to_owned(), found: describe(self.value) }
    }

    pub(super) fn invalid(&self, message: impl Into<String>) -> ConfigErrorKind {
        ConfigErrorKind::Value { path: self.path.clone(), message: message.into() }
    }

    pub(super) fn unsupported(&self, what: impl Into<String>) -> ConfigErrorKind {
        ConfigErrorKind::Unsupported { path: self.path.clone(), what: what.into() }
    }

    pub(super) fn map(&self) -> Result<Map<'a>> {
        let mapping = self.value.as_mapping().ok_or_else(|| self.wrong_type("a mapping"))?;
        for key in mapping.keys() {
            if !key.is_string() {
                let found = describe(key);
                return Err(self.wrong_type(&format!("keys that are text (one is {found})")));
            }
        }
        Ok(Map { path: self.path.clone(), mapping, known: Vec::new() })
    }

    pub(super) fn list(&self) -> Result<Vec<Node<'a>>> {
        let items = self.value.as_sequence().ok_or_else(|| self.wrong_type("a list"))?;
        Ok(items
            .iter()
            .enumerate()
            .map(|(i, value)| Node { path: format!("{}[{i}]", self.path), value })
            .collect())
    }

    pub(super) fn str(&self) -> Result<&'a str> {
        let text = self.value.as_str().ok_or_else(|| self.wrong_type("text"))?;
        if text.trim().is_empty() {
            Err(self.wrong_type("text that is not empty"))
        } else {
            Ok(text)
        }
    }

    pub(super) fn string(&self) -> Result<String> {
        self.str().map(str::to_owned)
    }

    pub(super) fn bool(&self) -> Result<bool> {
        self.value.as_bool().ok_or_else(|| self.wrong_type("true or false"))
    }

    pub(super) fn number(&self) -> Result<Scalar> {
        if let Some(i) = self.value.as_i64() {
            return Ok(Scalar::Int(i.into()));
        }
        if let Some(u) = self.value.as_u64() {
            return Ok(Scalar::Int(u.into()));
        }
        self.value.as_f64().map(Scalar::Float).ok_or_else(|| self.wrong_type("a number"))
    }

    /// A whole number from 0 to `max`.
    pub(super) fn index(&self, max: u64) -> Result<u64> {
        let expected = || self.wrong_type(&format!("a whole number from 0 to {max}"));
        self.value.as_u64().filter(|v| *v <= max).ok_or_else(expected)
    }
}

impl Scalar {
    #[expect(clippy::cast_precision_loss, reason = "as any reader of YAML numbers does")]
    pub(super) fn as_f64(self) -> f64 {
        match self {
            Self::Int(i) => i as f64,
            Self::Float(f) => f,
        }
    }
}

/// A mapping that remembers which keys were asked for, and refuses the others.
#[derive(Debug)]
pub(super) struct Map<'a> {
    path: String,
    mapping: &'a Mapping,
    known: Vec<&'static str>,
}

impl<'a> Map<'a> {
    /// The value of a key; a key without a value is as good as absent.
    pub(super) fn optional(&mut self, key: &'static str) -> Option<Node<'a>> {
        self.known.push(key);
        self.get(key).filter(|n| !n.is_null())
    }

    pub(super) fn required(&mut self, key: &'static str, expected: &str) -> Result<Node<'a>> {
        self.optional(key).ok_or_else(|| ConfigErrorKind::Missing {
            path: join(&self.path, key),
            expected: expected.to_owned(),
        })
    }

    /// All entries, for mappings whose keys are the user's own names.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.mapping.iter().filter_map(|(key, value)| {
            let key = key.as_str()?;
            Some((key, Node { path: join(&self.path, key), value }))
        })
    }

    /// Refuses keys that nobody asked for.
    pub(super) fn finish(self) -> Result<()> {
        let unknown = self.mapping.keys().filter_map(|k| k.as_str());
        match unknown.into_iter().find(|k| !self.known.contains(k)) {
            None => Ok(()),
            Some(key) => Err(ConfigErrorKind::UnknownKey {
                path: join(&self.path, key),
                hint: suggest::hint(key, self.known.iter().copied()),
            }),
        }
    }

    fn get(&self, key: &str) -> Option<Node<'a>> {
        self.mapping.get(key).map(|value| Node { path: join(&self.path, key), value })
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(b) => format!("`{b}`"),
        Value::Number(n) => format!("the number {n}"),
        Value::String(s) if s.trim().is_empty() => "empty text".to_owned(),
        Value::String(s) => format!("the text `{s}`"),
        Value::Sequence(s) => format!("a list of {}", s.len()),
        Value::Mapping(_) => "a mapping".to_owned(),
        Value::Tagged(t) => format!("a value tagged {}", t.tag),
    }
}
