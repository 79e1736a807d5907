//! Where a login is found, and what becomes of it.

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use zagg_engine::catalog::login::{Earthdata, Held, LoginError, Refusal, S3Credentials};

use super::world::{BUCKET, PASSWORD, State, TOKEN, USER, World, netrc, told};

fn credentials(earthdata: &Earthdata) -> Arc<S3Credentials> {
    earthdata.s3_credentials(BUCKET).unwrap()
}

async fn ask(earthdata: &Earthdata) -> Result<Arc<Held>, LoginError> {
    credentials(earthdata).held().await
}

fn entry(password: &str) -> String {
    format!("machine 127.0.0.1\n  login {USER}\n  password {password}\n")
}

#[tokio::test]
async fn each_login_opens_the_bucket_and_the_first_one_counts() {
    let world = World::start(State::default()).await;
    let home = TempDir::new().unwrap();
    let file = netrc(home.path(), &entry(PASSWORD), 0o600);
    let wrong = ("EARTHDATA_PASSWORD", "wrong");
    let user = ("EARTHDATA_USERNAME", USER);
    for (variables, from) in [
        (vec![("EARTHDATA_TOKEN", TOKEN), user, wrong], "token of EARTHDATA_TOKEN"),
        (vec![("EARTHDATA_TOKEN", "  token-of-jane\n")], "token of EARTHDATA_TOKEN"),
        (
            vec![user, ("EARTHDATA_PASSWORD", PASSWORD), ("NETRC", "/no/such/file")],
            "user and password of EARTHDATA_USERNAME and EARTHDATA_PASSWORD",
        ),
        (
            vec![("EARTHDATA_TOKEN", " "), user, ("NETRC", &file)],
            &*format!("user and password of {file}"),
        ),
    ] {
        let earthdata = world.with(&variables);
        assert_eq!(earthdata.login().unwrap().to_string(), from);
        let held = ask(&earthdata).await.unwrap();
        told(&LoginError::Client(format!("{earthdata:?} {held:?} {:?}", earthdata.login())));
        assert!(earthdata.warnings().is_empty());
    }
    assert_eq!(world.state(|state| (state.credentials_asked, state.tokens_asked)), (4, 2));
    assert_eq!(world.state(|state| state.leaks.clone()), Vec::<String>::new());
}

#[tokio::test]
async fn a_netrc_file_that_others_can_read_is_warned_of() {
    let world = World::start(State::default()).await;
    let home = TempDir::new().unwrap();
    std::fs::rename(netrc(home.path(), &entry(PASSWORD), 0o644), home.path().join(".netrc"))
        .unwrap();
    let earthdata = world.with(&[("HOME", home.path().to_str().unwrap())]);
    ask(&earthdata).await.unwrap();
    let warnings = earthdata.warnings().join("\n");
    assert!(warnings.contains(".netrc") && warnings.contains("chmod 600"), "{warnings}");
}

#[tokio::test]
async fn who_has_no_login_is_told_where_it_was_looked_for() {
    let world = World::start(State::default()).await;
    let home = TempDir::new().unwrap();
    let at_home = ("HOME", home.path().to_str().unwrap());
    let text = told(&ask(&world.with(&[at_home])).await.unwrap_err());
    let places =
        ["EARTHDATA_TOKEN is not set", "EARTHDATA_USERNAME and EARTHDATA_PASSWORD are not set"];
    for place in
        places.into_iter().chain([&*format!("{}/.netrc: there is no such file", at_home.1)])
    {
        assert!(text.contains(place), "{place} in {text}");
    }
    let half = world.with(&[at_home, ("EARTHDATA_PASSWORD", PASSWORD)]);
    let text = told(&ask(&half).await.unwrap_err());
    assert!(text.contains("EARTHDATA_PASSWORD is set, but EARTHDATA_USERNAME is not"), "{text}");

    let file = netrc(home.path(), "machine example.org login a password b", 0o600);
    let text = told(&ask(&world.with(&[("NETRC", &file)])).await.unwrap_err());
    assert!(text.contains("no entry `machine 127.0.0.1`") && text.contains(&file), "{text}");
    let file = netrc(home.path(), &format!("{}{PASSWORD}", entry(PASSWORD)), 0o600);
    let error = ask(&world.with(&[("NETRC", &file)])).await.unwrap_err();
    let text = told(&error);
    assert!(matches!(error, LoginError::Netrc { .. }) && text.contains("line 4"), "{text}");
}

