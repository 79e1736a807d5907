//! Which assets of an item are the granule.

use serde_json::{Map, Value};

use super::ItemError;

/// What a granule's file name ends in.
const SUFFIX: &str = ".h5";
/// The role of assets that are the granule itself.
const ROLE: &str = "data";

/// The assets that count, as they came.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Links {
    pub(crate) s3: Option<Value>,
    pub(crate) https: Option<Value>,
    pub(crate) metadata: Option<Value>,
}

/// A link that may be to the granule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) href: &'a str,
    /// Whether its roles have `data`.
    pub(crate) is_data: bool,
}

impl Links {
    pub(super) fn of(id: &str, assets: Option<&Value>) -> Result<Self, ItemError> {
        let assets = match assets {
            None => return Ok(Self::default()),
            Some(Value::Object(assets)) => assets,
            found => return Err(ItemError::field("assets", "an object", found)),
        };
        let candidates: Vec<Candidate<'_>> = assets.values().filter_map(candidate).collect();
        let [s3, https] = choose(id, &candidates)?;
        let asset = |link: Option<&str>| {
            assets.values().find(|asset| link.is_some() && href(Some(asset)) == link).cloned()
        };
        let metadata = assets.get("metadata").filter(|asset| asset.is_object()).cloned();
        Ok(Self { s3: asset(s3), https: asset(https), metadata })
    }
}

/// The link of an asset.
pub(super) fn href(asset: Option<&Value>) -> Option<&str> {
    asset?.get("href")?.as_str()
}

fn candidate(asset: &Value) -> Option<Candidate<'_>> {
    let asset: &Map<String, Value> = asset.as_object()?;
    let href = asset.get("href")?.as_str()?;
    let roles = asset.get("roles").and_then(Value::as_array);
    let is_data = roles.is_some_and(|roles| roles.iter().any(|role| role == ROLE));
    Some(Candidate { href, is_data })
}

/// The S3 and the HTTPS link among them.
pub(crate) fn choose<'a>(
    id: &str,
    candidates: &[Candidate<'a>],
) -> Result<[Option<&'a str>; 2], ItemError> {
    Ok([one(id, "s3", &["s3"], candidates)?, one(id, "https", &["https", "http"], candidates)?])
}

/// The one link with such a scheme.
fn one<'a>(
    id: &str,
    name: &'static str,
    schemes: &[&str],
    candidates: &[Candidate<'a>],
) -> Result<Option<&'a str>, ItemError> {
    let mut links: Vec<&str> = candidates
        .iter()
        .filter(|c| c.is_data && file_name(c.href).to_ascii_lowercase().ends_with(SUFFIX))
        .map(|c| c.href)
        .filter(|href| href.split_once("://").is_some_and(|(scheme, _)| schemes.contains(&scheme)))
        .collect();
    links.sort_unstable();
    links.dedup();
    if let [] | [_] = links.as_slice() {
        return Ok(links.first().copied());
    }
    let stem = id.strip_suffix(SUFFIX).unwrap_or(id);
    let named = |link: &&str| {
        let name = file_name(link);
        name == id || name.get(..name.len() - SUFFIX.len()) == Some(stem)
    };
    let mut same_name = links.iter().copied().filter(named);
    match (same_name.next(), same_name.next()) {
        (Some(link), None) => Ok(Some(link)),
        _ => Err(ItemError::Ambiguous {
            id: id.to_owned(),
            scheme: name,
            links: links.into_iter().map(str::to_owned).collect(),
        }),
    }
}

/// The last part of a link, without its query.
fn file_name(link: &str) -> &str {
    let plain = link.split(['?', '#']).next().unwrap_or(link);
    plain.rsplit('/').next().unwrap_or(plain)
}
