//! The column `assets`: which of a row's links are the granule.

use arrow::array::{Array, AsArray, ListArray, StringArray};

use super::column::Column;
use super::{CatalogFileError, Result};
use crate::item::{Candidate, choose};

/// The assets of a batch: a column of links for each.
pub(super) struct AssetColumns<'a> {
    catalog: &'a str,
    assets: Column<'a>,
    kinds: Vec<Kind<'a>>,
}

struct Kind<'a> {
    asset: Column<'a>,
    href: StringArray,
    roles: Option<ListArray>,
}

impl<'a> AssetColumns<'a> {
    pub(super) fn of(catalog: &'a str, assets: Column<'a>) -> Result<Self> {
        let mut kinds = Vec::new();
        for (_, asset) in assets.fields()? {
            // Readers of other tools may have a column of nulls where no item has the asset.
            if !asset.is_struct() {
                continue;
            }
            let Some(href) = asset.field("href")? else { continue };
            let roles = asset.field("roles")?.map(|roles| roles.texts()).transpose()?;
            kinds.push(Kind { href: href.text()?, roles, asset });
        }
        Ok(Self { catalog, assets, kinds })
    }

    /// The S3 and the HTTPS link of a row, chosen as [`Item::from_json`](crate::Item::from_json) does. In
    /// tables without roles every asset counts as data.
    pub(super) fn links(&self, row: usize, id: &str) -> Result<[Option<String>; 2]> {
        if !self.assets.is_valid(row) {
            return Ok([None, None]);
        }
        let here = |kind: &&Kind<'_>| kind.asset.is_valid(row) && kind.href.is_valid(row);
        let candidates: Vec<Candidate<'_>> = self
            .kinds
            .iter()
            .filter(here)
            .map(|kind| Candidate { href: kind.href.value(row), is_data: kind.is_data(row) })
            .collect();
        let links = choose(id, &candidates).map_err(|source| CatalogFileError::Links {
            catalog: self.catalog.to_owned(),
            row,
            source,
        })?;
        Ok(links.map(|link| link.map(str::to_owned)))
    }
}

impl Kind<'_> {
    fn is_data(&self, row: usize) -> bool {
        let Some(roles) = &self.roles else { return true };
        if roles.is_null(row) {
            return false;
        }
        let roles = roles.value(row);
        roles.as_string::<i32>().iter().flatten().any(|role| role == "data")
    }
}
