//! What was tried, and what came of it.

use serde::Serialize;
use zagg_catalog::login::LoginError;

use crate::config::Driver;

/// Whether granules can be read from here.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AccessReport {
    /// The Earthdata login, where any of the granules needs one.
    pub login: Vec<Step>,
    /// What is not as it should be with the login, and does no harm to reading.
    pub warnings: Vec<String>,
    /// One granule of each provider.
    pub providers: Vec<ProviderAccess>,
}

/// One granule, by each of its links.
#[derive(Debug, Clone, Serialize)]
pub struct ProviderAccess {
    /// Name of the provider, or the bucket or server.
    pub provider: String,
    /// Id of the granule.
    pub granule: String,
    /// What was tried, in its order.
    pub steps: Vec<Step>,
    /// Whether it can be read by its `s3://` link, if it has one.
    pub by_s3: Option<bool>,
    /// Whether it can be read by its `https://` link, if it has one.
    pub by_https: Option<bool>,
    /// Whether it can be read as a file of this machine, if it is one.
    pub by_path: Option<bool>,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What.
    pub what: String,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How a step went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It works.
    Works {
        /// What was found.
        found: String,
    },
    /// It does not.
    Fails {
        /// What was found.
        found: String,
        /// What to do about it.
        remedy: String,
    },
    /// It was not tried.
    Skipped {
        /// Why.
        reason: String,
    },
}

impl AccessReport {
    /// Whether a granule of each provider can be read by the links that `driver` follows, and there is one.
    pub fn is_readable(&self, driver: Driver) -> bool {
        !self.providers.is_empty() && self.providers.iter().all(|access| access.is_readable(driver))
    }
}

impl ProviderAccess {
    /// Whether the granule can be read by the links that `driver` follows, as a run follows them: another one
    /// where it lacks the one wanted.
    pub fn is_readable(&self, driver: Driver) -> bool {
        let Self { by_s3, by_https, by_path, .. } = *self;
        let followed = by_path.or(match driver {
            Driver::S3 | Driver::Local => by_s3.or(by_https),
            Driver::Https => by_https.or(by_s3),
            Driver::Auto => match (by_s3, by_https) {
                (None, None) => None,
                (s3, https) => Some(s3 == Some(true) || https == Some(true)),
            },
        });
        followed.unwrap_or(false)
    }
}

impl Step {
    pub(super) fn of(what: &str, done: Result<String, LoginError>) -> Self {
        match done {
            Ok(found) => Self::works_with(what, found),
            Err(error) => {
                // The error names the remedy, save where there is none on our side.
                let remedy = match &error {
                    LoginError::None { .. } => {
                        "get an account at https://urs.earthdata.nasa.gov, and tell it in one of these places"
                    }
                    LoginError::BadToken { .. } => {
                        "make a new token, or leave it out and use netrc"
                    }
                    LoginError::BadPassword { .. } => {
                        "log in on that page to see whether they are right"
                    }
                    LoginError::Netrc { .. } => "correct the file",
                    LoginError::Denied { .. } => {
                        "log in there, accept what is asked, and try again"
                    }
                    _ => "see whether the server is up and the network lets requests to it pass",
                };
                Self::fails_with(what, error.to_string(), remedy)
            }
        }
    }

    pub(super) fn works_with(what: &str, found: String) -> Self {
        Self { what: what.into(), outcome: Outcome::Works { found } }
    }

    pub(super) fn fails_with(what: &str, found: String, remedy: &str) -> Self {
        Self { what: what.into(), outcome: Outcome::Fails { found, remedy: remedy.into() } }
    }

    pub(super) fn skipped(what: &str, reason: &str) -> Self {
        Self { what: what.into(), outcome: Outcome::Skipped { reason: reason.into() } }
    }

    pub(super) fn works(&self) -> bool {
        matches!(self.outcome, Outcome::Works { .. })
    }

    pub(super) fn fails(&self) -> bool {
        matches!(self.outcome, Outcome::Fails { .. })
    }
}
