//! One user's access to Earthdata, shared by all that reads.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use url::Url;

use super::http::Http;
use super::{Bearer, Endpoints, Login, LoginError, S3Credentials, Variables, bearer};

/// One user's access to Earthdata: his login, the bearer token and the S3 credentials that come of it.
///
/// Nothing is looked for and nothing is asked before it is needed. Clones share all of it.
#[derive(Debug, Clone)]
pub struct Earthdata {
    shared: Arc<Shared>,
    /// By where they come from: providers may have several buckets.
    credentials: Arc<Mutex<BTreeMap<Url, Arc<S3Credentials>>>>,
}

/// What credentials need to renew themselves.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) endpoints: Endpoints,
    pub(super) http: Http,
    variables: Variables,
    login: OnceLock<(Login, Vec<String>)>,
    /// The token that was made of user and password.
    bearer: tokio::sync::Mutex<Option<Bearer>>,
}

impl Default for Earthdata {
    /// The operational system, with the login that this process finds.
    fn default() -> Self {
        Self::new(Endpoints::default(), Variables::of_process())
    }
}

impl Earthdata {
    /// Access to the servers of `endpoints` with the login that `variables` lead to.
    pub fn new(endpoints: Endpoints, variables: Variables) -> Self {
        let shared = Shared {
            endpoints,
            variables,
            http: Http::default(),
            login: OnceLock::new(),
            bearer: tokio::sync::Mutex::new(None),
        };
        Self { shared: Arc::new(shared), credentials: Arc::default() }
    }

    /// The servers.
    pub fn endpoints(&self) -> &Endpoints {
        &self.shared.endpoints
    }

    /// The environment that the login is looked for in.
    pub fn variables(&self) -> &Variables {
        &self.shared.variables
    }

    /// The login, once found.
    ///
    /// # Errors
    /// When there is none, with all places that were looked at, or it cannot be read. The next call looks again.
    pub fn login(&self) -> Result<&Login, LoginError> {
        self.shared.login()
    }

    /// What is not as it should be with the login that was found, for people to read.
    pub fn warnings(&self) -> &[String] {
        self.shared.login.get().map_or(&[], |(_, warnings)| warnings)
    }

    /// The token: the one given, or one that the login server gives for user and password.
    ///
    /// # Errors
    /// As [`login`](Self::login), and when the login server cannot be reached or does not accept the login.
    pub async fn bearer(&self) -> Result<Bearer, LoginError> {
        self.shared.bearer().await
    }

    /// Another token in place of one that `server` did not accept.
    ///
    /// # Errors
    /// As [`bearer`](Self::bearer), and when there is no other: a token that was given has no successor.
    pub async fn renew_bearer(&self, refused: &Bearer, server: &Url) -> Result<Bearer, LoginError> {
        self.shared.renew_bearer(refused, server).await
    }

    /// The credentials for a bucket, one set for all buckets of a provider; none for a bucket that is no
    /// provider's. Nothing is asked yet.
    pub fn s3_credentials(&self, bucket: &str) -> Option<Arc<S3Credentials>> {
        let provider = self.shared.endpoints.provider_of(bucket)?;
        let mut held = self.credentials.lock();
        let credentials = held.entry(provider.s3_credentials.clone()).or_insert_with(|| {
            Arc::new(S3Credentials::new(Arc::clone(&self.shared), provider.clone()))
        });
        Some(Arc::clone(credentials))
    }

    /// The HTTP client that all requests go through. It follows no redirects.
    ///
    /// # Errors
    /// When the machine has nothing to verify servers with.
    pub fn client(&self) -> Result<&reqwest::Client, LoginError> {
        self.shared.http.client()
    }
}

impl Shared {
    pub(super) fn login(&self) -> Result<&Login, LoginError> {
        if let Some((login, _)) = self.login.get() {
            return Ok(login);
        }
        let machine = self.endpoints.urs.host_str().unwrap_or_default();
        let found = Login::find(&self.variables, machine)?;
        Ok(&self.login.get_or_init(|| found).0)
    }

    pub(super) async fn bearer(&self) -> Result<Bearer, LoginError> {
        match self.login()? {
            Login::Token { token, .. } => Ok(Bearer::given(token.clone())),
            Login::Password { user, password, from } => {
                let held = &mut *self.bearer.lock().await;
                if let Some(bearer) = held {
                    return Ok(bearer.clone());
                }
                let new =
                    bearer::exchange(&self.http, &self.endpoints, user, password, from).await?;
                Ok(held.insert(new).clone())
            }
        }
    }

    pub(super) async fn renew_bearer(
        &self,
        refused: &Bearer,
        server: &Url,
    ) -> Result<Bearer, LoginError> {
        let mut reason = format!("{} refuses it", super::http::server_of(server));
        if let Some(expires) = refused.expires() {
            reason = format!("{reason} (it says that it is valid until {expires})");
        }
        match self.login()? {
            Login::Token { from, .. } => Err(LoginError::BadToken { from: from.clone(), reason }),
            Login::Password { user, password, from } => {
                let held = &mut *self.bearer.lock().await;
                if let Some(other) = held.as_ref().filter(|held| !held.is(refused)) {
                    return Ok(other.clone());
                }
                let new =
                    bearer::exchange(&self.http, &self.endpoints, user, password, from).await?;
                if new.is(refused) {
                    return Err(LoginError::BadToken { from: from.clone(), reason });
                }
                Ok(held.insert(new).clone())
            }
        }
    }
}
