//! The functions of cells and words.

use arrow::array::{
    AsArray, Int32Array, Int64Array, LargeStringArray, StringArray, StringViewArray, UInt64Array,
};
use arrow::datatypes::{Float64Type, UInt8Type};
use datafusion_common::ScalarValue;

use super::{array, call, col, display, ids, lit, numbers, refusal, texts};
use crate::cell::morton::{self, Kind, from_nested};
use crate::cell::{Convention, center};

fn cells(values: Vec<Option<u64>>) -> datafusion_expr::ColumnarValue {
    col(UInt64Array::from(values))
}

fn word(text: &str) -> u64 {
    morton::parse(text).unwrap()
}

#[test]
fn documented_examples_hold() {
    let cell = crate::cell::nested(-49.5, 69.1, 12, Convention::Authalic).unwrap();
    assert_eq!(ids("healpix_cell", vec![lit(-49.5), lit(69.1), lit(12)]), [cell]);
    for function in crate::scalar::scalar_functions() {
        let documentation = function.documentation().unwrap();
        assert!(documentation.syntax_example.starts_with(&format!("{}(", function.name())));
        let shown = documentation.sql_example.as_deref().unwrap();
        let value = |text: String| {
            let line = shown.lines().nth(5).unwrap();
            assert_eq!(line.trim_matches(|c| c == '|' || c == ' '), text, "{}", function.name());
        };
        match function.name() {
            "healpix_cell" => value(cell.unwrap().to_string()),
            "morton_cell" => {
                let word = ids("morton_cell", vec![lit(-49.5), lit(69.1), lit(6)]);
                value(morton::text(word[0].unwrap()).unwrap());
            }
            "healpix_parent" => value(
                ids("healpix_parent", vec![lit(4095), lit(6), lit(4)])[0].unwrap().to_string(),
            ),
            name @ ("healpix_lon" | "healpix_lat") => value(format!(
                "{:?}",
                numbers::<Float64Type>(name, vec![lit(3), lit(0)])[0].unwrap()
            )),
            name @ "healpix_to_morton" => {
                value(ids(name, vec![lit(7), lit(0)])[0].unwrap().to_string())
            }
            name @ "morton_parent" => {
                let parent = ids(name, vec![lit(word("-4312")), lit(2)])[0].unwrap();
                value(morton::text(parent).unwrap());
            }
            name @ "morton_order" => {
                value(numbers::<UInt8Type>(name, vec![lit(word("-4312"))])[0].unwrap().to_string())
            }
            name @ "morton_to_healpix" => {
                value(ids(name, vec![lit(word("-4312"))])[0].unwrap().to_string())
            }
            name @ "morton_text" => {
                let word = from_nested(609, 3, Kind::Area).unwrap();
                value(texts(name, vec![lit(word)])[0].clone().unwrap());
            }
            name @ "morton_parse" => value(ids(name, vec![lit("-2")])[0].unwrap().to_string()),
            "healpix_vertices" => {
                let corners = array("healpix_vertices", vec![lit(4), lit(0), lit("sphere")]);
                value(display(&corners.as_list::<i32>().value(0), 1));
            }
            "healpix_neighbors" => {
                value(display(&array("healpix_neighbors", vec![lit(0), lit(0)]), 0));
            }
            name @ "healpix_distance" => {
                let metres = numbers::<Float64Type>(name, vec![lit(4), lit(6), lit(0)]);
                value(format!("{:?}", metres[0].unwrap().round()));
            }
            name @ "healpix_area" => {
                let metres = numbers::<Float64Type>(name, vec![lit(12)]);
                value(format!("{:?}", metres[0].unwrap().round()));
            }
            name @ "morton_contains" => {
                let args = vec![lit(word("-43")), lit(word("-4312"))];
                value(display(&array(name, args), 0));
            }
            name @ "cell_in_polygon" => {
                let polygon = "POLYGON((-50 69, -49 69, -49 70, -50 70, -50 69))";
                let inside = array(name, vec![lit(66_101_639), lit(12), lit(polygon)]);
                value(display(&inside, 0));
            }
            name @ "icesat2_time" => value(display(&array(name, vec![lit(31_536_000.5)]), 0)),
            name @ "icesat2_cycle" => {
                let time = call("icesat2_time", vec![lit(31_536_000)]).unwrap();
                value(display(&array(name, vec![time]), 0));
            }
            // Their examples are queries over a table.
            "healpix_boundary" | "tdigest_quantile" => {}
            other => panic!("no example checked for {other}"),
        }
    }
}

#[test]
fn healpix_parent() {
    let found =
        ids("healpix_parent", vec![cells(vec![Some(4095), None, Some(16)]), lit(6), lit(4)]);
    assert_eq!(found, [Some(255), None, Some(1)]);
    let parents = col(Int32Array::from(vec![Some(6), Some(0), None]));
    let found = ids("healpix_parent", vec![lit(4095), lit(6), parents]);
    assert_eq!(found, [Some(4095), Some(0), None]);
    assert_eq!(ids("healpix_parent", vec![lit(4095), lit(6), lit(0)]), [Some(0)]);

    let text = refusal("healpix_parent", vec![lit(48), lit(1), lit(0)]);
    assert!(text.contains("healpix_parent: cell 48 does not exist at order 1"), "{text}");
    let text = refusal("healpix_parent", vec![lit(1), lit(1), lit(2)]);
    assert!(text.contains("healpix_parent: order 2 is not at or above order 1"), "{text}");
    let text = refusal("healpix_parent", vec![lit(1), lit(1), lit(30)]);
    assert!(text.contains("healpix_parent: parent_order: order 30"), "{text}");
}

