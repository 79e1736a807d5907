use super::Home;

/// What a statement's error looks like.
fn error(sql: &str) -> String {
    let home = Home::new();
    let table = "CREATE TABLE atl06 AS SELECT 1 AS h_li, 2 AS cell";
    let ran = home.run(&["-c", table, "-c", sql]);
    assert_eq!(ran.code, Some(2));
    ran.err
}

#[test]
fn a_mark_stands_under_the_fault_and_the_right_name_beside_it() {
    assert_eq!(
        error("SELECT count(*) FROM atl6"),
        "error: there is no table `atl6`\n\
         \x20 | SELECT count(*) FROM atl6\n\
         \x20 |                      ^^^^\n\
         \x20 help: did you mean `atl06`?\n"
    );
    assert_eq!(
        error("SELECT cell,\n  h_lii FROM atl06"),
        "error: there is no column `h_lii`\n\
         \x20 line 2\n\
         \x20 |   h_lii FROM atl06\n\
         \x20 |   ^^^^^\n\
         \x20 help: did you mean `h_li`?\n\
         \x20 help: columns are h_li, cell\n"
    );
}

#[test]
fn files_are_named_with_line_and_column() {
    let home = Home::new();
    let file =
        home.write("q.sql", "SELECT 1 AS a;\n\n  SELECT\n    b_\n  FROM (SELECT 1 AS bb);\n");
    let ran = home.run(&["-f", &file]);
    assert!(ran.err.contains(&format!("  {file}:4:5\n  |     b_\n  |     ^^\n")), "{}", ran.err);
    let ran = home.run(&["-f", "absent.sql"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("absent.sql"), "{}", ran.err);
}

#[test]
fn unknown_commands_and_formats_suggest_known_ones() {
    assert!(error(".tabels").contains("help: did you mean `.tables`?"));
    assert!(error(".mode cvs").contains("did you mean csv?"));
    let ran = Home::new().run(&["-o", "cvs"]);
    assert!(ran.code == Some(2) && ran.err.contains(": table, csv,"), "{}", ran.err);
}

#[test]
fn what_fails_while_it_runs_is_an_error_too() {
    let text = error("SELECT 1 / (cell - 2) FROM atl06");
    assert!(text.starts_with("error: ") && text.contains("ivide by zero"), "{text}");
}
