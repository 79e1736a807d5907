//! Granule indexes: the same result with fewer requests, and nothing read by an index that is wrong.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::util::pretty::pretty_format_batches;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use tempfile::TempDir;
use zagg::run::{Input, Job, RunRequest, run};
use zagg::{
    Config, GranulePool, GranuleRef, GranuleTable, Locations, PoolOptions, ScanOptions, session,
};
use zagg_engine::catalog::ShardMap;
use zagg_engine::index::GranuleIndex;
use zagg_engine::run::{IndexRequest, IndexSummary, make_index};
use zagg_engine::synthetic::Synthetic;

use crate::measured::{line_with, metric};
use crate::support::{assert_same_objects, finish, request, synthetic};

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn name(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

/// `atl06` on another grid.
fn with_orders(parent: u8, child: u8) -> Config {
    let yaml = Config::load("atl06").unwrap().text;
    let yaml = yaml.replace("parent_order: 6", &format!("parent_order: {parent}"));
    let yaml = yaml.replace("child_order: 12", &format!("child_order: {child}"));
    Config::parse("atl06", &yaml).unwrap()
}

fn request_for(config: Config, links: &[String], out: &Path) -> IndexRequest {
    let (input, runtime) = (Input::Granules(links.to_vec()), Arc::default());
    let out = text(out);
    IndexRequest { config, input, out, workers: 2, allow_partial: false, runtime }
}

async fn index(links: &[String], out: &Path) -> IndexSummary {
    let request = request_for(Config::load("atl06").unwrap(), links, out);
    make_index(request, |_, _| {}).await.unwrap()
}

fn indexed(input: Input, store: &Path, index: &Path) -> RunRequest {
    RunRequest { index: Some(text(index)), ..request(input, store) }
}

async fn refused(request: RunRequest) -> String {
    let store = request.store.clone();
    let error = run(request, |_, _, _| {}).await.unwrap_err().to_string();
    assert!(!Path::new(&store).join("zarr.json").exists(), "{error}");
    error
}

/// The shard map of granules as a file.
async fn map_of(links: &[String], dir: &Path) -> String {
    let out = dir.join("unused.zarr");
    let job = Job::prepare(request(Input::Granules(links.to_vec()), &out)).await.unwrap();
    let map = dir.join("map.json");
    job.shard_map().write(&map).unwrap();
    text(&map)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_by_index_gives_the_same_bytes_without_metadata() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    let made = index(&links, &at("index.parquet")).await;
    assert_eq!((made.granules, made.rows), (4, 66_000));
    assert!(made.chunks > 0 && made.runs < made.rows / 8, "{made:?}");

    let map = map_of(&links, dir.path()).await;
    let plain = finish(request(Input::ShardMap(map.clone()), &at("plain.zarr"))).await;
    let by_map = indexed(Input::ShardMap(map), &at("map.zarr"), &at("index.parquet"));
    let by_map = finish(by_map).await;
    assert!(plain.metadata_requests > 0 && plain.index.is_none(), "{plain:?}");
    assert_eq!(by_map.metadata_requests, 0);
    assert!(by_map.bytes_read < plain.bytes_read, "no positions are read");
    let used = by_map.index.unwrap();
    assert_eq!((used.granules, used.lacks.len()), (4, 0));
    assert_eq!(by_map.rows_read, plain.rows_read);
    assert_eq!(by_map.beams_missing, plain.beams_missing);
    assert_eq!(by_map.rows_invalid_position, plain.rows_invalid_position);
    assert_same_objects(&at("plain.zarr"), &at("map.zarr"));

    // The shard map itself from the index: each granule is asked whether it is the same still.
    let links = Input::Granules(links);
    let by_links = finish(indexed(links, &at("links.zarr"), &at("index.parquet"))).await;
    assert_eq!(by_links.metadata_requests, 4);
    assert_same_objects(&at("plain.zarr"), &at("links.zarr"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_leaves_the_index_that_would_be_made() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    index(&links, &at("made.parquet")).await;
    let bytes = |name: &str| std::fs::read(at(name)).unwrap();
    let mut left = request(Input::Granules(links.clone()), &at("a.zarr"));
    left.index_out = Some(text(&at("left.parquet")));
    let summary = finish(left).await;
    assert_eq!(summary.index_out.unwrap().granules, 4);
    assert!(bytes("left.parquet") == bytes("made.parquet"));
    // And one that used an index leaves the same again, in its place.
    let mut again = indexed(Input::Granules(links), &at("b.zarr"), &at("made.parquet"));
    again.index_out = Some(text(&at("made.parquet")));
    let summary = finish(again).await;
    assert_eq!(summary.index_out.unwrap().requests, 0);
    assert!(bytes("left.parquet") == bytes("made.parquet"));
    assert_same_objects(&at("a.zarr"), &at("b.zarr"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_index_lacks_is_opened_and_said() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    finish(request(Input::Granules(links.clone()), &at("plain.zarr"))).await;

    // Without one granule.
    index(&links[..3], &at("three.parquet")).await;
    let input = || Input::Granules(links.clone());
    let summary = finish(indexed(input(), &at("three.zarr"), &at("three.parquet"))).await;
    let used = summary.index.unwrap();
    assert_eq!((used.granules, used.lacks), (3, vec![name(&links[3]).to_owned()]));
    assert_same_objects(&at("plain.zarr"), &at("three.zarr"));

    // Without a dataset that the configuration needs.
    let yaml = Config::load("atl06").unwrap().text.replace("h_li_sigma", "sigma_geo_h");
    let other = request_for(Config::parse("other", &yaml).unwrap(), &links, &at("other.parquet"));
    make_index(other, |_, _| {}).await.unwrap();
    let summary = finish(indexed(input(), &at("other.zarr"), &at("other.parquet"))).await;
    let used = summary.index.unwrap();
    assert_eq!((used.granules, used.lacks.len()), (0, 4));
    assert_same_objects(&at("plain.zarr"), &at("other.zarr"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grids_no_finer_than_the_runs_are_served_and_others_refused() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    index(&links, &at("index.parquet")).await;
    for (parent, child) in [(5, 11), (8, 12), (6, 14)] {
        let with = |store: &Path, index: Option<String>| {
            let request = request(Input::Granules(links.clone()), store);
            RunRequest { config: with_orders(parent, child), index, ..request }
        };
        let (plain, by_index) = (at(&format!("{parent}.zarr")), at(&format!("{parent}i.zarr")));
        finish(with(&plain, None)).await;
        let summary = finish(with(&by_index, Some(text(&at("index.parquet"))))).await;
        // Those that say whether the granule is the same.
        assert_eq!(summary.metadata_requests, 4, "{parent} {child}");
        assert_same_objects(&plain, &by_index);
    }
    let finer = indexed(Input::Granules(links.clone()), &at("x.zarr"), &at("index.parquet"));
    let told = refused(RunRequest { config: with_orders(13, 14), ..finer }).await;
    assert!(told.contains("index.parquet"), "{told}");
    assert!(told.contains("shards of order 6") && told.contains("have order 13"), "{told}");
    let yaml = Config::load("atl06").unwrap().text + "    ellipsoid: sphere\n";
    let sphere = indexed(Input::Granules(links), &at("x.zarr"), &at("index.parquet"));
    let config = Config::parse("atl06", &yaml).unwrap();
    let told = refused(RunRequest { config, ..sphere }).await;
    assert!(told.contains("authalic") && told.contains("sphere"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_granule_that_has_changed_is_refused_wherever_it_is_met() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    index(&links, &at("index.parquet")).await;
    let map = map_of(&links, dir.path()).await;
    // The same size, other rows.
    let bytes = std::fs::read(&links[1]).unwrap();
    std::fs::write(&links[1], bytes).unwrap();
    let inputs = [Input::Granules(links.clone()), Input::ShardMap(map.clone())];
    // Each into a store of its own: a shard that was being written when its run was given up may still come to its end.
    for (input, store) in inputs.into_iter().zip(["a.zarr", "b.zarr"]) {
        let told = run(indexed(input, &at(store), &at("index.parquet")), |_, _, _| {}).await;
        let told = told.unwrap_err().to_string();
        let what = format!("granule {}: it has changed since the index was made", name(&links[1]));
        assert!(told.contains(&what) && told.contains("index.parquet"), "{told}");
    }
    let by_map = Input::ShardMap(map.clone());
    let mut partial = indexed(by_map, &at("x.zarr"), &at("index.parquet"));
    partial.allow_partial = true;
    let summary = finish(partial).await;
    assert_eq!(summary.granules_failed.len(), 1);
    assert_eq!(summary.granules_failed[0].granule, name(&links[1]));

    // A shard that the index says the granule has no rows in: nothing is read of it, and yet it is asked.
    let shards = ShardMap::read(&map).unwrap();
    let has = |shard: &zagg_engine::catalog::Shard, link: &str| {
        shards.granules_of(shard).any(|granule| granule.id == name(link))
    };
    let without = shards.shards.iter().find(|shard| !has(shard, &links[1])).unwrap().cell;
    let json = std::fs::read_to_string(&map).unwrap();
    let everywhere = at("everywhere.json");
    let mut map: serde_json::Value = serde_json::from_str(&json).unwrap();
    let granules: Vec<serde_json::Value> = links
        .iter()
        .map(|link| serde_json::json!({"id": name(link), "s3": null, "https": null, "path": link}))
        .collect();
    for shard in map["granules"].as_array_mut().unwrap() {
        *shard = granules.clone().into();
    }
    std::fs::write(&everywhere, map.to_string()).unwrap();
    let mut one = indexed(Input::ShardMap(text(&everywhere)), &at("y.zarr"), &at("index.parquet"));
    one.only_shard = Some(without);
    let told = run(one, |_, _, _| {}).await.unwrap_err().to_string();
    assert!(told.contains("it has changed since the index was made"), "{told}");
}

#[tokio::test]
async fn an_index_that_is_damaged_or_absent_stops_a_run_before_it_starts() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    index(&links, &at("index.parquet")).await;
    let by_index = || indexed(Input::Granules(links.clone()), &at("x.zarr"), &at("index.parquet"));
    let mut bytes = std::fs::read(at("index.parquet")).unwrap();
    let half = bytes.len() / 2;
    bytes[half] ^= 4;
    std::fs::write(at("index.parquet"), &bytes).unwrap();
    let told = refused(by_index()).await;
    assert!(told.contains("index.parquet: it is damaged"), "{told}");
    std::fs::write(at("index.parquet"), &bytes[..half]).unwrap();
    let told = refused(by_index()).await;
    assert!(told.contains("no whole Parquet file"), "{told}");
    std::fs::remove_file(at("index.parquet")).unwrap();
    let told = refused(by_index()).await;
    assert!(told.contains("index.parquet: it cannot be read"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_is_written_whole_or_not_at_all() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let out = dir.path().join("index.parquet");
    index(&links[..1], &out).await;
    let before = std::fs::read(&out).unwrap();
    std::fs::write(&links[2], b"not HDF5").unwrap();
    let request = || request_for(Config::load("atl06").unwrap(), &links, &out);
    let told = make_index(request(), |_, _| {}).await.unwrap_err().to_string();
    assert!(told.contains(name(&links[2])), "{told}");
    assert!(std::fs::read(&out).unwrap() == before);
    let partial = IndexRequest { allow_partial: true, ..request() };
    let summary = make_index(partial, |_, _| {}).await.unwrap();
    assert_eq!((summary.granules, summary.granules_failed.len()), (3, 1));
    assert_eq!(std::fs::read(&out).unwrap().len() as u64, summary.bytes);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_configuration_may_name_it() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let (out, store) = (dir.path().join("index.parquet"), dir.path().join("x.zarr"));
    index(&links, &out).await;
    let text = format!("{}index: {}\n", Config::load("atl06").unwrap().text, out.display());
    let config = Config::parse("atl06", &text).unwrap();
    assert_eq!(config.sha256, Config::load("atl06").unwrap().sha256, "the result is the same");
    let summary = finish(RunRequest { config, ..request(Input::Granules(links), &store) }).await;
    assert_eq!(summary.index.unwrap().granules, 4);
}

/// Granules in a bucket, an index of them, and a table over both: one shard reads its own chunks and nothing
/// else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shard_reads_the_chunks_of_its_rows_and_no_metadata() {
    let dir = TempDir::new().unwrap();
    let granules = Synthetic { granules: 3, segments_per_beam: 40_000, ..Synthetic::default() };
    let bucket = Arc::new(InMemory::new());
    let mut links = Vec::new();
    for path in granules.write(dir.path()).unwrap() {
        let link = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        bucket.put(&link.as_str().into(), bytes.into()).await.unwrap();
        links.push(format!("s3://bucket/{link}"));
    }
    let context = session().unwrap();
    let store = Arc::clone(&bucket) as Arc<dyn ObjectStore>;
    context.register_object_store(&"s3://bucket".parse().unwrap(), store);
    let config = Config::load("atl06").unwrap();
    let runtime = context.runtime_env();
    let mut making = request_for(config.clone(), &links, Path::new("unused"));
    making.out = "s3://bucket/index/atl06.parquet".into();
    making.runtime = Arc::clone(&runtime);
    make_index(making, |_, _| {}).await.unwrap();

    let mut mapping = request(Input::Granules(links.clone()), &dir.path().join("x.zarr"));
    mapping.runtime = Arc::clone(&runtime);
    let map = Job::prepare(mapping).await.unwrap().shard_map().clone();
    let locations = Locations::new(Arc::clone(&runtime.object_store_registry));
    let at = locations.resolve("s3://bucket/index/atl06.parquet").unwrap();
    let index = Some(Arc::new(GranuleIndex::open(&at).await.unwrap()));
    let traffic = (locations.traffic().gets(), locations.traffic().bytes_read());
    let granules = links.iter().map(|l| GranuleRef::from_link(l, &locations).unwrap()).collect();
    let options = PoolOptions { index, ..PoolOptions::default() };
    let (source, grid) = (config.source.clone(), config.grid);
    let memory = &runtime.memory_pool;
    let pool = GranulePool::try_new(source, grid, granules, None, memory, &options).unwrap();
    let pool = Arc::new(pool);
    let scan = ScanOptions::default();
    let table = GranuleTable::by_shard("atl06", Arc::clone(&pool), &map, scan).await.unwrap();
    context.register_table("atl06", Arc::new(table)).unwrap();
    let after = (locations.traffic().gets(), locations.traffic().bytes_read());
    assert_eq!(after, traffic, "a table over an index asks for nothing");

    let shard = map.shards.iter().max_by_key(|shard| shard.granules.len()).unwrap().cell;
    let sql = format!(
        "EXPLAIN ANALYZE SELECT cell, count(h_li), max(s_li) FROM atl06 \
         WHERE shard = {shard} AND atl06_quality_summary = 0 GROUP BY cell"
    );
    let plan = context.sql(&sql).await.unwrap().collect().await.unwrap();
    let line = line_with(&plan, "GranuleScanExec");
    assert!(line.contains("index=atl06.parquet ("), "{line}");
    assert_eq!(metric(&line, "metadata_requests"), 0.0, "{line}");
    assert!(metric(&line, "rows_read") > 0.0, "{line}");

    // The chunks of the rows of the shard, of the three columns that were asked for.
    let mut needed = 0;
    for granule in 0..pool.granules().len() {
        let (opened, index) =
            (pool.open(granule).await.unwrap(), pool.index(granule).await.unwrap());
        for (beam, runs) in opened.beams.iter().zip(index.iter()) {
            for dataset in &beam.datasets[2..] {
                let rows = runs.rows_in(shard);
                let mut blocks: Vec<u64> = rows.flat_map(|rows| dataset.blocks_of(&rows)).collect();
                blocks.dedup();
                let ranges = blocks.iter().flat_map(|block| dataset.stored_ranges(*block).unwrap());
                needed += ranges.map(|range| range.end - range.start).sum::<u64>();
            }
        }
    }
    let read = locations.traffic().bytes_read() - traffic.1;
    println!("a shard read {read} bytes for {needed} of its chunks");
    assert!(needed > 0 && read as f64 <= 1.3 * needed as f64, "{read} for {needed}");
    assert_eq!(locations.traffic().metadata_gets(), 0);

    let explain = context.sql("EXPLAIN SELECT granule FROM atl06").await.unwrap();
    let told = pretty_format_batches(&explain.collect().await.unwrap()).unwrap().to_string();
    assert!(told.contains("index=atl06.parquet (3 of 3 granules)"), "{told}");

    // The file behind the index is replaced by the same bytes: another version all the same.
    let path = name(&links[0]).into();
    let bytes = bucket.get(&path).await.unwrap().bytes().await.unwrap();
    bucket.put(&path, bytes.into()).await.unwrap();
    let all = context.sql("SELECT max(h_li) FROM atl06").await.unwrap();
    let told = all.collect().await.unwrap_err().to_string();
    assert!(told.contains("it has changed since the index was made"), "{told}");
}
