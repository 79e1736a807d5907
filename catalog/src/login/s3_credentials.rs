//! Credentials of a provider that are renewed while they are used.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use parking_lot::RwLock;
use tokio::sync::Mutex;

use super::earthdata::Shared;
use super::s3_request::{self, Issued};
use super::{LoginError, Provider};

/// Credentials are renewed this long before they expire, or a quarter of their life if that is shorter: a
/// request goes on for minutes, with all its retries, on the credentials it began with.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// Credentials that were renewed because they were denied are not renewed again for being denied within
/// this time: then it is not for their age.
const FRESH: Duration = Duration::from_secs(60);

/// How long not to ask again after a renewal failed, while the credentials at hand still last.
const PAUSE: Duration = Duration::from_secs(15);

/// The S3 credentials of one provider, which last about an hour and are renewed as long as they are used: in
/// time before they expire, and when a bucket refuses them. However many ask at once, one request is made.
///
/// As a [`CredentialProvider`] it goes into an [`AmazonS3Builder`](object_store::aws::AmazonS3Builder).
pub struct S3Credentials {
    shared: Arc<Shared>,
    provider: Provider,
    current: RwLock<Option<Arc<Held>>>,
    /// Held by the one who asks the provider.
    renewal: Mutex<Renewal>,
}

#[derive(Default)]
struct Renewal {
    made: u64,
    not_before: Option<Instant>,
}

/// Why a bucket refuses credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// They have expired, it says: others will do.
    Expired,
    /// It does not say, or says that they are not enough: others may do, or not.
    Denied,
}

/// Credentials as they are at some time.
pub struct Held {
    credential: Arc<AwsCredential>,
    expires: String,
    number: u64,
    got: Instant,
    renew_at: Instant,
    ends: Instant,
    after_refusal: bool,
}

impl Held {
    /// When they expire, as the provider says it.
    pub fn expires(&self) -> &str {
        &self.expires
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("expires", &self.expires).finish_non_exhaustive()
    }
}

impl fmt::Debug for S3Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Credentials")
            .field("provider", &self.provider.name)
            .finish_non_exhaustive()
    }
}

impl S3Credentials {
    pub(super) fn new(shared: Arc<Shared>, provider: Provider) -> Self {
        Self { shared, provider, current: RwLock::default(), renewal: Mutex::default() }
    }

    /// Whose they are.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Credentials that are valid now.
    ///
    /// # Errors
    /// When there are none that still last and no new ones can be had.
    pub async fn held(&self) -> Result<Arc<Held>, LoginError> {
        let now = Instant::now();
        match self.current() {
            Some(held) if now < held.renew_at => return Ok(held),
            // Nobody need wait for the next ones yet, save the one who asks for them.
            Some(held) if now < held.ends => {
                let Ok(mut renewal) = self.renewal.try_lock() else { return Ok(held) };
                if renewal.not_before.is_some_and(|at| now < at) {
                    return Ok(held);
                }
                let renewed = self.renew(&mut renewal, false).await;
                return Ok(renewed.unwrap_or_else(|_| {
                    renewal.not_before = Some(now + PAUSE);
                    held
                }));
            }
            _ => {}
        }
        let mut renewal = self.renewal.lock().await;
        // Somebody else may have asked while we waited.
        match self.current().filter(|held| Instant::now() < held.ends) {
            Some(held) => Ok(held),
            None => self.renew(&mut renewal, false).await,
        }
    }

    /// Other credentials in place of some that a bucket `refused`; none if those had just been renewed for the
    /// same reason, so that the refusal stands.
    ///
    /// # Errors
    /// When none can be had.
    pub async fn renew_refused(
        &self,
        refused: &Held,
        refusal: Refusal,
    ) -> Result<Option<Arc<Held>>, LoginError> {
        let mut renewal = self.renewal.lock().await;
        let denied = refusal == Refusal::Denied;
        match self.current() {
            Some(held) if held.number != refused.number => Ok(Some(held)),
            Some(held) if denied && held.after_refusal && held.got.elapsed() < FRESH => Ok(None),
            _ => self.renew(&mut renewal, denied).await.map(Some),
        }
    }

    fn current(&self) -> Option<Arc<Held>> {
        self.current.read().clone()
    }

    async fn renew(
        &self,
        renewal: &mut Renewal,
        after_refusal: bool,
    ) -> Result<Arc<Held>, LoginError> {
        let asked = Instant::now();
        let Issued { credential, lifetime, expires } =
            s3_request::issue(&self.shared, &self.provider).await?;
        *renewal = Renewal { made: renewal.made + 1, not_before: None };
        let held = Arc::new(Held {
            credential: Arc::new(credential),
            expires,
            number: renewal.made,
            got: Instant::now(),
            renew_at: asked + (lifetime - MARGIN.min(lifetime / 4)),
            ends: asked + lifetime,
            after_refusal,
        });
        *self.current.write() = Some(Arc::clone(&held));
        Ok(held)
    }
}

#[async_trait]
impl CredentialProvider for S3Credentials {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        match self.held().await {
            Ok(held) => Ok(Arc::clone(&held.credential)),
            Err(error) => Err(error.at(&self.provider.name)),
        }
    }
}

impl LoginError {
    /// This as the error of a store, about the object at `path`.
    pub fn at(self, path: &str) -> object_store::Error {
        let path = path.to_owned();
        match &self {
            Self::Denied { .. } => {
                object_store::Error::PermissionDenied { path, source: Box::new(self) }
            }
            Self::Unreachable { .. } => {
                object_store::Error::Generic { store: "Earthdata login", source: Box::new(self) }
            }
            _ => object_store::Error::Unauthenticated { path, source: Box::new(self) },
        }
    }
}
