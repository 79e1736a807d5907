//! What the writer writes, read back by libhdf5.

#![expect(clippy::unwrap_used, reason = "what a helper of a test finds wrong fails the test")]

use hdf5_metno::filters::Filter;
use hdf5_metno::types::{FixedAscii, FixedUnicode, FloatSize, IntSize, TypeDescriptor};
use hdf5_metno::{Dataset, File, H5Type};
use zagg_hdf5::write::{Data, FileBuilder, Scalar, WriteError};

/// The file, opened by libhdf5 from a temporary folder that lives as long.
struct Written {
    file: File,
    _folder: tempfile::TempDir,
}

fn written(file: FileBuilder) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("written.h5");
    std::fs::write(&path, file.finish().unwrap()).unwrap();
    Written { file: File::open(path).unwrap(), _folder: folder }
}

impl Written {
    fn dataset(&self, path: &str) -> Dataset {
        self.file.dataset(path).unwrap()
    }

    fn values<T: H5Type>(&self, path: &str) -> Vec<T> {
        self.dataset(path).as_reader().no_convert().read_raw().unwrap()
    }
}

/// Bit patterns without a regular course, so that a misplaced byte shows.
fn scrambled(index: usize) -> u64 {
    (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

macro_rules! every_type {
    ($callback:ident) => {
        $callback!(i8, |i| scrambled(i) as i8);
        $callback!(u8, |i| scrambled(i) as u8);
        $callback!(i16, |i| scrambled(i) as i16);
        $callback!(u16, |i| scrambled(i) as u16);
        $callback!(i32, |i| scrambled(i) as i32);
        $callback!(u32, |i| scrambled(i) as u32);
        $callback!(i64, |i| scrambled(i) as i64);
        $callback!(u64, |i| scrambled(i));
        $callback!(f32, |i| f32::from_bits(scrambled(i) as u32));
        $callback!(f64, |i| f64::from_bits(scrambled(i)));
    };
}

/// The values as bytes, so that NaNs compare by their bits.
macro_rules! bits {
    ($values:expr) => {
        $values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>()
    };
}

#[test]
fn every_type_in_every_layout_is_bit_equal() {
    macro_rules! check {
        ($type:ident, $value:expr) => {
            let values: Vec<$type> = (0..1003).map($value).collect();
            let mut file = FileBuilder::new();
            file.dataset("contiguous", &values).unwrap();
            file.dataset("chunked", &values).unwrap().chunk(100);
            file.dataset("whole", &values).unwrap().chunk(10_000).deflate(4);
            file.dataset("deflate", &values).unwrap().chunk(100).deflate(6);
            file.dataset("shuffle", &values).unwrap().chunk(100).shuffle(true).deflate(9);
            file.dataset("all", &values)
                .unwrap()
                .chunk(99)
                .shuffle(true)
                .deflate(1)
                .fletcher32(true);
            let written = written(file);
            for name in ["contiguous", "chunked", "whole", "deflate", "shuffle", "all"] {
                let found: Vec<$type> = written.values(name);
                assert!(bits!(found) == bits!(values), "{} {name}", stringify!($type));
            }
        };
    }
    every_type!(check);
}

#[test]
fn filters_and_chunks_are_declared() {
    let values: Vec<i32> = (0..25).collect();
    let mut file = FileBuilder::new();
    let all = [Filter::Shuffle, Filter::Deflate(6), Filter::Fletcher32];
    file.dataset("a", &values).unwrap().chunk(10).shuffle(true).deflate(6).fletcher32(true);
    file.dataset("b", &values).unwrap().chunk(10);
    file.dataset("c", &values).unwrap();
    let written = written(file);
    assert_eq!(written.dataset("a").filters(), all);
    assert_eq!(written.dataset("a").chunk(), Some(vec![10]));
    assert_eq!(written.dataset("a").num_chunks(), Some(3));
    assert!(written.dataset("a").is_resizable());
    assert!(written.dataset("b").filters().is_empty());
    assert!(!written.dataset("c").is_chunked());
}

#[test]
fn chunks_that_do_not_shrink_carry_their_mask() {
    let noise: Vec<u64> = (0..64).map(scrambled).collect();
    let mut file = FileBuilder::new();
    file.dataset("x", &noise).unwrap().chunk(16).shuffle(true).deflate(6).fletcher32(true);
    let written = written(file);
    let chunk = written.dataset("x").chunk_info(2).unwrap();
    assert_eq!((chunk.filter_mask, chunk.size), (0b10, 16 * 8 + 4));
    assert_eq!(written.values::<u64>("x"), noise);
}

#[test]
fn trees_of_one_to_thousands_of_chunks() {
    for chunks in [0_usize, 1, 2, 63, 64, 65, 128, 4096, 4097, 9001] {
        let values: Vec<i16> = (0..chunks * 3).map(|i| scrambled(i) as i16).collect();
        let mut file = FileBuilder::new();
        file.dataset("/deep/er/x", &values).unwrap().chunk(3);
        let written = written(file);
        assert_eq!(written.dataset("deep/er/x").num_chunks(), Some(chunks));
        assert_eq!(written.values::<i16>("deep/er/x"), values, "{chunks} chunks");
    }
}

#[test]
fn two_dimensions_and_more() {
    let values: Vec<i8> = (0..7001 * 5).map(|i| scrambled(i) as i8).collect();
    let cube: Vec<f64> = (0..4 * 5 * 6).map(f64::from).collect();
    let mut file = FileBuilder::new();
    let shaped = |chunk: [usize; 2]| (values.as_slice(), [7001, 5], chunk);
    for (name, (values, shape, chunk)) in
        [("rows", shaped([1000, 5])), ("tiles", shaped([7, 2])), ("over", shaped([9000, 8]))]
    {
        file.dataset(name, values).unwrap().shape(shape).chunk(chunk).shuffle(true).deflate(4);
    }
    file.dataset("plain", &values).unwrap().shape([7001, 5]);
    file.dataset("cube", &cube).unwrap().shape([4, 5, 6]).chunk([3, 2, 4]).deflate(4);
    let written = written(file);
    for name in ["rows", "tiles", "over", "plain"] {
        assert_eq!(written.dataset(name).shape(), [7001, 5]);
        assert_eq!(written.values::<i8>(name), values, "{name}");
    }
    assert_eq!(written.dataset("tiles").num_chunks(), Some(1001 * 3));
    let column = written.dataset("tiles").read_slice_1d::<i8, _>((4000..4100, 3));
    let expected: Vec<i8> = (4000..4100).map(|row| values[row * 5 + 3]).collect();
    assert_eq!(column.unwrap().to_vec(), expected);
    assert_eq!(written.dataset("cube").shape(), [4, 5, 6]);
    assert_eq!(written.values::<f64>("cube"), cube);
}

#[test]
fn fill_values_stand_in_the_properties_and_in_the_attribute() {
    macro_rules! check {
        ($type:ident, $value:expr) => {
            let fill: $type = ($value)(7);
            let mut file = FileBuilder::new();
            file.dataset("chunked", &vec![1 as $type]).unwrap().chunk(4).fill(fill);
            file.dataset("plain", &vec![1 as $type]).unwrap().fill(fill);
            let written = written(file);
            for name in ["chunked", "plain"] {
                let dataset = written.dataset(name);
                let property = dataset.fill_value().unwrap().unwrap();
                let expected = hdf5_metno::types::OwnedDynValue::new(fill);
                assert_eq!(property, expected, "{name}");
                let attribute = dataset.attr("_FillValue").unwrap();
                assert!(attribute.is_scalar());
                let reader = attribute.as_reader().no_convert();
                assert_eq!(reader.read_scalar::<$type>().unwrap(), fill);
            }
        };
    }
    every_type!(check);

    let mut file = FileBuilder::new();
    file.dataset("x", &vec![1_i32]).unwrap().creation_fill(-1);
    let written = written(file);
    assert!(written.dataset("x").attr("_FillValue").is_err());
}

#[test]
fn attributes_of_groups_and_datasets() {
    let mut file = FileBuilder::new();
    file.group("/").unwrap().attribute("short_name", "ATL06").attribute("level", 3_u8);
    file.group("gt1l").unwrap().attribute("atlas_beam_type", String::from("strong"));
    let dataset = file.dataset("gt1l/h", Data::F32(&[1.0])).unwrap();
    dataset
        .attribute("units", "meters")
        .attribute("place", "Grønland")
        .attribute("empty", "")
        .attribute("valid_range", [-1.5_f64, 2.5])
        .attribute("flag_values", &[0_i8, 1][..])
        .attribute("one", [4_i64])
        .attribute("none", Data::U16(&[]))
        .attribute("long", "x".repeat(60_000));
    for index in 0..100 {
        dataset.attribute(&format!("number {index}"), index);
    }
    let written = written(file);

    let text = |name: &str| {
        let value = written.dataset("gt1l/h").attr(name).unwrap();
        value.read_scalar::<FixedUnicode<64>>().map(|value| value.to_string())
    };
    let ascii = |name: &str| {
        let value = written.dataset("gt1l/h").attr(name).unwrap();
        value.read_scalar::<FixedAscii<65_000>>().unwrap().to_string()
    };
    assert_eq!(ascii("units"), "meters");
    assert_eq!(text("place").unwrap(), "Grønland");
    assert_eq!(ascii("empty"), "");
    assert_eq!(ascii("long").len(), 60_000);
    let dataset = written.dataset("gt1l/h");
    let units = dataset.attr("units").unwrap().dtype().unwrap().to_descriptor().unwrap();
    assert_eq!(units, TypeDescriptor::FixedAscii(7));
    let range = dataset.attr("valid_range").unwrap();
    assert_eq!(
        range.dtype().unwrap().to_descriptor().unwrap(),
        TypeDescriptor::Float(FloatSize::U8)
    );
    assert_eq!(range.read_raw::<f64>().unwrap(), [-1.5, 2.5]);
    let flags = dataset.attr("flag_values").unwrap();
    assert_eq!(
        flags.dtype().unwrap().to_descriptor().unwrap(),
        TypeDescriptor::Integer(IntSize::U1)
    );
    assert_eq!(flags.read_raw::<i8>().unwrap(), [0, 1]);
    assert_eq!(dataset.attr("one").unwrap().shape(), [1]);
    assert_eq!(dataset.attr("none").unwrap().shape(), [0]);
    for index in 0..100 {
        let attribute = dataset.attr(&format!("number {index}")).unwrap();
        assert_eq!(attribute.read_scalar::<i32>().unwrap(), index);
    }
    let root = written.file.attr("short_name").unwrap();
    assert_eq!(root.read_scalar::<FixedAscii<8>>().unwrap().as_str(), "ATL06");
    assert_eq!(written.file.attr("level").unwrap().read_scalar::<u8>().unwrap(), 3);
    let beam = written.file.group("gt1l").unwrap().attr("atlas_beam_type").unwrap();
    assert_eq!(beam.read_scalar::<FixedAscii<8>>().unwrap().as_str(), "strong");
}

#[test]
fn groups_links_scalars_and_strings() {
    let mut file = FileBuilder::new();
    file.group("/gt1l/empty").unwrap();
    file.dataset("/gt1l/seg/h", Data::F64(&[1.0, 2.0])).unwrap();
    file.dataset("scalar", Data::F64(&[4.25])).unwrap().shape([]);
    file.dataset("nothing", Data::F64(&[])).unwrap();
    file.dataset("utc", Data::Text(&["2018-10-13T00:00:00", "2019"])).unwrap().chunk(1).deflate(4);
    file.soft_link("/absolute", "/gt1l/seg/h").unwrap();
    file.soft_link("/gt1l/relative", "seg/h").unwrap();
    for index in 0..500 {
        file.dataset(&format!("many/{index}"), Data::I32(&[index])).unwrap();
    }
    let written = written(file);
    let mut names = written.file.member_names().unwrap();
    names.sort();
    assert_eq!(names, ["absolute", "gt1l", "many", "nothing", "scalar", "utc"]);
    assert!(written.file.group("gt1l/empty").unwrap().is_empty());
    for path in ["/gt1l/seg/h", "/absolute", "/gt1l/relative"] {
        assert_eq!(written.values::<f64>(path), [1.0, 2.0]);
    }
    assert!(written.dataset("scalar").is_scalar());
    assert_eq!(written.dataset("scalar").read_scalar::<f64>().unwrap(), 4.25);
    assert_eq!(written.dataset("nothing").shape(), [0]);
    let utc: Vec<FixedAscii<20>> = written.dataset("utc").read_raw().unwrap();
    assert_eq!(
        utc.iter().map(|value| value.as_str()).collect::<Vec<_>>(),
        ["2018-10-13T00:00:00", "2019"]
    );
    assert_eq!(written.file.group("many").unwrap().len(), 500);
    assert_eq!(written.values::<i32>("many/499"), [499]);
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let bytes = || {
        let mut file = FileBuilder::new();
        let values: Vec<f32> = (0..5000).map(|i| scrambled(i) as f32).collect();
        file.dataset("a/x", &values).unwrap().chunk(100).deflate(6).fill(0.5_f32);
        file.dataset("b/x", &values).unwrap().attribute("units", "1");
        file.finish().unwrap()
    };
    assert!(bytes() == bytes());
}

#[test]
fn what_cannot_be_written_is_refused_by_name() {
    let mut file = FileBuilder::new();
    file.dataset("a/x", Data::I8(&[1])).unwrap();
    file.soft_link("l", "/a/x").unwrap();
    let one = Data::I8(&[1]);
    for (path, found) in [("a/x", "dataset"), ("/a", "group"), ("l", "soft link")] {
        let error = file.dataset(path, one).unwrap_err();
        assert!(matches!(error, WriteError::Duplicate { found: f, .. } if f == found), "{error}");
    }
    for path in ["a/x/y", "l/y"] {
        let error = file.dataset(path, one).unwrap_err();
        assert!(matches!(error, WriteError::NotAGroup { .. }), "{error}");
        assert!(matches!(file.group(path).unwrap_err(), WriteError::NotAGroup { .. }));
    }
    let deep = "/g".repeat(65);
    for path in ["", "/", "a//b", "a/", "./a", "a/../b", "n\0l", deep.as_str()] {
        let error = file.dataset(path, one).unwrap_err();
        assert!(matches!(error, WriteError::Path { .. }), "{path:?}: {error}");
    }
}

#[test]
fn what_does_not_fit_together_is_refused_at_the_end() {
    type Description = fn(&mut zagg_hdf5::write::DatasetBuilder);
    let refused = |describe: Description| {
        let mut file = FileBuilder::new();
        describe(file.dataset("x", Data::I16(&[1, 2, 3, 4, 5, 6])).unwrap());
        file.finish().unwrap_err()
    };
    let shapes: [Description; 3] =
        [|x| _ = x.shape([2, 2]), |x| _ = x.shape([usize::MAX, 2]), |x| _ = x.shape([])];
    for describe in shapes {
        let error = refused(describe);
        assert!(matches!(error, WriteError::Shape { found: 6, .. }), "{error}");
    }
    let chunks: [Description; 5] = [
        |x| _ = x.chunk(0),
        |x| _ = x.chunk([2, 2]),
        |x| _ = x.shape([3, 2]).chunk(2),
        |x| _ = x.chunk(usize::MAX),
        |x| _ = x.chunk(1 << 31),
    ];
    for describe in chunks {
        let error = refused(describe);
        assert!(matches!(error, WriteError::Chunk { .. }), "{error}");
    }
    let filters: [Description; 3] =
        [|x| _ = x.deflate(6), |x| _ = x.shuffle(true), |x| _ = x.chunk(2).deflate(10)];
    for describe in filters {
        let error = refused(describe);
        assert!(matches!(error, WriteError::Filter { .. }), "{error}");
    }
    let error = refused(|x| _ = x.shape([1; 33]));
    assert!(matches!(error, WriteError::Rank { rank: 33, .. }), "{error}");
    let error = refused(|x| _ = x.fill(Scalar::I32(1)));
    assert_eq!(error.to_string(), "dataset \"/x\" of i16 cannot have a fill value of i32");
    let error = refused(|x| _ = x.fill(1_i16).attribute("_FillValue", 1_i16));
    assert!(matches!(error, WriteError::DuplicateAttribute { .. }), "{error}");
    let error = refused(|x| _ = x.attribute("long", "x".repeat(70_000)));
    assert!(matches!(error, WriteError::TooLarge { .. }), "{error}");
}
