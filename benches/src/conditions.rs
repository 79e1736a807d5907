//! The conditions of a measurement.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Serialize;

use crate::contender::Tools;
use crate::data::DataSet;

#[derive(Debug, Serialize)]
pub(crate) struct Conditions {
    /// In UTC.
    pub(crate) date: String,
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    /// The load average of a minute before and after, where the system tells. Near zero, the machine was
    /// ours alone.
    pub(crate) load: (Option<f64>, Option<f64>),
    pub(crate) rustc: String,
    pub(crate) zagg: String,
    /// Versions by name.
    pub(crate) peers: BTreeMap<String, String>,
    pub(crate) granules: usize,
    pub(crate) bytes: u64,
    pub(crate) origin: String,
    /// What else one has to know.
    pub(crate) notes: Vec<String>,
}

impl Conditions {
    pub(crate) fn of_this_machine(tools: &Tools, data: &DataSet) -> Self {
        let mut notes = Vec::new();
        if !data.has_shard_map {
            notes.push("without a shard map, which zagg-sql made from the positions".to_owned());
        }
        Self {
            date: chrono::Utc::now().format("%Y-%m-%d").to_string(),
            cpu: cpu().unwrap_or_else(|| "unknown CPU".to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load: (load(), None),
            rustc: first_words(Command::new("rustc").arg("--version"), 2),
            zagg: first_words(Command::new(&tools.binary).arg("--version"), 2),
            peers: BTreeMap::new(),
            granules: data.granules.len(),
            bytes: data.bytes,
            origin: data.origin.clone(),
            notes,
        }
    }

    /// To be called when all is measured.
    pub(crate) fn end(&mut self) {
        self.load.1 = load();
    }
}

/// As Linux calls it.
fn cpu() -> Option<String> {
    let info = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let name = info.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(name.trim_start_matches([' ', '\t', ':']).to_owned())
}

fn load() -> Option<f64> {
    let load = std::fs::read_to_string("/proc/loadavg").ok()?;
    load.split(' ').next()?.parse().ok()
}

/// The first words of what a command prints: a name and a version.
fn first_words(command: &mut Command, words: usize) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let Ok(output) = command.output() else { return format!("{name} (unknown version)") };
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().take(words).collect::<Vec<_>>().join(" ")
}
