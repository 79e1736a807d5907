//! A provider, which gives out credentials and signatures, and the content network that takes the signatures.

use std::sync::Arc;
use std::time::Instant;

use hyper::body::Incoming;
use hyper::header::SET_COOKIE;
use hyper::{Request, StatusCode};
use s3s::HttpResponse;

use super::http::{Listening, document, file, header, listen, query, to};
use super::{ISSUED, SESSION, SIGNATURE, Shared, State};

pub(super) async fn start(shared: &Arc<Shared>) -> Listening {
    listen(shared, "provider", |shared, request| async move { answer(&shared, &request) }).await
}

fn answer(shared: &Shared, request: &Request<Incoming>) -> HttpResponse {
    let state = &mut *shared.state.lock().unwrap();
    let sent = header(request, "authorization");
    if sent.starts_with("Basic") {
        state.leaks.push("a password at the provider".into());
    }
    let known = state.takes_tokens && sent == format!("Bearer {}", state.token);
    let to_login = |status| {
        let (urs, back) = (shared.address("urs"), shared.address("provider"));
        to(
            status,
            format!("{urs}oauth/authorize?client_id=x&response_type=code&redirect_uri={back}login"),
        )
    };
    match request.uri().path() {
        "/s3credentials" if known => issue(state, "application/json"),
        "/s3credentials"
            if header(request, "cookie").contains(&format!("accessToken={SESSION}")) =>
        {
            issue(state, "text/html; charset=utf-8")
        }
        "/s3credentials" if sent.is_empty() => to_login(StatusCode::FOUND),
        "/s3credentials" => to_login(StatusCode::TEMPORARY_REDIRECT),
        "/login" if query(request).get("code") == Some(&format!("{SESSION}-code")) => {
            let mut response = to(StatusCode::FOUND, "/s3credentials");
            let cookie = format!("accessToken={SESSION}-provider; Path=/; Secure");
            response.headers_mut().insert(SET_COOKIE, cookie.parse().unwrap());
            response
        }
        path if path.starts_with("/files/") => {
            state.files_asked += 1;
            if !known {
                return to_login(StatusCode::FOUND);
            }
            if path.contains("/denied/") {
                let text = r#"{"error_description": "EULA Acceptance Failure", "resolution_url": "https://eula"}"#;
                return document(StatusCode::FORBIDDEN, "application/json", text);
            }
            let signature = format!("{SIGNATURE}-{}", state.signatures.len());
            state.signatures.insert(signature.clone(), state.signature_uses);
            let path = path.strip_prefix("/files/").unwrap();
            let network = shared.address("network");
            to(StatusCode::SEE_OTHER, format!("{network}{path}?X-Amz-Signature={signature}"))
        }
        _ => document(StatusCode::NOT_FOUND, "text/html", "<title>Nothing here</title>"),
    }
}

fn issue(state: &mut State, kind: &'static str) -> HttpResponse {
    state.credentials_asked += 1;
    let number = state.credentials_asked;
    let (key, session) = (format!("AKID{number}"), format!("{ISSUED}-session-{number}"));
    state.keys.insert(key.clone(), (session.clone(), Instant::now() + state.lifetime));
    let end = chrono::Utc::now() + state.lifetime;
    let end = end.format("%Y-%m-%d %H:%M:%S%.3f+00:00");
    let text = format!(
        r#"{{"accessKeyId": "{key}", "secretAccessKey": "{ISSUED}-secret", "sessionToken": "{session}",
            "expiration": "{end}"}}"#
    );
    document(StatusCode::OK, kind, text)
}

pub(super) async fn start_network(shared: &Arc<Shared>) -> Listening {
    let answer = |shared: Arc<Shared>, request: Request<Incoming>| async move {
        let delay = shared.state.lock().unwrap().delay;
        tokio::time::sleep(delay).await;
        serve(&shared, &request)
    };
    listen(shared, "network", answer).await
}

/// Files below `public` for everybody, and others for who has a signature.
fn serve(shared: &Shared, request: &Request<Incoming>) -> HttpResponse {
    let state = &mut *shared.state.lock().unwrap();
    for name in ["authorization", "cookie"] {
        if !header(request, name).is_empty() {
            state.leaks.push(format!("{name} at the content network"));
        }
    }
    state.network_asked += 1;
    if state.network_asked.is_multiple_of(state.busy_one_in) {
        return document(StatusCode::SERVICE_UNAVAILABLE, "text/html", "<title>Busy</title>");
    }
    let path = request.uri().path().trim_start_matches('/');
    let uses = query(request).remove("X-Amz-Signature").and_then(|s| state.signatures.get_mut(&s));
    match uses {
        Some(uses @ 1..) => *uses -= 1,
        _ if path.starts_with("public/") => {}
        _ => {
            let url = request.uri();
            let text = format!(
                "<Error><Code>AccessDenied</Code><Message>Request has expired</Message><Url>{url}</Url></Error>"
            );
            return document(StatusCode::FORBIDDEN, "application/xml", text);
        }
    }
    file(request, &shared.folder.path().join(path))
}
