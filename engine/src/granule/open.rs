//! Opening a granule: its beams and the datasets in them.

use std::sync::Arc;

use arrow::datatypes::DataType;
use zagg_hdf5::{Dataset, File, FileVersion, KnownFile};

use crate::config::DataSource;
use crate::error::{Error, Result};
use crate::granule::Location;
use crate::index::{BeamEntry, GranuleEntry};

/// Where the latitude stands among a beam's datasets.
pub(crate) const LATITUDE: usize = 0;
/// Where the longitude stands.
pub(crate) const LONGITUDE: usize = 1;
/// Where the declared columns begin.
pub(crate) const COLUMNS: usize = 2;

/// A granule whose beams have been looked up.
#[derive(Debug)]
pub struct OpenGranule {
    /// The beams that are there, in the order the table declares them.
    pub beams: Vec<OpenBeam>,
    /// The beams that are not: their group is absent or holds none of the declared datasets. This is
    /// normal, an instrument is not always on.
    pub missing: Vec<String>,
    /// Which version of the file this is.
    pub version: FileVersion,
    /// The file, where all is known from an index and nothing of it was read.
    pub(super) known: Option<KnownFile>,
}

/// One beam of a granule.
#[derive(Debug)]
pub struct OpenBeam {
    /// The beam's number among those the table declares.
    pub number: u16,
    /// Observations in it.
    pub rows: u64,
    /// Its datasets: latitude, longitude, then the declared columns in order.
    pub datasets: Vec<Dataset>,
}

/// Looks up all beams of a granule in one walk.
///
/// # Errors
/// When the file cannot be read, or a beam has some of its datasets but not all, or they differ in
/// length or shape: a beam is there as a whole or not at all.
///
/// `keep` is asked whether the first reply may be held, where it is the whole file: its data need not be asked
/// for again then.
pub(super) async fn open(
    id: &str,
    at: &Location,
    source: &DataSource,
    keep: impl FnOnce(u64) -> bool + Send,
) -> Result<OpenGranule> {
    let file = File::open(Arc::clone(&at.store), at.path.clone()).await?;
    let paths: Vec<String> = source.groups.iter().flat_map(|beam| source.paths_in(beam)).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let found = file.locate(&paths).await?;
    let whole = file.held_bytes() >= file.size();
    if !(whole && keep(file.size())) {
        file.forget_metadata();
    }
    let (beams, missing) = beams(id, source, found)?;
    Ok(OpenGranule { beams, missing, version: file.version().clone(), known: None })
}

/// The same by what an index says, without asking for anything.
///
/// # Errors
/// When the index says what cannot be, or the beams are not what the table declares.
pub(super) fn by_index(
    entry: GranuleEntry,
    at: &Location,
    source: &DataSource,
) -> Result<OpenGranule> {
    let GranuleEntry { id, version, beams: entries } = entry;
    let file = KnownFile::new(Arc::clone(&at.store), at.path.clone(), version.clone());
    let mut found = Vec::new();
    for beam in &source.groups {
        let of_beam = |entry: &&BeamEntry| entry.beam == *beam;
        let rows = entries.iter().find(of_beam).and_then(|entry| entry.found.as_ref());
        let datasets = rows.map(|rows| rows.datasets.as_slice()).unwrap_or_default();
        for path in source.paths_in(beam) {
            let parts = datasets.iter().find(|parts| parts.path == path);
            found.push(parts.map(|parts| file.dataset(parts.clone())).transpose()?);
        }
    }
    let (beams, missing) = beams(&id, source, found)?;
    Ok(OpenGranule { beams, missing, version, known: Some(file) })
}

/// The beams that are there, and the names of those that are not, from the datasets of all of them.
fn beams(
    id: &str,
    source: &DataSource,
    found: Vec<Option<Dataset>>,
) -> Result<(Vec<OpenBeam>, Vec<String>)> {
    let width = COLUMNS + source.columns.len();
    let mut found = found.into_iter();
    let (mut beams, mut missing) = (Vec::new(), Vec::new());
    for (number, beam) in source.groups.iter().enumerate() {
        let datasets: Vec<Option<Dataset>> = found.by_ref().take(width).collect();
        if datasets.iter().all(Option::is_none) {
            missing.push(beam.clone());
            continue;
        }
        let wrong = |object: &str, reason: String| Error::Granule {
            granule: id.to_owned(),
            object: object.to_owned(),
            reason,
        };
        let mut there = Vec::with_capacity(width);
        for (dataset, path) in datasets.into_iter().zip(source.paths_in(beam)) {
            let absent = || {
                wrong(&path, format!("is missing, though other datasets of beam {beam} are there"))
            };
            there.push(dataset.ok_or_else(absent)?);
        }
        let rows = there[LATITUDE].rows();
        for (i, dataset) in there.iter().enumerate() {
            if dataset.rows() != rows {
                let reason =
                    format!("has {} rows, while {} has {rows}", dataset.rows(), there[0].path());
                return Err(wrong(dataset.path(), reason));
            }
            let column = i.checked_sub(COLUMNS).and_then(|i| source.columns[i].index);
            match (dataset.shape(), column) {
                ([_], None) => {}
                ([_, width], Some(j)) if j < *width => {}
                ([_, width], None) => {
                    let reason = format!("has {width} columns: name one of them with `column:`");
                    return Err(wrong(dataset.path(), reason));
                }
                (shape, Some(j)) => {
                    let reason = format!("has no column {j}: its shape is {shape:?}");
                    return Err(wrong(dataset.path(), reason));
                }
                (shape, None) => {
                    let reason = format!("has {} dimensions: 1 or 2 can be read", shape.len());
                    return Err(wrong(dataset.path(), reason));
                }
            }
            number_type(&dataset.arrow_type()?).map_err(|e| wrong(dataset.path(), e))?;
        }
        let number = number as u16;
        beams.push(OpenBeam { number, rows, datasets: there });
    }
    Ok((beams, missing))
}

fn number_type(found: &DataType) -> Result<(), String> {
    if found.is_numeric() { Ok(()) } else { Err(format!("is {found}: a number is needed")) }
}
