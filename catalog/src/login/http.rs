//! Requests to the login server and to those that give out credentials.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use url::Url;

use super::{LoginError, said, unreached};

/// Times that a request is made, where the server is busy or out of reach.
const TRIES: u32 = 5;
/// The wait before the second one; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// No answer of these servers is longer, save pages for people.
const LONGEST_BODY: usize = 256 << 10;

/// The client, once it is needed. It follows no redirects: what goes along with one is for the caller to say.
#[derive(Debug, Default)]
pub(super) struct Http {
    client: OnceLock<Result<Client, String>>,
}

/// The answer to a request.
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Http {
    pub(super) fn client(&self) -> Result<&Client, LoginError> {
        let build = || {
            let client = Client::builder()
                .user_agent(concat!("zagg/", env!("CARGO_PKG_VERSION")))
                .redirect(Policy::none())
                .connect_timeout(Duration::from_secs(10))
                .read_timeout(Duration::from_secs(30));
            client.build().map_err(unreached)
        };
        self.client.get_or_init(build).as_ref().map_err(|e| LoginError::Client(e.clone()))
    }

    /// Makes a request until it is answered. `what` is asked for, for errors.
    pub(super) async fn ask(
        &self,
        what: &str,
        make: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Answer, LoginError> {
        let client = self.client()?;
        let (mut tries, mut wait) = (1, FIRST_WAIT);
        loop {
            let (server, reason, asked) = match attempt(make(client)).await {
                Ok(answer) if !is_busy(answer.status) => return Ok(answer),
                Ok(answer) => (server_of(&answer.url), answer.found(), patience(&answer.headers)),
                Err(failed) => (failed.server, failed.reason, None),
            };
            if tries == TRIES {
                let reason = format!("{reason}, {tries} times");
                return Err(LoginError::Unreachable { what: what.to_owned(), server, reason });
            }
            let jitter = wait.mul_f64(rand::random::<f64>() / 2.0);
            tokio::time::sleep(asked.unwrap_or(wait + jitter).min(LONGEST_WAIT)).await;
            (tries, wait) = (tries + 1, wait * 2);
        }
    }
}

struct Failed {
    server: String,
    reason: String,
}

async fn attempt(request: RequestBuilder) -> Result<Answer, Failed> {
    let server = |e: &reqwest::Error| e.url().map_or_else(|| "the server".into(), server_of);
    let failed = |e: reqwest::Error| Failed { server: server(&e), reason: unreached(e) };
    let mut response: Response = request.send().await.map_err(failed)?;
    let (url, status) = (response.url().clone(), response.status());
    let mut body = BytesMut::new();
    while let Some(more) = response.chunk().await.map_err(failed)? {
        if body.len() + more.len() > LONGEST_BODY {
            break;
        }
        body.extend_from_slice(&more);
    }
    Ok(Answer { url, status, headers: response.headers().clone(), body: body.freeze() })
}

impl Answer {
    /// Where a redirect leads.
    pub(super) fn redirect(&self) -> Option<Url> {
        let location = self.headers.get(LOCATION).filter(|_| self.status.is_redirection())?;
        self.url.join(location.to_str().ok()?).ok()
    }

    /// The status, the kind of document and what it says.
    pub(super) fn found(&self) -> String {
        format!("{}{}", self.status, self.said())
    }

    /// What the server says in words, after a colon.
    pub(super) fn said(&self) -> String {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        said(kind.unwrap_or_default(), &self.body)
    }
}

/// The host, with its port where that is not the usual one. Paths and queries may hold what is secret.
pub(super) fn server_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the server");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn is_busy(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// How long the server asks to wait, in seconds.
fn patience(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}
