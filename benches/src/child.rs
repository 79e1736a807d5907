//! Running a program and measuring it.
//!
//! The kernel counts for the child what it used, and says so when it is waited for. A child's peak memory
//! begins with that of the process it was started from, since that is what it was before it became another
//! program. So this process has to stay small until all are measured: granules are made in a process of
//! their own, and results are read at the end.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use serde::Serialize;
use wait4::Wait4;

use crate::error::{BenchError, Result};

/// What a program and those it waited for have used.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Usage {
    /// From the start to the end, in seconds.
    pub(crate) wall_s: f64,
    /// Seconds of CPU time in the program.
    pub(crate) user_s: f64,
    /// Seconds of CPU time in the kernel.
    pub(crate) system_s: f64,
    /// Peak resident memory, of the largest process where there are several.
    pub(crate) peak_bytes: u64,
}

impl Usage {
    pub(crate) fn cpu_s(&self) -> f64 {
        self.user_s + self.system_s
    }
}

/// Runs a program to its end; what it writes goes into files in `folder`. Gives its use, and its stdout.
///
/// # Errors
/// When it cannot be started, or fails; the error then has the end of its stderr.
pub(crate) fn measure(command: &mut Command, folder: &Path) -> Result<(Usage, String)> {
    let [stdout, stderr] = ["stdout", "stderr"].map(|name| folder.join(name));
    let create = |path: &Path| File::create(path).map_err(|e| BenchError::io("create", path, e));
    command.stdin(Stdio::null()).stdout(create(&stdout)?).stderr(create(&stderr)?);

    let begin = Instant::now();
    let used = command
        .spawn()
        .and_then(|mut child| child.wait4())
        .map_err(|source| BenchError::Start { command: name(command), source })?;
    let wall = begin.elapsed();

    let read = |path: &Path| std::fs::read(path).map_err(|e| BenchError::io("read", path, e));
    if !used.status.success() {
        let stderr = last_lines(&String::from_utf8_lossy(&read(&stderr)?));
        return Err(failure(command, used.status, stderr));
    }
    let usage = Usage {
        wall_s: wall.as_secs_f64(),
        user_s: used.rusage.utime.as_secs_f64(),
        system_s: used.rusage.stime.as_secs_f64(),
        peak_bytes: used.rusage.maxrss,
    };
    Ok((usage, String::from_utf8_lossy(&read(&stdout)?).into_owned()))
}

pub(crate) fn failure(command: &Command, status: ExitStatus, stderr: String) -> BenchError {
    BenchError::Failed { command: name(command), status, stderr }
}

/// The command as one would type it, without quotes.
pub(crate) fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The end of a text, a line each, to follow an error message.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let begin = lines.len().saturating_sub(8);
    lines.iter().skip(begin).map(|line| format!("\n  {line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_measured_and_failures_have_their_stderr() {
        let folder = tempfile::tempdir().unwrap();
        let shell = |script: &str| measure(Command::new("sh").args(["-c", script]), folder.path());
        let (usage, stdout) = shell("echo out; echo err >&2").unwrap();
        assert_eq!(stdout, "out\n");
        assert!(usage.wall_s > 0.0 && usage.peak_bytes > 0, "{usage:?}");
        let error = shell("echo what went wrong >&2; exit 3").unwrap_err().to_string();
        assert!(error.starts_with("sh -c echo"), "{error}");
        assert!(error.ends_with("exit status: 3\n  what went wrong"), "{error}");
    }
}
