//! The shell at a terminal.

use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::shell::complete::Completion;
use crate::shell::editor::{Editor, Input};
use crate::shell::{Leave, Shell, dirs};

/// Reads and runs until the user leaves.
pub(crate) fn repl(shell: &mut Shell) -> io::Result<Leave> {
    let completion = Completion::new(shell.context.clone(), shell.runtime.handle().clone());
    let mut editor = Editor::new(completion, dirs::history())?;
    if !shell.settings.quiet {
        let version = env!("CARGO_PKG_VERSION");
        writeln!(io::stderr(), "zagg-sql {version}. \\? helps, Tab completes, Ctrl-D leaves.")?;
    }
    let mut asked = false;
    loop {
        let text = match editor.read()? {
            Input::Text(text) => text,
            Input::Interrupted { empty } => {
                if empty && asked {
                    return Ok(Leave::Asked);
                }
                asked = empty;
                if empty {
                    writeln!(io::stderr(), "Ctrl-C once more, or Ctrl-D, leaves")?;
                }
                continue;
            }
            Input::End => return Ok(Leave::Asked),
        };
        asked = false;
        let text = match text.trim().to_ascii_lowercase().as_str() {
            "exit" | "quit" => return Ok(Leave::Asked),
            "help" => "\\?".to_owned(),
            _ => text,
        };
        if let ControlFlow::Break(leave) = shell.text(None, &text) {
            return Ok(leave);
        }
    }
}
