//! `healpix_vertices(cell, order [, convention])`.

use std::sync::Arc;

use arrow::array::{Float64Array, ListArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields, Int64Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::center::PARAMETERS;
use super::column::{Column, Shape};
use super::parameter::{Nullable, convention, order};
use crate::cell::vertices;

function_type! {
    /// Corners of a cell.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "The four corners of a cell, in the order south, east, north, west, as a list of structs `{lon, lat}` in degrees. Each longitude is from -180 up to but not including 180 by itself, so the corners of a cell on the antimeridian have both signs; at a pole it is that of the middle of the base cell. For an outline without jumps see `healpix_boundary`.",
        syntax_example = "healpix_vertices(cell, order[, convention])",
        sql_example = r#"```sql
> SELECT healpix_vertices(4, 0, 'sphere')[2];
+--------------------------------------------------------------+
| healpix_vertices(Int64(4),Int64(0),Utf8("sphere"))[Int64(2)] |
+--------------------------------------------------------------+
| {lon: 45.0, lat: 0.0}                                        |
+--------------------------------------------------------------+
```"#,
        argument(name = "cell", description = "NESTED id of a HEALPix cell."),
        argument(name = "order", description = "Order of the cell, 0 to 29."),
        argument(
            name = "convention",
            description = "Literal `'authalic'` (default) or `'sphere'`, as in `healpix_cell`."
        ),
        related_udf(name = "healpix_boundary"),
        related_udf(name = "healpix_lon")
    )]
    HealpixVertices
}

impl ScalarUDFImpl for HealpixVertices {
    strict_function!("healpix_vertices", PARAMETERS, corners(), Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = "healpix_vertices";
        let convention = convention(name, args.args.get(2))?;
        let cells = Column::<UInt64Type>::new(&args, 0)?;
        let orders = Column::<Int64Type>::new(&args, 1)?;
        let shape = Shape::of(&args);
        let (mut lon, mut lat) = (Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(shape.rows);
        for row in 0..shape.rows {
            let (Some(cell), Some(value)) = (cells.get(row), orders.get(row)) else {
                lengths.push(0);
                continue;
            };
            let corners = vertices(cell, order(name, "order", value)?, convention)
                .map_err(|e| exec_datafusion_err!("{name}: {e}"))?;
            lon.extend(corners.map(|corner| corner.0));
            lat.extend(corners.map(|corner| corner.1));
            lengths.push(corners.len());
        }
        let nulls: NullBuffer = lengths.iter().map(|&length| length > 0).collect();
        let columns = [lon, lat].map(|column| Arc::new(Float64Array::from(column)) as _);
        let points = StructArray::try_new(point(), columns.to_vec(), None)?;
        let list = ListArray::try_new(
            Arc::new(item()),
            OffsetBuffer::from_lengths(lengths),
            Arc::new(points),
            Some(nulls).filter(|nulls| nulls.null_count() > 0),
        )?;
        shape.wrap(Arc::new(list))
    }
}

fn point() -> Fields {
    ["lon", "lat"].map(|name| Field::new(name, DataType::Float64, false)).to_vec().into()
}

fn item() -> Field {
    Field::new_list_field(DataType::Struct(point()), false)
}

fn corners() -> DataType {
    DataType::List(Arc::new(item()))
}
