//! Where results go: standard output, or a file.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::Path;

use crate::shell::failure::Failure;
use crate::shell::format::Format;

/// Where results go.
pub(crate) struct Output {
    to: To,
    is_terminal: bool,
    /// The reader went away, which is no error.
    closed: bool,
    written: bool,
    /// A form that ends a file was written to it.
    sealed: Option<Format>,
}

enum To {
    Stdout(BufWriter<Stdout>),
    File(BufWriter<File>),
    Nowhere,
}

impl Output {
    pub(crate) fn stdout() -> Self {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        Self::new(To::Stdout(BufWriter::new(stdout)), is_terminal)
    }

    /// A new file in the place of whatever was there.
    pub(crate) fn file(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|e| Failure::file(path, e))?;
        Ok(Self::new(To::File(BufWriter::new(file)), false))
    }

    /// Nothing is written.
    pub(crate) fn nowhere() -> Self {
        Self::new(To::Nowhere, false)
    }

    fn new(to: To, is_terminal: bool) -> Self {
        Self { to, is_terminal, closed: false, written: false, sealed: None }
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Characters in a line of the terminal, if it is one.
    pub(crate) fn width(&self) -> Option<usize> {
        let size = terminal_size::terminal_size().filter(|_| self.is_terminal);
        size.map(|(width, _)| usize::from(width.0))
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether a result in this form can follow what was written so far.
    pub(crate) fn admit(&mut self, format: Format) -> Result<(), Failure> {
        if let Some(before) = self.sealed {
            let reason =
                format!("the output holds one {} result and can hold no other", before.name());
            let help = Some("give each its own file, by .output FILE".to_owned());
            return Err(Failure::Command { reason, help });
        }
        if format.is_binary() {
            let reason = match (self.is_terminal, self.written) {
                (true, _) => format!("{} is not for a terminal", format.name()),
                (_, true) => format!("{} cannot follow other results in one file", format.name()),
                _ => {
                    self.sealed = Some(format);
                    return Ok(());
                }
            };
            let help = Some("send it to a file, by .output FILE".to_owned());
            return Err(Failure::Command { reason, help });
        }
        Ok(())
    }

    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.closed |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        result
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written = true;
        let result = match &mut self.to {
            To::Stdout(stdout) => stdout.write(bytes),
            To::File(file) => file.write(bytes),
            To::Nowhere => Ok(bytes.len()),
        };
        self.noted(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = match &mut self.to {
            To::Stdout(stdout) => stdout.flush(),
            To::File(file) => file.flush(),
            To::Nowhere => Ok(()),
        };
        self.noted(result)
    }
}
