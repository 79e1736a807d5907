use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::{Value, json};

use crate::session;

/// What the file that `query` is copied to says of its geometries.
async fn geo(query: &str, options: &str) -> Option<Value> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.parquet");
    let sql = format!("COPY ({query}) TO '{}' {options}", path.display());
    session().unwrap().sql(&sql).await.unwrap().collect().await.unwrap();
    let file = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let pairs = file.metadata().file_metadata().key_value_metadata()?.clone();
    let geo = pairs.into_iter().find(|pair| pair.key == "geo")?;
    Some(serde_json::from_str(&geo.value.unwrap()).unwrap())
}

const CELLS: &str = "FROM (VALUES (1, 2.5), (7, 3.5)) AS t (cell, h)";

#[tokio::test]
async fn outlines_of_cells_are_geometries() {
    let polygons = json!({"encoding": "WKB", "geometry_types": ["Polygon"], "edges": "planar"});
    let one = format!("SELECT healpix_boundary(cell, 3) AS geometry, h {CELLS}");
    let found = geo(&one, "").await.unwrap();
    assert_eq!(found["columns"], json!({"geometry": polygons}));
    // Whatever the query does with them.
    let query = format!(
        "SELECT avg(h) AS h, healpix_boundary(cell, 3) AS outline {CELLS} GROUP BY cell ORDER BY h"
    );
    let found = geo(&query, "STORED AS PARQUET OPTIONS (compression 'zstd(3)')").await.unwrap();
    let expected =
        json!({"version": "1.1.0", "primary_column": "outline", "columns": {"outline": polygons}});
    assert_eq!(found, expected);
}

#[tokio::test]
async fn files_without_geometries_and_with_metadata_of_their_own_stay_as_they_are() {
    assert_eq!(geo(&format!("SELECT cell, h {CELLS}"), "").await, None);
    let query = format!("SELECT healpix_boundary(cell, 3) AS geometry {CELLS}");
    let own = "OPTIONS ('format.metadata::geo' '{\"mine\": 1}')";
    assert_eq!(geo(&query, own).await.unwrap(), json!({"mine": 1}));
}
