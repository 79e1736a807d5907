//! The shell at a terminal, driven through a pseudo-terminal.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use super::Home;

/// Longest wait for something to appear. A machine that is busy takes its time to start the shell.
const PATIENCE: u64 = 60_000;

/// A statement that takes minutes.
const LONG: &str = "SELECT count(*) FROM generate_series(1, 100000000000);";

/// Enter, as a terminal sends it.
const ENTER: &str = "\r";

struct Terminal(PtySession);

impl Terminal {
    /// A shell that has shown its prompt.
    fn open(home: &Home) -> Self {
        let mut command = home.zagg();
        command.env("NO_COLOR", "1");
        let options = Options::default().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(true);
        let mut terminal = Self(spawn_with_options(command, options).unwrap());
        terminal.sees("leaves.");
        terminal.sees("zagg> ");
        terminal
    }

    fn types(&mut self, text: &str) {
        self.0.send(text).unwrap();
        self.0.flush().unwrap();
    }

    fn presses(&mut self, control: char) {
        self.0.send_control(control).unwrap();
        self.0.flush().unwrap();
    }

    /// Waits for `text`, and gives what came before it.
    fn sees(&mut self, text: &str) -> String {
        self.0.exp_string(text).unwrap()
    }

    /// Waits for an end without an error.
    fn ends(mut self) {
        self.0.exp_eof().unwrap();
        // The type of the status is not for others.
        let status = format!("{:?}", self.0.process().wait().unwrap());
        assert!(status.starts_with("Exited(") && status.ends_with(", 0)"), "{status}");
    }
}

#[test]
fn lines_end_at_semicolons_and_pasted_text_runs_as_a_whole() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home);
    terminal.types(&format!("SELECT 40 +{ENTER}"));
    terminal.types(&format!("2 AS answer;{ENTER}"));
    terminal.sees("| answer |");
    terminal.sees("|     42 |");
    terminal.sees("(1 row)");
    terminal.sees("zagg> ");
    // What is pasted comes between marks; its line breaks are no Enter.
    terminal.types("\x1b[200~SELECT 1 AS one;\nSELECT 2 AS two;\x1b[201~");
    terminal.types(ENTER);
    terminal.sees("| one |");
    terminal.sees("| two |");
    terminal.sees("zagg> ");
    terminal.presses('d');
    terminal.ends();
}

#[test]
fn a_long_statement_is_cancelled_within_a_second() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home);
    for _ in 0..2 {
        terminal.types(&format!("{LONG}{ENTER}"));
        // The line that says how far it has come.
        terminal.sees(" rows, ");
        let pressed = Instant::now();
        terminal.presses('c');
        terminal.sees("cancelled");
        terminal.sees("zagg> ");
        let took = pressed.elapsed();
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    terminal.types(&format!("SELECT 'alive' AS state;{ENTER}"));
    terminal.sees("| alive |");
    terminal.sees("zagg> ");
    terminal.types(&format!("\\q{ENTER}"));
    terminal.ends();
}

#[test]
fn ctrl_c_clears_a_line_and_leaves_when_there_is_none() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home);
    terminal.types("SELECT 'never run");
    terminal.sees("never run");
    terminal.presses('c');
    terminal.sees("zagg> ");
    terminal.types(&format!("SELECT 1 AS one;{ENTER}"));
    terminal.sees("| one |");
    terminal.sees("zagg> ");
    terminal.presses('c');
    terminal.sees("Ctrl-C once more");
    terminal.sees("zagg> ");
    terminal.presses('c');
    terminal.ends();
}

#[test]
fn tab_completes() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home);
    terminal.types(&format!("CREATE TABLE heights AS SELECT 1 AS h_mean;{ENTER}"));
    terminal.sees("done");
    terminal.sees("zagg> ");
    terminal.types("SELECT * FROM hei\t WHERE h_m\t > 0;");
    terminal.types(ENTER);
    terminal.sees("| h_mean |");
    terminal.sees("zagg> ");
    terminal.types(&format!(".time\t on{ENTER}"));
    terminal.sees("timer: on");
    terminal.sees("zagg> ");
    terminal.presses('d');
    terminal.ends();
}

#[test]
fn history_is_kept_for_oneself_and_not_in_the_working_directory() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home);
    let past = [
        "SELECT 'first' AS x;",
        "SELECT 'first' AS x;",
        " SELECT 'hidden' AS x;",
        "SELECT 'my password' AS x;",
    ];
    for line in past {
        terminal.types(&format!("{line}{ENTER}"));
        terminal.sees("(1 row)");
        terminal.sees("zagg> ");
    }
    terminal.presses('d');
    terminal.ends();

    let path = home.path("state/zagg-sql/history");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("first").count(), 1, "{text}");
    assert!(!text.contains("hidden") && !text.contains("password"), "{text}");
    let mode = |path: &str| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&home.path("state/zagg-sql")), 0o700);
    assert_eq!(home.files(), ["state"]);

    // Another session finds it: the arrow up brings it back.
    let mut terminal = Terminal::open(&home);
    terminal.types("\x1b[A");
    terminal.sees("'first'");
    terminal.types(ENTER);
    terminal.sees("| first |");
    terminal.sees("zagg> ");
    terminal.presses('d');
    terminal.ends();
}

#[test]
fn the_screen_limits_rows_and_ends_the_scan() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home);
    terminal.types(&format!("SELECT value FROM generate_series(1, 100000000000);{ENTER}"));
    let shown = terminal.sees("(first 40 rows; reading stopped here");
    assert!(shown.contains("|    40 |"), "{shown}");
    terminal.sees("zagg> ");
    terminal.types(&format!(".maxrows 2{ENTER}SELECT value FROM generate_series(1, 3);{ENTER}"));
    terminal.sees("(first 2 rows;");
    terminal.sees("zagg> ");
    terminal.types(&format!("SELECT 1; oops{ENTER};{ENTER}"));
    terminal.sees("(1 row)");
    terminal.sees("error: ");
    terminal.sees("zagg> ");
    terminal.presses('d');
    terminal.ends();
}
