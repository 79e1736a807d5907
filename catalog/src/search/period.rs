//! When: cycles and days.

use std::fmt;

use chrono::{Days, NaiveDate};

use super::{Result, SearchError};

/// First day of cycle 1 of ICESat-2.
const CYCLE_1: Option<NaiveDate> = NaiveDate::from_ymd_opt(2018, 10, 13);
/// Length of a cycle.
const CYCLE_DAYS: u64 = 91;

/// Whole days in UTC, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: NaiveDate,
    last: NaiveDate,
}

impl Period {
    /// From the beginning of one day to the end of another.
    ///
    /// # Errors
    ///
    /// If the last day is before the first.
    pub fn days(first: NaiveDate, last: NaiveDate) -> Result<Self> {
        if last < first {
            let reason = format!("the last day, {last}, is before the first, {first}");
            return Err(SearchError::Query { what: "the time range", reason });
        }
        Ok(Self { first, last })
    }

    /// Cycle `n` of ICESat-2: 91 days from 2018-10-13 + (n − 1) · 91 d, as the mission counts them.
    ///
    /// ```
    /// use zagg_catalog::search::Period;
    /// assert_eq!(Period::cycle(2)?.to_string(), "2019-01-12 to 2019-04-12");
    /// # Ok::<(), zagg_catalog::search::SearchError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// For cycle 0, and for cycles beyond the calendar.
    pub fn cycle(n: u32) -> Result<Self> {
        let first = u64::from(n)
            .checked_sub(1)
            .and_then(|before| CYCLE_1?.checked_add_days(Days::new(before * CYCLE_DAYS)));
        let last = first.and_then(|first| first.checked_add_days(Days::new(CYCLE_DAYS - 1)));
        first.zip(last).map(|(first, last)| Self { first, last }).ok_or_else(|| {
            let reason = format!("{n} is none: cycles count from 1, which began on 2018-10-13");
            SearchError::Query { what: "the cycle", reason }
        })
    }

    /// The first day.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The last day.
    pub fn last(&self) -> NaiveDate {
        self.last
    }

    /// As STAC has it: first and last second, both included.
    pub(super) fn interval(&self) -> String {
        format!("{}T00:00:00Z/{}T23:59:59Z", self.first, self.last)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.first, self.last)
    }
}
