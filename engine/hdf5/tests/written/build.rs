//! Datasets of every kind, written by libhdf5.

use std::path::Path;

use hdf5_metno::dataset::{AllocTime, ChunkOpts, FillTime, Layout};
use hdf5_metno::file::{FileSpaceStrategy, LibraryVersion, Sizeof, SizeofInfo};
use hdf5_metno::types::{FloatSize, IntSize, TypeDescriptor};
use hdf5_metno::{Dataset, Datatype, File, H5Type, SimpleExtents};

/// How libhdf5 is told to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) name: &'static str,
    pub(crate) low: LibraryVersion,
    pub(crate) high: LibraryVersion,
    pub(crate) userblock: u64,
    /// Bytes of addresses and of lengths.
    pub(crate) sizes: [Sizeof; 2],
    pub(crate) small_nodes: bool,
    pub(crate) paged: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            name: "",
            low: LibraryVersion::Earliest,
            high: LibraryVersion::V114,
            userblock: 0,
            sizes: [Sizeof::Bytes8; 2],
            small_nodes: false,
            paged: false,
        }
    }
}

impl Style {
    pub(crate) fn create(&self, path: &Path) -> File {
        let mut builder = File::with_options();
        builder.fapl().libver_bounds(self.low, self.high);
        builder.fcpl().userblock(self.userblock);
        let [sizeof_addr, sizeof_size] = self.sizes;
        builder.fcpl().sizes(SizeofInfo { sizeof_addr, sizeof_size });
        if self.small_nodes {
            builder.fcpl().sym_k(2, 2).istore_k(2);
        }
        if self.paged {
            let strategy =
                FileSpaceStrategy::FreeSpaceManager { paged: true, persist: false, threshold: 1 };
            builder.fcpl().file_space_strategy(strategy).file_space_page_size(8192);
        }
        builder.create(path).unwrap()
    }

    /// Whether chunk indexes newer than the version 1 B-tree are written.
    pub(crate) fn has_new_indexes(&self) -> bool {
        self.low as u32 >= LibraryVersion::V110 as u32
    }
}

/// Bit patterns without a regular course, so that a misplaced byte shows.
pub(crate) fn scrambled(index: usize) -> u64 {
    (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// Values that compress but have no period.
pub(crate) fn smooth(count: usize) -> Vec<i32> {
    (0..count).map(|at| (at * at / 1000 + at % 7) as i32).collect()
}

/// A dataset with chunks and settings.
pub(crate) struct Chunked<'a> {
    pub(crate) file: &'a File,
    pub(crate) name: &'a str,
    pub(crate) shape: SimpleExtents,
    pub(crate) chunk: Vec<usize>,
}

impl Chunked<'_> {
    pub(crate) fn create<T: H5Type>(
        self,
        set: impl Fn(
            &mut hdf5_metno::plist::DatasetCreateBuilder,
        ) -> &mut hdf5_metno::plist::DatasetCreateBuilder,
    ) -> Dataset {
        let chunk = self.chunk.clone();
        let builder = self.file.new_dataset::<T>().shape(self.shape).chunk(chunk);
        builder.with_dcpl(set).create(self.name).unwrap()
    }
}

pub(crate) fn chunked<'a>(
    file: &'a File,
    name: &'a str,
    shape: impl Into<SimpleExtents>,
    chunk: impl Into<Vec<usize>>,
) -> Chunked<'a> {
    Chunked { file, name, shape: shape.into(), chunk: chunk.into() }
}

/// Writes `values` in the shape of the dataset.
pub(crate) fn fill<T: H5Type>(dataset: &Dataset, values: &[T]) {
    dataset.write_raw(values).unwrap();
}

/// Datasets small enough that a file of them can be altered thousands of times.
pub(crate) fn small_datasets(file: &File) {
    let values = smooth(300);
    let plain = file.new_dataset::<i32>().shape(300).create("small/contiguous").unwrap();
    fill(&plain, &values);
    let compact = file.new_dataset::<i32>().layout(Layout::Compact).shape(20);
    fill(&compact.create("small/compact").unwrap(), &values[..20]);
    let filtered = chunked(file, "small/filtered", 300, [64])
        .create::<i32>(|it| it.shuffle().deflate(4).fletcher32().fill_value(-1_i32));
    fill(&filtered, &values);
    let growing = chunked(file, "small/growing", 300.., [50]).create::<i32>(|it| it.deflate(4));
    fill(&growing, &values);
    let square = chunked(file, "small/square", (20.., 15..), [6, 4]).create::<i32>(|it| it);
    fill(&square, &values);
    let two_axes =
        chunked(file, "small/two_axes", (20, 15), [6, 4]).create::<i32>(|it| it.deflate(1));
    fill(&two_axes, &values);
    let single = chunked(file, "small/single", 300, [300]).create::<i32>(|it| it.deflate(1));
    fill(&single, &values);
    let early = chunked(file, "small/early", 300, [100])
        .create::<i32>(|it| it.alloc_time(Some(AllocTime::Early)));
    fill(&early, &values);
}

