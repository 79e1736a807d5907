//! Granules that are not for everybody: logins, credentials that run out in the middle of a run, redirects.

mod checks;
mod https;
mod logins;
mod runs;
mod world;

use std::path::Path;

use tempfile::TempDir;
use zagg::run::{Input, Job, RunRequest};
use zagg_engine::catalog::login::Earthdata;
use zagg_engine::synthetic::Synthetic;

use crate::support::request;

/// Granules that are longer than the first request, so that each takes several.
fn long_granules() -> (TempDir, Vec<String>) {
    let dir = TempDir::new().unwrap();
    let granules = Synthetic { segments_per_beam: 12_000, granules: 3, ..Synthetic::default() };
    let files = granules.write(dir.path()).unwrap();
    assert!(files.iter().all(|file| file.metadata().unwrap().len() > 5 << 18));
    let links = files.iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    (dir, links)
}

/// A run of `atl06` with this access to Earthdata.
fn request_with(earthdata: &Earthdata, links: &[String], store: &Path) -> RunRequest {
    let mut request = request(Input::Granules(links.to_vec()), store);
    request.earthdata = earthdata.clone();
    request
}

/// The shard map of files of this machine, with other links in it.
async fn map_with(files: &[String], folder: &Path, links: impl Fn(&str) -> [String; 2]) -> Input {
    let job = request(Input::Granules(files.to_vec()), &folder.join("unused.zarr"));
    let mut map = Job::prepare(job).await.unwrap().shard_map().clone();
    for granule in &mut map.granules {
        let [s3, https] = links(&granule.id);
        (granule.path, granule.s3, granule.https) = (None, Some(s3), Some(https));
    }
    let file = folder.join("map.json");
    map.write(&file).unwrap();
    Input::ShardMap(file.to_str().unwrap().into())
}
