use super::*;

#[tokio::test]
async fn all_pages_whatever_their_size() {
    // 25 items, though 2000 were asked for in a page.
    let server = Server::start(|number, _| match number {
        0 => Reply::Page(page(0..10, 25, Some("/search?cursor=a"))),
        1 => Reply::Page(page(10..11, 25, Some("?cursor=b"))),
        _ => Reply::Page(page(11..25, 25, None)),
    });
    let mut seen = Vec::new();
    let found = client().search(&query(&server), |progress| seen.push(progress.to_string())).await;
    let found = found.unwrap();
    let granules = found.catalog.granules().unwrap();
    assert_eq!(granules.len(), 25);
    assert_eq!(granules[24].id, "ATL06_0024.h5");
    assert_eq!(granules[24].s3.as_deref(), Some("s3://b/ATL06_0024.h5"));
    assert_eq!(granules[24].https.as_deref(), Some("https://host/b/ATL06_0024.h5"));
    let expected = [
        "10 granules of 25 in 1 pages",
        "11 granules of 25 in 2 pages",
        "25 granules of 25 in 3 pages",
    ];
    assert_eq!(seen, expected);
    let targets =
        ["/search?collections=ATL06_007&limit=2000", "/search?cursor=a", "/search?cursor=b"];
    assert_eq!(server.requests(), targets);
    assert_eq!(found.catalog.meta().unwrap().unwrap().total_granules, 25);
}

#[tokio::test]
async fn an_empty_page_is_the_last() {
    let server = Server::start(|number, _| match number {
        0 => Reply::Page(page(0..3, 3, Some("?cursor=a"))),
        _ => Reply::Page(page([], 3, Some("?cursor=b"))),
    });
    assert_eq!(search(&server).await.unwrap().catalog.len(), 3);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn nothing_found_is_an_empty_catalog() {
    let server = Server::start(|_, _| Reply::Page(page([], 0, None)));
    let found = search(&server).await.unwrap();
    assert!(found.catalog.is_empty() && found.catalog.granules().unwrap().is_empty());
}

#[tokio::test]
async fn the_count_may_have_another_name_or_none() {
    for (key, matched) in [("numberMatched", Some(2)), ("other", None)] {
        let server = Server::start(move |_, _| {
            let mut body: Value = serde_json::from_str(&page(0..2, 0, None)).unwrap();
            body["context"] = Value::Null;
            body[key] = json!(2);
            Reply::Page(body.to_string())
        });
        let found = search(&server).await.unwrap();
        assert_eq!((found.progress.matched, found.catalog.len()), (matched, 2));
    }
}

#[tokio::test]
async fn too_few_and_too_many() {
    let server = Server::start(|_, _| Reply::Page(page(0..2, 3, None)));
    let error = search(&server).await.unwrap_err().to_string();
    assert!(error.contains("matched 3 granules and gave 2 on 1 pages"), "{error}");
    // The second page is one too many, and nobody waits for a third.
    let server = Server::start(|number, _| {
        let first = number as u32 * 2;
        Reply::Page(page(first..first + 2, 3, Some(&format!("?cursor={number}"))))
    });
    let error = search(&server).await.unwrap_err().to_string();
    assert!(error.contains("matched 3 granules and gave 4 on 2 pages"), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_count_that_changes_meanwhile() {
    let server = Server::start(|number, _| match number {
        0 => Reply::Page(page(0..2, 4, Some("?cursor=a"))),
        _ => Reply::Page(page(2..5, 5, None)),
    });
    let error = search(&server).await.unwrap_err();
    assert!(error.may_pass());
    assert!(error.to_string().contains("4 granules at first, and 5 on page 2"), "{error}");
}

#[tokio::test]
async fn the_same_item_twice() {
    let error = refusal(page([1, 2, 1], 3, None)).await;
    assert!(error.contains("ATL06_0001.h5 is on page 1 and again on page 1"), "{error}");
    let server = Server::start(|number, _| match number {
        0 => Reply::Page(page(0..2, 4, Some("?cursor=a"))),
        _ => Reply::Page(page(1..3, 4, None)),
    });
    let error = search(&server).await.unwrap_err().to_string();
    assert!(error.contains("ATL06_0001.h5 is on page 1 and again on page 2"), "{error}");
}

#[tokio::test]
async fn a_next_link_that_leads_back() {
    let server = Server::start(|number, _| match number {
        0 => Reply::Page(page(0..2, 9, Some("?cursor=a"))),
        _ => Reply::Page(page(2..4, 9, Some("?cursor=a"))),
    });
    let error = search(&server).await.unwrap_err().to_string();
    assert!(error.contains("`next` link of page 2 leads back to page 2"), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn granules_without_a_link_fail_or_are_listed() {
    let mut body: Value = serde_json::from_str(&page(0..3, 3, None)).unwrap();
    body["features"][1]["assets"] = json!({"a": {"href": "https://host/a.png", "roles": ["data"]}});
    let error = refusal(body.to_string()).await;
    assert!(error.contains("ATL06_0001.h5 has no data link"), "{error}");
    assert!(error.contains("https://host/a.png"), "{error}");

    let text = body.to_string();
    let server = Server::start(move |_, _| Reply::Page(text.clone()));
    let query = Query { skip_unlinked: true, ..query(&server) };
    let found = client().search(&query, |_| ()).await.unwrap();
    assert_eq!((found.catalog.len(), found.unlinked), (2, vec!["ATL06_0001.h5".to_owned()]));
}
