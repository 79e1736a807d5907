//! The examples in SQL, on the granules of the demo.

use super::Home;

#[test]
fn the_examples_lead_from_a_granule_to_a_map() {
    let home = Home::new();
    let ran = home.run(&["demo", "--out", "demo"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    let mut outputs = Vec::new();
    for file in &files {
        let ran = home.run(&["-f", file.to_str().unwrap()]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", file.display());
        outputs.push(ran.out);
    }
    let [granule, observations, store, map] = outputs.as_slice() else {
        panic!("{} examples", outputs.len())
    };
    assert!(granule.contains("land_ice_segments/h_li,Float32,"), "{granule}");
    assert!(observations.contains("GranuleScanExec") && !observations.contains("Repartition"));
    assert!(store.starts_with("count\n") && store.contains("cells,heights,lowest_m"), "{store}");
    // The southernmost turn of an orbit, above the pole.
    assert!(map.contains("%%%%"), "{map}");
    assert_eq!(home.files(), ["demo"]);
}
