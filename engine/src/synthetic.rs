//! Synthetic ATL06 granules, for demonstrations and tests: real in form, invented in content.
//!
//! The granules have the groups, types, chunks, filters, fill values and attributes of the product,
//! and lie on ground tracks of its orbit; the heights are those of a made-up ice sheet with noise.
//! The same settings give the same files on one platform (sines and logarithms differ in the last
//! bit between mathematics libraries).
//!
//! # What is in them
//! - Six beams `gt1l`…`gt3r` of [`segments_per_beam`](Synthetic::segments_per_beam) rows each, one
//!   per 20 m along the track, with gaps; `atlas_beam_type` says weak or strong.
//! - `land_ice_segments/{latitude, longitude, delta_time, h_li, h_li_sigma, sigma_geo_h,
//!   atl06_quality_summary, segment_id}`, `ground_track/x_atc`, `dem/dem_h` and
//!   `fit_statistics/n_fit_photons`. Units stand in the attributes.
//! - About a tenth of the rows in runs of `atl06_quality_summary` 1, with wild heights; a third of
//!   these, and at least one good row of each beam, have fill values for `h_li` and `h_li_sigma`.
//! - Granules take ICESat-2's regions 11 (over the pole), 10 and 12 (towards and away from it) in
//!   turn, all south of 68°S unless their beams are longer than 60,000 rows. The first passes the
//!   southernmost point of the orbit, at 180° of longitude.

mod beam;
mod error;
mod granule;
mod random;
mod track;

use std::path::{Path, PathBuf};

pub use error::SyntheticError;
use granule::BEAMS;
use track::Track;

/// A set of synthetic ATL06 granules.
///
/// ```no_run
/// use zagg_engine::synthetic::Synthetic;
///
/// let folder = std::path::Path::new("granules");
/// let files = Synthetic { granules: 8, ..Synthetic::default() }.write(folder)?;
/// assert_eq!(files.len(), 8);
/// # Ok::<(), zagg_engine::synthetic::SyntheticError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synthetic {
    /// How many granules; 4 by default.
    pub granules: usize,
    /// Rows of each beam; 10,000 by default, which is 200 km. A granule over all of Antarctica has
    /// some 120,000.
    pub segments_per_beam: usize,
    /// Chooses the noise, the gaps, and where along its region a granule lies; 7 by default.
    pub seed: u64,
    /// Whether all granules repeat the first one's track, 91 days apart, some hundred metres beside
    /// it: few cells with many rows. Not by default.
    pub same_track: bool,
    /// Whether the last granule lacks one beam, `gt3l`, and has no rows and no datasets in another,
    /// `gt3r`, as happens in real granules; so by default.
    pub missing_beams: bool,
}

impl Default for Synthetic {
    fn default() -> Self {
        Self {
            granules: 4,
            segments_per_beam: 10_000,
            seed: 7,
            same_track: false,
            missing_beams: true,
        }
    }
}

impl Synthetic {
    /// Writes the granules into `folder`, which is created, and gives their paths, in the order of
    /// the granules. Files of the same names are replaced; each appears whole or not at all.
    ///
    /// # Errors
    /// If a file cannot be written, or so many granules are asked for that there is no cycle of two
    /// digits left for their names.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, SyntheticError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| SyntheticError::io("create the folder", folder, source))?;
        (0..self.granules)
            .map(|index| {
                let (name, bytes) = self.granule(index)?;
                let path = folder.join(&name);
                let partial = folder.join(format!(".{name}.{}.partial", std::process::id()));
                let replaced = std::fs::write(&partial, bytes)
                    .map_err(|source| SyntheticError::io("write", &partial, source))
                    .and_then(|()| {
                        std::fs::rename(&partial, &path)
                            .map_err(|source| SyntheticError::io("rename to", &path, source))
                    });
                if replaced.is_err() {
                    // The first error is the one to report; the leftover may not even exist.
                    _ = std::fs::remove_file(&partial);
                }
                replaced.map(|()| path)
            })
            .collect()
    }

    /// The file name and the bytes of one granule.
    ///
    /// # Errors
    /// If there is no cycle of two digits left for its name.
    pub fn granule(&self, index: usize) -> Result<(String, Vec<u8>), SyntheticError> {
        let track = Track::new(self, index)?;
        let last = index + 1 == self.granules;
        let absent =
            |beam: &&granule::Beam| !(self.missing_beams && last && beam.name == granule::ABSENT);
        let beams = BEAMS.iter().filter(absent).map(|beam| {
            let empty = self.missing_beams && last && beam.name == granule::EMPTY;
            let rows = if empty { None } else { Some(beam::rows(self, index, &track, beam)) };
            (beam, rows)
        });
        let bytes = granule::encode(&track, &beams.collect::<Vec<_>>())
            .map_err(|source| SyntheticError::Hdf5 { index, source })?;
        Ok((track.name(), bytes))
    }
}

#[cfg(test)]
mod tests;
