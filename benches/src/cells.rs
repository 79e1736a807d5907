//! Results as columns of numbers, whoever wrote them.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, UInt64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use zagg::store::{Rows, StoreReader, Target};

use crate::error::{BenchError, Result};
use crate::granules::block_on;

/// Cells, and statistics in double precision. NaN stands for NULL.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// Nested ids, ascending.
    pub(crate) cell: Vec<u64>,
    /// One column for each of the names it was read by, each as long as `cell`.
    pub(crate) columns: Vec<Vec<f64>>,
}

impl Cells {
    /// The occupied cells of a finished store.
    pub(crate) fn of_store(path: &Path, names: &[&str]) -> Result<Self> {
        block_on(async {
            let target = Target::local(path).map_err(zagg::Error::from)?;
            let store = StoreReader::open(target).await.map_err(zagg::Error::from)?;
            let mut cells = Self::default();
            for shard in 0..store.parents().len() {
                let rows = store.read_shard(shard, names, Rows::Occupied).await;
                cells.append(path, &rows.map_err(zagg::Error::from)?, names)?;
            }
            Ok(cells)
        })?
    }

    /// The rows of a Parquet file.
    pub(crate) fn of_parquet(path: &Path, names: &[&str]) -> Result<Self> {
        let wrong = |source| BenchError::Parquet { path: path.to_owned(), source };
        let file = File::open(path).map_err(|e| BenchError::io("open", path, e))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(wrong)?;
        let mut cells = Self::default();
        for batch in reader.build().map_err(wrong)? {
            cells.append(path, &batch?, names)?;
        }
        Ok(cells)
    }

    /// Appends the rows of a batch from `path` with a column `cell` and those of `names`.
    pub(crate) fn append(
        &mut self,
        path: &Path,
        batch: &RecordBatch,
        names: &[&str],
    ) -> Result<()> {
        let column = |name: &str, to: &DataType| -> Result<ArrayRef> {
            let column = batch.column_by_name(name).ok_or_else(|| BenchError::Output {
                path: path.to_owned(),
                expected: "a column for every statistic",
                found: format!("none called {name}"),
            })?;
            Ok(cast(column, to)?)
        };
        let cell = column("cell", &DataType::UInt64)?;
        self.cell.extend(cell.as_primitive::<UInt64Type>().values());
        self.columns.resize(names.len(), Vec::new());
        for (values, name) in self.columns.iter_mut().zip(names) {
            let column = column(name, &DataType::Float64)?;
            let numbers = column.as_primitive::<Float64Type>();
            values.extend(numbers.iter().map(|value| value.unwrap_or(f64::NAN)));
        }
        match cell.null_count() {
            0 => Ok(()),
            nulls => Err(BenchError::Output {
                path: path.to_owned(),
                expected: "a cell in every row",
                found: format!("{nulls} rows without one"),
            }),
        }
    }

    /// The statistics of the row `row`, in the order of their names.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = f64> {
        self.columns.iter().map(move |column| column.get(row).copied().unwrap_or(f64::NAN))
    }
}
