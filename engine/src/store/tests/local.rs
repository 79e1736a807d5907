//! The same on a file system, where directories are something of their own.

use super::*;

#[test]
fn overwriting_leaves_no_directories_behind() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/with space.zarr");
        let target = Target::local(&path).unwrap();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        write(&writer, 0, &rows(&[(1, 1, Some(1.0))])).await;
        writer.finish(no_extra()).await.unwrap();
        assert!(path.join("4/h_mean/c/0").is_file());
        let reader = StoreReader::open(Target::local(&path).unwrap()).await.unwrap();
        let batch = reader.read_shard(0, &["count", "h_mean"], Rows::Occupied).await.unwrap();
        assert_eq!(batch.num_rows(), 1);

        let error = StoreWriter::create(target.clone(), spec(), false).await.unwrap_err();
        assert!(error.to_string().contains("with space.zarr is not empty"), "{error}");

        let mut other = spec();
        other.child_order = 5;
        other.variables.pop();
        let writer = StoreWriter::create(target.clone(), other, true).await.unwrap();
        writer.finish(no_extra()).await.unwrap();
        let names = |dir: &std::path::Path| {
            let mut names: Vec<String> = std::fs::read_dir(dir)
                .unwrap()
                .map(|e| e.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(&path), ["5", "zarr.json"]);
        assert_eq!(names(&path.join("5")), ["cell_ids", "count", "crs", "zarr.json"]);
        assert_eq!(names(folder.path().join("new").as_path()), ["with space.zarr"]);
    });
}

#[test]
fn a_store_on_disk_is_the_store_in_memory() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let targets = [Target::local(folder.path().join("a.zarr")).unwrap(), memory()];
        let mut found = Vec::new();
        for target in &targets {
            let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
            write(&writer, 3, &rows(&[(3050, 1, Some(1.0))])).await;
            writer.write_shard(writer.shard(2)).await.unwrap();
            writer.finish(no_extra()).await.unwrap();
            found.push(objects(target).await);
        }
        assert_eq!(found[0], found[1]);
    });
}

#[test]
fn leftovers_of_a_killed_writer_are_not_seen() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zarr");
        let target = Target::local(&path).unwrap();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        write(&writer, 3, &rows(&[(3050, 1, Some(1.0))])).await;
        std::fs::write(path.join("4/count/c/3#1"), "half an obj").unwrap();
        write(&writer, 3, &rows(&[(3050, 1, Some(1.0))])).await;
        writer.finish(no_extra()).await.unwrap();
        let reader = StoreReader::open(target).await.unwrap();
        assert_eq!(reader.read_shard(3, &["count"], Rows::Occupied).await.unwrap().num_rows(), 1);
    });
}

#[test]
fn places_without_a_name_are_refused() {
    let error = Target::local("/").unwrap_err().to_string();
    assert_eq!(error, "cannot place a store at /: it names no directory");
}
