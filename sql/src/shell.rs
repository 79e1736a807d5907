//! The shell: statements and commands from a terminal, from files and from the command line.
//!
//! It is made of one engine session ([`session`]), a line editor ([`editor`], [`complete`]), printers
//! ([`mod@format`]) and the loop in between ([`run`]). `datafusion-cli` is a library too, and is not used: it brings
//! DataFusion's default features with it, writes its history into the working directory, and runs a query to
//! its end though only the first rows are shown.

mod bench;
mod command;
mod complete;
mod completeness;
mod diagnose;
mod dirs;
mod editor;
mod failure;
mod format;
mod interrupt;
mod keywords;
mod lex;
mod output;
mod param;
mod progress;
mod query;
mod repl;
mod run;
mod script;
mod session;
mod settings;
pub(crate) mod size;
mod split;
mod suggest;

pub(crate) use format::Format;
pub(crate) use script::shell;
pub(crate) use settings::Settings;

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result as QueryResult;
use datafusion::prelude::SessionContext;
use tokio::runtime::Runtime;

use failure::Failure;
use interrupt::Interrupts;
use output::Output;
use param::Parameters;
use split::{What, pieces};

/// Why a shell ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leave {
    /// The user asked for it.
    Asked,
    /// Something failed, and that was to be the end.
    Failed,
    /// Ctrl-C.
    Cancelled,
    /// Whoever reads the output went away.
    Closed,
}

/// A session with all that belongs to it.
pub(crate) struct Shell {
    runtime: Arc<Runtime>,
    context: SessionContext,
    settings: Settings,
    parameters: Parameters,
    output: Output,
    interrupts: Interrupts,
    /// Someone sits at a terminal.
    interactive: bool,
    /// Files that are being read, one within the other.
    depth: usize,
    /// A result missed granules, as its table allows.
    partial: bool,
    /// A statement or command failed.
    failed: bool,
}

impl Shell {
    /// Runs all statements and commands of `text`, which stands in the file `name`.
    fn text(&mut self, name: Option<&str>, text: &str) -> ControlFlow<Leave> {
        for piece in pieces(text) {
            let result = match piece.what {
                What::Statement { .. } => {
                    let runtime = Arc::clone(&self.runtime);
                    let ran = match self.settings.bench {
                        Some(runs) => runtime.block_on(bench::run(self, piece.text, runs)),
                        None => runtime.block_on(run::run(self, piece.text)),
                    };
                    ran.map(ControlFlow::Continue)
                }
                What::Command => command::parse(piece.text).and_then(|command| command.run(self)),
            };
            match result {
                Ok(ControlFlow::Continue(())) => {}
                Ok(leave) => return leave,
                Err(_) if self.output.is_closed() => return ControlFlow::Break(Leave::Closed),
                Err(Failure::Cancelled) => {
                    // Whatever else was entered with it is not wanted either.
                    let _ = writeln!(io::stderr(), "cancelled");
                    return match self.interactive {
                        true => ControlFlow::Continue(()),
                        false => ControlFlow::Break(Leave::Cancelled),
                    };
                }
                Err(failure) => {
                    self.failed = true;
                    // Rows that came before the failure stand before its message.
                    let _ = self.output.flush();
                    let said = diagnose::report(self, &failure, &piece, name);
                    if self.settings.bail || said.is_err() {
                        return ControlFlow::Break(Leave::Failed);
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Prints rows that did not come from a statement.
    fn print(&mut self, rows: &RecordBatch) -> Result<(), Failure> {
        let format = self.settings.format(self.output.is_terminal());
        self.output.admit(format)?;
        let width = self.output.width();
        let mut printer = format::printer(format, &rows.schema(), width, &mut self.output)?;
        printer.print(rows)?;
        Ok(printer.finish()?)
    }

    /// Waits for something that is not a statement, unless Ctrl-C comes first.
    fn wait<T>(&self, future: impl Future<Output = QueryResult<T>>) -> Result<T, Failure> {
        let _running = self.interrupts.running();
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                () = self.interrupts.asked() => Err(Failure::Cancelled),
                result = future => Ok(result?),
            }
        })
    }
}
