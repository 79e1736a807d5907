//! From a place to the granules in it.

use futures::TryStreamExt;
use glob::{MatchOptions, Pattern};
use object_store::path::Path;

use crate::error::{Error, Result};
use crate::granule::Locations;

/// What granules are called when a folder is searched for them.
const SUFFIXES: [&str; 3] = [".h5", ".hdf5", ".he5"];

/// A `*` stands for any part of one name, not for several folders.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// The links that `place` stands for: a pattern with `*`, `?` or `[ ]`, a folder of granules, or a granule. In a bucket a
/// folder ends with `/`. Patterns and folders give links in alphabetical order. A single granule need not exist: that is
/// for the read to say.
///
/// # Errors
/// If nothing matches, the pattern is none, or the store cannot be listed.
pub async fn links(place: &str, locations: &Locations) -> Result<Vec<String>> {
    let remote = place.contains("://") && !place.starts_with("file://");
    let wild = place.contains(['*', '?', '[']);
    let found = match (remote, wild) {
        (false, false) if !std::path::Path::new(place).is_dir() => {
            return Ok(vec![place.to_owned()]);
        }
        (true, false) if !place.ends_with('/') => return Ok(vec![place.to_owned()]),
        (false, true) => local(place, place)?,
        (false, false) => {
            let folder = Pattern::escape(place.trim_end_matches('/'));
            granules(local(place, &format!("{folder}/*"))?)
        }
        (true, true) => remote_links(place, place, locations).await?,
        (true, false) => granules(remote_links(place, &format!("{place}*"), locations).await?),
    };
    if found.is_empty() {
        let reason = if wild { "nothing matches" } else { "there is no granule (*.h5) in it" };
        return Err(Error::Location { link: place.to_owned(), reason: reason.into() });
    }
    Ok(found)
}

fn granules(mut links: Vec<String>) -> Vec<String> {
    links.retain(|link| SUFFIXES.iter().any(|suffix| link.ends_with(suffix)));
    links
}

fn local(place: &str, pattern: &str) -> Result<Vec<String>> {
    let wrong = |reason: String| Error::Location { link: place.to_owned(), reason };
    let paths = glob::glob_with(pattern, OPTIONS).map_err(|e| wrong(e.to_string()))?;
    let text = |path: std::path::PathBuf| {
        let path = path.into_os_string().into_string();
        path.map_err(|path| wrong(format!("{} is not UTF-8", path.display())))
    };
    paths.map(|path| path.map_err(|e| wrong(e.to_string())).and_then(text)).collect()
}

async fn remote_links(place: &str, pattern: &str, locations: &Locations) -> Result<Vec<String>> {
    let wrong = |reason: String| Error::Location { link: place.to_owned(), reason };
    let wild = pattern.find(['*', '?', '[']).unwrap_or(pattern.len());
    let (folder, _) = pattern.get(..wild).and_then(|p| p.rsplit_once('/')).unwrap_or((place, ""));
    let from = locations.resolve(&format!("{folder}/"))?;
    let listed = from.store.list(Some(&from.path)).map_ok(|meta| meta.location);
    let mut paths: Vec<Path> = listed.try_collect().await.map_err(|e| wrong(e.to_string()))?;
    paths.sort_unstable();
    let pattern = Pattern::new(pattern).map_err(|e| wrong(e.to_string()))?;
    let link = |path: &Path| {
        let below = path.prefix_match(&from.path)?;
        let below: Vec<_> = below.map(|part| part.as_ref().to_owned()).collect();
        Some(format!("{folder}/{}", below.join("/")))
    };
    let links = paths.iter().filter_map(link);
    Ok(links.filter(|link| pattern.matches_with(link, OPTIONS)).collect())
}
