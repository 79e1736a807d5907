//! An S3 server in this process, over a folder: signatures are checked, ranges are cut, listings have pages.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::TryStreamExt;
use hyper::body::Incoming;
use hyper::header::CONTENT_LENGTH;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{BackoffConfig, ObjectStore, ObjectStoreExt, RetryConfig};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError, HttpResponse};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The one bucket.
pub(crate) const BUCKET: &str = "bucket";
/// Its owner.
pub(crate) const KEY: &str = "AKIDOWNER";
/// What the owner signs with.
pub(crate) const SECRET: &str = "the-owner-signs-with-this";
/// What came with the login, and goes with every request.
pub(crate) const TOKEN: &str = "session-token-of-the-owner";

/// Stands before the service, and knows requests by their number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gate {
    /// Lets everything pass.
    Open,
    /// Of this many requests, one is answered with 503; of these every other one was carried out all the same.
    BusyOneIn(u64),
    /// Answers everything with this status and document.
    Shut(StatusCode, &'static str),
}

/// The document of an answer that asks for patience.
pub(crate) const SLOW_DOWN: &str =
    "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";

/// What the server saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    requests: AtomicU64,
    refused: AtomicU64,
    gets: AtomicU64,
    puts: AtomicU64,
    others: AtomicU64,
    bytes_out: AtomicU64,
    bytes_in: AtomicU64,
}

impl Seen {
    /// GET requests for objects that were answered, and the bytes of the answers.
    pub(crate) fn read(&self) -> (u64, u64) {
        (self.gets.load(Ordering::Relaxed), self.bytes_out.load(Ordering::Relaxed))
    }

    /// PUT requests that were answered, and their bytes.
    pub(crate) fn written(&self) -> (u64, u64) {
        (self.puts.load(Ordering::Relaxed), self.bytes_in.load(Ordering::Relaxed))
    }

    /// Requests of other kinds that were answered: listings and deletions.
    pub(crate) fn others(&self) -> u64 {
        self.others.load(Ordering::Relaxed)
    }

    /// Requests that the gate answered.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// The server, until it is dropped.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) endpoint: String,
    /// What it saw.
    pub(crate) seen: Arc<Seen>,
    accepting: JoinHandle<()>,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Server {
    /// An empty bucket behind a gate.
    pub(crate) async fn start(gate: Gate) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let accepting = tokio::spawn(accept(listener, service.build(), gate, Arc::clone(&seen)));
        Self { endpoint, seen, accepting, _folder: folder }
    }

    /// The bucket for whoever has the owner's key and `secret`.
    pub(crate) fn bucket_with(&self, secret: &str) -> Arc<dyn ObjectStore> {
        let (init_backoff, max_backoff) = (Duration::from_millis(1), Duration::from_millis(9));
        let backoff = BackoffConfig { init_backoff, max_backoff, base: 2.0 };
        let retry = RetryConfig { backoff, max_retries: 8, retry_timeout: Duration::from_secs(60) };
        let bucket = AmazonS3Builder::new()
            .with_bucket_name(BUCKET)
            .with_endpoint(&self.endpoint)
            .with_allow_http(true)
            .with_access_key_id(KEY)
            .with_secret_access_key(secret)
            .with_token(TOKEN)
            .with_retry(retry);
        Arc::new(bucket.build().unwrap())
    }

    /// The bucket for its owner.
    pub(crate) fn bucket(&self) -> Arc<dyn ObjectStore> {
        self.bucket_with(SECRET)
    }

    /// Puts files of this machine under `granules/` and gives their links.
    pub(crate) async fn upload(&self, files: &[String]) -> Vec<String> {
        let mut links = Vec::new();
        for file in files {
            let key = format!("granules/{}", file.rsplit('/').next().unwrap());
            let bytes = std::fs::read(file).unwrap();
            self.bucket().put(&Path::from(key.as_str()), bytes.into()).await.unwrap();
            links.push(format!("s3://{BUCKET}/{key}"));
        }
        links
    }

    /// Every object below `prefix` with its bytes, by its key from there.
    pub(crate) async fn objects(&self, prefix: &str) -> BTreeMap<String, Vec<u8>> {
        let (bucket, prefix) = (self.bucket(), Path::from(prefix));
        let listed: Vec<_> = bucket.list(Some(&prefix)).try_collect().await.unwrap();
        let mut found = BTreeMap::new();
        for object in listed {
            let key: Vec<_> = object.location.prefix_match(&prefix).unwrap().collect();
            let key = key.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join("/");
            let bytes = bucket.get(&object.location).await.unwrap().bytes().await.unwrap();
            found.insert(key, bytes.to_vec());
        }
        found
    }
}

async fn accept(listener: TcpListener, service: S3Service, gate: Gate, seen: Arc<Seen>) {
    while let Ok((socket, _)) = listener.accept().await {
        let (service, seen) = (service.clone(), Arc::clone(&seen));
        let pass =
            service_fn(move |request| pass(service.clone(), gate, Arc::clone(&seen), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), pass));
    }
}

async fn pass(
    service: S3Service,
    gate: Gate,
    seen: Arc<Seen>,
    request: Request<Incoming>,
) -> Result<HttpResponse, HttpError> {
    let number = seen.requests.fetch_add(1, Ordering::Relaxed) + 1;
    let (carry_out, refusal) = match gate {
        Gate::Open => (true, None),
        Gate::BusyOneIn(n) if !number.is_multiple_of(n) => (true, None),
        Gate::BusyOneIn(n) => {
            (number.is_multiple_of(2 * n), Some((StatusCode::SERVICE_UNAVAILABLE, SLOW_DOWN)))
        }
        Gate::Shut(status, document) => (false, Some((status, document))),
    };
    let length = |headers: &hyper::HeaderMap| -> u64 {
        headers.get(CONTENT_LENGTH).map_or(0, |length| length.to_str().unwrap().parse().unwrap())
    };
    let (method, sent) = (request.method().clone(), length(request.headers()));
    // A request for the bucket itself is a listing.
    let object = request.uri().path().trim_matches('/').contains('/');
    let response =
        if carry_out { Some(service.call(request.map(Body::from)).await?) } else { None };
    if let Some((status, document)) = refusal {
        seen.refused.fetch_add(1, Ordering::Relaxed);
        let mut response = HttpResponse::new(Body::from(document.to_owned()));
        *response.status_mut() = status;
        return Ok(response);
    }
    let response = response.unwrap();
    match method {
        Method::GET if object => {
            seen.gets.fetch_add(1, Ordering::Relaxed);
            seen.bytes_out.fetch_add(length(response.headers()), Ordering::Relaxed);
        }
        Method::PUT => {
            seen.puts.fetch_add(1, Ordering::Relaxed);
            seen.bytes_in.fetch_add(sent, Ordering::Relaxed);
        }
        _ => drop(seen.others.fetch_add(1, Ordering::Relaxed)),
    }
    Ok(response)
}
