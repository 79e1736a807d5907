//! Which version of a file is meant.

use std::fmt;

use arrow::array::temporal_conversions::timestamp_us_to_datetime;
use object_store::ObjectMeta;

/// One version of a file, as its store tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileVersion {
    /// Size in bytes.
    pub size: u64,
    /// The entity tag, where the store gives one.
    pub e_tag: Option<String>,
    /// Time of the last change, in microseconds since 1970-01-01 UTC.
    pub modified: Option<i64>,
}

impl FileVersion {
    /// What the store says of an object.
    pub fn of(meta: &ObjectMeta) -> Self {
        let modified = Some(meta.last_modified.timestamp_micros());
        Self { size: meta.size, e_tag: meta.e_tag.clone(), modified }
    }

    /// Whether both can be the same: of one size and one entity tag or, where one of them has no tag, of one
    /// time. What only one of them has is not compared.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let same = match (&self.e_tag, &other.e_tag) {
            (Some(one), Some(two)) => one == two,
            _ => self.modified.zip(other.modified).is_none_or(|(one, two)| one == two),
        };
        self.size == other.size && same
    }
}

impl fmt::Display for FileVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.size)?;
        if let Some(time) = self.modified.and_then(timestamp_us_to_datetime) {
            write!(f, " of {time} UTC")?;
        }
        match &self.e_tag {
            Some(tag) => write!(f, ", entity tag {tag}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(size: u64, tag: &str, modified: i64) -> FileVersion {
        let e_tag = Some(tag.to_owned()).filter(|tag| !tag.is_empty());
        FileVersion { size, e_tag, modified: Some(modified).filter(|time| *time > 0) }
    }

    #[test]
    fn tags_come_before_times_and_what_is_unknown_is_not_compared() {
        let agree = |one: FileVersion, two: FileVersion| {
            assert_eq!(one.agrees_with(&two), two.agrees_with(&one));
            one.agrees_with(&two)
        };
        assert!(agree(version(9, "a", 1), version(9, "a", 2)));
        assert!(!agree(version(9, "a", 1), version(9, "b", 1)));
        assert!(!agree(version(9, "a", 1), version(8, "a", 1)));
        assert!(!agree(version(9, "", 1), version(9, "b", 2)));
        assert!(agree(version(9, "", 1), version(9, "b", 1)));
        assert!(agree(version(9, "", 0), version(9, "b", 2)));
    }

    #[test]
    fn it_is_told_as_a_person_would() {
        let told = version(12, "\"e\"", 1_700_000_000_500_000).to_string();
        assert_eq!(told, "12 bytes of 2023-11-14 22:13:20.500 UTC, entity tag \"e\"");
    }
}
