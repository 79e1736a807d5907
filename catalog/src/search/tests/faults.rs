use std::time::Instant;

use super::*;

/// A server that answers `bad` so many times, then well.
fn recovering(times: usize, bad: Reply) -> Server {
    Server::start(move |number, _| match number {
        n if n < times => bad.clone(),
        _ => Reply::Page(page(0..2, 2, None)),
    })
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let good = page(0..2, 2, None);
    let passing = [
        Reply::Status(503, "", "busy"),
        Reply::Status(500, "", ""),
        Reply::Status(504, "", "gateway"),
        Reply::Status(429, "retry-after: 0\r\n", "slow down"),
        Reply::Cut(good),
        Reply::Close,
    ];
    for bad in passing {
        let server = recovering(2, bad.clone());
        let found = search(&server).await.unwrap_or_else(|e| panic!("{bad:?}: {e}"));
        assert_eq!((found.catalog.len(), server.requests().len()), (2, 3), "{bad:?}");
    }
}

#[tokio::test]
async fn retry_after_is_heeded_up_to_the_longest_pause() {
    let wait = |header: &'static str, longest: u64| async move {
        let server = recovering(1, Reply::Status(429, header, ""));
        let client = with(|settings| {
            settings.first_pause = Duration::ZERO;
            settings.longest_pause = Duration::from_millis(longest);
        });
        let start = Instant::now();
        client.search(&query(&server), |_| ()).await.unwrap();
        start.elapsed()
    };
    assert!(wait("retry-after: 1\r\n", 5000).await >= Duration::from_secs(1));
    let capped = wait("retry-after: 3600\r\n", 100).await;
    assert!(capped >= Duration::from_millis(100) && capped < Duration::from_secs(5), "{capped:?}");
    let date = "retry-after: Wed, 21 Oct 2099 07:28:00 GMT\r\n";
    assert!(wait(date, 100).await >= Duration::from_millis(100));
    assert!(
        wait("retry-after: Wed, 21 Oct 2015 07:28:00 GMT\r\n", 5000).await < Duration::from_secs(1)
    );
}

#[tokio::test]
async fn an_endless_fault_is_an_error_after_the_last_attempt() {
    let faults = [
        (
            Reply::Status(500, "", "out of order"),
            "the server says 500 Internal Server Error after 3 attempts: out of order",
        ),
        (Reply::Status(429, "", ""), "429 Too Many Requests after 3 attempts: (no text)"),
        (Reply::Close, "no reply after 3 attempts"),
    ];
    for (bad, expected) in faults {
        let server = recovering(usize::MAX, bad);
        let error = search(&server).await.unwrap_err();
        assert!(error.may_pass(), "{error}");
        let text = error.to_string();
        assert!(text.contains(expected) && text.contains("page 1"), "{text}");
        assert_eq!(server.requests().len(), 3, "{text}");
    }
}

#[tokio::test]
async fn slow_pages_are_asked_for_again() {
    let late = Reply::Late(Duration::from_secs(2), page(0..2, 2, None));
    let server = recovering(1, late.clone());
    let found = hasty().search(&query(&server), |_| ()).await.unwrap();
    assert_eq!(found.catalog.len(), 2);
    let server = recovering(usize::MAX, late);
    let text = hasty().search(&query(&server), |_| ()).await.unwrap_err().to_string();
    assert!(text.contains("no reply after 3 attempts") && text.contains("timed out"), "{text}");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn what_stays_is_not_tried_again() {
    for status in [400, 401, 403, 404] {
        let server =
            recovering(9, Reply::Status(status, "", r#"{"errors":["Provider [X] not found."]}"#));
        let error = search(&server).await.unwrap_err();
        assert!(!error.may_pass());
        let text = error.to_string();
        assert!(text.contains(&status.to_string()) && text.contains("Provider [X]"), "{text}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn nobody_listens() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let query = Query { endpoint: format!("http://{unused}/stac"), ..Query::new("ATL06", "007") };
    let text = client().search(&query, |_| ()).await.unwrap_err().to_string();
    assert!(text.contains("no reply after 3 attempts") && text.contains("refused"), "{text}");
    assert!(text.contains("/stac/NSIDC_CPRD/search?collections=ATL06_007"), "{text}");
}

#[tokio::test]
async fn pages_of_another_form() {
    let whole = page(0..2, 2, None);
    let half = &whole[..whole.len() / 2];
    let with = |pointer: &str, value: Value| {
        let mut body: Value = serde_json::from_str(&whole).unwrap();
        *body.pointer_mut(pointer).unwrap() = value;
        body.to_string()
    };
    let next = |value: Value| with("/links", json!([value]));
    let cases = [
        (half.to_owned(), "page 1 is not valid JSON: EOF while parsing"),
        (String::new(), "page 1 is not valid JSON"),
        ("<html>".to_owned(), "it begins with \"<html>\""),
        ("[]".to_owned(), "expected a FeatureCollection, found []"),
        (r#"{"errors":["no"]}"#.to_owned(), "found {\"errors\":[\"no\"]}"),
        (with("/type", json!("Catalog")), "expected a FeatureCollection"),
        (with("/features", json!({})), "`features`: expected a list, found {}"),
        (with("/features/1/id", json!(5)), "`features[1]`: `id`: expected text, found 5"),
        (with("/features/1/geometry", json!(5)), "`features[1]` (ATL06_0001.h5): `geometry`"),
        (with("/context/matched", json!("2")), "`/context/matched`: expected a number of items"),
        (with("/links", json!("x")), "`links`: expected a list, found \"x\""),
        (next(json!({"rel": "next"})), "`links: next`: expected a link"),
        (next(json!({"rel": "next", "href": "ftp://x/"})), "expected an http or https URL"),
        (next(json!({"rel": "next", "href": "?a", "method": "POST"})), "followed by GET"),
    ];
    for (body, expected) in cases {
        let error = refusal(body).await;
        assert!(error.contains(expected), "{expected} in {error}");
    }
}

#[tokio::test]
async fn a_page_without_end() {
    let server = recovering(0, Reply::Close);
    let client = with(|settings| settings.largest_page = 100);
    let text = client.search(&query(&server), |_| ()).await.unwrap_err().to_string();
    assert!(text.contains("more than 100 bytes"), "{text}");
}

#[tokio::test]
async fn secrets_do_not_get_into_errors() {
    let server = Server::start(|number, _| match number {
        0 => Reply::Page(page(0..2, 9, Some("?cursor=abc&access_token=hush&X-Amz-Signature=hush"))),
        _ => Reply::Close,
    });
    let error = search(&server).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(!text.contains("hush") && text.contains("cursor=abc"), "{text}");
}
