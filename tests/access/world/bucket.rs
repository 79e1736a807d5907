//! The bucket: a real S3 server, and before it what knows which credentials are valid.

use std::sync::Arc;
use std::time::Instant;

use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpResponse, S3Result};
use s3s_fs::FileSystem;

use super::http::{Listening, document, header, listen};
use super::{ISSUED, Shared};

/// All keys sign with the same.
struct Keys;

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, _key: &str) -> S3Result<SecretKey> {
        Ok(format!("{ISSUED}-secret").into())
    }
}

pub(super) async fn start(shared: &Arc<Shared>) -> Listening {
    let mut service = S3ServiceBuilder::new(FileSystem::new(shared.folder.path()).unwrap());
    service.set_auth(Keys);
    let service = service.build();
    let answer = move |shared, request| answer(service.clone(), shared, request);
    listen(shared, "bucket", answer).await
}

async fn answer(
    service: S3Service,
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> HttpResponse {
    if let Some(refusal) = refusal(&shared, &request) {
        shared.state.lock().unwrap().bucket_refused += 1;
        return refusal;
    }
    let delay = shared.state.lock().unwrap().delay;
    tokio::time::sleep(delay).await;
    service.call(request.map(Body::from)).await.unwrap()
}

fn refusal(shared: &Shared, request: &Request<Incoming>) -> Option<HttpResponse> {
    let state = &mut *shared.state.lock().unwrap();
    state.bucket_asked += 1;
    if state.forget_at == Some(state.bucket_asked) {
        state.keys.clear();
    }
    let denied = || {
        let text = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
        Some(document(StatusCode::FORBIDDEN, "application/xml", text))
    };
    // S3 repeats the token of an expired session.
    let expired = |session: &str| {
        let text = format!(
            "<?xml version=\"1.0\"?><Error><Code>ExpiredToken</Code><Message>The provided token has \
             expired.</Message><Token-0>{session}</Token-0></Error>"
        );
        Some(document(StatusCode::BAD_REQUEST, "application/xml", text))
    };
    if state.closed || request.uri().path().contains("/denied/") {
        return denied();
    }
    let authorization = header(request, "authorization");
    let session = header(request, "x-amz-security-token");
    let key = authorization.split_once("Credential=").and_then(|(_, rest)| rest.split('/').next());
    match key.and_then(|key| state.keys.get(key)) {
        Some((token, end)) if *token == session && Instant::now() < *end => None,
        Some((token, _)) if *token == session => expired(&session),
        _ if state.says_expired => expired(&session),
        _ => denied(),
    }
}
