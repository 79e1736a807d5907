//! All groups and datasets of a file as rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, RecordBatch, StringBuilder, UInt64Builder};
use datafusion::common::plan_err;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use zagg_hdf5::{Dataset, File, Member, MemberKind};

use crate::error::Error;

/// Columns in the making.
#[derive(Default)]
struct Rows {
    path: StringBuilder,
    kind: StringBuilder,
    kind_of: StringBuilder,
    shape: ListBuilder<UInt64Builder>,
    chunk: ListBuilder<UInt64Builder>,
    storage: StringBuilder,
    units: StringBuilder,
    long_name: StringBuilder,
}

/// `path`, `kind`, `type`, `shape`, `chunk`, `storage`, `units`, `long_name`: one row for each thing below `group`, a group
/// before what is in it. Links are listed and not followed.
pub(super) async fn table(file: &File, group: &str) -> Result<MemTable> {
    let mut rows = Rows::default();
    let Some(members) = file.members(group).await.map_err(Error::from)? else {
        return plan_err!("{}: there is no group {group}", file.name());
    };
    // Groups in the order in which they are met, each with what is left of it.
    let mut open = vec![(group.trim_matches('/').to_owned(), members.into_iter())];
    while let Some((group, members)) = open.last_mut() {
        let group = group.clone();
        // Datasets side by side are located in one walk.
        let mut leaves: Vec<Member> = Vec::new();
        let mut below = None;
        for member in members.by_ref() {
            if member.kind == MemberKind::Group {
                below = Some(member);
                break;
            }
            leaves.push(member);
        }
        rows.leaves(file, &group, &leaves).await?;
        match below {
            None => drop(open.pop()),
            Some(member) => {
                let path = join(&group, &member.name);
                rows.push(&path, "group", None);
                let members = file.members(&path).await.map_err(Error::from)?.unwrap_or_default();
                open.push((path.trim_matches('/').to_owned(), members.into_iter()));
            }
        }
    }
    let batch = rows.finish()?;
    MemTable::try_new(batch.schema(), vec![vec![batch]])
}

fn join(group: &str, name: &str) -> String {
    if group.is_empty() { format!("/{name}") } else { format!("/{group}/{name}") }
}

impl Rows {
    async fn leaves(&mut self, file: &File, group: &str, members: &[Member]) -> Result<()> {
        let datasets = members.iter().filter(|m| m.kind == MemberKind::Dataset);
        let paths: Vec<String> = datasets.map(|m| join(group, &m.name)).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let mut located = file.locate(&paths).await.map_err(Error::from)?.into_iter();
        for member in members {
            let path = join(group, &member.name);
            match &member.kind {
                MemberKind::Dataset => {
                    self.push(&path, "dataset", located.next().flatten().as_ref())
                }
                MemberKind::SoftLink(to) => self.push(&path, &format!("link to {to}"), None),
                MemberKind::ExternalLink(to) => self.push(&path, &format!("link into {to}"), None),
                MemberKind::Datatype => self.push(&path, "type", None),
                _ => self.push(&path, "other", None),
            }
        }
        Ok(())
    }

    fn push(&mut self, path: &str, kind: &str, dataset: Option<&Dataset>) {
        self.path.append_value(path);
        self.kind.append_value(kind);
        let text = |name: &str| dataset.and_then(|d| d.attribute(name)?.as_str());
        self.units.append_option(text("units"));
        self.long_name.append_option(text("long_name"));
        let Some(dataset) = dataset else {
            self.kind_of.append_null();
            self.storage.append_null();
            self.shape.append_null();
            self.chunk.append_null();
            return;
        };
        self.kind_of.append_value(match dataset.arrow_type() {
            Ok(data_type) => data_type.to_string(),
            Err(error) => error.to_string(),
        });
        self.storage.append_value(dataset.storage_summary());
        self.shape.append_value(dataset.shape().iter().copied().map(Some));
        match dataset.chunk_shape() {
            Some(shape) => self.chunk.append_value(shape.iter().copied().map(Some)),
            None => self.chunk.append_null(),
        }
    }

    fn finish(mut self) -> Result<RecordBatch> {
        Ok(RecordBatch::try_from_iter([
            ("path", Arc::new(self.path.finish()) as ArrayRef),
            ("kind", Arc::new(self.kind.finish()) as _),
            ("type", Arc::new(self.kind_of.finish()) as _),
            ("shape", Arc::new(self.shape.finish()) as _),
            ("chunk", Arc::new(self.chunk.finish()) as _),
            ("storage", Arc::new(self.storage.finish()) as _),
            ("units", Arc::new(self.units.finish()) as _),
            ("long_name", Arc::new(self.long_name.finish()) as _),
        ])?)
    }
}
