//! What a granule index keeps of a granule.

use zagg_hdf5::{Attribute, Dataset, DatasetParts};

use crate::config::{DataSource, Grid};
use crate::error::Result;
use crate::granule::{OpenBeam, OpenGranule, RunIndex};
use crate::index::{BeamEntry, BeamRows, GranuleEntry};

/// Attributes that a table shows.
const SHOWN: [&str; 2] = ["units", "long_name"];

/// The entry of a granule whose rows are known. Chunk indexes that are not loaded are loaded.
pub(super) async fn entry(
    id: &str,
    opened: &OpenGranule,
    index: &[RunIndex],
    source: &DataSource,
    grid: &Grid,
) -> Result<GranuleEntry> {
    let all: Vec<&Dataset> = opened.beams.iter().flat_map(|beam| &beam.datasets).collect();
    let mut described = zagg_hdf5::describe(&all).await?.into_iter();
    let mut beams = Vec::with_capacity(source.groups.len());
    for (beam, runs) in opened.beams.iter().zip(index) {
        let mut datasets: Vec<DatasetParts> = Vec::with_capacity(beam.datasets.len());
        for mut parts in described.by_ref().take(beam.datasets.len()) {
            // Two columns of one dataset are one dataset.
            if datasets.iter().all(|known| known.path != parts.path) {
                let shown = |attribute: &Attribute| SHOWN.contains(&attribute.name.as_str());
                parts.attributes.retain(shown);
                datasets.push(parts);
            }
        }
        let (run_order, runs) = runs.to_runs(grid);
        let found = Some(BeamRows { rows: beam.rows, run_order, runs, datasets });
        let name = source.groups[usize::from(beam.number)].clone();
        beams.push(BeamEntry { beam: name, found });
    }
    let missing = opened.missing.iter();
    beams.extend(missing.map(|beam| BeamEntry { beam: beam.clone(), found: None }));
    Ok(GranuleEntry { id: id.to_owned(), version: opened.version.clone(), beams })
}

/// The rows of the beams of an opened granule, as its entry has them.
pub(super) fn runs(
    entry: &GranuleEntry,
    opened: &OpenGranule,
    source: &DataSource,
    grid: &Grid,
) -> Result<Vec<RunIndex>, String> {
    let of_beam = |beam: &OpenBeam| {
        let name = &source.groups[usize::from(beam.number)];
        let known = entry.beams.iter().find(|known| known.beam == *name);
        let Some(found) = known.and_then(|known| known.found.as_ref()) else {
            return Err(format!("it has no rows of {name}"));
        };
        if found.rows != beam.rows {
            let rows = (found.rows, beam.rows);
            return Err(format!("{name} has {} rows, its datasets have {}", rows.0, rows.1));
        }
        RunIndex::from_runs(&found.runs, found.rows, found.run_order, grid)
            .map_err(|reason| format!("{name}: {reason}"))
    };
    opened.beams.iter().map(of_beam).collect()
}