/// One dataset of each numeric type, in chunks with all filters.
pub(crate) fn types(file: &File) {
    macro_rules! each {
        ($($type:ident),*) => {$(
            let values: Vec<$type> = (0..500).map(|at| scrambled(at) as $type).collect();
            let name = concat!("types/", stringify!($type));
            let dataset = chunked(file, name, 500, [128]).create::<$type>(|it| it.shuffle().deflate(6));
            fill(&dataset, &values);
        )*};
    }
    each!(i8, i16, i32, i64, u8, u16, u32, u64);
    let singles: Vec<f32> = (0..500).map(|at| f32::from_bits(scrambled(at) as u32)).collect();
    fill(&chunked(file, "types/f32", 500, [128]).create::<f32>(|it| it.deflate(6)), &singles);
    let doubles: Vec<f64> = (0..500).map(|at| f64::from_bits(scrambled(at))).collect();
    fill(&chunked(file, "types/f64", 500, [500]).create::<f64>(|it| it.shuffle()), &doubles);
}

/// A big-endian type, which the high-level interface has no name for.
fn big_endian(descriptor: &TypeDescriptor) -> Datatype {
    use hdf5_metno_sys::h5t::{H5T_order_t, H5Tcopy, H5Tset_order};
    let native = Datatype::from_descriptor(descriptor).unwrap();
    hdf5_metno::sync::sync(|| {
        // SAFETY: the library lock is held, `native` is a valid type for the duration of the call,
        // and the copy, which is a new identifier, is owned by the returned object alone.
        #[expect(unsafe_code, reason = "the high-level interface writes native order only")]
        unsafe {
            let copy = H5Tcopy(native.id());
            assert!(H5Tset_order(copy, H5T_order_t::H5T_ORDER_BE) >= 0);
            hdf5_metno::from_id::<Datatype>(copy).unwrap()
        }
    })
}

/// Datasets whose bytes are in the other order.
pub(crate) fn big_endians(file: &File) {
    let values: Vec<i64> = (0..300).map(|at| scrambled(at) as i64 >> 45).collect();
    let types = [
        ("i16", TypeDescriptor::Integer(IntSize::U2)),
        ("u32", TypeDescriptor::Unsigned(IntSize::U4)),
        ("i64", TypeDescriptor::Integer(IntSize::U8)),
        ("f32", TypeDescriptor::Float(FloatSize::U4)),
        ("f64", TypeDescriptor::Float(FloatSize::U8)),
    ];
    for (name, descriptor) in types {
        let datatype = big_endian(&descriptor);
        let builder = file.new_dataset_builder().empty_as(datatype);
        let dataset = builder.chunk(100).shuffle().deflate(3).fill_value(-7_i64).shape(300);
        let dataset = dataset.create(format!("big_endian/{name}").as_str()).unwrap();
        let values: Vec<i64> = values.iter().map(|value| value.abs().min(30_000)).collect();
        fill(&dataset, &values);
    }
}

/// Layouts without chunks.
pub(crate) fn flat(file: &File) {
    let values = smooth(70_000);
    let long = file.new_dataset::<i32>().shape(70_000).create("flat/long").unwrap();
    fill(&long, &values);
    let wide = file.new_dataset::<i32>().shape((700, 100)).create("flat/wide").unwrap();
    fill(&wide, &values);
    let compact = file.new_dataset::<i32>().layout(Layout::Compact).shape((10, 3));
    fill(&compact.create("flat/compact").unwrap(), &values[..30]);
    let never = file.new_dataset::<f64>().fill_value(-9999.0).shape(100);
    never.create("flat/never_written").unwrap();
    let never = file.new_dataset::<i16>().shape(100);
    never.create("flat/never_written_zero").unwrap();
    let scalar = file.new_dataset::<f64>().create("flat/scalar").unwrap();
    scalar.write_scalar(&1.5_f64).unwrap();
    file.new_dataset::<i32>().shape(0).create("flat/empty").unwrap();
    file.new_dataset::<i32>().shape(hdf5_metno::Extents::Null).create("flat/null").unwrap();
    let text = file.new_dataset::<hdf5_metno::types::FixedAscii<6>>().shape(3);
    let words = ["one", "two", "three"];
    let words = words.map(|word| hdf5_metno::types::FixedAscii::<6>::from_ascii(word).unwrap());
    fill(&text.create("flat/text").unwrap(), &words);
}

