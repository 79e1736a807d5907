//! One page of a search.

use serde_json::Value;
use url::Url;

use super::redact::shown;
use super::{Result, SearchError};
use crate::item::{Item, excerpt};

/// A page, with its items checked.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) items: Vec<Item>,
    /// How many items the whole search matches: `context.matched`, or `numberMatched`.
    pub(super) matched: Option<u64>,
    pub(super) next: Option<Url>,
}

/// Which page, for errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) url: &'a Url,
    pub(super) page: u32,
}

impl Place<'_> {
    fn wrong(&self, at: &str, expected: &'static str, found: Option<&Value>) -> SearchError {
        let found = found.map_or_else(|| "nothing".to_owned(), |value| excerpt(&value.to_string()));
        let (page, at, url) = (self.page, at.to_owned(), shown(self.url));
        SearchError::Form { page, at, expected, found, url }
    }
}

pub(super) fn parse(bytes: &[u8], place: Place<'_>) -> Result<Page> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|source| {
        let found = format!("{:?}", excerpt(&String::from_utf8_lossy(bytes)));
        SearchError::NotJson { page: place.page, source, found, url: shown(place.url) }
    })?;
    if value.get("type").and_then(Value::as_str) != Some("FeatureCollection") {
        return Err(place.wrong("", "a FeatureCollection", Some(&value)));
    }
    let features = match value.get_mut("features").map(Value::take) {
        Some(Value::Array(features)) => features,
        found => return Err(place.wrong("features", "a list", found.as_ref())),
    };
    let items = features.into_iter().enumerate().map(|(index, feature)| {
        let name = feature.get("id").and_then(Value::as_str).map(|id| format!(" ({id})"));
        Item::from_json(feature).map_err(|source| SearchError::Item {
            page: place.page,
            index,
            name: name.unwrap_or_default(),
            source: Box::new(source),
            url: shown(place.url),
        })
    });
    Ok(Page {
        items: items.collect::<Result<_>>()?,
        matched: matched(&value, place)?,
        next: next(&value, place)?,
    })
}

fn matched(page: &Value, place: Place<'_>) -> Result<Option<u64>> {
    for at in ["/context/matched", "/numberMatched"] {
        match page.pointer(at) {
            None | Some(Value::Null) => {}
            Some(count) => {
                let wrong = || place.wrong(at, "a number of items", Some(count));
                return count.as_u64().map(Some).ok_or_else(wrong);
            }
        }
    }
    Ok(None)
}

/// The link to the next page, absolute.
fn next(page: &Value, place: Place<'_>) -> Result<Option<Url>> {
    let links = match page.get("links") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(links)) => links,
        found => return Err(place.wrong("links", "a list", found)),
    };
    let is_next = |link: &&Value| link.get("rel").and_then(Value::as_str) == Some("next");
    let Some(link) = links.iter().find(is_next) else { return Ok(None) };
    let wrong = |expected| place.wrong("links: next", expected, Some(link));
    if link.get("method").and_then(Value::as_str).is_some_and(|m| !m.eq_ignore_ascii_case("GET")) {
        return Err(wrong("a link to be followed by GET, as the search was"));
    }
    let href = link.get("href").and_then(Value::as_str).ok_or_else(|| wrong("a link"))?;
    let url = place.url.join(href).map_err(|_| wrong("a URL"))?;
    if matches!(url.scheme(), "http" | "https") {
        return Ok(Some(url));
    }
    Err(wrong("an http or https URL"))
}
