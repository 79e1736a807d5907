//! A group as a table.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::plan_err;
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use zagg_hdf5::{AttributeValue, Dataset, File, MemberKind};

use super::rows::RowRange;
use crate::config::suggest;
use crate::error::Error;

/// The datasets of one group that have the same number of rows, as the columns of a table.
///
/// Fill values and NaN are NULL, a two-dimensional dataset is a column of lists, units and the like are metadata of the
/// fields. Where lengths differ, the most frequent one counts, and of these the greatest: `hdf5_tree` shows the others, and
/// each can be read by its own path.
#[derive(Debug)]
pub struct Hdf5Table {
    schema: SchemaRef,
    datasets: Arc<[Dataset]>,
    rows: u64,
}

impl Hdf5Table {
    /// A group, or a single dataset.
    ///
    /// # Errors
    /// If there is no such path, or nothing in it that can be read; the error lists what there is.
    pub async fn open(file: File, path: &str) -> Result<Self> {
        let datasets = datasets(&file, path).await?;
        let readable = |d: &Dataset| !d.shape().is_empty() && d.block_type(None).is_ok();
        let found: Vec<Dataset> = datasets.into_iter().filter(readable).collect();
        let mut lengths: HashMap<u64, usize> = HashMap::new();
        for dataset in &found {
            *lengths.entry(dataset.rows()).or_default() += 1;
        }
        let most = lengths.into_iter().max_by_key(|(rows, count)| (*count, *rows));
        let Some((rows, _)) = most else {
            return plan_err!(
                "{}, {path}: no dataset in it can be a column; {}",
                file.name(),
                around(&file, path).await
            );
        };
        let datasets: Vec<Dataset> = found.into_iter().filter(|d| d.rows() == rows).collect();
        let fields = datasets.iter().map(field).collect::<Result<Vec<_>>>()?;
        Ok(Self { schema: Arc::new(Schema::new(fields)), datasets: datasets.into(), rows })
    }
}

/// The datasets in a group, or the one at the path.
async fn datasets(file: &File, path: &str) -> Result<Vec<Dataset>> {
    let members = file.members(path).await.map_err(Error::from)?;
    let paths: Vec<String> = match members {
        Some(members) => {
            let datasets = members.into_iter().filter(|m| m.kind == MemberKind::Dataset);
            datasets.map(|m| format!("{}/{}", path.trim_end_matches('/'), m.name)).collect()
        }
        None => vec![path.to_owned()],
    };
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let found = file.locate(&paths).await.map_err(Error::from)?;
    let found: Vec<Dataset> = found.into_iter().flatten().collect();
    if found.is_empty() && file.attributes(path).await.map_err(Error::from)?.is_none() {
        return plan_err!("{}: there is no {path}; {}", file.name(), around(file, path).await);
    }
    Ok(found)
}

/// What is at the path or, where that is not there, at the part of it that is.
async fn around(file: &File, path: &str) -> String {
    let mut group = path.trim_matches('/');
    loop {
        let at = format!("/{group}");
        if let Ok(Some(members)) = file.members(&at).await {
            let missing = path.trim_matches('/').get(group.len()..).unwrap_or_default();
            let missing = missing.trim_matches('/').split('/').next().unwrap_or_default();
            let names = members.iter().map(|member| member.name.as_str());
            if let Some(near) =
                suggest::nearest(missing, names.clone()).filter(|_| !missing.is_empty())
            {
                return format!("did you mean `{}/{near}`?", at.trim_end_matches('/'));
            }
            let names: Vec<&str> = names.take(20).collect();
            return format!("in {at} there are {}", names.join(", "));
        }
        if group.is_empty() {
            return "its root cannot be read".to_owned();
        }
        group = group.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}

fn field(dataset: &Dataset) -> Result<Field> {
    let name = dataset.path().rsplit('/').next().unwrap_or_default();
    let metadata = dataset.attributes().iter().filter_map(|attribute| match &attribute.value {
        AttributeValue::Strings(texts) => Some((attribute.name.clone(), texts.first()?.clone())),
        _ => None,
    });
    let data_type = dataset.block_type(None).map_err(Error::from)?;
    Ok(Field::new(name, data_type, true).with_metadata(metadata.collect()))
}

#[async_trait]
impl TableProvider for Hdf5Table {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.datasets.len()).collect();
        let columns = projection.unwrap_or(&all);
        let schema = Arc::new(self.schema.project(columns)?);
        let datasets: Arc<[Dataset]> =
            columns.iter().filter_map(|i| self.datasets.get(*i).cloned()).collect();
        // Rows are read by whole blocks, so partitions begin where blocks do.
        let block = datasets.iter().map(Dataset::block_rows).max().unwrap_or(1 << 16).max(1);
        let blocks = self.rows.div_ceil(block);
        let partitions = (session.config().target_partitions() as u64).clamp(1, blocks.max(1));
        let at = |p: u64| (blocks * p / partitions * block).min(self.rows);
        let streams: Vec<_> = (0..partitions)
            .map(|p| {
                let (schema, datasets) = (Arc::clone(&schema), Arc::clone(&datasets));
                let rows = at(p)..at(p + 1);
                Arc::new(RowRange { schema, datasets, rows, step: block })
                    as Arc<dyn PartitionStream>
            })
            .collect();
        let plan = StreamingTableExec::try_new(schema, streams, None, None, false, limit)?;
        Ok(Arc::new(plan))
    }
}
