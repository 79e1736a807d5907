//! Cookies of one visit.

use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use url::{Origin, Url};

/// Cookies, each for the very server that set it: less than browsers allow, and enough to come back to where
/// one was sent away from.
#[derive(Default)]
pub(super) struct Cookies {
    held: Vec<(Origin, String, String)>,
}

impl Cookies {
    /// Keeps what an answer from `url` sets.
    pub(super) fn keep(&mut self, url: &Url, headers: &HeaderMap) {
        for value in headers.get_all(SET_COOKIE) {
            let Ok(text) = value.to_str() else { continue };
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            let (origin, name) = (url.origin(), name.trim().to_owned());
            self.held.retain(|(of, other, _)| *of != origin || *other != name);
            self.held.push((origin, name, value.trim().to_owned()));
        }
    }

    /// The header for a request to `url`.
    pub(super) fn header(&self, url: &Url) -> HeaderMap {
        let ours = self.held.iter().filter(|(origin, _, _)| *origin == url.origin());
        let text: Vec<_> = ours.map(|(_, name, value)| format!("{name}={value}")).collect();
        let mut headers = HeaderMap::new();
        if let (false, Ok(mut value)) = (text.is_empty(), HeaderValue::from_str(&text.join("; "))) {
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_back_to_the_server_that_set_it_alone() {
        let url = |text: &str| Url::parse(text).unwrap();
        let mut cookies = Cookies::default();
        for set in ["a=1; Path=/; Secure", "b=x=y", "a=2; HttpOnly"] {
            let headers = HeaderMap::from_iter([(SET_COOKIE, HeaderValue::from_static(set))]);
            cookies.keep(&url("https://one.example/login"), &headers);
        }
        let header = cookies.header(&url("https://one.example/else?x"));
        assert_eq!(header[COOKIE], "b=x=y; a=2");
        for other in ["https://two.example/", "http://one.example/", "https://one.example:444/"] {
            assert!(cookies.header(&url(other)).is_empty(), "{other}");
        }
    }
}
