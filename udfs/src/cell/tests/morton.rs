//! Morton words against a plain loop over tuples, and against the codec crate `mortie-core`.

use super::rng::Rng;
use super::sample_ids;
use crate::cell::morton::*;
use crate::cell::{CellError, MAX_ORDER};

/// The layout spelled out tuple by tuple.
fn by_loop(id: u64, order: u8, kind: Kind) -> u64 {
    let tuple = |level: u8| (id >> (2 * (order - level))) & 3;
    let mut word = ((id >> (2 * order)) + 1) << 60;
    for level in 1..=order.min(27) {
        word |= tuple(level) << (60 - 2 * level);
    }
    word | match (order, kind) {
        (0..=27, _) => u64::from(order),
        (28, _) => 28 + 5 * tuple(28),
        (_, Kind::Area) => 28 + 5 * tuple(28) + 1 + tuple(29),
        (_, Kind::Point) => 48 + 4 * tuple(28) + tuple(29),
    }
}

/// Every word of the sample: `(word, id, order, kind)`.
fn samples() -> Vec<(u64, u64, u8, Kind)> {
    let mut rng = Rng::new(11);
    let mut all = Vec::new();
    for order in 0..=MAX_ORDER {
        for id in sample_ids(order, &mut rng) {
            all.push((from_nested(id, order, Kind::Area).unwrap(), id, order, Kind::Area));
            if order == MAX_ORDER {
                all.push((from_nested(id, order, Kind::Point).unwrap(), id, order, Kind::Point));
            }
        }
    }
    all
}

#[test]
fn closed_forms_equal_the_loop_and_invert() {
    for (word, id, order, kind) in samples() {
        assert_eq!(word, by_loop(id, order, kind));
        assert_eq!(to_nested(word), Ok(Nested { id, order, kind }));
        assert_eq!((order_of(word), kind_of(word)), (Ok(order), Ok(kind)));
        assert!(is_canonical(word));
    }
}

#[test]
fn words_and_text_equal_those_of_the_codec_crate() {
    for (word, id, order, kind) in samples() {
        let expected = match kind {
            Kind::Area => mortie_core::decimal_morton::from_nested(id, order),
            Kind::Point => mortie_core::decimal_morton::from_nested_point(id),
        };
        assert_eq!(word, expected);
        assert_eq!(mortie_core::decimal_morton::to_nested(word), Some((order, id)));
        let decimal = mortie_core::decimal_morton::to_decimal_repr(word).unwrap();
        assert_eq!(text(word).unwrap(), decimal);
        assert_eq!(parse(&decimal), Ok(word));
        for coarse in 0..=MAX_ORDER {
            assert_eq!(
                parent(word, coarse).ok(),
                mortie_core::decimal_morton::coarsen(word, coarse)
            );
        }
    }
}

#[test]
fn parents_children_and_containment_follow_the_ids() {
    for (word, id, order, kind) in samples() {
        for coarse in 0..order {
            let ancestor = parent(word, coarse).unwrap();
            assert_eq!(
                ancestor,
                from_nested(id >> (2 * (order - coarse)), coarse, Kind::Area).unwrap()
            );
            assert!(contains(ancestor, word).unwrap());
            assert!(!contains(word, ancestor).unwrap());
            match subtree(ancestor).unwrap() {
                Some(run) => assert!(run.contains(&word) && coarse <= 27),
                None => assert!(coarse >= 28),
            }
        }
        assert_eq!(parent(word, order), Ok(word));
        assert!(contains(word, word).unwrap());
        let area = area_of(word).unwrap();
        assert_eq!(area, from_nested(id, order, Kind::Area).unwrap());
        assert_eq!(contains(word, area).unwrap(), kind == Kind::Area);
        assert!(contains(area, word).unwrap());
        match children(word) {
            Ok(below) => {
                assert!(
                    below.iter().all(|&child| parent(child, order) == Ok(word) && child > word)
                );
                assert!(below.is_sorted());
            }
            Err(error) => assert_eq!((order, error), (29, CellError::Order { order: 30 })),
        }
    }
    let (a, b) = (parse("13").unwrap(), parse("14").unwrap());
    assert!(!contains(a, b).unwrap());
    assert!(!subtree(a).unwrap().unwrap().contains(&b));
}

