//! Opening a granule: its beams and the datasets in them.

use arrow::datatypes::DataType;
use zagg_hdf5::{Dataset, File};

use crate::config::DataSource;
use crate::error::{Error, Result};
use crate::granule::Location;

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

/// The declared datasets of one granule as paths, beam by beam.
fn paths(source: &DataSource) -> Vec<String> {
    let templates = || {
        [&source.latitude, &source.longitude]
            .into_iter()
            .chain(source.columns.iter().map(|c| &c.path))
    };
    source
        .groups
        .iter()
        .flat_map(|beam| templates().map(move |template| DataSource::path_in(template, beam)))
        .collect()
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
    let file = File::open(std::sync::Arc::clone(&at.store), at.path.clone()).await?;
    let paths = paths(source);
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut found = file.locate(&paths).await?.into_iter();
    let whole = file.held_bytes() >= file.size();
    if !(whole && keep(file.size())) {
        file.forget_metadata();
    }

    let width = COLUMNS + source.columns.len();
    let mut granule = OpenGranule { beams: Vec::new(), missing: Vec::new() };
    for (number, beam) in source.groups.iter().enumerate() {
        let datasets: Vec<Option<Dataset>> = found.by_ref().take(width).collect();
        let paths = &paths[number * width..][..width];
        if datasets.iter().all(Option::is_none) {
            granule.missing.push(beam.clone());
            continue;
        }
        let wrong = |object: &str, reason: String| Error::Granule {
            granule: id.to_owned(),
            object: object.to_owned(),
            reason,
        };
        let mut there = Vec::with_capacity(width);
        for (dataset, path) in datasets.into_iter().zip(paths) {
            let absent = || {
                wrong(path, format!("is missing, though other datasets of beam {beam} are there"))
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
        granule.beams.push(OpenBeam { number, rows, datasets: there });
    }
    Ok(granule)
}

fn number_type(found: &DataType) -> Result<(), String> {
    if found.is_numeric() { Ok(()) } else { Err(format!("is {found}: a number is needed")) }
}
