//! From the command line to an exit code.

use std::io::{self, IsTerminal, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::args::{Script, ShellArgs};
use crate::command::{WAITING_THREADS, cores};
use crate::error::CliError;
use crate::shell::interrupt::{INTERRUPTED, Interrupts};
use crate::shell::output::Output;
use crate::shell::param::Parameters;
use crate::shell::session::{Limits, session};
use crate::shell::settings::Settings;
use crate::shell::{Leave, Shell, bench, dirs, repl};
use crate::{COMPLETE, ERROR, PARTIAL};

/// Runs the scripts, or a shell where there are none. Gives the exit code.
pub(crate) fn shell(args: &ShellArgs, mut scripts: Vec<Script>) -> Result<u8, CliError> {
    let stdin = io::stdin();
    if scripts.is_empty() && !stdin.is_terminal() {
        scripts.push(Script::File("-".into()));
    }
    let interactive = scripts.is_empty();
    if interactive && args.bench.is_some() {
        let reason = "it measures the statements of -c, -f or standard input".to_owned();
        return Err(CliError::Option { option: "--bench", reason });
    }
    let mut shell = open(args, interactive)?;
    let mut flow = rc(&mut shell, args);
    args.apply(&mut shell.settings);
    if args.bench.is_some() && !shell.settings.quiet {
        bench::conditions(&mut io::stderr())?;
    }
    for script in &scripts {
        if flow.is_break() {
            break;
        }
        let (name, text) = match script {
            Script::Command(text) => (None, text.clone()),
            Script::File(path) => (Some(path.display().to_string()), text(path)?),
        };
        flow = shell.text(name.as_deref(), &text);
    }
    if interactive && flow.is_continue() {
        flow = ControlFlow::Break(repl::repl(&mut shell)?);
    }
    let code = code(&shell, flow.break_value());
    let Shell { runtime, .. } = shell;
    // What was cancelled and still computes is not waited for.
    if let Some(runtime) = Arc::into_inner(runtime) {
        runtime.shutdown_background();
    }
    Ok(code)
}

fn code(shell: &Shell, leave: Option<Leave>) -> u8 {
    match leave {
        Some(Leave::Cancelled) => INTERRUPTED,
        _ if shell.interactive => COMPLETE,
        // What follows was not wanted any more: that is no error.
        Some(Leave::Closed) => COMPLETE,
        _ if shell.failed => ERROR,
        _ if shell.partial => PARTIAL,
        _ => COMPLETE,
    }
}

fn open(args: &ShellArgs, interactive: bool) -> Result<Shell, CliError> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(cores()).max_blocking_threads(WAITING_THREADS).enable_all();
    let runtime = Arc::new(runtime.build()?);
    let limits = Limits { memory: args.memory_limit, disk: args.disk_limit, cost: args.max_cost };
    let context = session(limits).map_err(zagg_engine::Error::from)?;
    let mut parameters = Parameters::default();
    for text in &args.variable {
        parameters
            .set(text)
            .map_err(|reason| CliError::Option { option: "-v/--variable", reason })?;
    }
    Ok(Shell {
        interrupts: Interrupts::listen(&runtime, interactive),
        runtime,
        context,
        settings: Settings { bail: !interactive, quiet: args.quiet, ..Settings::default() },
        parameters,
        output: Output::stdout(),
        interactive,
        depth: 0,
        partial: false,
        failed: false,
    })
}

/// Runs the user's own file. Its results are for people: a script's output has none of them.
fn rc(shell: &mut Shell, args: &ShellArgs) -> ControlFlow<Leave> {
    let path = dirs::rc().filter(|path| !args.no_rc && path.exists());
    let Some(path) = path else { return ControlFlow::Continue(()) };
    let text = match text(&path) {
        Ok(text) => text,
        Err(error) => {
            crate::output::error(&error);
            shell.failed = true;
            return if shell.interactive {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(Leave::Failed)
            };
        }
    };
    let nowhere = if shell.interactive { None } else { Some(Output::nowhere()) };
    let stdout = nowhere.map(|nowhere| std::mem::replace(&mut shell.output, nowhere));
    let flow = shell.text(Some(&path.display().to_string()), &text);
    if let Some(stdout) = stdout {
        shell.output = stdout;
    }
    flow
}

/// The text of a file, or of standard input.
fn text(path: &Path) -> Result<String, CliError> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(path).map_err(|source| CliError::File { path: path.to_owned(), source })
}
