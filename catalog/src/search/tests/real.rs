use super::*;
use crate::real_data::data;

#[tokio::test]
async fn two_real_pages_give_the_catalog_that_zagg_made_of_them() {
    let pages =
        [1, 2].map(|n| data(&format!("stac/cmrstac_atl03_007_serc_page{n}.RECONSTRUCTED.json")));
    let (Some(first), Some(second), Some(catalog)) =
        (&pages[0], &pages[1], data("zagg/cat_serc_atl03_007.parquet"))
    else {
        return;
    };
    let [first, second] = [first, second].map(|file| std::fs::read_to_string(file).unwrap());
    let server = Server::start(move |number, _| match number {
        0 => Reply::Page(first.replace("https://cmr.earthdata.nasa.gov", "")),
        _ => Reply::Page(second.clone()),
    });
    let mut query =
        Query { endpoint: format!("{}/stac", server.url), ..Query::new("ATL03", "007") };
    query.provider = Some(NSIDC.to_owned());
    let days = ["2018-10-13", "2025-06-01"].map(|day| day.parse().unwrap());
    query.period = Some(Period::days(days[0], days[1]).unwrap());
    query.bbox = Some([-76.623291, 38.842973, -76.506054, 38.934599]);
    let found = client().search(&query, |_| ()).await.unwrap();
    // What was asked for is what the real pages were asked for, and the second page is the one linked to.
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1], format!("{}&cursor=eyJyZWNvbnN0cnVjdGVkIjp0cnVlfQ%3D%3D", requests[0]));

    let zagg = crate::Catalog::read(catalog).unwrap();
    assert_eq!(found.catalog.granules().unwrap(), zagg.granules().unwrap());
    let mut meta = found.catalog.meta().unwrap().unwrap();
    meta.source = Some("CMR-STAC".to_owned());
    assert_eq!(Some(meta), zagg.meta().unwrap());
}
