//! How granules are reached, as options say it.

use url::Url;
use zagg_catalog::login::{Earthdata, Endpoints, Variables};
use zagg_engine::config::Driver;

use crate::args::AccessArgs;
use crate::error::CliError;
use crate::output;

/// The driver, if one is given.
pub(super) fn driver(args: &AccessArgs) -> Option<Driver> {
    Driver::named(args.driver.as_deref()?)
}

/// The login of this process, with the providers that the options add.
pub(super) fn earthdata(args: &AccessArgs) -> Result<Earthdata, CliError> {
    let mut endpoints = Endpoints::default();
    for pair in &args.s3_credentials {
        let (bucket, endpoint) = endpoint(pair)
            .map_err(|reason| CliError::Option { option: "--s3-credentials", reason })?;
        endpoints = endpoints.with_s3_credentials(bucket, endpoint);
    }
    Ok(Earthdata::new(endpoints, Variables::of_process()))
}

fn endpoint(pair: &str) -> Result<(&str, Url), String> {
    let (bucket, url) =
        pair.split_once('=').ok_or_else(|| format!("`{pair}`: expected BUCKET=URL"))?;
    let bucket = bucket.strip_prefix("s3://").unwrap_or(bucket);
    if bucket.is_empty() || bucket.contains('/') {
        return Err(format!("`{bucket}` is no name of a bucket"));
    }
    let url = Url::parse(url).map_err(|e| format!("`{url}`: {e}"))?;
    // The token goes there.
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    if url.scheme() != "https" && !here {
        return Err(format!(
            "`{url}`: expected an https:// address, since the token is sent there"
        ));
    }
    Ok((bucket, url))
}

/// Says what is not as it should be with the login, if one was needed.
pub(super) fn warn(earthdata: &Earthdata) -> Result<(), CliError> {
    for text in earthdata.warnings() {
        output::warning(text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_of_other_providers() {
        let (bucket, url) = endpoint("s3://b-*=https://creds.example.org/s3?x=1").unwrap();
        assert_eq!((bucket, url.as_str()), ("b-*", "https://creds.example.org/s3?x=1"));
        for wrong in [
            "bucket",
            "=https://a.example",
            "a/b=https://a.example",
            "b=nowhere",
            "b=http://a.example",
        ] {
            assert!(endpoint(wrong).is_err(), "{wrong}");
        }
    }
}
