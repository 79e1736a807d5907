//! The rows of one beam.

use super::Synthetic;
use super::granule::Beam;
use super::random::Random;
use super::track::{Point, STEP, Track};

/// The fill value of 32-bit floats, as ICESat-2 granules have it.
pub(super) const FILL: f32 = f32::MAX;

/// One value per segment. Units are those of the datasets of the same names.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) latitude: Vec<f64>,
    pub(super) longitude: Vec<f64>,
    pub(super) delta_time: Vec<f64>,
    pub(super) h_li: Vec<f32>,
    pub(super) h_li_sigma: Vec<f32>,
    pub(super) sigma_geo_h: Vec<f32>,
    pub(super) quality: Vec<i8>,
    pub(super) segment_id: Vec<i32>,
    pub(super) x_atc: Vec<f64>,
    pub(super) dem_h: Vec<f32>,
    pub(super) n_fit_photons: Vec<i32>,
}

/// The rows of a beam of granule `index`.
pub(super) fn rows(settings: &Synthetic, index: usize, track: &Track, beam: &Beam) -> Rows {
    let count = settings.segments_per_beam;
    let mut random = Random::new(settings.seed, &[index as u64, beam.stream()]);
    let skipped = gaps(count, &mut random);
    let bad = runs(count, count / 1000, 190, &mut random);
    let lost = lost_good_rows(&bad, &mut random);

    let mut rows = Rows::default();
    let mut segment = track.first_segment;
    for (row, &skipped) in skipped.iter().enumerate() {
        segment += skipped;
        let point = track.point(segment, beam.across);
        let surface = surface(point);
        // Some centimetres, log-normally, and more for the weak beams.
        let spread = if beam.strong { 0.02_f64 } else { 0.03 };
        let sigma = (spread.ln() + 0.6 * random.normal()).exp();
        let mut height = surface + 0.15 * random.normal() + sigma * random.normal();
        let (bad, lost) = (bad.get(row) == Some(&true), lost.contains(&row));
        if bad {
            height += 40.0 * random.normal();
        }
        let filled = lost || bad && random.uniform() < 0.3;

        rows.latitude.push(point.latitude);
        rows.longitude.push(point.longitude);
        rows.delta_time.push(track.delta_time(segment));
        rows.h_li.push(if filled { FILL } else { height as f32 });
        rows.h_li_sigma.push(if filled { FILL } else { sigma as f32 });
        rows.sigma_geo_h.push((0.03 + 0.01 * random.uniform()) as f32);
        rows.quality.push(i8::from(bad));
        rows.segment_id.push(segment as i32);
        rows.x_atc.push(segment as f64 * STEP);
        rows.dem_h.push(surface as f32);
        let photons = if beam.strong { 60..200 } else { 15..60 };
        rows.n_fit_photons.push(random.between(photons.start, photons.end) as i32);
        segment += 1;
    }
    rows
}

/// How many segments are missing before each row: some 2 %, in runs, as behind clouds.
fn gaps(count: usize, random: &mut Random) -> Vec<usize> {
    let mut skipped = vec![0; count];
    for _ in 0..(count / 5000).max(1) {
        let row = random.between(0, count);
        let length = random.between(20, 180);
        if let Some(skipped) = skipped.get_mut(row) {
            *skipped += length;
        }
    }
    skipped
}

/// Marks at least one run of 20 to `longest` rows, where there are as many.
fn runs(count: usize, runs: usize, longest: usize, random: &mut Random) -> Vec<bool> {
    let mut marked = vec![false; count];
    for _ in 0..runs.max(1) {
        let begin = random.between(0, count);
        let length = random.between(20, longest);
        marked.iter_mut().skip(begin).take(length).for_each(|mark| *mark = true);
    }
    marked
}

/// A few good rows, at least one if there is any, that have lost their heights all the same.
fn lost_good_rows(bad: &[bool], random: &mut Random) -> Vec<usize> {
    let good: Vec<usize> = (0..bad.len()).filter(|&row| bad.get(row) == Some(&false)).collect();
    let wanted = 1 + good.len() / 2500;
    (0..wanted).filter_map(|_| good.get(random.between(0, good.len())).copied()).collect()
}

/// The height of the made-up ice sheet over the ellipsoid, in metres.
fn surface(point: Point) -> f64 {
    // Kilometres from the pole, towards 90°E and towards 0°.
    let radius = (90.0 + point.latitude) * 111.2;
    let (sin, cos) = point.longitude.to_radians().sin_cos();
    let (x, y) = (radius * sin, radius * cos);
    // Vialov's profile of ice that flows under its own weight, 2,800 km from divide to margin;
    // beyond it there is none.
    let profile = (1.0 - (x.hypot(y) / 2800.0).powf(4.0 / 3.0)).max(0.0).powf(3.0 / 8.0);
    let basins = 260.0 * (x / 390.0).sin() * (y / 470.0 + 0.7).cos();
    let hills = 9.0 * (x / 19.0 + 1.3).sin() * (y / 14.0).sin();
    let dunes = 1.2 * ((0.8 * x + 0.6 * y) / 0.5).sin();
    3300.0 * profile + basins + hills + dunes
}
