//! A login from a netrc file.
//!
//! The published parsers quote what they could not read, which in this file is as often as not a password.
//! Errors here name the line and no more.

use secrecy::SecretString;

/// What one `machine` entry says.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) login: Option<SecretString>,
    pub(super) password: Option<SecretString>,
}

/// The entry of `machine`; the first one, where there are several. `default` is not looked at: a password for
/// whatever host is not one for Earthdata.
///
/// # Errors
/// With the number of the line that cannot be read.
pub(super) fn entry(text: &str, machine: &str) -> Result<Option<Entry>, String> {
    let mut found: Option<Entry> = None;
    // Whether the words now read belong to the machine asked for.
    let mut ours = false;
    let mut lines = text.lines().zip(1_usize..);
    // A name and its value may stand on different lines.
    let mut name: Option<String> = None;
    while let Some((line, number)) = lines.next() {
        let mut rest = line;
        while let Some((word, after)) =
            first_word(rest).map_err(|reason| format!("line {number}: {reason}"))?
        {
            rest = after;
            let Some(key) = name.take() else {
                match word.as_str() {
                    comment if comment.starts_with('#') => break,
                    "default" => {
                        if found.is_some() {
                            return Ok(found);
                        }
                        ours = false;
                    }
                    // Its lines go up to the next empty one.
                    "macdef" => {
                        lines.by_ref().find(|(line, _)| line.trim().is_empty());
                        break;
                    }
                    "machine" | "login" | "user" | "password" | "account" => name = Some(word),
                    _ => {
                        return Err(format!(
                            "line {number}: expected `machine`, `login` or `password`, found \
                             something else, which is not shown (quote a password with blanks in it)"
                        ));
                    }
                }
                continue;
            };
            match key.as_str() {
                "machine" => {
                    if found.is_some() {
                        return Ok(found);
                    }
                    ours = word == machine;
                    if ours {
                        found = Some(Entry::default());
                    }
                }
                "login" | "user" if ours => set(&mut found, |entry| &mut entry.login, word),
                "password" if ours => set(&mut found, |entry| &mut entry.password, word),
                _ => {}
            }
        }
    }
    match name {
        Some(key) => Err(format!("last line: `{key}` has no value")),
        None => Ok(found),
    }
}

fn set(
    entry: &mut Option<Entry>,
    field: impl FnOnce(&mut Entry) -> &mut Option<SecretString>,
    word: String,
) {
    if let Some(entry) = entry {
        *field(entry) = Some(word.into());
    }
}

/// The first word of a line, and what follows it. In quotes, a word may hold blanks, and `\` before a quote.
fn first_word(line: &str) -> Result<Option<(String, &str)>, &'static str> {
    let line = line.trim_start();
    let Some(quoted) = line.strip_prefix('"') else {
        let end = line.find(char::is_whitespace).unwrap_or(line.len());
        let (word, rest) = line.split_at(end);
        return Ok((!word.is_empty()).then(|| (word.to_owned(), rest)));
    };
    let mut word = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok(Some((word, &quoted[at + 1..]))),
            '\\' => word.extend(chars.next().map(|(_, c)| c)),
            c => word.push(c),
        }
    }
    Err("a quoted word has no end")
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const URS: &str = "urs.earthdata.nasa.gov";

    fn read(text: &str) -> Option<(Option<String>, Option<String>)> {
        let plain = |secret: Option<SecretString>| secret.map(|s| s.expose_secret().to_owned());
        entry(text, URS).unwrap().map(|entry| (plain(entry.login), plain(entry.password)))
    }

    fn both(login: &str, password: &str) -> Option<(Option<String>, Option<String>)> {
        Some((Some(login.into()), Some(password.into())))
    }

    #[test]
    fn entries_in_every_form() {
        for (text, expected) in [
            ("machine urs.earthdata.nasa.gov login jane password pw#1", both("jane", "pw#1")),
            (
                "machine urs.earthdata.nasa.gov\n\tlogin jane\r\n\tpassword pw\r\n",
                both("jane", "pw"),
            ),
            (
                "machine urs.earthdata.nasa.gov login \"a b\" password \"c\\\"d \\\\\"",
                both("a b", "c\"d \\"),
            ),
            (
                "# mine\nmachine other login x password y\nmachine urs.earthdata.nasa.gov password #p user u",
                both("u", "#p"),
            ),
            (
                "machine urs.earthdata.nasa.gov login a password b\ndefault login c password d",
                both("a", "b"),
            ),
            (
                "macdef init\nmachine urs.earthdata.nasa.gov\nlogin no\n\nmachine urs.earthdata.nasa.gov login a \
              account z password b",
                both("a", "b"),
            ),
            ("machine urs.earthdata.nasa.gov login a", Some((Some("a".into()), None))),
            ("default login c password d", None),
            ("machine urs.earthdata.nasa.gov.example.org login a password b", None),
            ("", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_quoted() {
        for text in [
            "machine urs.earthdata.nasa.gov login jane password hunter2 with hunter3",
            "machine urs.earthdata.nasa.gov login jane password \"hunter2",
            "hunter2",
            "machine urs.earthdata.nasa.gov login jane password",
        ] {
            let error = entry(text, URS).unwrap_err();
            assert!(error.contains("line") && !error.contains("hunter"), "{error}");
        }
    }
}
