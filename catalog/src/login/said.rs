//! What a server says in words, when it refuses, and what is said of one that cannot be reached.

use std::error::Error as _;

use serde_json::Value;

/// The longest text that is shown.
const LONGEST: usize = 300;

/// Keys that servers of Earthdata put words for people under.
const WORDS: [&str; 6] =
    ["error_description", "status_message", "errorMessage", "message", "error", "resolution_url"];

/// The words of an answer that refuses, after `: `; nothing where it has none that can be told from the rest.
///
/// Never the whole document: servers repeat in it what they were sent.
///
/// ```
/// use zagg_catalog::login::said;
///
/// let json = br#"{"error": "EULA", "resolution_url": "https://example.org/eula", "token": "abc"}"#;
/// assert_eq!(said("application/json", json), ": EULA; https://example.org/eula");
/// let page = b"<html><head><title>Forbidden</title></head><body>abc</body></html>";
/// assert_eq!(said("text/html", page), ": Forbidden");
/// ```
pub fn said(content_type: &str, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(map)) => {
            let words = WORDS.iter().filter_map(|key| map.get(*key)?.as_str());
            words.collect::<Vec<_>>().join("; ")
        }
        _ if content_type.contains("html") || text.trim_start().starts_with("<!") => {
            element(&text, "title").or_else(|| element(&text, "h1")).unwrap_or_default().to_owned()
        }
        _ => {
            let words = ["Code", "Message"].iter().filter_map(|name| element(&text, name));
            words.collect::<Vec<_>>().join(": ")
        }
    };
    let mut words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(LONGEST) {
        words.truncate(end);
        words.push('…');
    }
    if words.is_empty() { words } else { format!(": {words}") }
}

/// An error of a request with its causes, without the address, in which there may be a signature.
pub fn unreached(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The text of the first element of that name.
fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text.trim())
}
