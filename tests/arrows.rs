//! Who may import whom.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// `udfs ◄── catalog ◄── engine ◄── lambda ◄── sql`, and `hdf5 ◄── engine`.
const ALLOWED: [(&str, &[&str]); 8] = [
    ("zagg-udfs", &[]),
    ("zagg-hdf5", &[]),
    ("zagg-catalog", &["zagg-udfs"]),
    ("zagg-engine", &["zagg-catalog", "zagg-hdf5", "zagg-udfs"]),
    ("zagg-lambda", &["zagg-engine", "zagg-catalog", "zagg-udfs"]),
    ("zagg-sql", &["zagg-lambda", "zagg-engine", "zagg-catalog", "zagg-udfs"]),
    // The facade re-exports; its examples, benches and tests may import anything.
    ("zagg", &["zagg-catalog", "zagg-engine", "zagg-hdf5", "zagg-udfs"]),
    ("zagg-bench", &["zagg", "zagg-catalog", "zagg-engine", "zagg-hdf5", "zagg-udfs"]),
];

#[test]
fn crates_import_only_what_the_architecture_allows() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".into()])
        .exec()
        .unwrap();
    let own: BTreeSet<String> = metadata.packages.iter().map(|p| p.name.to_string()).collect();
    let known: BTreeSet<String> = ALLOWED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(own, known, "a crate without arrows of its own");
    for package in &metadata.packages {
        let allowed = ALLOWED.iter().find(|(name, _)| *name == package.name.as_str()).unwrap().1;
        for dependency in &package.dependencies {
            let free = ["zagg", "zagg-bench"].contains(&package.name.as_str())
                && dependency.kind == DependencyKind::Development;
            if own.contains(&dependency.name) && !free {
                assert!(
                    allowed.contains(&dependency.name.as_str()),
                    "{} may not import {}",
                    package.name,
                    dependency.name
                );
            }
        }
    }
}
