use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float32Array, Int32Array, RecordBatch, UInt32Array};

use super::compare::{Differences, STATISTICS, compare};
use super::*;

/// Heights of about 2 km in cells 3, 5 and 9; the means are `mean` and beside it.
fn cells(ids: [u32; 3], mean: f32) -> Cells {
    let column = |name: &str| -> ArrayRef {
        match name {
            "count" => Arc::new(Int32Array::from(vec![2, 1, 7])),
            // A cell without a positive weight.
            "h_mean" => Arc::new(Float32Array::from(vec![Some(mean), Some(2001.5), None])),
            "h_sigma" | "h_variance" => Arc::new(Float32Array::from(vec![0.01, 0.02, 0.0])),
            _ => Arc::new(Float32Array::from(vec![1999.75, 2001.5, -3.25])),
        }
    };
    let names = STATISTICS.map(|statistic| statistic.name);
    let id: ArrayRef = Arc::new(UInt32Array::from(ids.to_vec()));
    let columns = names.iter().map(|name| (*name, column(name)));
    let batch = RecordBatch::try_from_iter(std::iter::once(("cell", id)).chain(columns)).unwrap();
    let mut cells = Cells::default();
    cells.append(Path::new("here"), &batch, &names).unwrap();
    cells
}

fn differ(theirs: &Cells, tolerated: f64) -> Differences {
    compare(&cells([3, 5, 9], 1999.75), theirs, tolerated)
}

#[test]
fn a_result_agrees_with_itself_and_nulls_with_nulls() {
    let found = differ(&cells([3, 5, 9], 1999.75), 0.0);
    assert_eq!((found.total, found.largest), (0, 0.0), "{found:?}");
}

#[test]
fn another_last_digit_of_a_mean_is_tolerated_in_a_script_alone() {
    let theirs = cells([3, 5, 9], 1999.75_f32.next_up());
    let found = differ(&theirs, 1.0);
    assert!(found.total == 0 && (0.1..1.0).contains(&found.largest), "{found:?}");
    assert_eq!(differ(&theirs, 0.0).total, 1);
    let found = differ(&cells([3, 5, 9], 1999.751), 1.0);
    assert_eq!(found.first, ["cell 3, h_mean: expected 1999.75, found 1999.7509765625"]);
}

#[test]
fn extremes_and_counts_are_exact_and_a_null_is_no_number() {
    for (statistic, value) in [(0, 3.0), (1, 1999.7501), (2, f64::NAN), (3, f64::NAN)] {
        let mut theirs = cells([3, 5, 9], 1999.75);
        theirs.columns[statistic][0] = value;
        assert_eq!(differ(&theirs, 1.0).total, 1, "{}", STATISTICS[statistic].name);
    }
}

#[test]
fn every_cell_must_be_in_both() {
    let found = differ(&cells([3, 6, 9], 1999.75), 1.0);
    let expected = ["cell 5: expected, and not there", "cell 6: not expected, and there"];
    assert_eq!(found.first, expected);

    let mut short = cells([3, 5, 9], 1999.75);
    short.cell.pop();
    assert_eq!(differ(&short, 1.0).first, ["cell 9: expected, and not there"]);
    assert_eq!(differ(&Cells::default(), 1.0).total, 3);
}

#[test]
fn a_missing_statistic_is_an_error() {
    let id: ArrayRef = Arc::new(UInt32Array::from(vec![1]));
    let batch = RecordBatch::try_from_iter([("cell", id)]).unwrap();
    let error = Cells::default().append(Path::new("here"), &batch, &["h_min"]).unwrap_err();
    assert!(error.to_string().ends_with("found none called h_min"), "{error}");
}
