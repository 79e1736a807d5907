//! The token that opens `https://` links.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::http::{Http, server_of};
use super::{Endpoints, LoginError};

/// A token, as a header carries it. Its debug form does not show it.
#[derive(Debug, Clone)]
pub struct Bearer {
    token: SecretString,
    expires: Option<String>,
}

impl Bearer {
    /// The token as it was given. A token that is a JWT says itself when it expires.
    pub(super) fn given(token: SecretString) -> Self {
        let expires = jwt_expiry(token.expose_secret());
        Self { token, expires: expires.map(|time| time.format("%Y-%m-%d %H:%M UTC").to_string()) }
    }

    /// Whether both are the same token.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.token.expose_secret() == other.token.expose_secret()
    }

    /// The value of `Authorization`, marked as sensitive.
    ///
    /// # Errors
    /// When the token has characters that no header can carry.
    pub fn header(&self) -> Result<HeaderValue, LoginError> {
        let header = HeaderValue::try_from(format!("Bearer {}", self.token.expose_secret()));
        let mut header = header.map_err(|_| LoginError::BadToken {
            from: "the login server".into(),
            reason: "it has characters that no token has".into(),
        })?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// When it expires, as text: `2026-03-01 12:00 UTC`, or `03/01/2026` as the login server says it.
    pub fn expires(&self) -> Option<&str> {
        self.expires.as_deref()
    }
}

/// The answer to `find_or_create_token`.
#[derive(Deserialize)]
struct Token {
    access_token: SecretText,
    expiration_date: Option<String>,
}

/// Text that goes into a secret as it is read.
struct SecretText(SecretString);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

/// A token of a user, from the login server: the one he has, or a new one where he has none that is valid.
pub(super) async fn exchange(
    http: &Http,
    endpoints: &Endpoints,
    user: &SecretString,
    password: &SecretString,
    from: &str,
) -> Result<Bearer, LoginError> {
    const WHAT: &str = "a token";
    let mut url = endpoints.urs.clone();
    url.set_path("/api/users/find_or_create_token");
    let make = |client: &reqwest::Client| {
        client.post(url.clone()).basic_auth(user.expose_secret(), Some(password.expose_secret()))
    };
    let answer = http.ask(WHAT, make).await?;
    let server = server_of(&url);
    match answer.status {
        StatusCode::OK | StatusCode::CREATED => {}
        StatusCode::UNAUTHORIZED => {
            let (from, said) = (from.to_owned(), answer.said());
            return Err(LoginError::BadPassword { from, server, said });
        }
        _ => {
            let expected = "a token as JSON".into();
            let (what, found) = (WHAT.to_owned(), answer.found());
            return Err(LoginError::Answer { what, server, expected, found });
        }
    }
    // What the parser says may quote what it read.
    let token: Token = serde_json::from_slice(&answer.body).map_err(|_| LoginError::Answer {
        what: WHAT.into(),
        server,
        expected: "JSON with `access_token`".into(),
        found: format!("{} bytes of something else", answer.body.len()),
    })?;
    let expires = token.expiration_date;
    Ok(Bearer { token: token.access_token.0, expires })
}

/// When a JWT expires, by its own word, which nobody has verified: good for a message, and for nothing else.
fn jwt_expiry(token: &str) -> Option<DateTime<Utc>> {
    #[derive(Deserialize)]
    struct Claims {
        exp: i64,
    }
    let claims = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    DateTime::from_timestamp(exp, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_when_it_expires_and_is_not_shown() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"uid":"jane","exp":1767225600}"#);
        let token = format!("eyJ0.{claims}.c2ln");
        let bearer = Bearer::given(token.clone().into());
        assert_eq!(bearer.expires(), Some("2026-01-01 00:00 UTC"));
        let header = bearer.header().unwrap();
        assert_eq!(header, format!("Bearer {token}"));
        for shown in [format!("{bearer:?}"), format!("{header:?}")] {
            assert!(!shown.contains(&token), "{shown}");
        }
        assert_eq!(Bearer::given("EDL-abc".to_owned().into()).expires(), None);
    }
}
