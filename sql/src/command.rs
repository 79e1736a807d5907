//! One module per subcommand. Each gives whether its result is complete.

pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod run;

use crate::error::CliError;

/// Runs a future to its end on `workers` threads.
fn block_on<T>(
    workers: usize,
    future: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(workers).enable_all().build()?.block_on(future)
}

/// One thread per core.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
