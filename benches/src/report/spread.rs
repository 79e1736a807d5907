//! Several measurements of one thing.

/// The median, and the least and the greatest. All are NaN where nothing was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    least: f64,
    greatest: f64,
}

impl Spread {
    pub(super) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        let median = f64::midpoint(at(last / 2), at(values.len() / 2));
        Self { median, least: at(0), greatest: at(last) }
    }

    /// `8.1 (7.9–9.4)`, with so many decimals.
    pub(super) fn text(&self, decimals: usize) -> String {
        let number = |value: f64| format!("{value:.decimals$}");
        let [median, least, greatest] = [self.median, self.least, self.greatest].map(number);
        if least == greatest { median } else { format!("{median} ({least}–{greatest})") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_numbers() {
        assert_eq!(Spread::of(vec![3.0, 1.0, 2.0]).text(1), "2.0 (1.0–3.0)");
        assert_eq!(Spread::of(vec![4.0, 1.0, 2.0, 3.0]).text(1), "2.5 (1.0–4.0)");
        assert_eq!(Spread::of(vec![1.25]).text(2), "1.25");
        assert!(Spread::of(Vec::new()).median.is_nan());
    }
}
