//! The payload, and what is none.

use super::*;

fn rows(rows: &[(f32, f32)]) -> Vec<u8> {
    rows.iter().flat_map(|(m, w)| [m.to_le_bytes(), w.to_le_bytes()].concat()).collect()
}

#[test]
fn rows_of_means_and_weights_little_endian() {
    let bytes = digest_of(&[2.0, f64::NAN, -1.5]).payload();
    assert_eq!(bytes, rows(&[(-1.5, 1.0), (2.0, 1.0)]));
    assert_eq!(bytes[..8], [0, 0, 0xc0, 0xbf, 0, 0, 0x80, 0x3f]);
    assert!(Digest::new(Compression::default()).payload().is_empty());
    assert_eq!(read_payload(&[]), Ok(vec![]));
    assert_eq!(quantile(&[], 0.5), None);
}

#[test]
fn infinities_are_kept_apart() {
    let (inf, mut values) = (f64::INFINITY, vec![f64::NEG_INFINITY; 40]);
    values.extend((0..20_000).map(f64::from));
    values.extend([inf; 300]);
    let centroids = read_payload(&digest_of(&values).payload()).unwrap();
    let count = |value| centroids.iter().filter(|c| c.mean == value).map(|c| c.weight).sum::<f64>();
    assert_eq!((count(-inf), count(inf)), (40.0, 300.0));
    assert!(centroids.iter().all(|c| !c.mean.is_nan()));
    assert_eq!(quantile(&centroids, 0.0), Some(-inf));
    assert_eq!(quantile(&centroids, 1.0), Some(inf));
    assert!((quantile(&centroids, 0.5).unwrap() - 10_130.0).abs() < 20.0);
}

#[test]
fn values_far_apart_are_not_averaged() {
    let values: Vec<_> = (0..100_000).map(|i| [0.0, 1.0, 1.0, 3.0, 6.0][i % 5]).collect();
    let centroids = read_payload(&digest_of(&values).payload()).unwrap();
    assert!(centroids.iter().all(|c| [0.0, 1.0, 3.0, 6.0].contains(&c.mean)));
    for (q, value) in [(0.1, 0.0), (0.21, 1.0), (0.59, 1.0), (0.61, 3.0), (0.79, 3.0), (0.9, 6.0)] {
        assert_eq!(quantile(&centroids, q), Some(value), "{q}");
    }
}

#[test]
fn means_beyond_single_precision_become_infinite() {
    let centroids = read_payload(&digest_of(&[-1e300, 0.0, 1e39]).payload()).unwrap();
    assert_eq!(centroids[0].mean, f64::NEG_INFINITY);
    assert_eq!(centroids[2].mean, f64::INFINITY);
    // The mean of the largest doubles does not overflow on the way.
    let mut digest = Digest::new(Compression::new(16).unwrap());
    (0..1000).for_each(|i| digest.add(if i % 2 == 0 { f64::MAX } else { -f64::MAX }));
    assert!(digest.finished().iter().all(|c| c.mean.is_finite()));
}

#[test]
fn large_weights_are_written_in_exact_parts() {
    let mut digest = Digest::new(Compression::default());
    digest.merge([
        Centroid { mean: 1.0, weight: 1.0 },
        Centroid { mean: 2.0, weight: 40_000_001.0 },
        Centroid { mean: 3.0, weight: 1.0 },
    ]);
    let centroids = read_payload(&digest.payload()).unwrap();
    assert_eq!(centroids.len(), 5);
    assert_eq!(centroids.iter().map(|c| c.weight).sum::<f64>(), 40_000_003.0);
    assert_eq!(quantile(&centroids, 0.5), Some(2.0));
}

#[test]
fn what_is_no_digest_is_refused() {
    for length in [1, 7, 9, 12] {
        assert_eq!(read_payload(&vec![0; length]), Err(DigestError::Length { bytes: length }));
    }
    let error = |bytes: &[(f32, f32)]| read_payload(&rows(bytes)).unwrap_err().to_string();
    let found = error(&[(1.0, 1.0), (0.5, 1.0)]);
    assert!(found.contains("mean 0.5 of centroid 1 is out of order"), "{found}");
    assert!(error(&[(f32::NAN, 1.0)]).contains("mean NaN of centroid 0"));
    for weight in [0.0, -1.0, 0.5, f32::NAN, f32::INFINITY] {
        let found = error(&[(1.0, 2.0), (1.0, weight)]);
        assert!(found.contains("of centroid 1 is no count"), "{found}");
    }
}

#[test]
fn quantiles_outside_are_none() {
    let centroids = [Centroid { mean: 5.0, weight: 3.0 }];
    assert_eq!(quantile(&centroids, 0.9), Some(5.0));
    for q in [-0.1, 1.1, f64::NAN] {
        assert_eq!(quantile(&centroids, q), None);
    }
}
