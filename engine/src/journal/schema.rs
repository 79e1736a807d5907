//! The schema `zagg`.

use std::sync::{Arc, LazyLock};

use arrow::array::{
    ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, Session, TableProvider};
use datafusion::datasource::{MemTable, TableType};
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;

use super::Journal;
use super::kept::{Kept, Query};
use super::rows::{GranuleRow, RequestRow, ShardRow};

/// The tables over a journal.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) journal: Arc<Journal>,
}

/// One of them. A query over it sees what was there when it was planned.
#[derive(Debug)]
struct Table {
    journal: Arc<Journal>,
    columns: Making,
}

type Columns = Vec<(Field, ArrayRef)>;

/// How the columns of a table are made.
type Making = fn(&Kept) -> Columns;

const TABLES: [(&str, Making); 4] =
    [("granules", granules), ("queries", queries), ("requests", requests), ("shards", shards)];

impl Table {
    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) =
            (self.columns)(&self.journal.kept.lock()).into_iter().unzip();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
    }
}

#[async_trait]
impl SchemaProvider for Tables {
    fn table_names(&self) -> Vec<String> {
        TABLES.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let found = TABLES.iter().find(|(table, _)| *table == name);
        let table = |(_, columns): &(&str, Making)| -> Arc<dyn TableProvider> {
            Arc::new(Table { journal: Arc::clone(&self.journal), columns: *columns })
        };
        Ok(found.map(table))
    }

    fn table_exist(&self, name: &str) -> bool {
        TABLES.iter().any(|(table, _)| *table == name)
    }
}

#[async_trait]
impl TableProvider for Table {
    fn schema(&self) -> SchemaRef {
        static EMPTY: LazyLock<Kept> = LazyLock::new(Kept::default);
        let fields: Vec<Field> =
            (self.columns)(&EMPTY).into_iter().map(|(field, _)| field).collect();
        Arc::new(Schema::new(fields))
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let batch = self.batch()?;
        let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
        table.scan(state, projection, filters, limit).await
    }
}

fn queries(kept: &Kept) -> Columns {
    let all: Vec<&Query> = kept.queries.iter().collect();
    let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let started = all.iter().map(|query| query.row.started.timestamp_micros());
    let started = TimestampMicrosecondArray::from_iter_values(started).with_timezone("UTC");
    let sql: StringArray = all.iter().map(|query| query.row.sql.as_deref()).collect();
    vec![
        number("query", all.iter().map(|query| query.row.query)),
        (Field::new("sql", DataType::Utf8, true), Arc::new(sql)),
        (Field::new("started", utc, false), Arc::new(started)),
        number("granules", all.iter().map(|query| query.granules.len() as u64)),
        number("granules_left_out", all.iter().map(|query| query.row.left_out)),
    ]
}

fn granules(kept: &Kept) -> Columns {
    let rows = || {
        kept.queries.iter().flat_map(|query| {
            query.granules.iter().map(move |((table, granule), row)| (query, table, granule, row))
        })
    };
    let of = |part: fn(&GranuleRow) -> u64| rows().map(move |(.., row)| part(row));
    let traffic = |part: fn(&(u64, u64)) -> u64| {
        rows().map(move |(query, .., row)| query.traffic.get(&row.object).map_or(0, part))
    };
    vec![
        number("query", rows().map(|(query, ..)| query.row.query)),
        text("table", rows().map(|(_, table, ..)| &**table)),
        text("granule", rows().map(|(_, _, granule, _)| granule.as_str())),
        text("outcome", rows().map(|(.., row)| row.outcome.word())),
        optional("reason", rows().map(|(.., row)| row.outcome.reason())),
        number("rows_read", of(|row| row.rows_read)),
        number("rows_kept", of(|row| row.rows_kept)),
        number("requests", traffic(|(requests, _)| *requests)),
        number("bytes", traffic(|(_, bytes)| *bytes)),
        seconds(rows().map(|(.., row)| row.seconds)),
    ]
}

fn shards(kept: &Kept) -> Columns {
    let rows = || {
        kept.queries.iter().flat_map(|query| {
            query.shards.iter().map(move |((table, shard), row)| (query, table, shard, row))
        })
    };
    let of = |part: fn(&ShardRow) -> u64| rows().map(move |(.., row)| part(row));
    let cells: UInt64Array = rows().map(|(.., row)| row.written.map(|w| w.cells)).collect();
    let bytes: UInt64Array = rows().map(|(.., row)| row.written.map(|w| w.bytes)).collect();
    let table = |table: &str| Some(table.to_owned()).filter(|table| !table.is_empty());
    let tables: StringArray = rows().map(|(_, of, ..)| table(of)).collect();
    vec![
        number("query", rows().map(|(query, ..)| query.row.query)),
        (Field::new("table", DataType::Utf8, true), Arc::new(tables)),
        number("shard", rows().map(|(_, _, shard, _)| *shard)),
        text("outcome", rows().map(|(.., row)| row.outcome.word())),
        optional("reason", rows().map(|(.., row)| row.outcome.reason())),
        number("rows_read", of(|row| row.rows_read)),
        number("rows_kept", of(|row| row.rows_kept)),
        (Field::new("cells", DataType::UInt64, true), Arc::new(cells)),
        (Field::new("bytes_written", DataType::UInt64, true), Arc::new(bytes)),
        seconds(rows().map(|(.., row)| row.seconds)),
    ]
}

fn requests(kept: &Kept) -> Columns {
    let rows = || kept.requests.iter();
    let of = |part: fn(&RequestRow) -> u64| rows().map(part);
    let queries: UInt64Array = rows().map(|row| row.query).collect();
    let urls: StringArray = rows().map(|row| Some(row.url())).collect();
    vec![
        (Field::new("query", DataType::UInt64, true), Arc::new(queries)),
        (Field::new("url", DataType::Utf8, false), Arc::new(urls)),
        number("offset", of(|row| row.offset)),
        number("length", of(|row| row.length)),
        text("purpose", rows().map(|row| row.purpose)),
        seconds(rows().map(|row| row.seconds)),
    ]
}

fn number(name: &str, values: impl Iterator<Item = u64>) -> (Field, ArrayRef) {
    let values = UInt64Array::from_iter_values(values);
    (Field::new(name, DataType::UInt64, false), Arc::new(values))
}

fn text<'a>(name: &str, values: impl Iterator<Item = &'a str>) -> (Field, ArrayRef) {
    let values: StringArray = values.map(Some).collect();
    (Field::new(name, DataType::Utf8, false), Arc::new(values))
}

fn optional<'a>(name: &str, values: impl Iterator<Item = Option<&'a str>>) -> (Field, ArrayRef) {
    let values: StringArray = values.collect();
    (Field::new(name, DataType::Utf8, true), Arc::new(values))
}

fn seconds(values: impl Iterator<Item = f64>) -> (Field, ArrayRef) {
    let values = Float64Array::from_iter_values(values);
    (Field::new("seconds", DataType::Float64, false), Arc::new(values))
}
