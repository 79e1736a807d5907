//! Whether granules can be read from here, and what to do where they cannot.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use zagg_engine::access::{self, Outcome};
//! use zagg_engine::catalog::GranuleLink;
//! use zagg_engine::catalog::login::{Earthdata, Endpoints, Variables};
//! use zagg_engine::config::Driver;
//! use zagg_engine::granule::Locations;
//!
//! let nobody = Earthdata::new(Endpoints::default(), Variables::of([("HOME", "/nowhere")]));
//! let runtime = datafusion::execution::runtime_env::RuntimeEnv::default();
//! let locations = Locations::with_earthdata(runtime.object_store_registry, nobody);
//! let granule = GranuleLink::from_url("s3://nsidc-cumulus-prod-protected/ATLAS/ATL06/006/g.h5")?;
//! let report = access::check(&[granule], &locations).await;
//! assert!(!report.is_readable(Driver::S3));
//! assert!(matches!(&report.login[0].outcome, Outcome::Fails { found, .. } if found.contains("EARTHDATA_TOKEN")));
//! # Ok(())
//! # }
//! ```

mod read;
mod report;

use std::collections::BTreeSet;

use url::Url;
use zagg_catalog::GranuleLink;
use zagg_catalog::login::{Bearer, LoginError};

use self::read::{bucket_of, read};
pub use self::report::{AccessReport, Outcome, ProviderAccess, Step};
use crate::granule::Locations;

/// Tries one granule of each provider: the first of each bucket and server among `granules`. A few bytes are
/// read by each link that it has.
///
/// Never fails: what goes wrong is in the report, which holds nothing secret.
pub async fn check(granules: &[GranuleLink], locations: &Locations) -> AccessReport {
    let mut tried = BTreeSet::new();
    let granules = granules.iter().filter(|granule| tried.insert(places(granule)));
    let granules: Vec<&GranuleLink> = granules.collect();
    let mut report = AccessReport::default();
    if granules.iter().any(|granule| is_protected(granule, locations)) {
        report.login = login(locations).await;
        report.warnings = locations.earthdata().warnings().to_vec();
    }
    for granule in granules {
        report.providers.push(provider(granule, locations).await);
    }
    report
}

/// The login itself, and the token.
async fn login(locations: &Locations) -> Vec<Step> {
    let earthdata = locations.earthdata();
    let mut steps = vec![Step::of("login", earthdata.login().map(ToString::to_string))];
    if steps[0].works() {
        let found = |bearer: Bearer| match bearer.expires() {
            Some(expires) => format!("there is one, valid until {expires} by its own word"),
            None => "there is one".to_owned(),
        };
        steps.push(Step::of("token", earthdata.bearer().await.map(found)));
    }
    steps
}

async fn provider(granule: &GranuleLink, locations: &Locations) -> ProviderAccess {
    let earthdata = locations.earthdata();
    let mut steps = Vec::new();
    let mut name = None;
    let (mut by_s3, mut by_https, mut by_path) = (None, None, None);
    if let Some(link) = &granule.s3 {
        let bucket = bucket_of(link);
        name = Some(bucket.to_owned());
        let mut open = true;
        if let Some(credentials) = earthdata.s3_credentials(bucket) {
            name = Some(credentials.provider().name.clone());
            let held = credentials.held().await;
            let exported = earthdata.variables().text("AWS_ACCESS_KEY_ID").is_some();
            let step = match held {
                Err(LoginError::None { .. }) if exported => Step::skipped(
                    "S3 credentials",
                    "those of the AWS variables are used, without a login",
                ),
                held => {
                    let held = held.map(|held| format!("valid until {}", held.expires()));
                    Step::of("S3 credentials", held)
                }
            };
            open = !step.fails();
            steps.push(step);
        }
        let step = match open {
            true => read("S3", link, locations).await,
            false => Step::skipped("S3", "there are no credentials for it"),
        };
        by_s3 = Some(step.works());
        steps.push(step);
    }
    if let Some(link) = &granule.https {
        name = name.or_else(|| Url::parse(link).ok()?.host_str().map(str::to_owned));
        let step = read("HTTPS", link, locations).await;
        by_https = Some(step.works());
        steps.push(step);
    }
    if let Some(path) = &granule.path {
        let step = read("file", path, locations).await;
        by_path = Some(step.works());
        steps.push(step);
    }
    ProviderAccess {
        provider: name.unwrap_or_else(|| "files of this machine".into()),
        granule: granule.id.clone(),
        steps,
        by_s3,
        by_https,
        by_path,
    }
}

/// The bucket, the server and whether there is a file: what granules of one provider have in common.
fn places(granule: &GranuleLink) -> (Option<&str>, Option<String>, bool) {
    let server = granule.https.as_deref().and_then(|link| Url::parse(link).ok());
    let server = server.map(|url| url.origin().ascii_serialization());
    (granule.s3.as_deref().map(bucket_of), server, granule.path.is_some())
}

/// Whether a login is needed for any of its links.
fn is_protected(granule: &GranuleLink, locations: &Locations) -> bool {
    let endpoints = locations.earthdata().endpoints();
    let bucket = granule.s3.as_deref().map(bucket_of);
    let server = granule.https.as_deref().and_then(|link| Url::parse(link).ok());
    bucket.is_some_and(|bucket| endpoints.provider_of(bucket).is_some())
        || server.is_some_and(|url| endpoints.takes_bearer(&url))
}
