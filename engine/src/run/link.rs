//! Which link of a granule is followed.

use std::collections::BTreeMap;
use std::time::Duration;

use object_store::GetOptions;
use tokio::time::timeout;
use zagg_catalog::GranuleLink;

use crate::config::Driver;
use crate::granule::Locations;

/// How long a bucket has to show that it can be read. A store goes on for minutes where nothing answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// Chooses links by a driver. Files of this machine come first whatever the driver, and a granule that lacks
/// the link that the driver wants is read by the other one.
pub(super) struct LinkChooser<'a> {
    driver: Driver,
    locations: &'a Locations,
    /// Whether granules of a bucket can be read from here, for those that were tried.
    reachable: BTreeMap<&'a str, bool>,
}

impl<'a> LinkChooser<'a> {
    pub(super) fn new(driver: Driver, locations: &'a Locations) -> Self {
        Self { driver, locations, reachable: BTreeMap::new() }
    }

    /// The link to follow; none if the granule has none at all.
    pub(super) async fn link(&mut self, granule: &'a GranuleLink) -> Option<&'a str> {
        let GranuleLink { s3, https, path, .. } = granule;
        let order = match (self.driver, s3, https) {
            (Driver::Https, _, _) => [path, https, s3],
            (Driver::Auto, Some(link), Some(_)) if path.is_none() => {
                if self.is_reachable(link).await { [path, s3, https] } else { [path, https, s3] }
            }
            _ => [path, s3, https],
        };
        order.into_iter().flatten().next().map(String::as_str)
    }

    /// Whether the bucket of a link can be read: its first granule says so for all. One that is absent says
    /// that the bucket can be read.
    async fn is_reachable(&mut self, link: &'a str) -> bool {
        let bucket =
            link.strip_prefix("s3://").unwrap_or(link).split('/').next().unwrap_or_default();
        if let Some(&known) = self.reachable.get(bucket) {
            return known;
        }
        let reachable = match self.locations.resolve(link) {
            Err(_) => false,
            Ok(at) => {
                let one = GetOptions { range: Some((0..1).into()), ..GetOptions::default() };
                let reply = timeout(PATIENCE, at.store.get_opts(&at.path, one)).await;
                matches!(reply, Ok(Ok(_) | Err(object_store::Error::NotFound { .. })))
            }
        };
        self.reachable.insert(bucket, reachable);
        reachable
    }
}

/// Leaves a granule the link that `driver` follows, so that a worker elsewhere need not be told the driver. By
/// [`Driver::Auto`] it chooses itself: where it is, other links may be open.
pub(super) fn keep(granule: &mut GranuleLink, driver: Driver) {
    match driver {
        Driver::S3 | Driver::Local if granule.s3.is_some() => granule.https = None,
        Driver::Https if granule.https.is_some() => granule.s3 = None,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::execution::runtime_env::RuntimeEnv;
    use object_store::memory::InMemory;

    use super::*;

    fn granule(path: Option<&str>, s3: Option<&str>, https: Option<&str>) -> GranuleLink {
        let [path, s3, https] = [path, s3, https].map(|link| link.map(str::to_owned));
        GranuleLink { id: "g.h5".into(), path, s3, https, ..GranuleLink::default() }
    }

    #[tokio::test]
    async fn the_driver_says_which_link_comes_first() {
        let runtime = RuntimeEnv::default();
        runtime.register_object_store(&"s3://open".parse().unwrap(), Arc::new(InMemory::new()));
        let locations = Locations::new(runtime.object_store_registry);
        let (open, web) = (Some("s3://open/g.h5"), Some("https://example.org/g.h5"));
        let both = granule(None, open, web);
        let local = granule(Some("g.h5"), open, web);
        let one = granule(None, None, web);
        for (driver, expected) in [
            (Driver::S3, [open, Some("g.h5"), web]),
            (Driver::Https, [web, Some("g.h5"), web]),
            // The bucket can be read, though the granule is not there.
            (Driver::Auto, [open, Some("g.h5"), web]),
        ] {
            let mut chooser = LinkChooser::new(driver, &locations);
            for (granule, expected) in [&both, &local, &one].into_iter().zip(expected) {
                assert_eq!(chooser.link(granule).await, expected, "{driver:?}");
            }
        }
        let mut chooser = LinkChooser::new(Driver::Auto, &locations);
        assert_eq!(chooser.link(&granule(None, None, None)).await, None);
    }

    #[test]
    fn a_worker_is_told_the_link_that_is_followed() {
        let kept = |driver, s3, https| {
            let mut granule = granule(None, s3, https);
            keep(&mut granule, driver);
            (granule.s3.is_some(), granule.https.is_some())
        };
        let (s3, https) = (Some("s3://b/g.h5"), Some("https://example.org/g.h5"));
        assert_eq!(kept(Driver::S3, s3, https), (true, false));
        assert_eq!(kept(Driver::Https, s3, https), (false, true));
        assert_eq!(kept(Driver::Auto, s3, https), (true, true));
        assert_eq!(kept(Driver::Https, s3, None), (true, false));
        assert_eq!(kept(Driver::S3, None, https), (false, true));
    }
}
