//! Ctrl-C.
//!
//! While a statement runs, the first one asks for its end, and a second one leaves at once. At the prompt the
//! terminal sends no signal: the editor gets the key.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::runtime::Runtime;
use tokio::sync::Notify;

/// What a shell leaves with that was interrupted: 128 and the number of the signal, as is the custom.
pub(crate) const INTERRUPTED: u8 = 130;

const IDLE: u8 = 0;
const RUNNING: u8 = 1;
const STOPPING: u8 = 2;

/// Listens to Ctrl-C.
#[derive(Debug, Clone)]
pub(crate) struct Interrupts(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: AtomicU8,
    asked: Notify,
    /// Between statements a shell stays, and a script ends.
    stays: bool,
}

impl Interrupts {
    /// Listens from now on.
    pub(crate) fn listen(runtime: &Runtime, stays: bool) -> Self {
        let shared = Arc::new(Shared { state: AtomicU8::new(IDLE), asked: Notify::new(), stays });
        let listening = Arc::clone(&shared);
        runtime.spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                listening.interrupt();
            }
        });
        Self(shared)
    }

    /// A statement runs until the value is dropped.
    pub(crate) fn running(&self) -> Running {
        self.0.state.store(RUNNING, Ordering::SeqCst);
        Running(Arc::clone(&self.0))
    }

    /// Waits until the statement should end.
    pub(crate) async fn asked(&self) {
        while self.0.state.load(Ordering::SeqCst) != STOPPING {
            self.0.asked.notified().await;
        }
    }
}

impl Shared {
    fn interrupt(&self) {
        let stopping = (RUNNING, STOPPING);
        let swapped =
            self.state.compare_exchange(stopping.0, stopping.1, Ordering::SeqCst, Ordering::SeqCst);
        match swapped {
            Ok(_) => self.asked.notify_one(),
            Err(IDLE) if self.stays => {}
            Err(_) => std::process::exit(i32::from(INTERRUPTED)),
        }
    }
}

/// A statement runs.
#[derive(Debug)]
pub(crate) struct Running(Arc<Shared>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.state.store(IDLE, Ordering::SeqCst);
    }
}
