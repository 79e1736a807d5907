//! The shell, as scripts and people use it.

mod bench;
mod errors;
mod examples;
mod partial;
mod scripts;
#[cfg(unix)]
mod terminal;

use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A home of its own for the shell, so that no one's settings and history play a part.
pub(super) struct Home(TempDir);

impl Home {
    pub(super) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A file in it.
    pub(super) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub(super) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(std::path::Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The binary, that knows no other home.
    pub(super) fn zagg(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zagg-sql"));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.0.path());
        command.env("XDG_CONFIG_HOME", self.path("config"));
        command.env("XDG_STATE_HOME", self.path("state")).env("TERM", "xterm");
        command.current_dir(self.0.path());
        command
    }

    /// Runs it with arguments and nothing on standard input.
    pub(super) fn run(&self, args: &[&str]) -> Ran {
        self.zagg().args(args).stdin(Stdio::null()).output().unwrap().into()
    }

    /// What lies in the working directory.
    pub(super) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