/// Chunks with filters, edges, gaps and fill values.
pub(crate) fn chunks(file: &File, style: &Style) {
    let values = smooth(10_000);
    let all = chunked(file, "chunks/all_filters", 10_000, [777])
        .create::<i32>(|it| it.shuffle().deflate(9).fletcher32());
    fill(&all, &values);
    let sum = chunked(file, "chunks/checksum_first", 10_000, [999])
        .create::<i32>(|it| it.fletcher32().deflate(2));
    fill(&sum, &values);
    // Random bytes do not shrink: deflate is left out of each chunk and its mask says so.
    let random: Vec<u64> = (0..2000).map(scrambled).collect();
    let masked = chunked(file, "chunks/masked", 2000, [300]).create::<u64>(|it| it.deflate(6));
    fill(&masked, &random);
    let shuffled = chunked(file, "chunks/shuffled_masked", 2000, [300])
        .create::<u64>(|it| it.shuffle().deflate(6));
    fill(&shuffled, &random);
    let larger =
        chunked(file, "chunks/larger_than_rows", 135.., [5000]).create::<i32>(|it| it.deflate(6));
    fill(&larger, &values[..135]);
    let empty = chunked(file, "chunks/empty", 0.., [100]);
    empty.create::<i32>(|it| it.deflate(6));
    let none = chunked(file, "chunks/none_written", 1000, [100]);
    none.create::<i32>(|it| it.fill_value(5_i32));
    let sparse = chunked(file, "chunks/sparse", 1000.., [50])
        .create::<i32>(|it| it.fill_value(-1_i32).alloc_time(Some(AllocTime::Incr)).deflate(1));
    sparse.write_slice(&values[..70], 120..190).unwrap();
    sparse.write_slice(&values[..50], 900..950).unwrap();
    let planes =
        chunked(file, "chunks/planes", (103, 17), [10, 5]).create::<i32>(|it| it.deflate(6));
    fill(&planes, &values[..103 * 17]);
    let raw_planes = chunked(file, "chunks/raw_planes", (103, 17), [10, 5]).create::<i32>(|it| it);
    fill(&raw_planes, &values[..103 * 17]);
    let sparse_planes = chunked(file, "chunks/sparse_planes", (50.., 8), [10, 3])
        .create::<i32>(|it| it.fill_value(3_i32).shuffle().deflate(1));
    sparse_planes.write_slice(&values[50..60], (20..30, 4)).unwrap();
    sparse_planes.write_slice(&values[80..83], (45..48, 7)).unwrap();
    let one_wide =
        chunked(file, "chunks/one_wide", (100, 1), [30, 1]).create::<i32>(|it| it.deflate(6));
    fill(&one_wide, &values[..100]);
    let flags: Vec<i8> = (0..5000).map(|at| scrambled(at) as i8 % 5).collect();
    let confidences = chunked(file, "chunks/confidences", (1000.., 5), [300, 5])
        .create::<i8>(|it| it.shuffle().deflate(6).fill_value(-2_i8));
    fill(&confidences, &flags);
    let never = chunked(file, "chunks/fill_never", 1000, [64])
        .create::<i32>(|it| it.fill_time(FillTime::Never).fill_value(9_i32));
    fill(&never, &values[..1000]);
    let nan = chunked(file, "chunks/nan_fill", 1000.., [64])
        .create::<f32>(|it| it.fill_value(f32::NAN).deflate(3));
    let floats: Vec<f32> = values.iter().take(100).map(|&value| value as f32).collect();
    nan.write_slice(&floats, 0..100).unwrap();
    if style.has_new_indexes() {
        let edges = chunked(file, "chunks/raw_edges", (103, 17), [10, 5])
            .create::<i32>(|it| it.deflate(6).chunk_opts(ChunkOpts::DONT_FILTER_PARTIAL_CHUNKS));
        fill(&edges, &values[..103 * 17]);
    }
}
