//! A granule as an HDF5 file.

use zagg_hdf5::write::{Data, DatasetBuilder, FileBuilder, WriteError};

use super::beam::{FILL, Rows};
use super::track::{Track, utc};

/// A beam of the instrument.
pub(super) struct Beam {
    pub(super) name: &'static str,
    /// Beside the track, in metres: three pairs 3.3 km apart, 90 m within a pair.
    pub(super) across: f64,
    /// With the satellite flying backwards the left one of a pair is the strong one.
    pub(super) strong: bool,
}

impl Beam {
    const fn new(name: &'static str, across: f64, strong: bool) -> Self {
        Self { name, across, strong }
    }

    /// A number of its own, for its random numbers.
    pub(super) fn stream(&self) -> u64 {
        self.name.bytes().fold(0, |number, byte| number << 8 | u64::from(byte))
    }
}

/// All beams, from left to right.
pub(super) const BEAMS: [Beam; 6] = [
    Beam::new("gt1l", -3345.0, true),
    Beam::new("gt1r", -3255.0, false),
    Beam::new("gt2l", -45.0, true),
    Beam::new("gt2r", 45.0, false),
    Beam::new("gt3l", 3255.0, true),
    Beam::new("gt3r", 3345.0, false),
];

/// The beam that the last granule does not have, and the one of which it has only the group.
pub(super) const ABSENT: &str = "gt3l";
pub(super) const EMPTY: &str = "gt3r";

/// Rows of a chunk.
const CHUNK: usize = 10_000;
/// Seconds from the GPS epoch to 2018-01-01, the epoch of `delta_time`.
const ATLAS_SDP_GPS_EPOCH: f64 = 1_198_800_018.0;
const SECONDS: &str = "seconds since 2018-01-01";

/// The bytes of the file; beams without rows get groups alone.
pub(super) fn encode(
    track: &Track,
    beams: &[(&Beam, Option<Rows>)],
) -> Result<Vec<u8>, WriteError> {
    let mut file = FileBuilder::new();
    describe(&mut file, track)?;
    for (beam, rows) in beams {
        file.group(beam.name)?
            .attribute("groundtrack_id", beam.name)
            .attribute("atlas_beam_type", if beam.strong { "strong" } else { "weak" })
            .attribute("sc_orientation", "Backward");
        let group = format!("{}/land_ice_segments", beam.name);
        file.group(&group)?
            .attribute("data_rate", "One row per segment with a height, 20 m apart.");
        if let Some(rows) = rows {
            put_rows(&mut file, &group, rows)?;
        }
    }
    file.finish()
}

/// What concerns the granule as a whole.
fn describe(file: &mut FileBuilder, track: &Track) -> Result<(), WriteError> {
    let [begin, end] = track.span();
    let times = [begin, end].map(|t| utc(t).format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
    let [begin_utc, end_utc] = &times;
    file.group("/")?
        .attribute("short_name", "ATL06")
        .attribute("title", "Synthetic land ice heights in the form of ATL06")
        .attribute("Conventions", "CF-1.6")
        .attribute("featureType", "trajectory")
        .attribute("source", "synthetic")
        .attribute("time_coverage_start", begin_utc.as_str())
        .attribute("time_coverage_end", end_utc.as_str())
        .attribute("time_coverage_duration", end - begin);

    let mut one = |path: &str, data: Data<'_>, long_name: &str, units: &str| {
        let dataset = file.dataset(path, data)?;
        dataset.attribute("long_name", long_name).attribute("units", units);
        Ok::<(), WriteError>(())
    };
    let epoch = [ATLAS_SDP_GPS_EPOCH];
    let epoch_units = "seconds since 1980-01-06T00:00:00.000000Z";
    one(
        "ancillary_data/atlas_sdp_gps_epoch",
        Data::F64(&epoch),
        "ATLAS epoch offset",
        epoch_units,
    )?;
    one(
        "ancillary_data/start_delta_time",
        Data::F64(&[begin]),
        "Time of the first segment",
        SECONDS,
    )?;
    one("ancillary_data/end_delta_time", Data::F64(&[end]), "Time of the last segment", SECONDS)?;
    one(
        "ancillary_data/data_start_utc",
        Data::Text(&[begin_utc]),
        "UTC of the first segment",
        "1",
    )?;
    one("ancillary_data/data_end_utc", Data::Text(&[end_utc]), "UTC of the last segment", "1")?;
    let numbers = [
        ("rgt", "reference ground track", track.rgt),
        ("cycle", "cycle", track.cycle),
        ("region", "region", track.region),
    ];
    for (name, long_name, value) in numbers {
        for end in ["start", "end"] {
            let path = format!("ancillary_data/{end}_{name}");
            one(&path, Data::I32(&[value as i32]), &format!("{end} {long_name}"), "1")?;
        }
    }
    one("orbit_info/rgt", Data::I16(&[track.rgt as i16]), "Reference ground track", "1")?;
    one("orbit_info/cycle_number", Data::I8(&[track.cycle as i8]), "Cycle", "1")?;
    one("orbit_info/sc_orient", Data::I8(&[0]), "Orientation: 0 backward, 1 forward", "1")
}

