//! Digests as a statistic.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, BooleanArray, Float64Array, LargeListArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, exec_datafusion_err, internal_datafusion_err};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::nulls::filter_to_nulls;

use super::super::numbers::Numbers;
use super::super::statistic::Statistic;
use crate::digest::{Centroid, Compression, Digest, read_payload};

/// A digest of values.
#[derive(Debug)]
pub(super) struct Build(pub(super) Compression);

/// The type of a partial state: mean, weight, mean, weight, … in double precision.
pub(super) fn centroids_type() -> DataType {
    DataType::LargeList(Arc::new(item()))
}

fn item() -> Field {
    Field::new_list_field(DataType::Float64, false)
}

impl Statistic for Build {
    type State = Digest;
    type Rows = Numbers<1>;

    fn empty(&self) -> Digest {
        Digest::new(self.0)
    }

    fn rows(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Numbers<1>> {
        Numbers::new(columns, filter)
    }

    fn add(&self, digest: &mut Digest, rows: &Numbers<1>, range: Range<usize>) {
        rows.range(range).flatten().for_each(|[x]| digest.add(x));
    }

    /// What was gathered is handed on as it is, so that nothing depends on how few rows were split.
    fn merge(&self, digest: &mut Digest, part: Digest) {
        if digest.is_empty() {
            *digest = part;
        } else {
            digest.merge(part.gathered().iter().copied());
        }
    }

    fn write(&self, states: Vec<Digest>) -> Result<Vec<ArrayRef>> {
        let offsets = OffsetBuffer::from_lengths(states.iter().map(|d| 2 * d.gathered().len()));
        let centroids = states.iter().flat_map(Digest::gathered);
        let values = Float64Array::from_iter_values(centroids.flat_map(|c| [c.mean, c.weight]));
        let list = LargeListArray::try_new(Arc::new(item()), offsets, Arc::new(values), None)?;
        Ok(vec![Arc::new(list)])
    }

    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Digest>> {
        let [column] = take_function_args("tdigest", columns)?;
        let wrong = || internal_datafusion_err!("the state of a digest is {}", column.data_type());
        let lists = column.as_list_opt::<i64>().ok_or_else(wrong)?;
        let values = lists.values().as_primitive_opt::<Float64Type>().ok_or_else(wrong)?.values();
        let digests = lists.value_offsets().windows(2).map(|ends| {
            let (pairs, _) = values[ends[0] as usize..ends[1] as usize].as_chunks::<2>();
            let mut digest = self.empty();
            digest.merge(pairs.iter().map(|&[mean, weight]| Centroid { mean, weight }));
            digest
        });
        Ok(digests.collect())
    }

    fn finish(&self, states: Vec<Digest>) -> Result<ArrayRef> {
        let mut payloads = BinaryBuilder::new();
        for digest in states {
            match digest.is_empty() {
                true => payloads.append_null(),
                false => payloads.append_value(digest.payload()),
            }
        }
        Ok(Arc::new(payloads.finish()))
    }

    fn heap(digest: &Digest) -> usize {
        digest.heap()
    }
}

/// A digest of digests.
#[derive(Debug)]
pub(super) struct Merge(pub(super) Build);

impl Statistic for Merge {
    type State = Digest;
    /// The centroids of each row; none for a row that does not count.
    type Rows = Vec<Vec<Centroid>>;

    fn empty(&self) -> Digest {
        self.0.empty()
    }

    fn rows(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<Vec<Centroid>>> {
        let column = columns.first().ok_or_else(|| internal_datafusion_err!("no digests"))?;
        let column = cast(column, &DataType::Binary)?;
        let payloads = column.as_binary::<i32>();
        let filter = filter.map(filter_to_nulls);
        let valid = NullBuffer::union(payloads.nulls(), filter.as_ref());
        let counts = |row| valid.as_ref().is_none_or(|valid| valid.is_valid(row));
        (0..payloads.len())
            .map(|row| match counts(row) {
                true => read_payload(payloads.value(row))
                    .map_err(|e| exec_datafusion_err!("tdigest_merge: {e}")),
                false => Ok(Vec::new()),
            })
            .collect()
    }

    fn add(&self, digest: &mut Digest, rows: &Vec<Vec<Centroid>>, range: Range<usize>) {
        digest.merge(rows[range].iter().flatten().copied());
    }

    fn merge(&self, digest: &mut Digest, part: Digest) {
        self.0.merge(digest, part);
    }

    fn write(&self, states: Vec<Digest>) -> Result<Vec<ArrayRef>> {
        self.0.write(states)
    }

    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Digest>> {
        self.0.read(columns)
    }

    fn finish(&self, states: Vec<Digest>) -> Result<ArrayRef> {
        self.0.finish(states)
    }

    fn heap(digest: &Digest) -> usize {
        digest.heap()
    }
}
