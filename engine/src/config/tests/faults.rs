//! What is wrong with an expression, and where.

use super::{condition, expression, message, variable};

/// Message, the expression, and the caret line, joined as they are shown.
#[track_caller]
fn fault(numpy: &str, shown: &str, caret: &str) {
    let error = expression(numpy).expect_err(numpy).kind.to_string();
    let expected = format!("`aggregation.variables.n.expression`: {shown}\n  {numpy}\n  {caret}");
    assert_eq!(error, expected, "\n{error}\n");
}

#[track_caller]
fn filter_fault(numpy: &str, shown: &str, caret: &str) {
    let error = condition(numpy).expect_err(numpy).kind.to_string();
    let expected = format!("`data_source.filters[0].expression`: {shown}\n  {numpy}\n  {caret}");
    assert_eq!(error, expected, "\n{error}\n");
}

#[test]
fn names() {
    fault(
        "1.0 / np.sqr(np.sum(h_li))",
        "unknown function `np.sqr`; did you mean `np.sqrt`?",
        "      ^^^^^^",
    );
    fault("np.mean(h_lj)", "unknown column `h_lj`; did you mean `h_li`?", "        ^^^^");
    fault(
        "np.mean(elevation)",
        "unknown column `elevation`; columns: `h_li`, `s_li`, `flag`, `latitude`, `longitude`",
        "        ^^^^^^^^^",
    );
    fault("sqrt(np.mean(h_li))", "unknown function `sqrt`; did you mean `np.sqrt`?", "^^^^");
    fault("mean(h_li)", "unknown function `mean`; did you mean `np.mean`?", "^^^^");
    fault("h_li.mean()", "methods are not supported; write `np.mean(h_li)`", "^^^^^^^^^");
    fault("h_li(2)", "`h_li` is a column, not a function", "^^^^");
    fault("np.mean + 1", "`np.mean` is a function: write `np.mean(…)`", "^^^^^^^");
}

#[test]
fn levels() {
    fault(
        "1 / s_li",
        "this gives one value for each row; put an aggregate around the columns, as `np.mean(…)`",
        "^^^^^^^^",
    );
    fault("1 + 2", "this uses no column, and so gives nothing for a cell", "^^^^^");
    fault(
        "np.sum((h_li - np.mean(h_li))**2)",
        "`np.mean` is an aggregate, and an aggregate cannot stand within another one",
        "               ^^^^^^^",
    );
    fault(
        "np.max(h_li) - h_li",
        "this mixes a column (one value for each row) with an aggregate (one for each cell); put \
         an aggregate around the column",
        "^^^^^^^^^^^^^^^^^^^",
    );
    fault("np.sum(2)", "an aggregate needs a column", "       ^");
    fault(
        "np.mean(h_li) > 2",
        "this is a condition, and a number for each cell is needed",
        "^^^^^^^^^^^^^^^^^",
    );
    filter_fault(
        "h_li > np.mean(h_li)",
        "`np.mean` is an aggregate, and a filter looks at one row",
        "       ^^^^^^^",
    );
    filter_fault("h_li", "this is a number, and a filter is a condition, as `h_li > 0`", "^^^^");
    filter_fault("1 > 2", "this uses no column", "^^^^^");
}

#[test]
fn conditions() {
    filter_fault(
        "h_li > 0 & s_li < 1",
        "`&` and `|` bind tighter than comparisons; put each comparison in parentheses",
        "       ^^^^^^^^",
    );
    filter_fault(
        "h_li & (s_li < 1)",
        "`&` needs conditions, and this is a number; `&` and `|` bind tighter than comparisons, \
         so put each comparison in parentheses",
        "^^^^",
    );
    filter_fault(
        "0 < h_li < 5",
        "a chain of comparisons does not work on columns; write `(a < b) & (b < c)`",
        "         ^",
    );
    filter_fault(
        "(h_li > 0) and (s_li < 1)",
        "`and` does not work on columns; write `&`, with parentheses",
        "           ^^^",
    );
    filter_fault(
        "not h_li > 0",
        "`not` does not work on columns; write `~`, with parentheses",
        "^^^",
    );
    filter_fault("h_li = 0", "`=` assigns; compare by `==`", "     ^");
    filter_fault(
        "(h_li > 0) == (s_li > 0)",
        "this is a condition, and numbers are compared",
        "^^^^^^^^^^",
    );
    fault("np.max(h_li > 0)", "this is a condition, and a number is needed", "       ^^^^^^^^");
    fault(
        "np.mean(-(h_li > 0))",
        "this is a condition, and a number is needed",
        "         ^^^^^^^^^^",
    );
}

