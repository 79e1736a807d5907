//! Waiting for a store where DataFusion asks for an answer at once.

use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use tokio::runtime::{Builder, Handle, RuntimeFlavor};

/// The result of a future, for a table function: these are called while a query is planned, and not awaited.
///
/// Within a runtime of several threads the others go on meanwhile. Anywhere else a thread of its own does it.
pub(super) fn wait<T: Send>(future: impl Future<Output = Result<T>> + Send) -> Result<T> {
    if let Ok(handle) = Handle::try_current()
        && handle.runtime_flavor() == RuntimeFlavor::MultiThread
    {
        return tokio::task::block_in_place(|| handle.block_on(future));
    }
    std::thread::scope(|scope| {
        let waiting =
            scope.spawn(|| Builder::new_current_thread().enable_all().build()?.block_on(future));
        let stopped = |_| exec_datafusion_err!("a thread that waited for a store stopped early");
        waiting.join().map_err(stopped)?
    })
}
