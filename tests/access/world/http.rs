//! A small HTTP server.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_RANGE, CONTENT_TYPE, LOCATION, RANGE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use s3s::{Body, HttpError, HttpResponse};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use super::{PASSWORD, Shared, USER};

/// A server, until it is dropped.
pub(super) struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Answers all requests to a new port, which becomes known as `name`.
pub(super) async fn listen<F, A>(shared: &Arc<Shared>, name: &'static str, answer: F) -> Listening
where
    F: Fn(Arc<Shared>, Request<Incoming>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = HttpResponse> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    shared.addresses.lock().unwrap().insert(name, address);
    let shared = Arc::clone(shared);
    Listening(tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (shared, answer) = (Arc::clone(&shared), answer.clone());
            let service = service_fn(move |request| {
                let answered = answer(Arc::clone(&shared), request);
                async move { Ok::<_, HttpError>(answered.await) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service));
        }
    }))
}

/// A document with a status and a type.
pub(super) fn document(
    status: StatusCode,
    kind: &'static str,
    text: impl Into<String>,
) -> HttpResponse {
    let mut response = HttpResponse::new(Body::from(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, kind.parse().unwrap());
    response
}

/// A redirect.
pub(super) fn to(status: StatusCode, location: impl AsRef<str>) -> HttpResponse {
    let mut response = document(status, "text/html", "<html><title>Redirect</title></html>");
    response.headers_mut().insert(LOCATION, location.as_ref().parse().unwrap());
    response
}

/// A header as text, empty where it is not there.
pub(super) fn header(request: &Request<Incoming>, name: &str) -> String {
    request.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
}

/// Whether the request says who Jane is.
pub(super) fn is_jane(request: &Request<Incoming>) -> bool {
    let basic = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    header(request, AUTHORIZATION.as_str()) == format!("Basic {basic}")
}

pub(super) fn query(request: &Request<Incoming>) -> BTreeMap<String, String> {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// A file, or the range of it that the request asks for.
pub(super) fn file(request: &Request<Incoming>, path: &std::path::Path) -> HttpResponse {
    let Ok(bytes) = std::fs::read(path) else {
        return document(StatusCode::NOT_FOUND, "text/html", "<title>No such file</title>");
    };
    let asked = header(request, RANGE.as_str());
    let range = asked.strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let mut response = match range {
        None => HttpResponse::new(Body::from(bytes)),
        Some((first, _)) if first.parse::<usize>().unwrap() >= bytes.len() => {
            let mut response = document(StatusCode::RANGE_NOT_SATISFIABLE, "text/html", "");
            let range = format!("bytes */{}", bytes.len());
            response.headers_mut().insert(CONTENT_RANGE, range.parse().unwrap());
            return response;
        }
        Some((first, last)) => {
            let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
            let last = last.min(bytes.len() - 1);
            let mut response = HttpResponse::new(Body::from(bytes[first..=last].to_vec()));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let range = format!("bytes {first}-{last}/{}", bytes.len());
            response.headers_mut().insert(CONTENT_RANGE, range.parse().unwrap());
            response
        }
    };
    response.headers_mut().insert(CONTENT_TYPE, "application/x-hdf5".parse().unwrap());
    response
}
