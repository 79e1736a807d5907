//! What is said of access before a run.

use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnv;
use zagg::Locations;
use zagg_engine::access::{AccessReport, Outcome, check};
use zagg_engine::catalog::GranuleLink;
use zagg_engine::catalog::login::Earthdata;
use zagg_engine::config::Driver;

use super::world::{State, World, assert_no_secret};
use crate::support::synthetic;

async fn report(earthdata: &Earthdata, s3: &str, https: &str) -> AccessReport {
    let registry = Arc::clone(&RuntimeEnv::default().object_store_registry);
    let locations = Locations::with_earthdata(registry, earthdata.clone());
    let mut granule = GranuleLink::from_url(s3).unwrap();
    granule.https = Some(https.to_owned());
    // A second one of the same provider is not tried.
    let report = check(&[granule.clone(), granule], &locations).await;
    assert_eq!(report.providers.len(), 1);
    assert_no_secret(&format!("{report:?}"));
    report
}

/// What was tried, with the first letters of how it went.
fn steps(report: &AccessReport) -> Vec<String> {
    let steps = report.login.iter().chain(&report.providers[0].steps);
    let text = |outcome: &Outcome| match outcome {
        Outcome::Works { .. } => "ok".to_owned(),
        Outcome::Fails { found, remedy } => format!("{found} -> {remedy}"),
        Outcome::Skipped { .. } => "skipped".to_owned(),
    };
    steps.map(|step| format!("{}: {}", step.what, text(&step.outcome))).collect()
}

#[tokio::test]
async fn each_step_is_told_with_its_remedy() {
    let (_granules, files) = synthetic();
    let world = World::start(State::default()).await;
    let s3 = world.upload(&files[..1], "granules").remove(0);
    let https = world.https(&s3);

    let fine = report(&world.with_token(), &s3, &https).await;
    assert_eq!(
        steps(&fine),
        ["login: ok", "token: ok", "S3 credentials: ok", "S3: ok", "HTTPS: ok"]
    );
    assert!([Driver::S3, Driver::Https, Driver::Auto].into_iter().all(|d| fine.is_readable(d)));
    assert_eq!(fine.providers[0].provider, "NSIDC");

    let nobody = report(&world.with(&[("HOME", "/nowhere")]), &s3, &https).await;
    let told = steps(&nobody);
    assert!(told[0].contains("EARTHDATA_TOKEN is not set") && told[0].contains("-> "), "{told:?}");
    assert!(told[3].starts_with("HTTPS: ") && told[3].contains("no Earthdata login"), "{told:?}");
    assert!(!nobody.is_readable(Driver::Auto));

    let other = report(&world.with(&[("EARTHDATA_TOKEN", "expired-token")]), &s3, &https).await;
    let told = steps(&other);
    assert!(told[2].contains("not accepted") && told[2].contains("new token"), "{told:?}");
    assert_eq!(told[3], "S3: skipped");
    assert!(!format!("{other:?}").contains("expired-token"));

    world.state(|state| state.closed = true);
    let outside = report(&world.with_token(), &s3, &https).await;
    let told = steps(&outside);
    assert!(told[3].contains("ACCESS DENIED") && told[3].contains("--driver https"), "{told:?}");
    assert_eq!(told[4], "HTTPS: ok");
    let by = [Driver::S3, Driver::Https, Driver::Auto].map(|driver| outside.is_readable(driver));
    assert_eq!(by, [false, true, true]);
    world.state(|state| state.closed = false);

    let absent =
        report(&world.with_token(), &s3.replace(".h5", "x.h5"), &https.replace(".h5", "x.h5"))
            .await;
    let told = steps(&absent);
    for step in &told[3..] {
        assert!(step.contains("NOT FOUND") && step.contains("catalog anew"), "{told:?}");
    }
}
