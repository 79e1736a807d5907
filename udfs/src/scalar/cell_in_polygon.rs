//! `cell_in_polygon(cell, order, polygon [, convention])`.

use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::geometry::{Geometries, Regions};
use super::parameter::{Nullable, Parameter, convention, order};

const PARAMETERS: &[Parameter] = &[
    Parameter::Cell("cell"),
    Parameter::Order("order"),
    Parameter::Geometry("polygon"),
    Parameter::Convention,
];

/// Whether the centre of a cell lies in a polygon.
#[user_doc(
    doc_section(label = "HEALPix Functions"),
    description = "Whether the centre of a cell lies in a polygon or on its boundary. So of polygons side by side each cell is in one, and sums over them add up; the cells that a polygon touches at all are the rows of the table function `healpix_cover`. Edges are great circles between the vertices, and inside is the smaller side of a ring, so that poles and the antimeridian are places like others; a ring with an edge along a whole parallel, from longitude -180 to 180, is meant on the plane of longitude and latitude. With a constant polygon, a store leaves out the shards that the polygon does not touch. Text or bytes that are no geometry, and lines and points, are errors.",
    syntax_example = "cell_in_polygon(cell, order, polygon[, convention])",
    sql_example = r#"```sql
> SELECT cell_in_polygon(66101639, 12, 'POLYGON((-50 69, -49 69, -49 70, -50 70, -50 69))') AS inside;
+--------+
| inside |
+--------+
| true   |
+--------+
```"#,
    argument(name = "cell", description = "NESTED id of a HEALPix cell."),
    argument(name = "order", description = "Order of the cell, 0 to 29."),
    argument(
        name = "polygon",
        description = "A polygon, or several, as WKT or WKB: longitude before latitude, in degrees (geodetic WGS84)."
    ),
    argument(
        name = "convention",
        description = "Literal `'authalic'` (default) or `'sphere'`, as in `healpix_cell`."
    ),
    related_udf(name = "healpix_boundary"),
    related_udf(name = "healpix_lon")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CellInPolygon {
    signature: Signature,
    regions: Regions,
}

impl Default for CellInPolygon {
    fn default() -> Self {
        let signature = Signature::user_defined(Volatility::Immutable);
        Self { signature, regions: Regions::default() }
    }
}

impl ScalarUDFImpl for CellInPolygon {
    strict_function!("cell_in_polygon", PARAMETERS, DataType::Boolean, Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = "cell_in_polygon";
        let convention = convention(name, args.args.get(3))?;
        let cells = Column::<UInt64Type>::new(&args, 0)?;
        let orders = Column::<Int64Type>::new(&args, 1)?;
        let polygons = args.args.get(2).map(Geometries::new).transpose()?;
        let shape = Shape::of(&args);
        let mut last = None;
        let inside = (0..shape.rows).map(|row| {
            let polygon = polygons.as_ref().and_then(|polygons| polygons.get(row));
            let (Some(cell), Some(value), Some(polygon)) =
                (cells.get(row), orders.get(row), polygon)
            else {
                return Ok(None);
            };
            let order = order(name, "order", value)?;
            let region = match &last {
                Some((same, region)) if *same == polygon => Arc::clone(region),
                _ => self.regions.get(name, "polygon", polygon, convention)?,
            };
            let inside = region.contains_center(cell, order);
            last = Some((polygon, region));
            inside.map(Some).map_err(|e| exec_datafusion_err!("{name}: {e}"))
        });
        let inside = inside.collect::<Result<BooleanArray>>()?;
        shape.wrap(Arc::new(inside))
    }
}
