//! Arguments of the shell.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgAction, ArgMatches, Args as ClapArgs};

use crate::shell::{Format, Settings, size};

/// Options of the shell.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Shell")]
pub(crate) struct ShellArgs {
    /// Run these statements, then leave. May be given several times
    #[arg(short, long = "command", value_name = "SQL", id = COMMAND)]
    pub(crate) command_text: Vec<String>,
    /// Run the statements of a file (- is standard input), then leave. May be given several times
    #[arg(short, long, value_name = "FILE", id = FILE)]
    pub(crate) file: Vec<PathBuf>,
    /// The value of $NAME in statements: a number, true, false, NULL, 'text', DATE '…', or bare text
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub(crate) variable: Vec<String>,
    /// The form of results [default: table on a terminal, csv elsewhere]
    #[arg(short = 'o', long, value_name = "FORMAT", value_enum)]
    pub(crate) format: Option<Format>,
    /// Rows shown at most, in forms for eyes; reading stops there. 0 shows all [default: 40 on a terminal]
    #[arg(long, value_name = "N")]
    pub(crate) max_rows: Option<usize>,
    /// Say how long planning, the first row and the whole statement took
    #[arg(long)]
    pub(crate) timer: bool,
    /// Run each statement N times, and print how long that took in place of its rows: the first run, then least, median and
    /// most of all runs, and processor time per run
    #[arg(long, value_name = "N")]
    pub(crate) bench: Option<NonZeroUsize>,
    /// Print results and errors only
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Go on after an error; the exit code is 2 all the same
    #[arg(long, action = ArgAction::SetTrue)]
    pub(crate) no_bail: bool,
    /// Leave out the file of your own settings, rc.sql
    #[arg(long)]
    pub(crate) no_rc: bool,
    /// Memory that queries may hold, such as 2G [default: no limit]
    #[arg(short, long, value_name = "SIZE", value_parser = size::bytes)]
    pub(crate) memory_limit: Option<u64>,
    /// Temporary files that queries may write, such as 20G; 0 allows none [default: 100G]
    #[arg(short, long, value_name = "SIZE", value_parser = size::bytes)]
    pub(crate) disk_limit: Option<u64>,
    /// Refuse statements that would cost more than this, by the estimate that EXPLAIN shows: the same as SET zagg.max_cost
    #[arg(long, value_name = "DOLLARS", value_parser = crate::args::dollars)]
    pub(crate) max_cost: Option<f64>,
}

const COMMAND: &str = "command";
const FILE: &str = "file";

/// Text to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Script {
    /// As it stands on the command line.
    Command(String),
    /// The text of a file; `-` is standard input.
    File(PathBuf),
}

impl ShellArgs {
    /// What -c and -f give, in the order of the command line that `matches` were read from.
    pub(crate) fn scripts(&self, matches: &ArgMatches) -> Vec<Script> {
        let places = |id| matches.indices_of(id).into_iter().flatten();
        let commands = self.command_text.iter().cloned().map(Script::Command);
        let files = self.file.iter().cloned().map(Script::File);
        let mut scripts: Vec<(usize, Script)> =
            places(COMMAND).zip(commands).chain(places(FILE).zip(files)).collect();
        scripts.sort_by_key(|(place, _)| *place);
        scripts.into_iter().map(|(_, script)| script).collect()
    }

    /// What was given stands above what the user's own file says.
    pub(crate) fn apply(&self, settings: &mut Settings) {
        settings.format = self.format.or(settings.format);
        settings.max_rows = self.max_rows.or(settings.max_rows);
        settings.timer |= self.timer;
        settings.quiet |= self.quiet;
        settings.bench = self.bench;
        settings.bail &= !self.no_bail;
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};

    use super::*;
    use crate::args::Args;

    #[test]
    fn scripts_run_in_the_order_they_are_given() {
        let line = ["zagg-sql", "-c", "SELECT 1", "-f", "a.sql", "-c", "SELECT 2", "-f", "-"];
        let matches = Args::command().get_matches_from(line);
        let args = Args::from_arg_matches(&matches).unwrap();
        let command = |text: &str| Script::Command(text.to_owned());
        let file = |path: &str| Script::File(path.into());
        assert_eq!(
            args.shell.scripts(&matches),
            [command("SELECT 1"), file("a.sql"), command("SELECT 2"), file("-")]
        );
    }

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
