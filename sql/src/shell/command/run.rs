//! Does what a command asks for.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use crate::shell::command::{COMMANDS, Command, describe, functions, list};
use crate::shell::failure::Failure;
use crate::shell::output::Output;
use crate::shell::{Leave, Shell};

/// Files that may read one another, one within the next.
const DEEPEST: usize = 16;

/// Whether the shell goes on.
type Flow = ControlFlow<Leave>;

impl Command {
    /// Does it.
    pub(crate) fn run(self, shell: &mut Shell) -> Result<Flow, Failure> {
        match self {
            Self::Tables => {
                let mut tables = shell.wait(list::tables(&shell.context))?;
                // Every session has these. SHOW TABLES lists them.
                tables.retain(|table| !table.name.starts_with("zagg."));
                shell.print(&list::batch(&tables)?)?;
            }
            Self::Describe(relation) => {
                let columns = shell.wait(describe::columns(&shell.context, &relation))?;
                shell.print(&columns)?;
            }
            Self::Functions(pattern) => {
                let found = functions::matching(&shell.context.state(), pattern.as_deref())?;
                shell.print(&found)?;
            }
            Self::Help(None) => help(&mut shell.output)?,
            Self::Help(Some(function)) => {
                let text = functions::help(&shell.context.state(), &function)?;
                write!(shell.output, "{text}")?;
            }
            Self::Timer(on) => {
                shell.settings.timer = on.unwrap_or(!shell.settings.timer);
                say(shell, "timer", if shell.settings.timer { "on" } else { "off" })?;
            }
            Self::Bail(on) => {
                shell.settings.bail = on.unwrap_or(!shell.settings.bail);
                say(shell, "bail", if shell.settings.bail { "on" } else { "off" })?;
            }
            Self::Mode(format) => {
                shell.settings.format = format.or(shell.settings.format);
                let format = shell.settings.format(shell.output.is_terminal());
                say(shell, "mode", &format.name())?;
            }
            Self::MaxRows(rows) => {
                shell.settings.max_rows = rows.or(shell.settings.max_rows);
                let format = shell.settings.format(shell.output.is_terminal());
                let limit = shell.settings.limit(format, shell.output.is_terminal());
                let text = limit.map_or("all rows".to_owned(), |rows| rows.to_string());
                say(shell, "maxrows", &text)?;
            }
            Self::Parameter(Some(text)) => {
                shell.parameters.set(&text).map_err(Failure::command)?;
            }
            Self::Parameter(None) => {
                for (name, value) in shell.parameters.iter() {
                    writeln!(shell.output, "{name} = {value} ({})", value.data_type())?;
                }
            }
            Self::Output(to) => {
                shell.output.flush()?;
                let next = to.map_or_else(|| Ok(Output::stdout()), |path| Output::file(&path))?;
                shell.output = next;
            }
            Self::Read(path) => return read(shell, &path),
            Self::Quit => return Ok(Flow::Break(Leave::Asked)),
        }
        shell.output.flush()?;
        Ok(Flow::Continue(()))
    }
}

/// The state of a switch, for who sees it.
fn say(shell: &Shell, what: &str, state: &str) -> io::Result<()> {
    if shell.interactive && !shell.settings.quiet {
        writeln!(io::stderr(), "{what}: {state}")?;
    }
    Ok(())
}

fn help(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "A statement ends with ; and may take several lines. Commands:\n")?;
    for spec in COMMANDS {
        let usage = format!("{} {}", spec.names.join("  "), spec.argument);
        writeln!(out, "  {usage:<34} {}", spec.help)?;
    }
    writeln!(
        out,
        "\nTab completes names, files and paths within HDF5 files. Ctrl-C clears the line, or cancels the \
         statement\nthat runs; a second one leaves. SHOW ALL lists the settings that SET changes."
    )
}

fn read(shell: &mut Shell, path: &Path) -> Result<Flow, Failure> {
    if shell.depth >= DEEPEST {
        let reason = format!("{}: {DEEPEST} files read one another already", path.display());
        return Err(Failure::command(reason));
    }
    let text = std::fs::read_to_string(path).map_err(|e| Failure::file(path, e))?;
    shell.depth += 1;
    let flow = shell.text(Some(&path.display().to_string()), &text);
    shell.depth -= 1;
    Ok(flow)
}
