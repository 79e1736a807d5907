//! Where a granule lies.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::CatalogError;

/// One granule of a shard: its id and where it can be read.
///
/// Times are ISO 8601 text as the file has it, `2019-01-05T16:33:08.267000+00:00`. As JSON it is the
/// object that zagg writes, where `s3` and `https` always are, be it as null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GranuleLink {
    /// Name of the file: `ATL06_20190105163308_01260202_006_01.h5`.
    pub id: String,
    /// `s3://` link.
    pub s3: Option<String>,
    /// `https://` link.
    pub https: Option<String>,
    /// Path of a local file, for maps made from files of this machine. zagg has no such key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// First time of the granule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_start: Option<String>,
    /// Last time of the granule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_end: Option<String>,
    /// Further keys of the file, kept as they are: `datetime`, `time_key`, `assets` and others.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl GranuleLink {
    /// A granule from one link, named by the link's last part.
    ///
    /// # Errors
    ///
    /// If the link ends in `/` or has no last part.
    pub fn from_url(url: &str) -> Result<Self, CatalogError> {
        let no_name =
            |reason: &str| CatalogError::Url { url: url.to_owned(), reason: reason.into() };
        let plain = url.split(['?', '#']).next().unwrap_or(url);
        let id = plain.rsplit(['/', '\\']).next().unwrap_or_default();
        if id.is_empty() {
            return Err(no_name("it has no last part"));
        }
        let mut link = Self { id: id.to_owned(), ..Self::default() };
        match url.split_once("://") {
            Some(("s3", _)) => link.s3 = Some(url.to_owned()),
            Some(("https" | "http", _)) => link.https = Some(url.to_owned()),
            Some(("file", path)) => link.path = Some(path.to_owned()),
            Some((scheme, _)) => {
                return Err(no_name(&format!("links begin with s3, https or file, not {scheme}")));
            }
            None => link.path = Some(url.to_owned()),
        }
        Ok(link)
    }

    /// Whether there is any way to read the granule.
    pub fn is_readable(&self) -> bool {
        self.s3.is_some() || self.https.is_some() || self.path.is_some()
    }

    /// All links, for an error message.
    pub(crate) fn links(&self) -> String {
        let links = [&self.s3, &self.https, &self.path];
        let links: Vec<&str> = links.into_iter().flatten().map(String::as_str).collect();
        links.join(" ")
    }
}
