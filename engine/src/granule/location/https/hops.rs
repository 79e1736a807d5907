//! From a link to whoever sends the bytes.

use std::time::Duration;

use object_store::Error;
use object_store::path::Path;
use reqwest::header::{AUTHORIZATION, HeaderMap, LOCATION};
use reqwest::{Response, StatusCode};
use url::Url;
use zagg_catalog::login::{Bearer, LoginError};

use super::HttpsFiles;
use super::reply::{self, Failed};

/// Redirects in a row, at most.
const HOPS: usize = 10;

impl HttpsFiles {
    /// The answer of whoever has the bytes, for one request: no redirect.
    pub(super) async fn send(&self, at: &Path, headers: &HeaderMap) -> Result<Response, Failed> {
        if let Some(response) = self.by_known_address(at, headers).await? {
            return Ok(response);
        }
        let endpoints = self.earthdata.endpoints();
        let first = self.address(at);
        let (mut bearer, mut renewed) = (None, false);
        let mut url = first.clone();
        for _ in 0..HOPS {
            if bearer.is_none() {
                bearer = self.bearer(&url, at).await?;
            }
            let response = self.request(&url, headers, bearer.as_ref(), at).await?;
            let next = redirect(&response, at)?;
            let to_urs = next.as_ref().is_some_and(|next| endpoints.is_urs(next));
            if to_urs && !endpoints.takes_bearer(&url) {
                let source = format!(
                    "{} wants a login, and is no server that tokens are sent to",
                    host(&url)
                );
                let (path, source) = (at.to_string(), source.into());
                return Err(Failed::for_good(Error::Unauthenticated { path, source }));
            }
            let unauthorized = response.status() == StatusCode::UNAUTHORIZED;
            if to_urs || unauthorized && endpoints.takes_bearer(&url) {
                let other = self.other_bearer(bearer.as_ref().filter(|_| !renewed), &url).await;
                bearer = Some(other.map_err(|error| login(error, at))?);
                (renewed, url) = (true, first.clone());
                continue;
            }
            let Some(next) = next else {
                let signed = url != first && !endpoints.takes_bearer(&url);
                if signed && response.status().is_success() {
                    self.addresses.lock().put(at.clone(), url);
                }
                return Ok(response);
            };
            if url.scheme() == "https" && next.scheme() != "https" {
                let reason = format!("redirects to {}, where nothing is encrypted", host(&next));
                return Err(Failed::for_good(reply::generic(format!("{} {reason}", host(&url)))));
            }
            url = next;
        }
        let reason = format!("{} redirects more than {HOPS} times", host(&first));
        Err(Failed::for_good(reply::generic(reason)))
    }

    /// The answer from where the file was found before; none where it is not given out there any more.
    async fn by_known_address(
        &self,
        at: &Path,
        headers: &HeaderMap,
    ) -> Result<Option<Response>, Failed> {
        let Some(address) = self.addresses.lock().get(at).cloned() else { return Ok(None) };
        let response = self.request(&address, headers, None, at).await;
        if response.as_ref().is_ok_and(|response| !is_refusal(response.status())) {
            return response.map(Some);
        }
        // Signatures expire, and servers go away.
        self.addresses.lock().pop(at);
        response.map(|_| None)
    }

    fn address(&self, at: &Path) -> Url {
        let mut url = self.server.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(at.parts().map(|part| part.as_ref().to_owned()));
        }
        url
    }

    /// The token, where the server is one to be sent it and there is a login: some files are for everybody.
    async fn bearer(&self, url: &Url, at: &Path) -> Result<Option<Bearer>, Failed> {
        if !self.earthdata.endpoints().takes_bearer(url) {
            return Ok(None);
        }
        match self.earthdata.bearer().await {
            Ok(bearer) => Ok(Some(bearer)),
            Err(LoginError::None { .. }) => Ok(None),
            Err(error) => Err(login(error, at)),
        }
    }

    /// Another token than the one that was refused. Where none was sent, for the lack of a login or since it was
    /// renewed already, the error says so.
    async fn other_bearer(
        &self,
        refused: Option<&Bearer>,
        url: &Url,
    ) -> Result<Bearer, LoginError> {
        match refused {
            Some(refused) => self.earthdata.renew_bearer(refused, url).await,
            None => Err(LoginError::BadToken {
                from: self.earthdata.login()?.from().to_owned(),
                reason: format!("{} refuses it, and a new one too", host(url)),
            }),
        }
    }

    async fn request(
        &self,
        url: &Url,
        headers: &HeaderMap,
        bearer: Option<&Bearer>,
        at: &Path,
    ) -> Result<Response, Failed> {
        let client = self.earthdata.client().map_err(|error| login(error, at))?;
        let mut request = client.get(url.clone()).headers(headers.clone());
        if let Some(bearer) = bearer.filter(|_| self.earthdata.endpoints().takes_bearer(url)) {
            request = request.header(AUTHORIZATION, bearer.header().map_err(|e| login(e, at))?);
        }
        request.send().await.map_err(|error| Failed::unreached(&host(url), error))
    }
}

/// What expired signatures are answered with: 403, and 400 where it was a session that expired.
fn is_refusal(status: StatusCode) -> bool {
    let refusals = [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    refusals.contains(&status) || status.is_redirection()
}

/// Where a redirect leads; none for any other answer.
fn redirect(response: &Response, at: &Path) -> Result<Option<Url>, Failed> {
    // 304 answers a condition, and leads nowhere.
    if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let next = location.and_then(|location| response.url().join(location).ok());
    let found = || {
        let (host, status) = (host(response.url()), response.status());
        reply::generic(format!("{host} answers {at} with {status} and no address that can be used"))
    };
    next.map(Some).ok_or_else(|| Failed::for_good(found()))
}

fn login(error: LoginError, at: &Path) -> Failed {
    // It has been tried again already.
    Failed::for_good(error.at(at.as_ref()))
}

/// The server, as it may be shown: the rest of an address may hold a signature.
pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or("the server").to_owned()
}

impl Failed {
    pub(super) fn for_good(error: Error) -> Self {
        Self { error, again: None }
    }

    pub(super) fn for_now(error: Error) -> Self {
        Self { error, again: Some(Duration::ZERO) }
    }
}
