//! Every numeric dataset of real granules, byte for byte as libhdf5 reads it.

use crate::support::{block_on, data_folder, dataset_paths, files_of, flatten, open, oracle, read};

#[test]
fn every_dataset_is_as_libhdf5_reads_it() {
    let Some(folder) = data_folder() else { return };
    for path in files_of(&folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let oracle = hdf5_metno::File::open(&path).unwrap();
        block_on(async {
            let file = open(&path).await.unwrap();
            let paths = dataset_paths(&file).await.unwrap();
            let names: Vec<&str> = paths.iter().map(String::as_str).collect();
            let located = file.locate(&names).await.unwrap();
            let whole: Vec<_> = located.iter().flatten().map(|it| (it, 0..it.rows())).collect();
            let readable: Vec<_> =
                whole.into_iter().filter(|(dataset, _)| dataset.block_type(None).is_ok()).collect();
            file.load_chunk_indexes(&readable).await.unwrap();
            file.forget_metadata();
            assert_eq!(file.held_bytes(), 0);
            let mut compared = 0_usize;
            let mut elements = 0_usize;
            for (path, dataset) in paths.iter().zip(&located) {
                let dataset = dataset.as_ref().unwrap();
                let theirs = oracle.dataset(path).unwrap();
                let shape: Vec<usize> = dataset.shape().iter().map(|&size| size as usize).collect();
                assert_eq!(shape, theirs.shape(), "{name}{path}");
                let Some(expected) = oracle::bytes(&theirs) else { continue };
                let (bytes, nulls) = flatten(&read(dataset, None).await.unwrap());
                assert!(bytes == expected, "{name}{path} differs from libhdf5");
                elements += nulls.len();
                compared += 1;
                if let [rows, columns] = *shape.as_slice() {
                    let width = expected.len() / (rows * columns).max(1);
                    for column in [0, columns / 2, columns - 1] {
                        let (bytes, _) =
                            flatten(&read(dataset, Some(column as u64)).await.unwrap());
                        let expected: Vec<u8> = expected
                            .chunks_exact(width)
                            .skip(column)
                            .step_by(columns)
                            .flatten()
                            .copied()
                            .collect();
                        assert!(bytes == expected, "{name}{path} column {column} differs");
                    }
                }
            }
            println!("{name}: {compared} of {} datasets, {elements} elements", paths.len());
            assert!(compared > 0, "{name} has no numeric dataset");
        });
    }
}

#[test]
fn fill_values_are_null() {
    let Some(folder) = data_folder() else { return };
    block_on(async {
        let file = open(&folder.join("ATL06_20230816161508_08782002_006_02.h5")).await.unwrap();
        let path = "/gt1l/land_ice_segments/h_li";
        let located = file.locate(&[path, "/gt1l/none", "/gt9l/land_ice_segments/h_li"]).await;
        let located = located.unwrap();
        assert!(located[1].is_none() && located[2].is_none());
        let h_li = located[0].as_ref().unwrap();
        assert_eq!(h_li.attribute("units").unwrap().as_str(), Some("meters"));
        assert_eq!(h_li.null_value(), Some(zagg_hdf5::Number::Float(f32::MAX.into())));
        let (bytes, nulls) = flatten(&read(h_li, None).await.unwrap());
        for (value, null) in bytes.chunks_exact(4).zip(nulls) {
            let value = f32::from_ne_bytes(value.try_into().unwrap());
            assert_eq!(null, value == f32::MAX || value.is_nan());
        }
        let epoch = file.locate(&["/ancillary_data/atlas_sdp_gps_epoch"]).await.unwrap();
        let (bytes, _) = flatten(&read(epoch[0].as_ref().unwrap(), None).await.unwrap());
        assert_eq!(f64::from_ne_bytes(bytes.try_into().unwrap()), 1_198_800_018.0);
        let title = file.attributes("/").await.unwrap().unwrap();
        assert!(title.iter().any(|attribute| attribute.name == "short_name"));
    });
}
