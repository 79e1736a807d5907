//! What the user can switch.

use std::num::NonZeroUsize;

use crate::shell::format::Format;

/// Rows shown on a terminal unless told otherwise: about a screen.
pub(crate) const SCREEN: usize = 40;

/// What the user can switch while the shell runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// The form of results; without one, a table for terminals and CSV for all else.
    pub(crate) format: Option<Format>,
    /// Rows shown at most in forms for eyes; 0 shows all. Without a number, [`SCREEN`] on a terminal and all
    /// elsewhere.
    pub(crate) max_rows: Option<usize>,
    /// Say how long each statement took.
    pub(crate) timer: bool,
    /// Stop at the first error. Shells go on, scripts do not.
    pub(crate) bail: bool,
    /// Say nothing but results and errors.
    pub(crate) quiet: bool,
    /// Run each statement so many times, and print how long that took.
    pub(crate) bench: Option<NonZeroUsize>,
}

impl Settings {
    /// The form of a result that goes to a terminal or elsewhere.
    pub(crate) fn format(&self, terminal: bool) -> Format {
        self.format.unwrap_or(if terminal { Format::Table } else { Format::Csv })
    }

    /// Rows of a result to show, at most.
    pub(crate) fn limit(&self, format: Format, terminal: bool) -> Option<usize> {
        let limit = self.max_rows.unwrap_or(if terminal { SCREEN } else { 0 });
        (limit > 0 && format.is_for_eyes()).then_some(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_limited_for_eyes_only() {
        let mut settings = Settings::default();
        assert_eq!(settings.limit(settings.format(true), true), Some(SCREEN));
        assert_eq!(settings.limit(settings.format(false), false), None);
        assert_eq!(settings.limit(Format::Table, false), None);
        settings.max_rows = Some(3);
        assert_eq!(settings.limit(Format::Table, false), Some(3));
        assert_eq!(settings.limit(Format::Csv, true), None);
        settings.max_rows = Some(0);
        assert_eq!(settings.limit(Format::Table, true), None);
    }
}
