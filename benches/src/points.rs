//! One Parquet file of points: SQL beside SQL.

use std::path::Path;
use std::process::Command;

use crate::child;
use crate::contender::Tools;
use crate::data::DataSet;
use crate::error::Result;

/// The points that count, with their cells, as `zagg-sql` reads them from the granules. Snappy is what pyarrow and DuckDB
/// write unless they are told otherwise.
fn points_of(granules: &str, points: &str) -> String {
    format!(
        "\
CREATE EXTERNAL TABLE atl06 STORED AS GRANULES LOCATION {granules} OPTIONS (config 'atl06');
COPY (
    SELECT healpix_cell(longitude, latitude, 12) AS cell, longitude, latitude, h_li, s_li
    FROM atl06
    WHERE atl06_quality_summary = 0 AND h_li IS NOT NULL
) TO {points} STORED AS PARQUET OPTIONS (compression 'snappy')"
    )
}

/// The statistics of `atl06` over such a file, whose cells are found anew.
fn statistics_of(points: &str, out: &str) -> String {
    format!(
        "\
SET datafusion.execution.target_partitions = 2;
CREATE EXTERNAL TABLE points STORED AS PARQUET LOCATION {points};
COPY (
    SELECT healpix_cell(longitude, latitude, 12) AS cell, count(h_li) AS count, min(h_li) AS h_min, max(h_li) AS h_max,
           weighted_avg(h_li, 1 / (CAST(s_li AS DOUBLE) * s_li)) AS h_mean,
           1 / sqrt(sum(1 / (CAST(s_li AS DOUBLE) * s_li))) AS h_sigma, stable_var(h_li) AS h_variance,
           quantile(h_li, 0.25) AS h_q25, quantile(h_li, 0.5) AS h_q50, quantile(h_li, 0.75) AS h_q75
    FROM points
    GROUP BY 1
    ORDER BY 1
) TO {out} STORED AS PARQUET OPTIONS (compression 'snappy')"
    )
}

/// Writes the points of the granules.
pub(crate) fn write(tools: &Tools, data: &DataSet, folder: &Path, points: &Path) -> Result<()> {
    eprintln!("writing the points to {}", points.display());
    let granules = literal(&data.folder.join("*.h5"));
    let mut command = Command::new(&tools.binary);
    command.args(["-c", &points_of(&granules, &literal(points))]);
    child::measure(&mut command, folder).map(drop)
}

/// The statement over them.
pub(crate) fn command(tools: &Tools, points: &Path, out: &Path) -> Command {
    let mut command = Command::new(&tools.binary);
    command.args(["-c", &statistics_of(&literal(points), &literal(out))]);
    command
}

/// A path as SQL has it.
fn literal(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "''"))
}
