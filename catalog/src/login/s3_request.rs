//! Asking a provider for credentials.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use object_store::aws::AwsCredential;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, DATE, HeaderMap};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::cookies::Cookies;
use super::earthdata::Shared;
use super::http::{Answer, server_of};
use super::{Login, LoginError, Provider};

/// Hops of a login by redirects, at most.
const HOPS: usize = 12;

/// How long credentials are taken to last that do not say it in a form that can be read. The provider
/// says an hour; they are renewed on refusal all the same.
const UNTOLD: Duration = Duration::from_secs(30 * 60);

/// Credentials as they came.
pub(super) struct Issued {
    pub(super) credential: AwsCredential,
    pub(super) lifetime: Duration,
    pub(super) expires: String,
}

/// Asks by bearer token; with user and password, where the token is not accepted or none can be had, by the
/// way that browsers take.
pub(super) async fn issue(shared: &Shared, provider: &Provider) -> Result<Issued, LoginError> {
    let login = shared.login()?;
    let by_token = by_bearer(shared, provider).await;
    match (login, by_token) {
        (Login::Password { .. }, Err(LoginError::BadToken { .. } | LoginError::Answer { .. })) => {
            by_redirects(shared, provider, login).await
        }
        (_, done) => done,
    }
}

fn what(provider: &Provider) -> String {
    format!("S3 credentials of {}", provider.name)
}

async fn by_bearer(shared: &Shared, provider: &Provider) -> Result<Issued, LoginError> {
    let url = &provider.s3_credentials;
    let mut bearer = shared.bearer().await?;
    let mut renewed = false;
    loop {
        let header = bearer.header()?;
        let make = |client: &reqwest::Client| {
            client.get(url.clone()).header(AUTHORIZATION, header.clone())
        };
        let answer = shared.http.ask(&what(provider), make).await?;
        // A redirect leads to the page where people log in.
        if !(answer.status.is_redirection() || answer.status == StatusCode::UNAUTHORIZED) {
            return issued(provider, &answer);
        }
        if renewed {
            let reason = format!("{} refuses it", server_of(url));
            let from = shared.login()?.from().to_owned();
            return Err(LoginError::BadToken { from, reason });
        }
        (bearer, renewed) = (shared.renew_bearer(&bearer, url).await?, true);
    }
}

/// From the provider to the login server and back: the password is for the login server alone, and what
/// proves the login comes back in addresses and cookies.
async fn by_redirects(
    shared: &Shared,
    provider: &Provider,
    login: &Login,
) -> Result<Issued, LoginError> {
    let Login::Password { user, password, from } = login else {
        return by_bearer(shared, provider).await;
    };
    let mut url = provider.s3_credentials.clone();
    let mut cookies = Cookies::default();
    for _ in 0..HOPS {
        let at_urs = shared.endpoints.is_urs(&url);
        let make = |client: &reqwest::Client| {
            let request = client.get(url.clone()).headers(cookies.header(&url));
            if !at_urs {
                return request;
            }
            request.basic_auth(user.expose_secret(), Some(password.expose_secret()))
        };
        let answer = shared.http.ask(&what(provider), make).await?;
        cookies.keep(&answer.url, &answer.headers);
        if let Some(next) = answer.redirect() {
            url = next;
            continue;
        }
        if at_urs && answer.status == StatusCode::UNAUTHORIZED {
            let (from, server) = (from.clone(), server_of(&url));
            return Err(LoginError::BadPassword { from, server, said: answer.said() });
        }
        // The login server's page asks people to agree to something first.
        if at_urs {
            return Err(LoginError::Denied {
                what: what(provider),
                server: server_of(&url),
                said: answer.said(),
            });
        }
        return issued(provider, &answer);
    }
    Err(LoginError::Answer {
        what: what(provider),
        server: server_of(&url),
        expected: "credentials".into(),
        found: format!("{HOPS} redirects, one after the other"),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: Option<String>,
}

/// The credentials of an answer, whatever it says its type is.
fn issued(provider: &Provider, answer: &Answer) -> Result<Issued, LoginError> {
    let (what, server) = (what(provider), server_of(&answer.url));
    if answer.status == StatusCode::FORBIDDEN {
        return Err(LoginError::Denied { what, server, said: answer.said() });
    }
    let expected = "JSON with accessKeyId, secretAccessKey, sessionToken and expiration";
    let other = |found| LoginError::Answer { what, server, expected: expected.into(), found };
    if answer.status != StatusCode::OK {
        return Err(other(answer.found()));
    }
    // What the parser says may quote what it read.
    let Ok(document) = serde_json::from_slice::<Document>(&answer.body) else {
        return Err(other(format!(
            "{} bytes of something else{}",
            answer.body.len(),
            answer.said()
        )));
    };
    let expires = document.expiration.unwrap_or_default();
    let lifetime = match time(&expires) {
        None => UNTOLD,
        Some(end) => (end - now(&answer.headers))
            .to_std()
            .map_err(|_| other(format!("credentials that expired already, at {expires}")))?,
    };
    let credential = AwsCredential {
        key_id: document.access_key_id,
        secret_key: document.secret_access_key,
        token: Some(document.session_token),
    };
    Ok(Issued { credential, lifetime, expires })
}

/// `2026-01-01 12:00:00+00:00`, and as RFC 3339 has it; without a zone it is UTC.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let zoned = text.parse::<DateTime<Utc>>().ok();
    let plain = || {
        let forms = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];
        forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    zoned.or_else(|| plain().map(|time| time.and_utc()))
}

/// The time of whoever sent these headers, where this machine's clock is wrong; a header has whole seconds alone.
fn now(headers: &HeaderMap) -> DateTime<Utc> {
    let here = Utc::now();
    let there = headers.get(DATE).and_then(|date| date.to_str().ok());
    let there = there.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    match there.map(|time| time.to_utc()) {
        Some(there) if (there - here).abs() > TimeDelta::seconds(5) => there,
        _ => here,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_the_forms_that_providers_use() {
        for text in [
            "2026-01-01 12:00:00+00:00",
            "2026-01-01T12:00:00Z",
            "2026-01-01T12:00:00.000Z",
            "2026-01-01 13:00:00.000+01:00",
            "2026-01-01 12:00:00",
        ] {
            assert_eq!(time(text).unwrap().timestamp(), 1_767_268_800, "{text}");
        }
        assert!(time("").is_none() && time("in an hour").is_none());
    }
}
