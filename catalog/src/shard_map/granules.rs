//! The granules of a map, each once.

use std::collections::HashMap;

use crate::GranuleLink;

/// Granules in the making: the same link gets the same number.
#[derive(Debug, Default)]
pub(super) struct Granules {
    list: Vec<GranuleLink>,
    /// By id, for which there may be several links.
    numbers: HashMap<String, Vec<u32>>,
}

impl Granules {
    /// The number of a granule. Granules beyond 2³² share the last one, which no memory has room for.
    pub(super) fn number(&mut self, link: GranuleLink) -> u32 {
        if let Some(numbers) = self.numbers.get(&link.id) {
            let same = |n: &&u32| self.list.get(**n as usize) == Some(&link);
            if let Some(number) = numbers.iter().find(same) {
                return *number;
            }
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.numbers.entry(link.id.clone()).or_default().push(number);
        self.list.push(link);
        number
    }

    pub(super) fn into_list(self) -> Vec<GranuleLink> {
        self.list
    }
}
