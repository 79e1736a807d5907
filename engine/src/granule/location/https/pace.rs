//! When to ask again.

use std::time::{Duration, Instant};

use object_store::Error;

/// As many times as `object_store` asks the stores of its own.
const RETRIES: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// No retry begins later than this after the first request.
const LONGEST: Duration = Duration::from_secs(180);

/// The waits between the requests for one range: they double, with jitter.
pub(super) struct Pace {
    began: Instant,
    retries: u32,
    wait: Duration,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), retries: 0, wait: FIRST_WAIT }
    }

    /// How long to wait before the next request; none, if there is to be none. The server may have asked for
    /// some time.
    pub(super) fn next(&mut self, asked: Duration) -> Option<Duration> {
        if self.retries == RETRIES || self.began.elapsed() > LONGEST {
            return None;
        }
        self.retries += 1;
        let wait = self.wait.mul_f64(0.5 + rand::random::<f64>());
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        Some(wait.max(asked.min(LONGEST_WAIT)))
    }

    /// The last error, with what was done about it.
    pub(super) fn spent(&self, error: Error) -> Error {
        match error {
            Error::Generic { store, source } => {
                let seconds = self.began.elapsed().as_secs_f64();
                let source = format!("{source}, after {} retries in {seconds:.1} s", self.retries);
                Error::Generic { store, source: source.into() }
            }
            other => other,
        }
    }
}
