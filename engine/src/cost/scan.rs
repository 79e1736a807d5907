//! From the partitions of a scan to its estimate.

use std::collections::BTreeMap;

use super::rates::Work;
use super::sizes::sizes;
use super::{Basis, Estimate, Figures, Functions, Rates};
use crate::granule::{Foreseen, GranulePool, Wanted, Whole};
use crate::table::ScanPartition;

/// Granules looked at one by one; of more, these stand for all. It bounds the time that EXPLAIN takes.
const LOOKED_AT: usize = 1_000;

/// Granules whose size is asked for.
const ASKED: usize = 64;

/// What a scan is going to read.
pub(crate) struct Scanned<'a> {
    pub(crate) pool: &'a GranulePool,
    /// The partitions that are left.
    pub(crate) partitions: &'a [ScanPartition],
    /// The partitions of the table.
    pub(crate) of: &'a [ScanPartition],
    pub(crate) wanted: &'a Wanted,
}

/// A granule that is going to be looked at.
struct Kept {
    granule: usize,
    /// Its shards that are left, ascending; none where a partition is a granule.
    shards: Vec<u64>,
    /// Which part of its shards that is.
    part: f64,
}

/// Estimates a scan. At most some requests without a body are made.
pub(crate) async fn estimate(scan: &Scanned<'_>, rates: &Rates) -> Estimate {
    let (kept, granules_of) = kept(scan);
    let mut basis = Basis::default();
    let mut sum = Foreseen { counted: true, ..Foreseen::default() };
    let mut rest = Vec::new();
    let looked_at = spread(&kept, LOOKED_AT);
    for one in &looked_at {
        match scan.pool.foresee(one.granule, &one.shards, scan.wanted) {
            Ok(Some(foreseen)) => {
                basis.by_index += usize::from(foreseen.by_index);
                basis.by_positions += usize::from(!foreseen.by_index);
                basis.by_ratio += usize::from(foreseen.by_ratio);
                sum.add(&foreseen);
            }
            Ok(None) => rest.push(*one),
            Err(error) => {
                basis.unknown.get_or_insert_with(|| error.to_string());
            }
        }
    }
    if basis.unknown.is_none() && !rest.is_empty() {
        by_size(scan, &rest, &mut sum, &mut basis).await;
    }
    let granules = kept.len();
    if basis.unknown.is_some() {
        return Estimate { granules, granules_of, figures: None, basis };
    }
    if looked_at.len() < granules {
        basis.like_others += granules - looked_at.len();
        sum.scale(granules as f64 / looked_at.len().max(1) as f64);
    }
    let figures = Some(figures(scan, &sum, &kept, &basis, rates));
    Estimate { granules, granules_of, figures, basis }
}

/// The granules that are left, and how many the table has.
fn kept(scan: &Scanned<'_>) -> (Vec<Kept>, usize) {
    let mut of: BTreeMap<usize, usize> = BTreeMap::new();
    for granule in scan.of.iter().flat_map(|partition| &partition.granules) {
        *of.entry(*granule).or_default() += 1;
    }
    let mut shards: BTreeMap<usize, (usize, Vec<u64>)> = BTreeMap::new();
    for partition in scan.partitions {
        for granule in &partition.granules {
            let (count, shards) = shards.entry(*granule).or_default();
            *count += 1;
            shards.extend(partition.shard);
        }
    }
    let all = of.len();
    let one = |(granule, (count, shards)): (usize, (usize, Vec<u64>))| Kept {
        granule,
        part: count as f64 / of.get(&granule).copied().unwrap_or(count).max(1) as f64,
        shards,
    };
    (shards.into_iter().map(one).collect(), all)
}

