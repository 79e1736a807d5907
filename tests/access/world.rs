//! Earthdata in this process: a login server, a provider that gives out credentials and files, the bucket that
//! they lie in, and a content network that knows signatures and no logins. Each has a port of its own, so that
//! each is a host of its own to whoever asks.

mod bucket;
mod http;
mod provider;
mod urs;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use std::sync::Mutex;
use tempfile::TempDir;
use url::Url;
use zagg_engine::catalog::login::{Earthdata, Endpoints, Provider, Variables};

use self::http::Listening;

/// The bucket of the provider.
pub(crate) const BUCKET: &str = "nsidc-cumulus-prod-protected";
pub(crate) const USER: &str = "jane";
pub(crate) const PASSWORD: &str = "pass-of-jane";
pub(crate) const TOKEN: &str = "token-of-jane";
/// What a signature begins with.
pub(crate) const SIGNATURE: &str = "signature-for-jane";
/// What secret keys and session tokens begin with.
pub(crate) const ISSUED: &str = "issued-to-jane";
/// What cookies and codes begin with.
pub(crate) const SESSION: &str = "browser-of-jane";

/// What the servers know and have seen.
#[derive(Debug)]
pub(crate) struct State {
    /// The one token that is accepted.
    pub(crate) token: String,
    /// Whether the provider knows tokens at all.
    pub(crate) takes_tokens: bool,
    /// How long credentials last.
    pub(crate) lifetime: Duration,
    /// How often signatures serve.
    pub(crate) signature_uses: usize,
    /// How long the bucket and the content network take to answer.
    pub(crate) delay: Duration,
    /// Whether the bucket is closed to everybody.
    pub(crate) closed: bool,
    /// The bucket forgets all credentials before its request of this number.
    pub(crate) forget_at: Option<u64>,
    /// What the bucket answers with credentials that it does not know any more: 403 if not set, else 400.
    pub(crate) says_expired: bool,
    /// Of this many requests to the content network, one is answered with 503.
    pub(crate) busy_one_in: u64,
    /// Credentials given out: the session token and its end, by the key.
    pub(crate) keys: BTreeMap<String, (String, Instant)>,
    /// Signatures given out, and how often each may still be used.
    pub(crate) signatures: BTreeMap<String, usize>,
    /// Requests for S3 credentials that were granted, for tokens, to the bucket, to files, to the network.
    pub(crate) credentials_asked: u64,
    pub(crate) tokens_asked: u64,
    pub(crate) bucket_asked: u64,
    pub(crate) bucket_refused: u64,
    pub(crate) files_asked: u64,
    pub(crate) network_asked: u64,
    /// `Authorization` or cookies that came where they must not.
    pub(crate) leaks: Vec<String>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            token: TOKEN.into(),
            takes_tokens: true,
            lifetime: Duration::from_secs(3600),
            signature_uses: usize::MAX,
            delay: Duration::ZERO,
            closed: false,
            forget_at: None,
            says_expired: false,
            busy_one_in: u64::MAX,
            keys: BTreeMap::new(),
            signatures: BTreeMap::new(),
            credentials_asked: 0,
            tokens_asked: 0,
            bucket_asked: 0,
            bucket_refused: 0,
            files_asked: 0,
            network_asked: 0,
            leaks: Vec::new(),
        }
    }
}

/// What all servers share.
pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    /// The files: below `BUCKET` and below `public`.
    folder: TempDir,
    addresses: Mutex<BTreeMap<&'static str, Url>>,
}

impl Shared {
    fn address(&self, server: &str) -> Url {
        self.addresses.lock().unwrap()[server].clone()
    }
}

/// All servers, until this is dropped.
pub(crate) struct World {
    pub(crate) shared: Arc<Shared>,
    _servers: Vec<Listening>,
}

impl World {
    pub(crate) async fn start(state: State) -> Self {
        let folder = TempDir::new().unwrap();
        for place in [BUCKET, "public"] {
            std::fs::create_dir(folder.path().join(place)).unwrap();
        }
        let (state, addresses) = (Mutex::new(state), Mutex::default());
        let shared = Arc::new(Shared { state, folder, addresses });
        let servers = vec![
            urs::start(&shared).await,
            provider::start(&shared).await,
            provider::start_network(&shared).await,
            bucket::start(&shared).await,
        ];
        Self { shared, _servers: servers }
    }

    /// Puts files of this machine into the bucket, and gives their `s3://` links.
    pub(crate) fn upload(&self, files: &[String], folder: &str) -> Vec<String> {
        let put = |file: &String| {
            let name = file.rsplit('/').next().unwrap();
            for place in [BUCKET, "public"] {
                let to = self.shared.folder.path().join(place).join(folder);
                std::fs::create_dir_all(&to).unwrap();
                std::fs::copy(file, to.join(name)).unwrap();
            }
            format!("s3://{BUCKET}/{folder}/{name}")
        };
        files.iter().map(put).collect()
    }

    /// The provider's `https://` link of an object in the bucket.
    pub(crate) fn https(&self, s3: &str) -> String {
        s3.replace("s3://", &format!("{}files/", self.shared.address("provider")))
    }

    /// The link of the same file on a server that asks for no login.
    pub(crate) fn public(&self, s3: &str) -> String {
        let public = format!("{}public/", self.shared.address("network"));
        s3.replace(&format!("s3://{BUCKET}/"), &public)
    }

    pub(crate) fn endpoints(&self) -> Endpoints {
        let provider = self.shared.address("provider");
        Endpoints {
            urs: self.shared.address("urs"),
            providers: vec![Provider {
                name: "NSIDC".into(),
                buckets: "nsidc-cumulus-prod-*".into(),
                s3_credentials: provider.join("s3credentials").unwrap(),
            }],
            s3: Some(self.shared.address("bucket")),
            bearer_domains: Vec::new(),
            bearer_origins: vec![provider],
        }
    }

    /// Access with the login that these variables lead to.
    pub(crate) fn with(&self, variables: &[(&str, &str)]) -> Earthdata {
        Earthdata::new(self.endpoints(), Variables::of(variables.iter().copied()))
    }

    /// Access with the token.
    pub(crate) fn with_token(&self) -> Earthdata {
        self.with(&[("EARTHDATA_TOKEN", TOKEN)])
    }

    /// Access with user and password.
    pub(crate) fn with_password(&self) -> Earthdata {
        self.with(&[("EARTHDATA_USERNAME", USER), ("EARTHDATA_PASSWORD", PASSWORD)])
    }

    pub(crate) fn state<T>(&self, of: impl FnOnce(&mut State) -> T) -> T {
        of(&mut self.shared.state.lock().unwrap())
    }

    /// The provider's host, with its port.
    pub(crate) fn provider(&self) -> String {
        let url = self.shared.address("provider");
        format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
    }
}

/// Panics where `text` holds anything secret.
pub(crate) fn assert_no_secret(text: &str) {
    for secret in [PASSWORD, TOKEN, SIGNATURE, ISSUED, SESSION] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// An error with its causes, once it is certain that neither they nor their debug form hold a secret.
pub(crate) fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    assert_no_secret(&format!("{error:?}"));
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    assert_no_secret(&text);
    text
}

/// A netrc file with a mode.
pub(crate) fn netrc(folder: &Path, text: &str, mode: u32) -> String {
    use std::os::unix::fs::PermissionsExt;
    let file = folder.join("netrc");
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    file.to_str().unwrap().to_owned()
}
