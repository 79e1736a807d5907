//! URLs as errors show them.

use url::Url;

/// Longest text of a URL in an error: a geometry may make it very long.
const LONGEST: usize = 400;
/// What the names of parameters have in common whose values nobody else may see.
const SECRET: [&str; 7] = ["token", "key", "secret", "sig", "pass", "auth", "credential"];

/// The URL without names, passwords and values of parameters that look like secrets.
pub(super) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    // Only URLs without a host refuse, and those have no user.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    if url.query().is_some() {
        let mut pairs = shown.query_pairs_mut();
        pairs.clear();
        for (name, value) in url.query_pairs() {
            let lower = name.to_ascii_lowercase();
            let secret = SECRET.iter().any(|word| lower.contains(word));
            pairs.append_pair(&name, if secret { "..." } else { &value });
        }
    }
    let text = shown.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
