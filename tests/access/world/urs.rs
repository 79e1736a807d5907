//! The login server.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::SET_COOKIE;
use hyper::{Method, Request, StatusCode};
use s3s::HttpResponse;

use super::http::{Listening, document, header, is_jane, listen, query, to};
use super::{SESSION, Shared};

pub(super) async fn start(shared: &Arc<Shared>) -> Listening {
    listen(shared, "urs", |shared, request| async move { answer(&shared, &request) }).await
}

fn answer(shared: &Shared, request: &Request<Incoming>) -> HttpResponse {
    let state = &mut *shared.state.lock().unwrap();
    if header(request, "authorization").starts_with("Bearer") {
        state.leaks.push(format!("a token at the login server: {}", request.uri().path()));
    }
    match (request.method(), request.uri().path()) {
        (&Method::POST, "/api/users/find_or_create_token") if is_jane(request) => {
            state.tokens_asked += 1;
            let token = &state.token;
            let text = format!(
                r#"{{"access_token": "{token}", "token_type": "Bearer", "expiration_date": "03/01/2036"}}"#
            );
            document(StatusCode::OK, "application/json", text)
        }
        (&Method::POST, "/api/users/find_or_create_token") => {
            let text = r#"{"error": "invalid_credentials", "error_description": "Invalid user credentials"}"#;
            document(StatusCode::UNAUTHORIZED, "application/json", text)
        }
        (&Method::GET, "/oauth/authorize") if is_jane(request) => {
            let back = query(request).remove("redirect_uri").unwrap();
            let mut response = to(StatusCode::FOUND, format!("{back}?code={SESSION}-code"));
            let cookie = format!("_urs-gui_session={SESSION}-urs; Path=/; HttpOnly");
            response.headers_mut().insert(SET_COOKIE, cookie.parse().unwrap());
            response
        }
        (&Method::GET, "/oauth/authorize") => {
            let text = "<html><title>Earthdata Login</title></html>";
            document(StatusCode::UNAUTHORIZED, "text/html", text)
        }
        _ => document(StatusCode::NOT_FOUND, "text/html", "<title>Nothing here</title>"),
    }
}
