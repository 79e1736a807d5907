use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::arrow::ipc::reader::StreamReader;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;

fn batch() -> RecordBatch {
    let n: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
    let h: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.5), Some(f64::NAN)]));
    let t: ArrayRef = Arc::new(StringArray::from(vec![Some("a,\"b\"|\u{1b}[2J"), None]));
    let q: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Float64Type, _, _>([
        Some(vec![Some(0.25), None]),
        None,
    ]));
    RecordBatch::try_from_iter([("n", n), ("h", h), ("t", t), ("q", q)]).unwrap()
}

fn printed(format: Format, batches: &[RecordBatch], width: Option<usize>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut printer = printer(format, &batch().schema(), width, &mut out).unwrap();
    for batch in batches {
        printer.print(batch).unwrap();
    }
    printer.finish().unwrap();
    out
}

fn text(format: Format) -> String {
    String::from_utf8(printed(format, &[batch()], None)).unwrap()
}

#[test]
fn tables_show_nulls_and_spell_out_control_characters() {
    let expected = [
        "+------+-----+-------------------+-------------+",
        "|    n |   h | t                 | q           |",
        "+------+-----+-------------------+-------------+",
        "|    1 | 1.5 | a,\"b\"|\\u{1b}[2J | [0.25, NULL] |",
        "| NULL | NaN | NULL              | NULL        |",
        "+------+-----+-------------------+-------------+",
    ];
    let text = text(Format::Table);
    // Widths are not what is tested here.
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(squeezed(text.lines().nth(3).unwrap()), squeezed(expected[3]), "{text}");
    assert_eq!(squeezed(text.lines().nth(4).unwrap()), squeezed(expected[4]), "{text}");
    let widths: Vec<usize> = text.lines().map(str::len).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
}

#[test]
fn a_narrow_terminal_hides_columns_and_says_so() {
    let text = String::from_utf8(printed(Format::Table, &[batch()], Some(30))).unwrap();
    assert!(text.lines().all(|line| line.starts_with('(') || line.chars().count() <= 30), "{text}");
    assert!(text.contains('…') && text.contains("of 4 columns do not fit"), "{text}");
}

#[test]
fn long_results_come_in_blocks() {
    let batches: Vec<RecordBatch> = (0..600).map(|_| batch()).collect();
    let text = String::from_utf8(printed(Format::Table, &batches, None)).unwrap();
    let headers = text.lines().filter(|line| line.contains(" n ")).count();
    assert_eq!(headers, 2);
    assert_eq!(text.lines().filter(|line| line.contains("NaN")).count(), 600);
}

#[test]
fn csv_and_tsv_have_a_header_and_quotes_where_needed() {
    assert_eq!(
        text(Format::Csv),
        "n,h,t,q\n1,1.5,\"a,\"\"b\"\"|\u{1b}[2J\",\"[0.25, ]\"\n,NaN,,\n"
    );
    assert!(text(Format::Tsv).starts_with("n\th\tt\tq\n1\t1.5\t"));
    assert_eq!(printed(Format::Csv, &[], None), b"n,h,t,q\n");
}

#[test]
fn json_keeps_the_keys_of_nulls() {
    let values: serde_json::Value = serde_json::from_str(&text(Format::Json)).unwrap();
    assert_eq!(values[0]["q"][0], 0.25);
    assert!(values[1]["h"].is_null() && values[1].as_object().unwrap().len() == 4);
    let lines: Vec<serde_json::Value> =
        text(Format::Ndjson).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(serde_json::Value::from(lines), values);
    assert_eq!(printed(Format::Json, &[], None), b"[]\n");
    assert_eq!(printed(Format::Ndjson, &[], None), b"");
}

#[test]
fn markdown_escapes_its_own_frame() {
    let text = text(Format::Markdown);
    assert!(text.lines().nth(1).unwrap().starts_with("|--"), "{text}");
    assert!(text.contains("a,\"b\"\\|"), "{text}");
}

#[test]
fn vertical_has_a_line_per_value() {
    let text = text(Format::Vertical);
    assert!(text.starts_with("-- row 1 --\nn = 1\nh = 1.5\n"), "{text}");
    assert_eq!(text.lines().count(), 10);
}

#[test]
fn arrow_and_parquet_are_read_back() {
    let bytes = printed(Format::Arrow, &[batch()], None);
    let mut stream = StreamReader::try_new(bytes.as_slice(), None).unwrap();
    assert_eq!(stream.next().unwrap().unwrap().num_rows(), 2);
    let bytes = printed(Format::Parquet, &[batch(), batch()], None);
    let file = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
    assert_eq!(file.metadata().file_metadata().num_rows(), 4);
}