#[test]
fn grammar() {
    let more = "expected a number, a column or a function";
    fault("np.mean(h_li", "the call is not closed: `)` is missing", "^^^^^^^^^^^^");
    fault("(np.mean(h_li)", "the parenthesis is not closed: `)` is missing", "^^^^^^^^^^^^^^");
    fault("np.mean(h_li))", "expected an operator or the end, found `)`", "             ^");
    fault("np.mean(h_li) +", &format!("the expression ends early: {more}"), "               ^");
    fault("2 * * np.mean(h_li)", &format!("{more}, found `*`"), "    ^");
    fault("np.mean(h_li) 2", "expected an operator or the end, found a number", "              ^");
    fault("np.mean(h_li)[0]", "picking elements by `[…]` is not supported", "             ^");
    fault(
        "np.mean(h_li) ^ 2",
        "operations on bits are not supported; a power is written `**`",
        "              ^",
    );
    fault("np.mean(h_li) + 'a'", "text has no meaning in an expression", "                ^");
    fault("np.mean(h_li) $ 2", "`$` has no meaning here", "              ^");
    fault(
        "np.mean(h_li).real",
        "attributes and methods of a result are not supported; write `np.mean(x)` for `x.mean()`",
        "             ^",
    );
    fault("1.5x + np.mean(h_li)", "this number is not finished, or not a decimal one", "^^^^");
    fault("1e999 + np.mean(h_li)", "this number is too large for a double", "^^^^^");
    fault("np.mean(h_li) if 1 else 2", "write `np.where(condition, a, b)`", "              ^^");
}

#[test]
fn arguments() {
    fault("np.mean()", "an aggregate needs a column", "^^^^^^^^^");
    fault("np.quantile(h_li)", "the argument `q` is missing", "^^^^^^^^^^^^^^^^^");
    fault("np.quantile(h_li, 2)", "`q` is a number from 0 to 1", "                  ^");
    fault("np.percentile(h_li, -1)", "`q` is a number from 0 to 100", "                    ^^");
    fault("np.var(h_li, ddof=2)", "`ddof` is 0 or 1", "                  ^");
    fault("np.mean(h_li, axis=0)", "unknown argument `axis`; known: `a`", "              ^^^^");
    fault(
        "np.average(h_li, weight=s_li)",
        "unknown argument `weight`; did you mean `weights`?",
        "                 ^^^^^^",
    );
    fault("np.average(h_li, s_li)", "too many arguments without a name", "                 ^^^^");
    fault("np.mean(h_li, a=s_li)", "the argument `a` is given twice", "                ^^^^");
    fault(
        "np.sqrt(np.mean(h_li), 2)",
        "this function takes 1 argument, and 2 are given",
        "^^^^^^^^^^^^^^^^^^^^^^^^^",
    );
    fault(
        "np.where(h_li, 1, 2)",
        "`np.where` begins with a condition, and this is a number",
        "         ^^^^",
    );
    fault(
        "np.mean(h_li**s_li)",
        "an exponent is a number, unless the base is a positive one",
        "              ^^^^",
    );
    fault(
        "np.average(h_li, weights=np.mean(s_li))",
        "`np.mean` is an aggregate, and weights are one number for each row",
        "                         ^^^^^^^",
    );
}

#[test]
fn carets_stand_under_characters_and_lines_are_joined() {
    let error = message(variable("{expression: \"np.mean(h_li) +\\n höhe\"}"));
    assert!(error.ends_with("  np.mean(h_li) +  höhe\n                   ^^^^"), "{error}");
}

/// Neither depth nor length can exhaust the stack or the memory.
#[test]
fn limits() {
    let deep = format!("{}np.mean(h_li){}", "(".repeat(100), ")".repeat(100));
    assert!(message_of(&deep).contains("nested more than 60 deep"));
    let signs = format!("{}np.mean(h_li)", "-".repeat(400));
    assert!(message_of(&signs).contains("nested more than 60 deep"));
    let long = vec!["np.mean(h_li)"; 200].join(" + ");
    assert!(message_of(&long).contains("more than 500 parts"));
    let mut square = "np.mean(h_li)".to_owned();
    for _ in 0..40 {
        square = format!("({square})**2");
    }
    assert!(expression(&square).unwrap().len() < 2_000);
    let mut modulo = "np.mean(h_li)".to_owned();
    for _ in 0..40 {
        modulo = format!("({modulo}) % 7");
    }
    assert!(message_of(&modulo).contains("too long to be written as SQL"));
}

fn message_of(numpy: &str) -> String {
    expression(numpy).expect_err("must fail").kind.to_string()
}

/// Any text gives SQL or an error, never a panic, and SQL that is SQL.
#[test]
fn arbitrary_text() {
    const PIECES: [&str; 28] = [
        "h_li",
        "s_li",
        "flag",
        "np.",
        "np.sum(",
        "np.mean(",
        "np.sqrt(",
        "np.where(",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "**",
        "//",
        "%",
        "&",
        "|",
        "~",
        "<",
        "==",
        "2",
        "0.5",
        " ",
        "é",
        "q=",
    ];
    let mut state = 1_u64;
    let mut accepted = 0;
    for length in (1..=6).cycle().take(1_800) {
        let mut text = String::new();
        for _ in 0..length {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(PIECES[(state >> 33) as usize % PIECES.len()]);
        }
        accepted += usize::from(condition(&format!("({text}) > 0")).is_ok());
        accepted += usize::from(expression(&format!("np.mean({text})")).is_ok());
    }
    assert!(accepted > 0);
}
