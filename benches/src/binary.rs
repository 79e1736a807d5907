//! The `zagg-sql` to measure.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::{BenchError, Result};
use crate::workplace;

/// The binary that was named, or the one that cargo builds now.
pub(crate) fn find(named: Option<&Path>) -> Result<PathBuf> {
    match named {
        // The contenders run in the folder of the granules.
        Some(path) => path.canonicalize().map_err(|e| BenchError::io("find", path, e)),
        None => build(),
    }
}

fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--release", "-p", "zagg-sql"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(workplace::root())
        .stderr(Stdio::inherit());
    let name = || "cargo build --release -p zagg-sql".to_owned();
    let built = command.output().map_err(|source| BenchError::Start { command: name(), source })?;
    if !built.status.success() {
        let stderr = String::new();
        return Err(BenchError::Failed { command: name(), status: built.status, stderr });
    }
    executable(&String::from_utf8_lossy(&built.stdout)).ok_or(BenchError::NoBinary)
}

/// The binary among cargo's messages, which are JSON objects, one per line.
fn executable(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ours = |message: Value| {
        let name = message.pointer("/target/name")?.as_str()?;
        let path = message.get("executable")?.as_str()?;
        (name == "zagg-sql").then(|| PathBuf::from(path))
    };
    messages.filter_map(ours).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_says_where_the_binary_is() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"zagg_engine"},"executable":null}
not JSON
{"reason":"compiler-artifact","target":{"name":"zagg-sql"},"executable":"/t/release/zagg-sql"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("/t/release/zagg-sql")));
        assert_eq!(executable(r#"{"reason":"build-finished","success":true}"#), None);
    }
}
