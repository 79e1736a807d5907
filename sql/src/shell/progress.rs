//! A line on a terminal that says how far a statement has come.

mod seen;

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::physical_plan::ExecutionPlan;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

/// Time between two looks at the plan.
const EVERY: Duration = Duration::from_millis(200);

/// What is done sooner needs no line.
const QUIET: Duration = Duration::from_millis(600);

/// The line on stderr. It is there only where stderr is a terminal, and is erased before anything is printed.
pub(crate) struct Progress {
    shown: bool,
    drawn: bool,
    start: Instant,
    tick: Interval,
    plan: Option<Arc<dyn ExecutionPlan>>,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        let mut tick = interval_at((Instant::now() + QUIET).into(), EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let shown = !quiet && io::stderr().is_terminal();
        Self { shown, drawn: false, start: Instant::now(), tick, plan: None }
    }

    /// The plan whose metrics tell how far it has come.
    pub(crate) fn watch(&mut self, plan: Arc<dyn ExecutionPlan>) {
        self.plan = Some(plan);
    }

    /// Waits for `future` and keeps the line up to date meanwhile.
    pub(crate) async fn during<T>(&mut self, future: impl Future<Output = T>) -> T {
        tokio::pin!(future);
        loop {
            tokio::select! {
                biased;
                done = &mut future => return done,
                _ = self.tick.tick(), if self.shown => self.draw(),
            }
        }
    }

    /// Erases the line.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            // A terminal that takes no text shows no line either.
            let _ = write!(io::stderr(), "\r\x1b[2K");
        }
    }

    fn draw(&mut self) {
        let gone = self.start.elapsed();
        let text = match &self.plan {
            None => format!("planning, {:.1} s", gone.as_secs_f64()),
            Some(plan) => seen::Seen::of(plan).line(gone),
        };
        let size = terminal_size::terminal_size_of(io::stderr());
        let width = size.map_or(80, |(width, _)| usize::from(width.0));
        // A line that wraps could not be erased.
        let text: String = text.chars().take(width.saturating_sub(1)).collect();
        let _ = write!(io::stderr(), "\r\x1b[2K{text}");
        self.drawn = true;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
