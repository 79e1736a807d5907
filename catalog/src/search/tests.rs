mod faults;
mod paging;
mod queries;
mod real;
mod server;

use std::time::Duration;

use serde_json::{Value, json};
use server::{Reply, Server};

use super::*;

/// A client that tries again soon. The machine may be busy: that takes it long to give up.
fn client() -> SearchClient {
    with(|_| ())
}

/// A client that gives up soon.
fn hasty() -> SearchClient {
    with(|settings| settings.request_timeout = Duration::from_millis(300))
}

fn with(change: impl FnOnce(&mut ClientSettings)) -> SearchClient {
    let mut settings = ClientSettings {
        attempts: 3,
        first_pause: Duration::from_millis(5),
        longest_pause: Duration::from_millis(50),
        ..ClientSettings::default()
    };
    change(&mut settings);
    SearchClient::with_settings(settings).unwrap()
}

fn query(server: &Server) -> Query {
    Query { endpoint: server.url.clone(), provider: None, ..Query::new("ATL06", "007") }
}

fn item(number: u32) -> Value {
    let id = format!("ATL06_{number:04}.h5");
    json!({
        "type": "Feature", "id": id, "stac_version": "1.0.0", "collection": "ATL06_007",
        "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        "bbox": [0, 0, 1, 1],
        "properties": {"datetime": null, "start_datetime": "2019-01-05T16:33:08.267000Z"},
        "assets": {
            format!("gov/b/{number}"): {"href": format!("https://host/b/{id}"), "roles": ["data"]},
            format!("s3_s3://b/{number}"): {"href": format!("s3://b/{id}"), "roles": ["data"]},
        },
        "links": [],
    })
}

/// A page with these items, the count it speaks of, and the link it goes on with.
fn page(items: impl IntoIterator<Item = u32>, matched: u64, next: Option<&str>) -> String {
    let features: Vec<Value> = items.into_iter().map(item).collect();
    let links: Vec<Value> =
        next.map(|href| json!({"rel": "next", "href": href})).into_iter().collect();
    json!({
        "type": "FeatureCollection", "features": features, "links": links,
        "context": {"returned": features.len(), "matched": matched},
    })
    .to_string()
}

async fn search(server: &Server) -> Result<Found> {
    client().search(&query(server), |_| ()).await
}

/// What a search of one page says that it refuses.
async fn refusal(body: impl Into<String>) -> String {
    let body = body.into();
    let server = Server::start(move |_, _| Reply::Page(body.clone()));
    let error = search(&server).await.unwrap_err().to_string();
    assert_eq!(server.requests().len(), 1, "{error}");
    assert!(error.contains(&format!("GET {}/search", server.url)), "{error}");
    error
}
