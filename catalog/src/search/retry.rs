//! One page, asked for until it comes or its error stands.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use url::Url;

use super::redact::shown;
use super::{ClientSettings, Result, SearchError};
use crate::item::excerpt;

/// What went wrong with one attempt.
enum Failure {
    NoReply { error: reqwest::Error },
    Status { status: StatusCode, retry_after: Option<Duration>, body: String },
    TooLarge,
}

/// The bytes of a page.
pub(super) async fn get(
    http: &reqwest::Client,
    settings: &ClientSettings,
    url: &Url,
    page: u32,
) -> Result<Vec<u8>> {
    let mut attempts = 1;
    loop {
        let failure = match attempt(http, settings, url).await {
            Ok(bytes) => return Ok(bytes),
            Err(failure) => failure,
        };
        if attempts >= settings.attempts || !failure.may_pass() {
            return Err(failure.into_error(settings, url, page, attempts));
        }
        tokio::time::sleep(pause(settings, attempts, failure.retry_after())).await;
        attempts += 1;
    }
}

async fn attempt(
    http: &reqwest::Client,
    settings: &ClientSettings,
    url: &Url,
) -> std::result::Result<Vec<u8>, Failure> {
    let no_reply = |error: reqwest::Error| Failure::NoReply { error: error.without_url() };
    let request = http.get(url.clone()).header("accept", "application/geo+json, application/json");
    let mut response = request.send().await.map_err(no_reply)?;
    let status = response.status();
    if !status.is_success() {
        let retry_after = retry_after(&response);
        // The status counts, whether or not its text comes through.
        let body = response.text().await.unwrap_or_default();
        return Err(Failure::Status { status, retry_after, body });
    }
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(no_reply)? {
        if bytes.len() + part.len() > settings.largest_page {
            return Err(Failure::TooLarge);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

impl Failure {
    fn may_pass(&self) -> bool {
        match self {
            Self::NoReply { error } => !error.is_builder() && !error.is_redirect(),
            Self::Status { status, .. } => {
                *status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
            }
            Self::TooLarge => false,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    fn into_error(
        self,
        settings: &ClientSettings,
        url: &Url,
        page: u32,
        attempts: u32,
    ) -> SearchError {
        let url = shown(url);
        match self {
            Self::NoReply { error } => {
                SearchError::NoReply { page, attempts, reason: causes(&error), url }
            }
            Self::Status { status, body, .. } => {
                let body = match body.trim() {
                    "" => "(no text)".to_owned(),
                    body => excerpt(body),
                };
                SearchError::Status { page, attempts, status: status.to_string(), body, url }
            }
            Self::TooLarge => SearchError::TooLarge { page, limit: settings.largest_page, url },
        }
    }
}

/// How long to wait after attempt `n`: twice as long each time, of which the last half is random so that many
/// clients do not come back at once; and never less than the server asks for, up to the longest pause.
fn pause(settings: &ClientSettings, n: u32, retry_after: Option<Duration>) -> Duration {
    let factor = 1_u32.checked_shl(n - 1).unwrap_or(u32::MAX);
    let whole = settings.first_pause.saturating_mul(factor).min(settings.longest_pause);
    let jittered = whole.mul_f64(rand::random_range(0.5..=1.0));
    jittered.max(retry_after.unwrap_or_default()).min(settings.longest_pause)
}

/// `Retry-After` in either form: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    date.to_utc().signed_duration_since(Utc::now()).to_std().ok()
}

/// An error with its causes: the outermost alone says only that something was sent.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        // Some errors repeat their cause in their own text.
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}