#[tokio::test]
async fn what_is_not_accepted_is_named_and_not_shown() {
    let world = World::start(State::default()).await;
    // A JWT, which says itself that it expired on the first day of 2026.
    let bad = "eyJ0eXAiOiJKV1QifQ.eyJleHAiOjE3NjcyMjU2MDB9.c2lnbmVk";
    let error = ask(&world.with(&[("EARTHDATA_TOKEN", bad)])).await.unwrap_err();
    let text = told(&error);
    assert!(matches!(error, LoginError::BadToken { .. }) && !text.contains(bad), "{text}");
    for part in ["EARTHDATA_TOKEN", &world.provider(), "valid until 2026-01-01"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let text = told(&ask(&world.with(&[("EARTHDATA_TOKEN", "two words")])).await.unwrap_err());
    assert!(text.contains("blanks") && !text.contains("two words"), "{text}");

    let login = [("EARTHDATA_USERNAME", USER), ("EARTHDATA_PASSWORD", "hunter2")];
    let error = ask(&world.with(&login)).await.unwrap_err();
    let text = told(&error);
    assert!(matches!(error, LoginError::BadPassword { .. }) && !text.contains("hunter2"), "{text}");
    assert!(
        text.contains("Invalid user credentials") && text.contains("EARTHDATA_USERNAME"),
        "{text}"
    );
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_provider_without_tokens_is_asked_as_browsers_do() {
    let state = State { takes_tokens: false, ..State::default() };
    let world = World::start(state).await;
    let earthdata = world.with_password();
    ask(&earthdata).await.unwrap();
    assert_eq!(world.state(|state| state.credentials_asked), 1);
    assert_eq!(world.state(|state| state.leaks.clone()), Vec::<String>::new());
    let error = ask(&world.with_token()).await.unwrap_err();
    assert!(matches!(error, LoginError::BadToken { .. }), "{}", told(&error));
}

#[tokio::test]
async fn however_many_ask_one_request_is_made() {
    let world = World::start(State { lifetime: Duration::from_secs(2), ..State::default() }).await;
    let credentials = credentials(&world.with_token());
    for renewals in 1..=2 {
        let all = (0..50).map(|_| credentials.held());
        let all = futures::future::try_join_all(all).await.unwrap();
        assert_eq!(world.state(|state| state.credentials_asked), renewals);
        assert!(all.iter().all(|held| Arc::ptr_eq(held, &all[0])));
        // Past the end of their life.
        tokio::time::sleep(Duration::from_millis(2100)).await;
    }
}

#[tokio::test]
async fn a_refusal_renews_once() {
    let world = World::start(State::default()).await;
    let credentials = credentials(&world.with_token());
    let first = credentials.held().await.unwrap();
    let all = (0..20).map(|_| credentials.renew_refused(&first, Refusal::Denied));
    let all = futures::future::try_join_all(all).await.unwrap();
    assert!(all.iter().all(Option::is_some));
    assert_eq!(world.state(|state| state.credentials_asked), 2);
    let second = credentials.held().await.unwrap();
    assert!(credentials.renew_refused(&second, Refusal::Denied).await.unwrap().is_none());
    assert!(credentials.renew_refused(&first, Refusal::Denied).await.unwrap().is_some());
    assert_eq!(world.state(|state| state.credentials_asked), 2);
    // What the bucket calls expired is no denial.
    assert!(credentials.renew_refused(&second, Refusal::Expired).await.unwrap().is_some());
    assert_eq!(world.state(|state| state.credentials_asked), 3);
}
