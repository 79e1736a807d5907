//! One item of a STAC API: a granule with footprint, times and links.

mod error;
mod footprint;
mod links;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use geo_types::Geometry;
use serde_json::{Map, Value};

pub use error::ItemError;
pub(crate) use error::excerpt;
pub(crate) use links::{Candidate, choose};

use links::Links;

/// A STAC item, checked.
///
/// The types here are this crate's own. The published STAC crate models the whole standard and brings a
/// query language with it; its Arrow tables are of another major version than the rest of this program.
/// What is needed is six fields and the JSON as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    id: String,
    collection: Option<String>,
    footprint: Option<Geometry<f64>>,
    bbox: Option<[f64; 4]>,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    datetime: Option<DateTime<Utc>>,
    links: Links,
    json: Map<String, Value>,
}

impl Item {
    /// Checks an item and takes out of it what a granule needs.
    ///
    /// A data link is an asset whose `roles` have `data` and whose `href` ends in `.h5`; the scheme of the
    /// `href` says whether it is the S3 or the HTTPS link. The keys of assets say nothing: CMR-STAC makes
    /// them from parts of the link. Where one scheme has several data links, the one whose file name is the
    /// item's id counts. An item may have no data link at all: [`Item::is_readable`].
    ///
    /// # Errors
    ///
    /// If it is no GeoJSON Feature, has no id, a field is of another type, a time is not RFC 3339, the
    /// footprint is no geometry, or two links are as good as each other.
    pub fn from_json(json: Value) -> Result<Self, ItemError> {
        let Value::Object(json) = json else {
            return Err(ItemError::field("", "an object", Some(&json)));
        };
        let field = |key: &str| json.get(key).filter(|value| !value.is_null());
        if field("type").and_then(Value::as_str) != Some("Feature") {
            return Err(ItemError::field("type", "`Feature`", field("type")));
        }
        let id = match text(&json, "id")? {
            Some(id) if !id.is_empty() => id,
            _ => return Err(ItemError::field("id", "the id of an item", field("id"))),
        };
        let empty = Map::new();
        let properties = match field("properties") {
            None => &empty,
            Some(Value::Object(properties)) => properties,
            found => return Err(ItemError::field("properties", "an object", found)),
        };
        let links = Links::of(&id, field("assets"))?;
        Ok(Self {
            collection: text(&json, "collection")?,
            footprint: field("geometry").map(footprint::from_geojson).transpose()?,
            bbox: field("bbox").map(bbox).transpose()?,
            start: time(properties, "start_datetime")?,
            end: time(properties, "end_datetime")?,
            datetime: time(properties, "datetime")?,
            id,
            links,
            json,
        })
    }

    /// Its id: for CMR, the name of the granule.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The collection, as `ATL06_007`.
    pub fn collection(&self) -> Option<&str> {
        self.collection.as_deref()
    }

    /// The `s3://` data link.
    pub fn s3(&self) -> Option<&str> {
        links::href(self.links.s3.as_ref())
    }

    /// The `https://` data link.
    pub fn https(&self) -> Option<&str> {
        links::href(self.links.https.as_ref())
    }

    /// Whether it has a data link.
    pub fn is_readable(&self) -> bool {
        self.links.s3.is_some() || self.links.https.is_some()
    }

    /// Where it was measured; longitude and latitude in degrees. A ring across the dateline is as CMR has it:
    /// in one piece, with a jump of about 360 degrees.
    pub fn footprint(&self) -> Option<&Geometry<f64>> {
        self.footprint.as_ref()
    }

    /// West, south, east, north in degrees, as the item says. West above east crosses the dateline.
    pub fn bbox(&self) -> Option<[f64; 4]> {
        self.bbox
    }

    /// First time.
    pub fn start(&self) -> Option<DateTime<Utc>> {
        self.start
    }

    /// Last time.
    pub fn end(&self) -> Option<DateTime<Utc>> {
        self.end
    }

    /// The one time that stands for the item.
    pub fn datetime(&self) -> Option<DateTime<Utc>> {
        self.datetime
    }

    /// The item as it came.
    pub fn json(&self) -> &Map<String, Value> {
        &self.json
    }

    /// All its links, for an error.
    pub(crate) fn hrefs(&self) -> String {
        let assets = self.json.get("assets").and_then(Value::as_object);
        let hrefs = assets.into_iter().flat_map(Map::values).filter_map(|a| links::href(Some(a)));
        let hrefs: Vec<&str> = hrefs.collect();
        if hrefs.is_empty() { "none".to_owned() } else { excerpt(&hrefs.join(" ")) }
    }

    pub(crate) fn links(&self) -> &Links {
        &self.links
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Result<Option<String>, ItemError> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        found => Err(ItemError::field(key, "text", found)),
    }
}

fn time(properties: &Map<String, Value>, key: &str) -> Result<Option<DateTime<Utc>>, ItemError> {
    let Some(text) = text(properties, key)? else { return Ok(None) };
    let time = DateTime::parse_from_rfc3339(&text).map_err(|_| {
        let expected = "a time as 2019-01-05T16:33:08Z";
        ItemError::field(&format!("properties.{key}"), expected, properties.get(key))
    })?;
    Ok(Some(time.to_utc()))
}

/// Four numbers, or six with heights between them, which are left out.
fn bbox(value: &Value) -> Result<[f64; 4], ItemError> {
    let wrong = || ItemError::field("bbox", "4 or 6 numbers", Some(value));
    let numbers: Option<Vec<f64>> =
        value.as_array().and_then(|list| list.iter().map(Value::as_f64).collect());
    match numbers.as_deref() {
        Some(&[west, south, east, north] | &[west, south, _, east, north, _]) => {
            Ok([west, south, east, north])
        }
        _ => Err(wrong()),
    }
}
