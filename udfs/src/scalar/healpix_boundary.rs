//! `healpix_boundary(cell, order [, points_per_edge [, convention]])`.

use std::sync::Arc;

use arrow::array::BinaryBuilder;
use arrow::datatypes::{DataType, Field, Int64Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;
use geo_types::{LineString, Polygon};
use wkb::writer::{WriteOptions, write_polygon};

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter, convention, order};
use crate::cell::{CellError, boundary};

const PARAMETERS: &[Parameter] = &[
    Parameter::Cell("cell"),
    Parameter::Order("order"),
    Parameter::Count("points_per_edge"),
    Parameter::Convention,
];

function_type! {
    /// Outline of a cell as a WKB polygon.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "The outline of a cell as a polygon in WKB, longitude before latitude, in degrees (OGC:CRS84), counter-clockwise from the southern corner; the column says `geoarrow.wkb` in its metadata, so that GeoParquet writers and readers know it. Longitudes are continuous: they lie within 180 of the centre's, and the ring of a cell across the antimeridian goes beyond ±180 instead of being cut there. A cell that touches a pole has two points at the pole, on the meridians of the edges that end in it, so that the polygon has its shape in the plane too. Edges of cells are curves: more points per edge follow them.",
        syntax_example = "healpix_boundary(cell, order[, points_per_edge[, convention]])",
        sql_example = r#"```sql
> COPY (SELECT healpix_boundary(cell, 12) AS geometry, avg(h_li) AS h FROM atl06 GROUP BY cell) TO 'cells.parquet';
```"#,
        argument(name = "cell", description = "NESTED id of a HEALPix cell."),
        argument(name = "order", description = "Order of the cell, 0 to 29."),
        argument(
            name = "points_per_edge",
            description = "How many points stand for each of the four edges, 1 (default: the corners alone) to 1024."
        ),
        argument(
            name = "convention",
            description = "Literal `'authalic'` (default) or `'sphere'`, as in `healpix_cell`."
        ),
        related_udf(name = "healpix_vertices")
    )]
    HealpixBoundary
}

impl ScalarUDFImpl for HealpixBoundary {
    strict_function!(
        "healpix_boundary",
        PARAMETERS,
        DataType::Binary,
        Nullable::WithArguments,
        geoarrow
    );

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = "healpix_boundary";
        let convention = convention(name, args.args.get(3))?;
        let cells = Column::<UInt64Type>::new(&args, 0)?;
        let orders = Column::<Int64Type>::new(&args, 1)?;
        let points = match args.args.len() {
            ..=2 => Column::Constant(Some(1)),
            _ => Column::<Int64Type>::new(&args, 2)?,
        };
        let shape = Shape::of(&args);
        let mut polygons = BinaryBuilder::new();
        let mut bytes = Vec::new();
        for row in 0..shape.rows {
            let (Some(cell), Some(value), Some(points)) =
                (cells.get(row), orders.get(row), points.get(row))
            else {
                polygons.append_null();
                continue;
            };
            let order = order(name, "order", value)?;
            let ring = u16::try_from(points)
                .map_err(|_| CellError::PointsPerEdge { points })
                .and_then(|points| boundary(cell, order, points, convention))
                .map_err(|e| exec_datafusion_err!("{name}: {e}"))?;
            bytes.clear();
            let polygon = Polygon::new(LineString::from(ring), vec![]);
            write_polygon(&mut bytes, &polygon, &WriteOptions::default())
                .map_err(|e| exec_datafusion_err!("{name}: cell {cell} as WKB: {e}"))?;
            polygons.append_value(&bytes);
        }
        shape.wrap(Arc::new(polygons.finish()))
    }
}

/// Which geometries a column has, in its metadata: names of GeoParquet, separated by commas. GeoArrow does not say it.
pub const GEOMETRY_TYPES: &str = "zagg:geometry_types";

/// The GeoArrow extension type of WKB, what its coordinates are, and that there are polygons alone.
fn geoarrow(field: Field) -> Field {
    let crs = r#"{"crs":"OGC:CRS84","crs_type":"authority_code"}"#;
    field.with_metadata(
        [
            ("ARROW:extension:name", "geoarrow.wkb"),
            ("ARROW:extension:metadata", crs),
            (GEOMETRY_TYPES, "Polygon"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into(),
    )
}
