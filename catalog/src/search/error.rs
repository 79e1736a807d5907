//! Why a search gave no catalog.

use thiserror::Error;

use crate::{CatalogFileError, ItemError};

/// A search without a result. URLs are shown without anything that may be secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The query asks for nothing that there can be.
    #[error("search: {what}: {reason}")]
    Query {
        /// Part of the query.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// No HTTP client can be made on this machine.
    #[error("search: cannot make an HTTP client: {reason}")]
    Client {
        /// Why.
        reason: String,
    },
    /// No whole reply came: no connection, a broken one, or a timeout.
    #[error("search: page {page}: no reply after {attempts} attempts: {reason}; GET {url}")]
    NoReply {
        /// The page, counted from 1.
        page: u32,
        /// How often it was asked for.
        attempts: u32,
        /// What happened the last time.
        reason: String,
        /// The request.
        url: String,
    },
    /// The server refused or failed.
    #[error(
        "search: page {page}: the server says {status} after {attempts} attempts: {body}; GET {url}"
    )]
    Status {
        /// The page, counted from 1.
        page: u32,
        /// How often it was asked for.
        attempts: u32,
        /// Code and name of the reply.
        status: String,
        /// The beginning of its text.
        body: String,
        /// The request.
        url: String,
    },
    /// More bytes than a page can have.
    #[error("search: page {page} has more than {limit} bytes; GET {url}")]
    TooLarge {
        /// The page, counted from 1.
        page: u32,
        /// The limit.
        limit: usize,
        /// The request.
        url: String,
    },
    /// A page that is not JSON, or only half of it.
    #[error("search: page {page} is not valid JSON: {source}; it begins with {found}; GET {url}")]
    NotJson {
        /// The page, counted from 1.
        page: u32,
        /// What the parser says, with line and column.
        source: serde_json::Error,
        /// The beginning of the page.
        found: String,
        /// The request.
        url: String,
    },
    /// A page of another form.
    #[error("search: page {page}: `{at}`: expected {expected}, found {found}; GET {url}")]
    Form {
        /// The page, counted from 1.
        page: u32,
        /// Place in the page.
        at: String,
        /// What should be there.
        expected: &'static str,
        /// The beginning of what is there.
        found: String,
        /// The request.
        url: String,
    },
    /// An item that cannot be used.
    #[error("search: page {page}: `features[{index}]`{name}: {source}; GET {url}")]
    Item {
        /// The page, counted from 1.
        page: u32,
        /// Its place in the page, counted from 0.
        index: usize,
        /// Its id, as ` (ATL06_x.h5)`, where it has one.
        name: String,
        /// What is wrong with it.
        source: Box<ItemError>,
        /// The request.
        url: String,
    },
    /// A granule that cannot be read.
    #[error(
        "search: page {page}: {id} has no data link: no asset with the role `data` and a name in .h5 on \
         s3 or https; its assets: {assets}; GET {url}"
    )]
    NoLink {
        /// The page, counted from 1.
        page: u32,
        /// The granule.
        id: String,
        /// Links it has.
        assets: String,
        /// The request.
        url: String,
    },
    /// The same item twice: pages overlap, and others may be missing.
    #[error("search: {id} is on page {first} and again on page {page}; GET {url}")]
    Duplicate {
        /// The item.
        id: String,
        /// The page it was on first.
        first: u32,
        /// The page it is on again.
        page: u32,
        /// The request.
        url: String,
    },
    /// A `next` link to a page that was there already.
    #[error("search: the `next` link of page {page} leads back to page {first}: {url}")]
    Loop {
        /// The page with the link.
        page: u32,
        /// The page it leads to.
        first: u32,
        /// The link.
        url: String,
    },
    /// The match count changed from page to page: the archive did while it was read.
    #[error(
        "search: the server matched {before} granules at first, and {now} on page {page}: the archive \
         changed meanwhile, search again; GET {url}"
    )]
    Changed {
        /// The page, counted from 1.
        page: u32,
        /// The first count.
        before: u64,
        /// The count of this page.
        now: u64,
        /// The request.
        url: String,
    },
    /// Fewer or more granules came than the server matched.
    #[error(
        "search: the server matched {matched} granules and gave {received} on {pages} pages; GET {url}"
    )]
    Count {
        /// What the server says.
        matched: u64,
        /// What came.
        received: u64,
        /// Pages that came.
        pages: u32,
        /// The request of the first page.
        url: String,
    },
    /// The items make no catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogFileError),
}

impl SearchError {
    /// Whether the same search may succeed later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NoReply { .. } | Self::Changed { .. } | Self::NotJson { .. } => true,
            Self::Status { status, .. } => status.starts_with('5') || status.starts_with("429"),
            _ => false,
        }
    }
}