#[test]
fn negative_cells_and_words_are_refused() {
    for (name, args) in [
        ("healpix_parent", vec![lit(-1_i64), lit(6), lit(4)]),
        ("morton_order", vec![lit(-1_i64)]),
        ("morton_text", vec![col(Int64Array::from(vec![-1]))]),
    ] {
        let text = refusal(name, args);
        assert!(text.contains("-1"), "{text}");
    }
}

#[test]
fn centers() {
    let ids = vec![Some(0), None, Some(11 << 24), Some(7)];
    for (convention, name) in [(Convention::Authalic, "authalic"), (Convention::Sphere, "sphere")] {
        let expected: Vec<_> =
            ids.iter().map(|id| id.map(|id| center(id, 12, convention).unwrap())).collect();
        let args = || vec![cells(ids.clone()), lit(12), lit(name)];
        let lon = numbers::<Float64Type>("healpix_lon", args());
        let lat = numbers::<Float64Type>("healpix_lat", args());
        assert_eq!(lon, expected.iter().map(|c| c.map(|c| c.0)).collect::<Vec<_>>());
        assert_eq!(lat, expected.iter().map(|c| c.map(|c| c.1)).collect::<Vec<_>>());
    }
    let orders = col(Int32Array::from(vec![Some(0), None]));
    let lon = numbers::<Float64Type>("healpix_lon", vec![lit(3), orders]);
    assert_eq!(lon, [Some(-45.0), None]);
    let text = refusal("healpix_lat", vec![lit(12), lit(0)]);
    assert!(text.contains("healpix_lat: cell 12 does not exist at order 0"), "{text}");
}

#[test]
fn words_and_cells_convert() {
    let expected = from_nested(609, 3, Kind::Area).unwrap();
    let words = ids("healpix_to_morton", vec![cells(vec![Some(609), None]), lit(3)]);
    assert_eq!(words, [Some(expected), None]);
    assert_eq!(ids("morton_to_healpix", vec![cells(words)]), [Some(609), None]);
    let orders = col(Int32Array::from(vec![0, 29]));
    let words = ids("healpix_to_morton", vec![lit(5), orders]);
    assert_eq!(words, [from_nested(5, 0, Kind::Area).ok(), from_nested(5, 29, Kind::Area).ok()]);
    let point = from_nested(77, 29, Kind::Point).unwrap();
    assert_eq!(ids("morton_to_healpix", vec![lit(point)]), [Some(77)]);
    let text = refusal("healpix_to_morton", vec![lit(12), lit(0)]);
    assert!(text.contains("healpix_to_morton: cell 12"), "{text}");
}

#[test]
fn orders_and_parents_of_words() {
    let words = || cells(vec![Some(word("-4312")), None, Some(word("6")), Some(0)]);
    assert_eq!(numbers::<UInt8Type>("morton_order", vec![words()]), [Some(3), None, Some(0), None]);
    let expected = [Some(word("-431")), None, Some(word("6")), None];
    assert_eq!(ids("morton_parent", vec![words(), lit(2)]), expected);
    let orders = col(Int32Array::from(vec![Some(0), Some(5), None]));
    let expected = [Some(word("-4")), Some(word("-4312")), None];
    assert_eq!(ids("morton_parent", vec![lit(word("-4312")), orders]), expected);
}

#[test]
fn the_null_word_is_null() {
    assert_eq!(ids("morton_to_healpix", vec![lit(0_u64)]), [None]);
    assert_eq!(ids("morton_parent", vec![lit(0_u64), lit(4)]), [None]);
    assert_eq!(numbers::<UInt8Type>("morton_order", vec![lit(0)]), [None]);
    assert_eq!(texts("morton_text", vec![cells(vec![Some(0), None])]), [None, None]);
}

#[test]
fn words_that_name_no_cell_are_refused_with_their_value() {
    for bad in [0x1000_0000_0000_0040_u64, 5, 13 << 60] {
        for name in ["morton_order", "morton_text", "morton_to_healpix"] {
            let text = refusal(name, vec![cells(vec![Some(word("1")), Some(bad)])]);
            assert!(text.starts_with("Execution error"), "{text}");
            assert!(text.contains(name) && text.contains(&bad.to_string()), "{text}");
        }
        let text = refusal("morton_parent", vec![lit(bad), lit(0)]);
        assert!(text.contains("morton_parent") && text.contains(&bad.to_string()), "{text}");
    }
}

#[test]
fn text_goes_both_ways() {
    let all =
        ["1", "-6", "-4312", "622132331444223344143114123343p", "-644444444444444444444444444444"];
    let words = ids("morton_parse", vec![col(StringArray::from(all.to_vec()))]);
    assert_eq!(words, all.map(|text| morton::parse(text).ok()));
    assert_eq!(ids("morton_parse", vec![col(StringViewArray::from(all.to_vec()))]), words);
    assert_eq!(ids("morton_parse", vec![col(LargeStringArray::from(all.to_vec()))]), words);
    assert_eq!(texts("morton_text", vec![cells(words)]), all.map(|text| Some(text.to_owned())));

    let some = col(StringArray::from(vec![None, Some("12")]));
    assert_eq!(ids("morton_parse", vec![some]), [None, Some(word("12"))]);
    assert_eq!(ids("morton_parse", vec![lit("12")]), [Some(word("12"))]);
    assert_eq!(
        ids("morton_parse", vec![lit(ScalarValue::Utf8View(Some("12".into())))]),
        [Some(word("12"))]
    );
    assert_eq!(ids("morton_parse", vec![lit(ScalarValue::Null)]), [None]);
    for bad in ["", "07", "1p", "15"] {
        let text = refusal("morton_parse", vec![lit(bad)]);
        assert!(text.contains(&format!("morton_parse: '{bad}' is no Morton id")), "{text}");
    }
}
