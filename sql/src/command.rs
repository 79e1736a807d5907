//! One module per subcommand. Each gives whether its result is complete.

mod access;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod index;
pub(crate) mod man;
pub(crate) mod run;

use crate::error::CliError;

/// Threads that wait for the file system, at most: for cold files, and for a store on this machine. Each has
/// a share of the allocator's memory.
pub(crate) const WAITING_THREADS: usize = 16;

/// Runs a future to its end on `workers` threads.
fn block_on<T>(
    workers: usize,
    future: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(workers).max_blocking_threads(WAITING_THREADS);
    runtime.enable_all().build()?.block_on(future)
}

/// One thread per core.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
