//! Processor time of this process, all threads together.

/// Seconds so far, to a hundredth; None where the system does not say.
#[cfg(target_os = "linux")]
pub(super) fn seconds() -> Option<f64> {
    parsed(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn seconds() -> Option<f64> {
    None
}

/// The ticks that Linux counts in for programs, whatever it counts in itself.
#[cfg(target_os = "linux")]
const TICKS_PER_SECOND: f64 = 100.0;

/// Fields 14 and 15 of proc_pid_stat(5): user and system time. The name before them may have spaces.
#[cfg(target_os = "linux")]
fn parsed(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let (user, system) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    Some((user + system) as f64 / TICKS_PER_SECOND)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn times_stand_behind_the_name() {
        let stat = "12 (a (b) c) R 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20";
        assert_eq!(parsed(stat), Some(1.75));
        assert_eq!(parsed("12 (a"), None);
        assert!(seconds().is_some());
    }
}