/// Adds granules whose rows are not known, by what they weigh beside one whose structure is.
async fn by_size(scan: &Scanned<'_>, rest: &[&Kept], sum: &mut Foreseen, basis: &mut Basis) {
    sum.counted = false;
    let pool = scan.pool;
    let model = (0..pool.granules().len()).find_map(|granule| pool.whole(granule, scan.wanted));
    let Some(model) = model else {
        basis.unknown = Some("the structure of no granule is known".into());
        return;
    };
    let (opened, closed): (Vec<&Kept>, Vec<&Kept>) =
        rest.iter().copied().partition(|kept| pool.whole(kept.granule, scan.wanted).is_some());
    for kept in opened {
        if let Some(whole) = pool.whole(kept.granule, scan.wanted) {
            sum.add(&whole.part(&whole, kept.shards.len(), kept.part, true));
            basis.by_size += 1;
        }
    }
    let asked = spread(&closed, ASKED);
    let numbers: Vec<usize> = asked.iter().map(|kept| kept.granule).collect();
    let sizes = sizes(pool, &numbers).await;
    basis.requests += numbers.len();
    let mut of_sizes = Foreseen::default();
    let (mut found, mut reason) = (0, None);
    for (kept, size) in asked.iter().zip(sizes) {
        match size {
            Ok(size) => {
                let whole = Whole { size, ..model };
                of_sizes.add(&whole.part(&model, kept.shards.len(), kept.part, false));
                found += 1;
            }
            Err(error) => reason = reason.or(Some(error)),
        }
    }
    if found == 0 && !closed.is_empty() {
        let reason = reason.unwrap_or_default();
        basis.unknown = Some(format!("the size of no granule can be had: {reason}"));
        return;
    }
    of_sizes.scale(closed.len() as f64 / f64::from(found.max(1)));
    sum.add(&of_sizes);
    sum.counted = false;
    basis.by_size += found as usize;
    basis.like_others += closed.len() - found as usize;
}

fn figures(
    scan: &Scanned<'_>,
    sum: &Foreseen,
    kept: &[Kept],
    basis: &Basis,
    rates: &Rates,
) -> Figures {
    let whole = |number: f64| number.round().max(0.0) as u64;
    let pairs: usize = scan.partitions.iter().map(|partition| partition.granules.len()).sum();
    let remote = kept.iter().any(|kept| {
        let link = scan.pool.granules().get(kept.granule).map(|g| g.location.link.as_str());
        link.is_some_and(|link| link.contains("://") && !link.starts_with("file://"))
    });
    let indexed =
        basis.by_index as f64 / (basis.by_index + basis.by_positions + basis.by_size).max(1) as f64;
    let invocations = scan.partitions.len() as f64;
    let here =
        Work { rows: sum.rows, bytes: sum.here.bytes, pairs: pairs as f64, openings: sum.unopened };
    let elsewhere =
        Work { bytes: sum.apart.bytes, openings: pairs as f64 * (1.0 - indexed), ..here };
    let seconds = rates.seconds_of_functions(elsewhere, invocations);
    // Each of them reads the index.
    let requests = sum.apart.requests + if basis.by_index > 0 { invocations } else { 0.0 };
    Figures {
        counted: sum.counted && basis.like_others == 0,
        rows: whole(sum.rows),
        rows_of: whole(sum.rows_of),
        row_ranges: whole(sum.row_ranges),
        chunks: whole(sum.chunks),
        chunks_of_other_columns: whole(sum.of_other_columns),
        chunks_of_other_rows: whole(sum.of_other_rows),
        requests: whole(sum.here.requests),
        bytes: whole(sum.here.bytes),
        seconds: rates.seconds_here(here, remote),
        functions: Functions {
            invocations: whole(invocations),
            requests: whole(requests),
            bytes: whole(sum.apart.bytes),
            gb_seconds: seconds * rates.lambda_gb,
            dollars: rates.dollars(seconds, invocations, requests),
        },
    }
}

/// At most `most` of `all`, evenly from the first to the last.
fn spread<T>(all: &[T], most: usize) -> Vec<&T> {
    let step = |i: usize| i * all.len() / most.max(1);
    match all.len() <= most {
        true => all.iter().collect(),
        false => (0..most).filter_map(|i| all.get(step(i))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_stand_for_all_evenly() {
        let all: Vec<usize> = (0..10).collect();
        assert_eq!(spread(&all, 4), [&0, &2, &5, &7]);
        assert_eq!(spread(&all, 10).len(), 10);
        assert_eq!(spread(&all, 20).len(), 10);
    }
}