/// The datasets of a beam.
fn put_rows(file: &mut FileBuilder, group: &str, rows: &Rows) -> Result<(), WriteError> {
    let mut put = Datasets { file, group };
    put.floats("delta_time", &rows.delta_time, "Elapsed GPS seconds", SECONDS)?
        .attribute("standard_name", "time");
    put.floats("latitude", &rows.latitude, "Latitude", "degrees_north")?
        .attribute("standard_name", "latitude")
        .attribute("valid_min", -90.0)
        .attribute("valid_max", 90.0);
    put.floats("longitude", &rows.longitude, "Longitude", "degrees_east")?
        .attribute("standard_name", "longitude")
        .attribute("valid_min", -180.0)
        .attribute("valid_max", 180.0);
    put.floats("h_li", &rows.h_li, "Land ice height", "meters")?.fill(FILL);
    put.floats("h_li_sigma", &rows.h_li_sigma, "Expected error of the height", "meters")?
        .fill(FILL);
    put.floats("sigma_geo_h", &rows.sigma_geo_h, "Vertical geolocation error", "meters")?
        .fill(FILL);
    put.integers("atl06_quality_summary", &rows.quality, "Quality summary", "1")?
        .attribute("flag_values", [0_i8, 1])
        .attribute("flag_meanings", "best_quality potential_problem")
        .attribute("valid_min", 0_i8)
        .attribute("valid_max", 1_i8);
    put.integers("segment_id", &rows.segment_id, "Segment number along the track", "1")?
        .fill(i32::MAX);
    put.floats("ground_track/x_atc", &rows.x_atc, "Along-track distance", "meters")?.fill(f64::MAX);
    put.floats("dem/dem_h", &rows.dem_h, "Height of the reference model", "meters")?.fill(FILL);
    put.integers("fit_statistics/n_fit_photons", &rows.n_fit_photons, "Photons in the fit", "1")?
        .fill(i32::MAX);
    Ok(())
}

/// Where the datasets of a beam go.
struct Datasets<'f> {
    file: &'f mut FileBuilder,
    group: &'f str,
}

impl Datasets<'_> {
    /// Like the product's, floating-point datasets are compressed without being shuffled.
    fn floats<'d>(
        &mut self,
        name: &str,
        data: impl Into<Data<'d>>,
        long_name: &str,
        units: &str,
    ) -> Result<&mut DatasetBuilder, WriteError> {
        // Datasets in a group below find their coordinates one above.
        let up = if name.contains('/') { "../" } else { "" };
        let coordinates: Vec<String> = ["delta_time", "latitude", "longitude"]
            .iter()
            .filter(|coordinate| **coordinate != name)
            .map(|coordinate| format!("{up}{coordinate}"))
            .collect();
        Ok(self
            .file
            .dataset(&format!("{}/{name}", self.group), data)?
            .chunk(CHUNK)
            .deflate(6)
            .attribute("long_name", long_name)
            .attribute("units", units)
            .attribute("coordinates", coordinates.join(" ")))
    }

    /// Integers are shuffled too.
    fn integers<'d>(
        &mut self,
        name: &str,
        data: impl Into<Data<'d>>,
        long_name: &str,
        units: &str,
    ) -> Result<&mut DatasetBuilder, WriteError> {
        Ok(self.floats(name, data, long_name, units)?.shuffle(true))
    }
}
