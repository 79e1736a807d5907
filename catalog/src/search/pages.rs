//! Page after page, and what must hold between them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use url::Url;

use super::page::{self, Page, Place};
use super::redact::shown;
use super::{Progress, Query, Result, SearchClient, SearchError, retry};
use crate::item::Item;

/// A search under way: ask for [`Pages::next`] until there is none.
#[derive(Debug)]
pub struct Pages<'a> {
    client: &'a SearchClient,
    first: Url,
    next: Option<Url>,
    /// Pages asked for, and which they were.
    urls: HashMap<Url, u32>,
    /// Items received, and on which page.
    ids: HashMap<String, u32>,
    progress: Progress,
    skip_unlinked: bool,
    unlinked: Vec<String>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(client: &'a SearchClient, query: &Query) -> Result<Self> {
        let first = query.url()?;
        Ok(Self {
            client,
            next: Some(first.clone()),
            first,
            urls: HashMap::new(),
            ids: HashMap::new(),
            progress: Progress::default(),
            skip_unlinked: query.skip_unlinked,
            unlinked: Vec::new(),
        })
    }

    /// How far the search is.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Ids of items that were left out for want of a data link.
    pub fn unlinked(&self) -> &[String] {
        &self.unlinked
    }

    /// The items of the next page. None after the last: then all that the server matched have come. A page
    /// without items is the last, whatever it links to.
    ///
    /// # Errors
    ///
    /// All of [`SearchError`], but those of catalogs. After an error the search is over.
    pub async fn next(&mut self) -> Result<Option<Vec<Item>>> {
        let Some(url) = self.next.take() else { return Ok(None) };
        let number = self.progress.pages + 1;
        let bytes = retry::get(&self.client.http, &self.client.settings, &url, number).await?;
        let place = Place { url: &url, page: number };
        let Page { mut items, matched, next } = page::parse(&bytes, place)?;
        self.urls.insert(url.clone(), number);
        self.progress.pages = number;
        self.progress.granules += items.len() as u64;
        self.count(matched, &url)?;
        for item in &items {
            self.once(item, &url)?;
        }
        self.linked(&mut items, &url)?;
        if items.is_empty() || next.is_none() {
            return self.end().map(|()| (!items.is_empty()).then_some(items));
        }
        self.next = self.follow(next)?;
        Ok(Some(items))
    }

    /// Notes the match count, which must stay, and must not be passed.
    fn count(&mut self, matched: Option<u64>, url: &Url) -> Result<()> {
        match (self.progress.matched, matched) {
            (Some(before), Some(now)) if before != now => {
                let page = self.progress.pages;
                return Err(SearchError::Changed { page, before, now, url: shown(url) });
            }
            (before, now) => self.progress.matched = before.or(now),
        }
        match self.progress.matched {
            Some(matched) if self.progress.granules > matched => self.end(),
            _ => Ok(()),
        }
    }

    /// What came must be what was matched, where the server says how many that is.
    fn end(&self) -> Result<()> {
        let Progress { pages, granules: received, matched } = self.progress;
        match matched {
            Some(matched) if matched != received => {
                Err(SearchError::Count { matched, received, pages, url: shown(&self.first) })
            }
            _ => Ok(()),
        }
    }

    fn once(&mut self, item: &Item, url: &Url) -> Result<()> {
        let page = self.progress.pages;
        match self.ids.entry(item.id().to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(page);
                Ok(())
            }
            Entry::Occupied(entry) => {
                let (id, first) = (entry.key().clone(), *entry.get());
                Err(SearchError::Duplicate { id, first, page, url: shown(url) })
            }
        }
    }

    fn linked(&mut self, items: &mut Vec<Item>, url: &Url) -> Result<()> {
        if self.skip_unlinked {
            let unlinked = items.extract_if(.., |item| !item.is_readable());
            self.unlinked.extend(unlinked.map(|item| item.id().to_owned()));
            return Ok(());
        }
        let Some(item) = items.iter().find(|item| !item.is_readable()) else { return Ok(()) };
        let (page, id, url) = (self.progress.pages, item.id().to_owned(), shown(url));
        Err(SearchError::NoLink { page, id, assets: item.hrefs(), url })
    }

    fn follow(&self, next: Option<Url>) -> Result<Option<Url>> {
        let Some(url) = next else { return Ok(None) };
        match self.urls.get(&url) {
            None => Ok(Some(url)),
            Some(&first) => {
                Err(SearchError::Loop { page: self.progress.pages, first, url: shown(&url) })
            }
        }
    }
}
