//! Rank errors over a million values of several distributions, built in one go, in parts, and in any order.

use super::*;

const VALUES: usize = 1_000_000;

/// Draws a value.
type Draw = fn(&mut Rng) -> f64;

/// Names and draws of the kinds of values that are met with: from smooth to stepped, gaps and long tails.
const DISTRIBUTIONS: [(&str, Draw); 7] = [
    ("uniform", |rng| rng.unit() * 4000.0 - 500.0),
    ("normal", normal),
    ("exponential", |rng| -(1.0 - rng.unit()).ln()),
    ("log-normal", |rng| (2.5 * normal(rng)).exp()),
    ("two heights with a gap", |rng| {
        let height = if rng.unit() < 0.4951 { 12.0 } else { 3000.0 };
        height + 0.1 * normal(rng)
    }),
    ("a few whole numbers", |rng| (rng.unit() * rng.unit() * 7.0).floor()),
    ("Cauchy", |rng| (std::f64::consts::PI * (rng.unit() - 0.5)).tan()),
];

fn normal(rng: &mut Rng) -> f64 {
    let (radius, angle) =
        ((-2.0 * (1.0 - rng.unit()).ln()).sqrt(), std::f64::consts::TAU * rng.unit());
    radius * angle.cos()
}

fn values(draw: Draw) -> Vec<f64> {
    let mut rng = Rng::new(17);
    (0..VALUES).map(|_| draw(&mut rng)).collect()
}

/// The largest distance between q = 0.01, 0.02, … 0.99 and the ranks that the answer has among the values.
fn rank_error(sorted: &[f64], bytes: &[u8]) -> f64 {
    let centroids = read_payload(bytes).unwrap();
    assert_eq!(centroids.iter().map(|c| c.weight).sum::<f64>(), sorted.len() as f64);
    // What single precision cannot tell apart has one rank.
    let close = |value: f64| value.abs() * f64::from(f32::EPSILON);
    let error = |percent: u32| {
        let q = f64::from(percent) / 100.0;
        let found = quantile(&centroids, q).unwrap();
        let low = sorted.partition_point(|v| *v < found - close(found));
        let high = sorted.partition_point(|v| *v <= found + close(found));
        let (low, high) = (low as f64 / sorted.len() as f64, high as f64 / sorted.len() as f64);
        (low - q).max(q - high).max(0.0)
    };
    (1..100).map(error).fold(0.0, f64::max)
}

#[test]
fn ranks_are_off_by_less_than_half_a_percent() {
    for (name, draw) in DISTRIBUTIONS {
        let values = values(draw);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);

        let built = digest_of(&values);
        let ascending = digest_of(&sorted);
        // Parts as partitions see them: what they gathered, merged.
        let mut merged = Digest::new(Compression::default());
        values
            .chunks(VALUES / 8)
            .for_each(|part| merged.merge(digest_of(part).gathered().to_vec()));
        // Digests of cells and of their parents: 64 payloads of unlike parts of the distribution.
        let mut folded = Digest::new(Compression::default());
        for part in sorted.chunks(VALUES / 64) {
            folded.merge(read_payload(&digest_of(part).payload()).unwrap());
        }
        let mut alike = Digest::new(Compression::default());
        for part in values.chunks(VALUES / 64) {
            alike.merge(read_payload(&digest_of(part).payload()).unwrap());
        }
        for (how, digest) in [
            ("built", built),
            ("ascending", ascending),
            ("merged", merged),
            ("folded", folded),
            ("folded of alike", alike),
        ] {
            let bytes = digest.payload();
            let error = rank_error(&sorted, &bytes);
            println!("{name}, {how}: {:.3} % with {} centroids", 100.0 * error, bytes.len() / 8);
            assert!(error < 0.005, "{name}, {how}: {error}");
            assert!(
                (bytes.len() as f64) < 8.0 * (1.3 * 512.0 + 64.0),
                "{name}, {how}: {} centroids",
                bytes.len() / 8
            );
            let centroids = read_payload(&bytes).unwrap();
            assert_eq!(quantile(&centroids, 0.0), Some(f64::from(sorted[0] as f32)));
            assert_eq!(quantile(&centroids, 1.0), Some(f64::from(sorted[VALUES - 1] as f32)));
        }
    }
}

#[test]
fn few_values_are_kept_and_their_quantiles_are_exact() {
    let mut rng = Rng::new(3);
    for n in [1_u32, 2, 3, 10, 511] {
        let values: Vec<f64> = (0..n).map(|_| f64::from(normal(&mut rng) as f32)).collect();
        let centroids = read_payload(&digest_of(&values).payload()).unwrap();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(centroids.iter().map(|c| c.mean).collect::<Vec<_>>(), sorted);
        for q in [0.0, 0.1, 0.5, 0.77, 1.0] {
            let h = q * f64::from(n - 1);
            let (i, part) = (h.floor() as usize, h - h.floor());
            let above = sorted[(i + 1).min(n as usize - 1)];
            let exact = sorted[i] + part * (above - sorted[i]);
            assert!((quantile(&centroids, q).unwrap() - exact).abs() < 1e-12);
        }
    }
}

#[test]
fn order_and_split_do_not_matter_while_values_are_gathered() {
    let mut rng = Rng::new(9);
    let values: Vec<f64> = (0..2048).map(|_| (normal(&mut rng) * 20.0).round()).collect();
    let whole = digest_of(&values).payload();
    for seed in 0..5 {
        let mut shuffled = values.clone();
        let mut rng = Rng::new(seed);
        (1..shuffled.len()).for_each(|i| shuffled.swap(i, (rng.next() % (i as u64 + 1)) as usize));
        assert_eq!(digest_of(&shuffled).payload(), whole);
        let mut merged = Digest::new(Compression::default());
        shuffled.chunks(300).for_each(|part| merged.merge(digest_of(part).gathered().to_vec()));
        assert_eq!(merged.payload(), whole);
    }
}

#[test]
fn delta_bounds_the_error() {
    let values = values(normal);
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let mut last = usize::MAX;
    for delta in [2000, 200, 50, 16] {
        let mut digest = Digest::new(Compression::new(delta).unwrap());
        values.iter().for_each(|&value| digest.add(value));
        let bytes = digest.payload();
        assert!(bytes.len() < last && bytes.len() as f64 / 8.0 < 1.3 * delta as f64 + 64.0);
        assert!(rank_error(&sorted, &bytes) < 3.0 / delta as f64);
        last = bytes.len();
        // Four times delta of 16 bytes, and what Vec adds to it.
        assert!(digest.heap() <= 4 * delta as usize * 16 * 2);
    }
    for bad in [15, 8193, -1, i64::MAX] {
        assert_eq!(Compression::new(bad), Err(DigestError::Compression { delta: bad }));
    }
}
