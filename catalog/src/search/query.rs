//! Which granules.

use url::Url;

use super::{Period, Result, SearchError};

/// The STAC API of NASA's Common Metadata Repository.
pub const CMR_STAC: &str = "https://cmr.earthdata.nasa.gov/stac";
/// The provider of ICESat-2 in the cloud.
pub const NSIDC: &str = "NSIDC_CPRD";
/// Items asked for in one page. CMR-STAC refuses more than 5,000 and may give fewer than asked for.
const PAGE_SIZE: u32 = 2000;

/// A collection: a product in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Its id in the API: `ATL06_007`.
    pub id: String,
    /// `ATL06`, where the id was made from it.
    pub short_name: Option<String>,
    /// `007`, where the id was made from it.
    pub version: Option<String>,
}

impl Collection {
    /// As CMR-STAC names it: `ATL06` in version `007` is `ATL06_007`.
    pub fn new(short_name: &str, version: &str) -> Self {
        Self {
            id: format!("{short_name}_{version}"),
            short_name: Some(short_name.to_owned()),
            version: Some(version.to_owned()),
        }
    }

    /// By its id, for other APIs.
    pub fn by_id(id: &str) -> Self {
        Self { id: id.to_owned(), short_name: None, version: None }
    }
}

/// Which granules to ask for, and whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The API: where its landing page is.
    pub endpoint: String,
    /// The provider, a part of the path that CMR-STAC has between endpoint and `search`.
    pub provider: Option<String>,
    /// The collections, at least one.
    pub collections: Vec<Collection>,
    /// When; all of them if not given.
    pub period: Option<Period>,
    /// West, south, east, north in degrees. It is sent as it is: west above east means a box across the
    /// dateline, as STAC and GeoJSON have it (RFC 7946, 5.2), and CMR too. APIs over pgstac are known to
    /// take such a box for the other side of the globe: there, search twice.
    pub bbox: Option<[f64; 4]>,
    /// A geometry in longitude and latitude, instead of a box. It goes into the URL: keep it short.
    pub intersects: Option<geojson::Geometry>,
    /// Items asked for in one page, from 1 to 5,000. The server may give fewer.
    pub page_size: u32,
    /// Leave out granules without a data link, and list them in the result. Else they are an error.
    pub skip_unlinked: bool,
}

impl Query {
    /// One product of one version, at NSIDC's cloud archive by CMR-STAC.
    pub fn new(short_name: &str, version: &str) -> Self {
        Self {
            endpoint: CMR_STAC.to_owned(),
            provider: Some(NSIDC.to_owned()),
            collections: vec![Collection::new(short_name, version)],
            period: None,
            bbox: None,
            intersects: None,
            page_size: PAGE_SIZE,
            skip_unlinked: false,
        }
    }

    /// The URL of the first page.
    ///
    /// # Errors
    ///
    /// For an endpoint that is no `http(s)` URL or holds a password, no collection, numbers that are no
    /// box on the globe, both a box and a geometry, and a page size of 0 or above 5,000.
    pub fn url(&self) -> Result<Url> {
        let wrong = |what, reason: String| SearchError::Query { what, reason };
        let mut url = self.base()?;
        let ids: Vec<&str> = self.collections.iter().map(|c| c.id.as_str()).collect();
        if ids.is_empty() || ids.iter().any(|id| id.is_empty() || id.contains(',')) {
            return Err(wrong("the collections", format!("no collection is called {ids:?}")));
        }
        if !(1..=5000).contains(&self.page_size) {
            let reason = format!("expected 1 to 5000, found {}", self.page_size);
            return Err(wrong("the page size", reason));
        }
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("collections", &ids.join(","));
        match (&self.bbox, &self.intersects) {
            (Some(bbox), None) => drop(pairs.append_pair("bbox", &numbers(bbox)?)),
            (None, Some(geometry)) => drop(pairs.append_pair("intersects", &geometry.to_string())),
            (None, None) => {}
            (Some(_), Some(_)) => {
                return Err(wrong(
                    "the area",
                    "a box and a geometry exclude each other".to_owned(),
                ));
            }
        }
        if let Some(period) = &self.period {
            pairs.append_pair("datetime", &period.interval());
        }
        pairs.append_pair("limit", &self.page_size.to_string());
        drop(pairs);
        Ok(url)
    }

    fn base(&self) -> Result<Url> {
        let wrong = |reason: String| SearchError::Query { what: "the endpoint", reason };
        let mut url = Url::parse(&self.endpoint)
            .map_err(|e| wrong(format!("expected a URL as {CMR_STAC}: {e}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("a name or password has no place in it".to_owned()));
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(format!("expected http or https, found {}", url.scheme())));
        }
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(self.provider.as_deref()).push("search");
        }
        Ok(url)
    }
}

fn numbers(bbox: &[f64; 4]) -> Result<String> {
    let [west, south, east, north] = *bbox;
    let lon = |x: f64| (-180.0..=180.0).contains(&x);
    let lat = |y: f64| (-90.0..=90.0).contains(&y);
    if lon(west) && lon(east) && lat(south) && lat(north) && south <= north {
        return Ok(format!("{west},{south},{east},{north}"));
    }
    Err(SearchError::Query {
        what: "the box",
        reason: format!(
            "expected west, south, east, north with longitudes from -180 to 180 and south not above \
             north, found {west},{south},{east},{north}"
        ),
    })
}
