//! Fourteen polygons whose covers another implementation has found.

use std::collections::BTreeSet;

use super::oracle::{boundary, cells, to_vector};
use super::polygon;
use crate::cell::cover::{Cover, Shape};
use crate::cell::tests::golden_file;
use crate::cell::{Convention, morton};

/// All cells that other one has and this one does not must be untouched by a dense sample.
#[test]
fn covers_of_another_implementation() {
    let Some(text) = golden_file("coverage.json") else { return };
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (mut covers, mut fewer, mut more, mut all) = (0, 0, 0, 0);
    for case in file["polygons"].as_array().unwrap() {
        let rings: Vec<Vec<(f64, f64)>> = serde_json::from_value(case["rings"].clone()).unwrap();
        let slices: Vec<&[(f64, f64)]> = rings.iter().map(Vec::as_slice).collect();
        for cover in case["covers"].as_array().unwrap() {
            let convention = match cover["latitude"].as_str().unwrap() {
                "authalic" => Convention::Authalic,
                _ => Convention::Sphere,
            };
            let order = cover["order"].as_u64().unwrap() as u8;
            let words: Vec<String> = serde_json::from_value(cover["moc_words"].clone()).unwrap();
            let words: Vec<u64> = words.iter().map(|word| word.parse().unwrap()).collect();
            let theirs = Cover::from_words(&words).unwrap().at_order(order).unwrap();
            assert_eq!(theirs.count(), cover["count"].as_u64().unwrap());
            assert!(words.iter().all(|word| morton::is_canonical(*word)));

            let ours = Shape::new(&polygon(&slices), convention).unwrap().cover(order).unwrap();
            let vectors = rings.iter().map(|ring| {
                ring.iter().map(|(x, y)| to_vector(*x, *y, convention)).collect::<Vec<_>>()
            });
            let touched: BTreeSet<u64> =
                vectors.flat_map(|ring| cells(boundary(&ring, 5000), order, convention)).collect();
            for cell in &touched {
                assert!(
                    ours.contains(*cell, order).unwrap(),
                    "{} at {order}: {cell}",
                    case["name"]
                );
            }
            let common = ours.intersection(&theirs).count();
            // What they have and we have not, their own note counts as not reached by finer covers, or no sample reaches.
            for cell in theirs.cells().filter(|cell| !ours.contains(*cell, order).unwrap()) {
                assert!(!touched.contains(&cell));
            }
            covers += 1;
            fewer += theirs.count() - common;
            more += ours.count() - common;
            all += ours.count();
            if theirs.count() != common || ours.count() != common {
                println!(
                    "{} {convention} {order}: {} of ours, {} more, {} fewer",
                    case["name"],
                    ours.count(),
                    ours.count() - common,
                    theirs.count() - common
                );
            }
        }
    }
    println!(
        "{covers} covers of {all} cells: {fewer} fewer and {more} more than the other implementation"
    );
}
