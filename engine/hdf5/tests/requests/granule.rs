//! A granule in the shape of ATL06: six beams, each with as many datasets and attributes.

use hdf5_metno::File;
use hdf5_metno::file::{FileSpaceStrategy, LibraryVersion};
use hdf5_metno::types::FixedAscii;

use crate::written::Style;
use crate::written::build::{chunked, fill, smooth};

const BEAMS: [&str; 6] = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"];
const COLUMNS: [&str; 5] = ["latitude", "longitude", "h_li", "h_li_sigma", "atl06_quality_summary"];
const OTHERS: [&str; 5] =
    ["bias_correction", "dem", "fit_statistics", "geophysical", "ground_track"];

/// Thirty columns: five of each of six beams.
pub(super) fn columns() -> Vec<String> {
    let group = |beam| COLUMNS.map(|column| format!("/{beam}/land_ice_segments/{column}"));
    BEAMS.into_iter().flat_map(group).collect()
}

/// Bytes of a page, where there are pages: as large as in granules made for the cloud.
const PAGE: u64 = 8 << 20;

/// A file as instruments write it, one with newer structures, and one in pages.
pub(super) fn styles<T: Copy>(paged: T, scattered: T) -> Vec<(&'static str, Created, T)> {
    use LibraryVersion::{Earliest, V110};
    let plain = |low| Created(Style { low, ..Style::default() }, false);
    vec![
        ("written, earliest format", plain(Earliest), scattered),
        ("written, 1.10 format", plain(V110), scattered),
        ("written, paged", Created(Style::default(), true), paged),
    ]
}

/// How a granule is written: a style, and whether in pages.
pub(super) struct Created(Style, bool);

impl Created {
    pub(super) fn create(&self, path: &std::path::Path) -> File {
        if !self.1 {
            return self.0.create(path);
        }
        let mut builder = File::with_options();
        builder.fapl().libver_bounds(self.0.low, self.0.high);
        let strategy =
            FileSpaceStrategy::FreeSpaceManager { paged: true, persist: false, threshold: 1 };
        builder.fcpl().file_space_strategy(strategy).file_space_page_size(PAGE);
        builder.create(path).unwrap()
    }
}

/// Writes `rows` segments to each beam.
pub(super) fn write(file: &File, rows: usize) {
    let values = smooth(rows);
    let text = |text: &str| FixedAscii::<80>::from_ascii(text).unwrap();
    for beam in BEAMS {
        let mut paths: Vec<String> =
            COLUMNS.iter().map(|name| format!("{beam}/land_ice_segments/{name}")).collect();
        for group in OTHERS {
            paths.extend((0..8).map(|at| format!("{beam}/land_ice_segments/{group}/field_{at}")));
        }
        for path in paths {
            let dataset = chunked(file, &path, rows.., [10_000])
                .create::<i32>(|it| it.shuffle().deflate(1).fill_value(i32::MAX));
            fill(&dataset, &values);
            for name in ["units", "long_name", "description", "source", "contentType"] {
                let attribute = dataset.new_attr::<FixedAscii<80>>().create(name).unwrap();
                attribute.write_scalar(&text(&format!("{name} of {path}"))).unwrap();
            }
            dataset.new_attr::<i32>().create("_FillValue").unwrap().write_scalar(&-1).unwrap();
        }
        let group = file.group(beam).unwrap();
        for name in ["atlas_beam_type", "atlas_pce", "sc_orientation"] {
            let attribute = group.new_attr::<FixedAscii<80>>().create(name).unwrap();
            attribute.write_scalar(&text("strong")).unwrap();
        }
    }
}
