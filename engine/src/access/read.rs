//! A few bytes of a granule.

use std::time::Duration;

use object_store::{Error, GetOptions};
use tokio::time::timeout;
use zagg_catalog::login::Endpoints;

use super::Step;
use crate::granule::{Location, Locations};

/// Enough for the signature of HDF5.
const BYTES: u64 = 8;

/// A store goes on for minutes where nobody answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads the first bytes behind a link.
pub(super) async fn read(what: &str, link: &str, locations: &Locations) -> Step {
    let at = match locations.resolve(link) {
        Ok(at) => at,
        Err(error) => return Step::fails_with(what, error.to_string(), "correct the link"),
    };
    match timeout(PATIENCE, first_bytes(&at)).await {
        Ok(Ok(size)) => Step::works_with(what, format!("{link} can be read: {size} bytes")),
        Ok(Err(error)) => Step::fails_with(what, found(&error), &remedy(&error, link, locations)),
        Err(_) => {
            let found = format!("{link}: no answer within {} s", PATIENCE.as_secs());
            Step::fails_with(what, found, NETWORK)
        }
    }
}

/// The size of the object, once some bytes of it have come.
async fn first_bytes(at: &Location) -> object_store::Result<u64> {
    let range = Some((0..BYTES).into());
    let reply = at.store.get_opts(&at.path, GetOptions { range, ..GetOptions::default() }).await?;
    let size = reply.meta.size;
    reply.bytes().await?;
    Ok(size)
}

/// The bucket of an `s3://` link.
pub(super) fn bucket_of(link: &str) -> &str {
    link.strip_prefix("s3://").unwrap_or(link).split('/').next().unwrap_or_default()
}

const NETWORK: &str = "see whether the network, and its proxy, let requests there pass";

fn found(error: &Error) -> String {
    match error {
        Error::NotFound { .. } => format!("NOT FOUND: {error}"),
        // Says ACCESS DENIED itself.
        other => other.to_string(),
    }
}

fn remedy(error: &Error, link: &str, locations: &Locations) -> String {
    let earthdata = locations.earthdata();
    let protected =
        link.starts_with("s3://") && earthdata.s3_credentials(bucket_of(link)).is_some();
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let region = region.iter().find_map(|name| earthdata.variables().text(name));
    let eula = "log in at https://urs.earthdata.nasa.gov and accept the provider's application and licence (EULA)";
    match error {
        Error::NotFound { .. } => "the link is out of date: make the catalog anew".into(),
        Error::PermissionDenied { .. } if protected => match region.as_deref() {
            Some(Endpoints::REGION) => eula.into(),
            _ => format!(
                "S3 can be read directly from {region} alone: run there, or follow the https links (--driver \
                 https). If this machine is there: {eula}",
                region = Endpoints::REGION
            ),
        },
        Error::PermissionDenied { .. } if link.starts_with("s3://") => {
            "use credentials (AWS_ACCESS_KEY_ID and so on) that may read the bucket, or \
             AWS_SKIP_SIGNATURE=true for a public one"
                .into()
        }
        Error::PermissionDenied { .. } => eula.into(),
        Error::Unauthenticated { .. } if protected || !link.starts_with("s3://") => {
            "see what is said of the login".into()
        }
        Error::Unauthenticated { .. } => "renew the credentials of the AWS variables".into(),
        Error::NotSupported { .. } => {
            "use another link: this server does not send byte ranges".into()
        }
        _ => NETWORK.into(),
    }
}
