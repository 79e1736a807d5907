//! Commands of the shell itself: `\d`, `.mode csv` and the like.
//!
//! Both spellings are there, of `psql` and of SQLite and DuckDB, because hands remember one of them.

mod describe;
mod functions;
mod list;
mod run;

pub(crate) use functions::names as function_names;
pub(crate) use list::tables;

use std::path::PathBuf;

use clap::ValueEnum;

use crate::shell::failure::Failure;
use crate::shell::format::Format;
use crate::shell::suggest::nearest;

/// What a command asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Command {
    Tables,
    Describe(String),
    Functions(Option<String>),
    Help(Option<String>),
    Timer(Option<bool>),
    Mode(Option<Format>),
    MaxRows(Option<usize>),
    Bail(Option<bool>),
    Parameter(Option<String>),
    Output(Option<PathBuf>),
    Read(PathBuf),
    Quit,
}

/// A command as people write it.
pub(crate) struct Spec {
    /// All its spellings.
    pub(crate) names: &'static [&'static str],
    pub(crate) argument: &'static str,
    pub(crate) help: &'static str,
    make: fn(Option<&str>) -> Result<Command, String>,
}

/// All commands, in the order of their help.
pub(crate) const COMMANDS: &[Spec] = &[
    Spec {
        names: &[".help", "\\?", "\\h"],
        argument: "[FUNCTION]",
        help: "this list, or what a function does",
        make: |of| Ok(Command::Help(owned(of))),
    },
    Spec {
        names: &[".tables", "\\dt"],
        argument: "",
        help: "tables",
        make: |_| Ok(Command::Tables),
    },
    Spec {
        names: &[".schema", "\\d"],
        argument: "[TABLE]",
        help: "columns of a table, a file in quotes or a table function",
        make: |of| Ok(owned(of).map_or(Command::Tables, Command::Describe)),
    },
    Spec {
        names: &[".functions", "\\df"],
        argument: "[PATTERN]",
        help: "functions whose name matches; * stands for anything",
        make: |of| Ok(Command::Functions(owned(of))),
    },
    Spec {
        names: &[".mode"],
        argument: "[FORMAT]",
        help: "the form of results: table csv tsv json ndjson markdown vertical arrow parquet",
        make: |of| of.map(format).transpose().map(Command::Mode),
    },
    Spec {
        names: &[".maxrows"],
        argument: "[N]",
        help: "rows shown at most; reading stops there. 0 shows all",
        make: |of| of.map(number).transpose().map(Command::MaxRows),
    },
    Spec {
        names: &[".timer", "\\timing"],
        argument: "[on|off]",
        help: "say after each statement how long planning, the first row and all took",
        make: |of| of.map(on_off).transpose().map(Command::Timer),
    },
    Spec {
        names: &[".output", "\\o"],
        argument: "[FILE]",
        help: "send results to a file, or back here",
        make: |of| Ok(Command::Output(of.map(|of| PathBuf::from(unquoted(of))))),
    },
    Spec {
        names: &[".read", "\\i"],
        argument: "FILE",
        help: "run the statements and commands of a file",
        make: |of| Ok(Command::Read(PathBuf::from(unquoted(of.ok_or("say which file")?)))),
    },
    Spec {
        names: &[".param", "\\set"],
        argument: "[NAME=VALUE]",
        help: "the value of $NAME in statements, or a list of them",
        make: |of| Ok(Command::Parameter(owned(of))),
    },
    Spec {
        names: &[".bail"],
        argument: "[on|off]",
        help: "stop at the first error",
        make: |of| of.map(on_off).transpose().map(Command::Bail),
    },
    Spec {
        names: &[".quit", ".exit", "\\q"],
        argument: "",
        help: "leave; so does Ctrl-D",
        make: |_| Ok(Command::Quit),
    },
];

impl Spec {
    /// The command of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|spec| spec.names.contains(&name))
    }
}

/// The command in a line that begins with `\` or `.`. A `;` at its end does no harm.
pub(crate) fn parse(line: &str) -> Result<Command, Failure> {
    let line = line.trim_end().trim_end_matches(';').trim_end();
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let argument = Some(argument.trim()).filter(|argument| !argument.is_empty());
    let Some(spec) = Spec::named(&name.to_ascii_lowercase()) else {
        let names = COMMANDS.iter().flat_map(|spec| spec.names).copied();
        let help = match nearest(name, names) {
            Some(known) => format!("did you mean `{known}`? .help lists all"),
            None => ".help lists all commands".to_owned(),
        };
        return Err(Failure::Command {
            reason: format!("there is no command `{name}`"),
            help: Some(help),
        });
    };
    let reason = match argument {
        Some(argument) if spec.argument.is_empty() => Err(format!("takes no `{argument}`")),
        _ => (spec.make)(argument),
    };
    reason.map_err(|reason| Failure::Command {
        reason: format!("{name}: {reason}"),
        help: Some(format!("{name} {}", spec.argument).trim_end().to_owned()),
    })
}

fn owned(argument: Option<&str>) -> Option<String> {
    argument.map(str::to_owned)
}

fn format(text: &str) -> Result<Format, String> {
    Format::from_str(text, true).map_err(|_| {
        let names = Format::value_variants().iter().map(|format| format.name());
        let hint =
            nearest(text, names).map_or(String::new(), |name| format!(", did you mean {name}?"));
        format!("there is no format `{text}`{hint}")
    })
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("`{text}` is no number of rows"))
}

fn on_off(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" | "1" => Ok(true),
        "off" | "false" | "0" => Ok(false),
        _ => Err(format!("`{text}` is neither on nor off")),
    }
}

/// A file name may stand in quotes, as it does in SQL.
fn unquoted(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inner('\'').or_else(|| inner('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Command {
        parse(line).unwrap()
    }

    #[test]
    fn both_spellings_mean_the_same() {
        assert_eq!(parsed("\\d"), Command::Tables);
        assert_eq!(parsed(".tables;"), Command::Tables);
        assert_eq!(parsed("\\d atl06"), parsed(".schema  atl06 ; "));
        assert_eq!(parsed("\\timing"), Command::Timer(None));
        assert_eq!(parsed(".timer ON"), Command::Timer(Some(true)));
        assert_eq!(parsed(".mode line"), Command::Mode(Some(Format::Vertical)));
        assert_eq!(parsed(".maxrows 7"), Command::MaxRows(Some(7)));
        assert_eq!(parsed(".output 'a b.csv'"), Command::Output(Some("a b.csv".into())));
        assert_eq!(parsed(".output"), Command::Output(None));
        assert_eq!(parsed("\\q"), Command::Quit);
    }

    #[test]
    fn what_is_wrong_comes_with_what_would_be_right() {
        let cases = [
            (".tabels", "there is no command `.tabels`", "did you mean `.tables`?"),
            (".nonsense", "there is no command", ".help lists"),
            (".mode cvs", ".mode: there is no format `cvs`, did you mean csv?", ".mode [FORMAT]"),
            (".maxrows many", "`many` is no number", ".maxrows [N]"),
            (".read", ".read: say which file", ".read FILE"),
            (".quit now", "takes no `now`", ".quit"),
            (".timer maybe", "neither on nor off", "[on|off]"),
        ];
        for (line, expected, expected_help) in cases {
            let Err(Failure::Command { reason, help }) = parse(line) else { panic!("{line}") };
            assert!(reason.contains(expected), "{reason}");
            assert!(help.unwrap().contains(expected_help), "{line}");
        }
    }

    #[test]
    fn spellings_are_unique() {
        let mut names: Vec<_> = COMMANDS.iter().flat_map(|spec| spec.names).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
