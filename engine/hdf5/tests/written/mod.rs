//! Files that libhdf5 writes in its various formats, read back and compared with what libhdf5
//! reads.

pub(crate) mod build;
mod check;
mod indexes;
mod refused;
mod structure;

use hdf5_metno::file::{LibraryVersion, Sizeof};

pub(crate) use build::Style;

/// Ways of writing a file.
pub(crate) fn styles() -> Vec<Style> {
    use LibraryVersion::{Earliest, V18, V110, V112, V114};
    use Sizeof::{Bytes4, Bytes8};
    let plain = |name, low, high| Style { name, low, high, ..Style::default() };
    vec![
        plain("earliest", Earliest, V114),
        plain("v18", V18, V18),
        plain("v110", V110, V110),
        plain("v112", V112, V112),
        plain("v114", V114, V114),
        Style { userblock: 2048, ..plain("earliest with user block", Earliest, V18) },
        Style { userblock: 512, ..plain("v110 with user block", V110, V110) },
        Style { sizes: [Bytes4, Bytes4], ..plain("earliest with 4 bytes", Earliest, V114) },
        // With lengths of 4 bytes too, libhdf5 does not find the axis without limit again.
        Style { sizes: [Bytes4, Bytes8], ..plain("v110 with addresses of 4 bytes", V110, V114) },
        Style { small_nodes: true, ..plain("earliest with small B-tree nodes", Earliest, V114) },
        Style { paged: true, ..plain("v110 with paged aggregation", V110, V114) },
    ]
}

/// A file with datasets of every kind.
pub(crate) fn write_all_kinds(style: &Style, path: &std::path::Path) {
    let file = style.create(path);
    build::small_datasets(&file);
    build::types(&file);
    build::big_endians(&file);
    build::flat(&file);
    build::chunks(&file, style);
    structure::many_members(&file);
}

/// The files that other tests alter.
pub(crate) fn small_files() -> Vec<(&'static str, Vec<u8>)> {
    let mut styles = styles();
    styles.retain(|style| matches!(style.name, "earliest" | "v110" | "v18"));
    let files = styles.into_iter().map(|style| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.h5");
        let file = style.create(&path);
        build::small_datasets(&file);
        structure::small_structure(&file);
        drop(file);
        (style.name, std::fs::read(path).unwrap())
    });
    files.collect()
}
