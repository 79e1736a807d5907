//! The options of a statement that are the engine's own.

use zagg_engine::config::Config;
use zagg_engine::sql::option_names;

use crate::shell::lex::{Kind, Token, tokens};

/// The names that the OPTIONS of `statement` can have. Those of a column are left out: they begin with its name.
pub(super) fn names(statement: &str) -> impl Iterator<Item = &'static str> {
    let tokens: Vec<Token<'_>> = tokens(statement).filter(Token::counts).collect();
    let stored = tokens.windows(3).position(|w| w[0].is("stored") && w[1].is("as"));
    let format = stored.and_then(|at| Some((at, tokens.get(at + 2)?)));
    let names = format.map_or(&[][..], |(at, format)| {
        // A table with columns is declared, to be written.
        let head = tokens.get(..at).unwrap_or_default();
        let copies = head.first().is_some_and(|first| first.is("copy"));
        option_names(format.text, copies || head.iter().any(|token| token.text == "("))
    });
    names.iter().copied().filter(|name| !name.starts_with('*'))
}

/// The words that an option can be; none where it is a number or a file.
pub(super) fn values(name: &str) -> Vec<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "config" => Config::builtin_names().to_vec(),
        "shards" => vec!["positions", "none"],
        "rows" => vec!["occupied", "dense"],
        "ellipsoid" => vec!["WGS84", "sphere"],
        "allow_partial" | "allow_unfinished" | "overwrite" | "morton" => vec!["true", "false"],
        _ => Vec::new(),
    }
}

/// The text behind LOCATION.
pub(super) fn location(statement: &str) -> Option<&str> {
    let mut tokens = tokens(statement).filter(Token::counts);
    tokens.find(|token| token.is("location"))?;
    let place = tokens.next().filter(|token| token.kind == Kind::Text && token.closed)?;
    Some(place.text.trim_matches('\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_statement() {
        let of = |sql: &str| names(sql).collect::<Vec<_>>();
        assert!(of("CREATE EXTERNAL TABLE t STORED AS GRANULES LOCATION").contains(&"config"));
        assert_eq!(of("create external table t stored as hdf5 options ("), ["group"]);
        let read = of("CREATE EXTERNAL TABLE t STORED AS ZARR LOCATION 'x.zarr'");
        assert!(read.contains(&"level") && !read.contains(&"order"));
        for written in [
            "COPY (SELECT 1) TO 'x.zarr' STORED AS ZARR OPTIONS (",
            "CREATE EXTERNAL TABLE t (cell BIGINT UNSIGNED) STORED AS ZARR LOCATION 'x.zarr'",
        ] {
            let written = of(written);
            assert!(written.contains(&"order") && !written.contains(&"level"));
            assert!(!written.contains(&"*.dtype"));
        }
        assert_eq!(of("CREATE EXTERNAL TABLE t STORED AS"), [""; 0]);
    }

    #[test]
    fn the_location_is_the_text_behind_its_word() {
        let sql = "CREATE EXTERNAL TABLE t STORED AS HDF5 LOCATION 's3://b/x.h5' OPTIONS (group '";
        assert_eq!(location(sql), Some("s3://b/x.h5"));
        assert_eq!(location("SELECT location"), None);
        assert_eq!(location("LOCATION 'x"), None);
    }
}
