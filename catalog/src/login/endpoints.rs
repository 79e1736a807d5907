//! Which servers there are, and which of them may be sent what.

use url::Url;

/// A data centre that gives out credentials for its buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its name, as people know it.
    pub name: String,
    /// Its buckets: a name, or the beginning of names with `*` after it.
    pub buckets: String,
    /// Where it gives out credentials for them.
    pub s3_credentials: Url,
}

/// The servers of Earthdata. The default is the operational system.
///
/// | buckets | provider | credentials from |
/// |---|---|---|
/// | `nsidc-cumulus-prod-*` | NSIDC | `data.nsidc.earthdatacloud.nasa.gov` |
/// | `lp-prod-*` | LP DAAC | `data.lpdaac.earthdatacloud.nasa.gov` |
/// | `ornl-cumulus-prod-*` | ORNL DAAC | `data.ornldaac.earthdata.nasa.gov` |
///
/// Buckets of other providers are added with [`with_s3_credentials`](Self::with_s3_credentials).
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// The login server: passwords go here and nowhere else.
    pub urs: Url,
    /// Who gives out credentials for which buckets. The first that fits counts.
    pub providers: Vec<Provider>,
    /// Where the buckets are, if not at AWS in [`REGION`](Self::REGION).
    pub s3: Option<Url>,
    /// Domains whose hosts are sent the bearer token, over TLS alone.
    pub bearer_domains: Vec<String>,
    /// Further servers that are sent it, whatever their scheme.
    pub bearer_origins: Vec<Url>,
}

impl Default for Endpoints {
    fn default() -> Self {
        let table = [
            ("NSIDC", "nsidc-cumulus-prod-*", "data.nsidc.earthdatacloud.nasa.gov"),
            ("LP DAAC", "lp-prod-*", "data.lpdaac.earthdatacloud.nasa.gov"),
            ("ORNL DAAC", "ornl-cumulus-prod-*", "data.ornldaac.earthdata.nasa.gov"),
        ];
        let provider = |(name, buckets, host): (&str, &str, &str)| Provider {
            name: name.into(),
            buckets: buckets.into(),
            s3_credentials: fixed(&format!("https://{host}/s3credentials")),
        };
        Self {
            urs: fixed("https://urs.earthdata.nasa.gov"),
            providers: table.map(provider).into(),
            s3: None,
            bearer_domains: vec!["earthdata.nasa.gov".into(), "earthdatacloud.nasa.gov".into()],
            bearer_origins: Vec::new(),
        }
    }
}

#[expect(clippy::expect_used, reason = "only called with the addresses above, which a test reads")]
fn fixed(url: &str) -> Url {
    Url::parse(url).expect("a valid address")
}

impl Endpoints {
    /// The region that the buckets of all providers are in, and from which alone they may be read directly.
    pub const REGION: &'static str = "us-west-2";

    /// Credentials for `buckets` come from `endpoint`, whatever was said of them before. The endpoint is sent
    /// the bearer token.
    pub fn with_s3_credentials(mut self, buckets: &str, endpoint: Url) -> Self {
        self.bearer_origins.push(endpoint.clone());
        let name = endpoint.host_str().unwrap_or("the provider").to_owned();
        let provider = Provider { name, buckets: buckets.to_owned(), s3_credentials: endpoint };
        self.providers.insert(0, provider);
        self
    }

    /// Who gives out credentials for a bucket; none for buckets that are nobody's of these.
    pub fn provider_of(&self, bucket: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| match provider.buckets.strip_suffix('*') {
            Some(beginning) => bucket.starts_with(beginning),
            None => bucket == provider.buckets,
        })
    }

    /// Whether `url` may be sent the bearer token.
    pub fn takes_bearer(&self, url: &Url) -> bool {
        let in_domain = |domain: &String| {
            let host = url.host_str().unwrap_or_default();
            host.strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let known = || self.bearer_domains.iter().any(in_domain);
        url.scheme() == "https" && known() && !self.is_urs(url)
            || self.bearer_origins.iter().any(|origin| origin.origin() == url.origin())
    }

    /// Whether `url` is at the login server: a redirect there says that the login was not accepted.
    pub fn is_urs(&self, url: &Url) -> bool {
        url.origin() == self.urs.origin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bearer_goes_to_earthdata_over_tls_alone() {
        let endpoints = Endpoints::default();
        let takes = |url: &str| endpoints.takes_bearer(&Url::parse(url).unwrap());
        assert!(takes("https://data.nsidc.earthdatacloud.nasa.gov/a/b.h5"));
        assert!(takes("https://data.ornldaac.earthdata.nasa.gov/protected/gedi/x.h5"));
        for other in [
            "http://data.nsidc.earthdatacloud.nasa.gov/a/b.h5",
            "https://earthdatacloud.nasa.gov.example.org/b.h5",
            "https://notearthdata.nasa.gov/b.h5",
            "https://nsidc-cumulus-prod-protected.s3.us-west-2.amazonaws.com/b.h5",
            "https://d1.cloudfront.net/b.h5?from=.earthdata.nasa.gov",
            // Only Basic is meant for the login server.
            "https://urs.earthdata.nasa.gov/oauth/authorize",
            "https://user@example.org/earthdata.nasa.gov",
        ] {
            assert!(!takes(other), "{other}");
        }
    }

    #[test]
    fn a_bucket_has_the_provider_that_was_named_last() {
        let endpoints = Endpoints::default();
        let name = |e: &Endpoints, bucket: &str| e.provider_of(bucket).map(|p| p.name.clone());
        assert_eq!(name(&endpoints, "lp-prod-protected").as_deref(), Some("LP DAAC"));
        assert_eq!(name(&endpoints, "ornl-cumulus-prod-protected").as_deref(), Some("ORNL DAAC"));
        assert_eq!(name(&endpoints, "my-lp-prod-protected"), None);
        let own = Url::parse("https://creds.example.org/s3").unwrap();
        let endpoints = endpoints.with_s3_credentials("lp-prod-protected", own.clone());
        assert_eq!(endpoints.provider_of("lp-prod-protected").unwrap().s3_credentials, own);
        assert_eq!(name(&endpoints, "lp-prod-public").as_deref(), Some("LP DAAC"));
        assert!(endpoints.takes_bearer(&own));
    }
}