#[test]
fn words_of_one_order_sort_like_ids() {
    let mut by_order: Vec<Vec<(u64, u64)>> = vec![Vec::new(); 31];
    for (word, id, order, kind) in samples() {
        let slot = usize::from(order) + usize::from(kind == Kind::Point);
        by_order[slot].push((id, word));
    }
    for pairs in &mut by_order {
        pairs.sort_unstable();
        assert!(pairs.is_sorted_by_key(|(_, word)| *word));
    }
}

#[test]
fn second_names_of_a_cell_are_refused() {
    let mut rng = Rng::new(5);
    for (word, _, order, _) in samples() {
        if order > 26 {
            continue;
        }
        let bit = 6 + rng.next() % (54 - 2 * u64::from(order));
        let stray = word | (1 << bit);
        let expected = CellError::NotCanonical { word: stray, order, canonical: word };
        assert!(!is_canonical(stray));
        assert_eq!(validate(stray), Err(expected.clone()));
        assert_eq!(to_nested(stray), Err(expected.clone()));
        assert_eq!(parent(stray, 0), Err(expected.clone()));
        assert_eq!(contains(word, stray), Err(expected.clone()));
        assert_eq!(text(stray), Err(expected));
    }
    let text = validate(0x1000_0000_0000_0040).unwrap_err().to_string();
    assert!(text.contains("is not canonical"), "{text}");
}

/// Any 64 bits are either refused, or the very word that their parts give: no bit is ignored.
#[test]
fn all_bits_count() {
    let mut rng = Rng::new(6);
    let mut accepted = 0;
    for _ in 0..200_000 {
        // Clear a random number of middle bits, so that coarse words turn up.
        let word = rng.next() & !(((1_u64 << (rng.next() % 61)) - 1) & !63);
        match to_nested(word) {
            Ok(Nested { id, order, kind }) => {
                accepted += 1;
                assert_eq!(from_nested(id, order, kind), Ok(word));
                assert_eq!(parse(&text(word).unwrap()), Ok(word));
            }
            Err(_) => assert!(!is_canonical(word)),
        }
    }
    assert!(accepted > 10_000, "{accepted}");
}

#[test]
fn what_is_no_word_is_refused() {
    assert_eq!(validate(0), Err(CellError::NullWord));
    assert!(!is_canonical(0));
    for prefix in [0, 13, 14, 15] {
        let word = (prefix << 60) | 5;
        assert_eq!(validate(word), Err(CellError::Prefix { word, prefix: prefix as u8 }));
    }
    assert_eq!(
        from_nested(12, 0, Kind::Area),
        Err(CellError::Cell { cell: 12, order: 0, count: 12 })
    );
    assert_eq!(from_nested(0, 30, Kind::Area), Err(CellError::Order { order: 30 }));
    assert_eq!(from_nested(0, 28, Kind::Point), Err(CellError::PointOrder { order: 28 }));
    assert_eq!(parent(1 << 60, 30), Err(CellError::Order { order: 30 }));
}

#[test]
fn malformed_text_is_refused() {
    let long = "1".repeat(31);
    let point_too_short = format!("{}p", "1".repeat(29));
    let bad = [
        "",
        "-",
        "p",
        "-p",
        "+11",
        " 11",
        "11 ",
        "0",
        "7",
        "-7",
        "10",
        "15",
        "1a",
        "--1",
        "1p",
        "11p",
        "p1",
        "١١",
        "1.0",
        "1-1",
        "1P",
        &long,
        &point_too_short,
    ];
    for text in bad {
        assert!(matches!(parse(text), Err(CellError::Text { .. })), "{text}");
        assert!(mortie_core::decimal_morton::from_decimal_repr(text).is_err(), "{text}");
    }
    let full = "-6".to_owned() + &"4".repeat(29);
    assert_eq!(text(parse(&full).unwrap()).unwrap(), full);
    assert_eq!(kind_of(parse(&(full + "p")).unwrap()), Ok(Kind::Point));
}

#[test]
fn legacy_ids_hold_up_to_order_18() {
    for (word, _, order, _) in samples() {
        if order <= 18 {
            assert_eq!(from_legacy(to_legacy(word).unwrap()), Ok(word));
        } else {
            assert_eq!(to_legacy(word), Err(CellError::LegacyOrder { order }));
        }
    }
    for bad in [0, 7, -15, 10, i64::MAX, i64::MIN] {
        assert!(from_legacy(bad).is_err(), "{bad}");
    }
}
