//! Who asks.

use super::retry::causes;
use super::{ClientSettings, Pages, Progress, Query, Result, SearchError};
use crate::catalog::{Catalog, CatalogBuilder, CatalogMeta};

/// How the program calls itself.
const AGENT: &str = concat!("zagg/", env!("CARGO_PKG_VERSION"));

/// An HTTP client for searches. It sends no credentials: catalogs are public.
#[derive(Debug, Clone)]
pub struct SearchClient {
    pub(super) http: reqwest::Client,
    pub(super) settings: ClientSettings,
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The granules.
    pub catalog: Catalog,
    /// Pages and counts. Without `matched` the server did not say how many there are, and that nothing is
    /// missing is not proved.
    pub progress: Progress,
    /// Ids of granules left out for want of a data link, if [`Query::skip_unlinked`] allowed it.
    pub unlinked: Vec<String>,
}

impl SearchClient {
    /// A client with the usual patience.
    ///
    /// # Errors
    ///
    /// If the machine's certificates cannot be loaded.
    pub fn new() -> Result<Self> {
        Self::with_settings(ClientSettings::default())
    }

    /// A client with limits of its own.
    ///
    /// # Errors
    ///
    /// If the machine's certificates cannot be loaded.
    pub fn with_settings(settings: ClientSettings) -> Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(AGENT)
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.request_timeout)
            .build()
            .map_err(|e| SearchError::Client { reason: causes(&e) })?;
        Ok(Self { http, settings })
    }

    /// Begins a search, page by page.
    ///
    /// # Errors
    ///
    /// If the query has no URL, see [`Query::url`].
    pub fn pages(&self, query: &Query) -> Result<Pages<'_>> {
        Pages::new(self, query)
    }

    /// Searches to the end. `on_page` hears of every page.
    ///
    /// Items become columns page by page, so that memory holds some 2 kB for each granule.
    ///
    /// # Errors
    ///
    /// All of [`SearchError`].
    pub async fn search(&self, query: &Query, mut on_page: impl FnMut(Progress)) -> Result<Found> {
        let mut pages = self.pages(query)?;
        let mut builder = CatalogBuilder::new();
        while let Some(items) = pages.next().await? {
            builder.push(&items)?;
            on_page(pages.progress());
        }
        let (progress, unlinked) = (pages.progress(), pages.unlinked().to_vec());
        Ok(Found { catalog: builder.finish(meta(query))?, progress, unlinked })
    }
}

/// What a catalog says about the search it came from.
fn meta(query: &Query) -> CatalogMeta {
    let ids: Vec<&str> = query.collections.iter().map(|c| c.id.as_str()).collect();
    let only = match query.collections.as_slice() {
        [collection] => Some(collection),
        _ => None,
    };
    let source = if query.endpoint == super::CMR_STAC { "CMR-STAC" } else { &query.endpoint };
    CatalogMeta {
        source: Some(source.to_owned()),
        provider: query.provider.clone(),
        collection: Some(ids.join(",")),
        short_name: only.and_then(|c| c.short_name.clone()),
        version: only.and_then(|c| c.version.clone()),
        start_date: query.period.map(|p| p.first().to_string()),
        end_date: query.period.map(|p| p.last().to_string()),
        bbox: query.bbox,
        ..CatalogMeta::default()
    }
}
