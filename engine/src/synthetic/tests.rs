use super::granule::Beam;
use super::*;

fn small(segments_per_beam: usize) -> Synthetic {
    Synthetic { segments_per_beam, ..Synthetic::default() }
}

fn beam_rows(settings: &Synthetic, index: usize, beam: &Beam) -> beam::Rows {
    beam::rows(settings, index, &Track::new(settings, index).unwrap(), beam)
}

#[test]
fn the_same_settings_give_the_same_bytes_and_another_seed_others() {
    let bytes = |seed| Synthetic { seed, ..small(500) }.granule(1).unwrap();
    assert!(bytes(1) == bytes(1));
    assert!(bytes(1).1 != bytes(2).1);
}

#[test]
fn names_say_time_track_cycle_and_region() {
    let settings = small(100);
    let names: Vec<String> = (0..3).map(|index| settings.granule(index).unwrap().0).collect();
    // Cycle 3 begins 182 days after 2018-10-13; three quarters of an orbit, 70 minutes, later the
    // satellite is at the south.
    assert!(names[0].starts_with("ATL06_20190413011"), "{}", names[0]);
    assert!(names[0].ends_with("_00010311_006_01.h5"), "{}", names[0]);
    assert!(names[1].ends_with("_12450310_006_01.h5"), "{}", names[1]);
    assert!(names[2].ends_with("12_006_01.h5"), "{}", names[2]);
}

#[test]
fn the_first_track_turns_at_88_south_and_180() {
    let track = Track::new(&small(10_000), 0).unwrap();
    let points = (track.first_segment..track.first_segment + 10_000).map(|s| track.point(s, 0.0));
    let south = points.min_by(|a, b| a.latitude.total_cmp(&b.latitude)).unwrap();
    assert!((south.latitude + 88.0).abs() < 0.02, "{south:?}");
    assert!((south.longitude.abs() - 180.0).abs() < 0.01, "{south:?}");
}

#[test]
fn segments_lie_twenty_metres_apart_and_pairs_beside_each_other() {
    let track = Track::new(&small(10_000), 1).unwrap();
    let distance = |a: track::Point, b: track::Point| {
        let mean = ((a.latitude + b.latitude) / 2.0).to_radians();
        let east = (a.longitude - b.longitude).to_radians() * mean.cos();
        let north = (a.latitude - b.latitude).to_radians();
        6_371_000.0 * east.hypot(north)
    };
    let segment = track.first_segment + 10;
    let along = distance(track.point(segment, 0.0), track.point(segment + 50, 0.0));
    // The earth turns below, and geodetic degrees of latitude are not all of one length.
    assert!((along - 1000.0).abs() < 15.0, "{along}");
    let across = distance(track.point(segment, -45.0), track.point(segment, 45.0));
    assert!((across - 90.0).abs() < 1.0, "{across}");
}

#[test]
fn granules_cover_antarctica() {
    let settings = small(100);
    let points: Vec<_> = (0..60)
        .map(|index| {
            let track = Track::new(&settings, index).unwrap();
            track.point(track.first_segment, 0.0)
        })
        .collect();
    assert!(points.iter().all(|p| (-88.1..-67.5).contains(&p.latitude)), "{points:?}");
    assert!(points.iter().all(|p| (-180.0..=180.0).contains(&p.longitude)), "{points:?}");
    for west in (-180..180).step_by(45).map(f64::from) {
        assert!(points.iter().any(|p| (west..west + 45.0).contains(&p.longitude)), "{west}");
    }
}

#[test]
fn rows_have_gaps_flags_and_fill_values() {
    let settings = small(10_000);
    for (index, beam) in (0..3).flat_map(|index| BEAMS.iter().map(move |beam| (index, beam))) {
        let rows = beam_rows(&settings, index, beam);
        assert_eq!(rows.h_li.len(), 10_000);
        assert!(rows.segment_id.is_sorted_by(|a, b| a < b));
        assert!(rows.delta_time.is_sorted_by(|a, b| a < b));
        assert!(rows.segment_id[9_999] - rows.segment_id[0] > 10_020, "no gap");
        let lost = |quality: i8| {
            let mut filled = rows.h_li.iter().zip(&rows.quality);
            filled.by_ref().filter(|(h, q)| **h == beam::FILL && **q == quality).count()
        };
        let bad = rows.quality.iter().filter(|&&quality| quality == 1).count();
        assert!((300..2000).contains(&bad), "{bad} bad rows");
        assert!(lost(1) > bad / 5 && lost(1) < bad / 2);
        assert!((1..=5).contains(&lost(0)), "{} good rows lost", lost(0));
        let good = rows.h_li.iter().zip(&rows.quality).filter(|(_, quality)| **quality == 0);
        let heights = good.map(|(h, _)| *h).filter(|h| *h != beam::FILL);
        assert!(heights.into_iter().all(|h| (-500.0..4000.0).contains(&h)));
    }
}

#[test]
fn repeated_tracks_lie_beside_each_other_91_days_apart() {
    let settings = Synthetic { same_track: true, ..small(100) };
    let [first, second] = [0, 1].map(|index| beam_rows(&settings, index, &BEAMS[0]));
    let days = (second.delta_time[0] - first.delta_time[0]) / 86_400.0;
    assert!((days - 91.0).abs() < 1e-3, "{days}");
    let apart = (second.latitude[0] - first.latitude[0]).abs() * 111_200.0;
    assert!(apart < 2000.0, "{apart} m");
    let error = settings.granule(97).unwrap_err();
    assert!(matches!(error, SyntheticError::Cycle { index: 97, cycle: 100 }), "{error}");
}

#[test]
fn files_are_written_whole_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new/granules");
    let settings = Synthetic { granules: 2, ..small(50) };
    let files = settings.write(&target).unwrap();
    assert_eq!(settings.write(&target).unwrap(), files);
    let mut found: Vec<_> =
        std::fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let mut expected = files.clone();
    expected.sort();
    assert_eq!(found, expected);
    for (index, file) in files.iter().enumerate() {
        let (name, bytes) = settings.granule(index).unwrap();
        assert_eq!(file.file_name().unwrap().to_str().unwrap(), name);
        assert!(std::fs::read(file).unwrap() == bytes);
    }

    std::fs::write(folder.path().join("taken"), "").unwrap();
    let error = settings.write(&folder.path().join("taken")).unwrap_err();
    assert!(matches!(error, SyntheticError::Io { doing: "create the folder", .. }), "{error}");
}

#[test]
fn no_rows_are_no_error() {
    assert!(small(0).granule(0).is_ok());
    assert!(
        Synthetic { granules: 0, ..small(10) }.write(&std::env::temp_dir()).unwrap().is_empty()
    );
}
