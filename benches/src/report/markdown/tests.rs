use super::*;
use crate::child::Usage;
use crate::conditions::Conditions;

fn run(contender: Contender, repetition: usize, cpu_s: f64, wall_s: f64) -> Run {
    let usage = Usage { wall_s, user_s: cpu_s - 1.0, system_s: 1.0, peak_bytes: 512 << 20 };
    let summary = Summary {
        shards: 911,
        rows_read: 23_980_942,
        rows_kept: 21_614_479,
        cells: 194_816,
        requests: 1_200,
        bytes_read: 465_000_000,
        chunks_decoded: 12_060,
    };
    let summary = (!contender.is_peer()).then_some(summary);
    Run { contender, repetition, usage, summary, output: "there".into() }
}

fn three_repetitions() -> Report {
    let conditions = Conditions {
        date: "2026-01-31".into(),
        cpu: "a CPU".into(),
        cores: 2,
        load: (Some(0.25), None),
        rustc: "rustc 1.95.0".into(),
        zagg: "zagg-sql 0.1.0".into(),
        peers: [("duckdb".to_owned(), "2.0.0".to_owned())].into(),
        granules: 40,
        bytes: 465_269_082,
        origin: "synthetic".into(),
        notes: vec!["a note".into()],
    };
    // A slow second repetition, which slows all.
    let runs = [(0, 1.0), (1, 2.0), (2, 1.0)].into_iter().flat_map(|(repetition, slow)| {
        [(Contender::Zagg, 6.0, 4.0), (Contender::Zagg1, 6.0, 7.0), (Contender::Duckdb, 8.0, 8.0)]
            .map(|(contender, cpu, wall)| run(contender, repetition, cpu * slow, wall * slow))
    });
    let agreement = Agreement { cells: 194_816, results: 8, largest: 0.5 };
    Report { conditions, runs: runs.collect(), agreement, chunks: 12_000, memory_only: false }
}

#[test]
fn the_table_has_medians_and_ratios_within_repetitions() {
    let text = three_repetitions().markdown();
    let expected = [
        "* 2026-01-31, 2 cores of a CPU, load average 0.2 before, ? after",
        "* 40 granules (synthetic), 465 MB, from a warm page cache; statistics of `atl06`",
        "* a note",
        "| zagg-sql, 2 workers | 6.0 (6.0–12.0) | 1.0 | 4.0 (4.0–8.0) | 512 | 0.75 | 0.50 | Zarr |",
        "| by hand: h5py, healpix-geo, DuckDB | 8.0 (8.0–16.0) | 1.0 | 8.0 (8.0–16.0) | 512 | – | – | Parquet |",
        "* two workers take 0.57 of the wall time of one",
        "All 9 results agree in 194,816 cells; the largest deviation is 0.50 of what is tolerated.",
    ];
    for line in expected {
        assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
    }
    assert!(text.contains("12,060 HDF5 chunks decoded of 12,000, 1.00 times each"), "{text}");
}

#[test]
fn without_duckdb_there_are_no_ratios_and_memory_alone_has_no_times() {
    let mut report = three_repetitions();
    report.runs.retain(|run| run.contender == Contender::Zagg);
    assert!(report.markdown().contains("| 512 | – | – | Zarr |"));
    report.memory_only = true;
    let text = report.markdown();
    assert!(text.contains("Peak memory of zagg-sql, 2 workers: 512 MiB."), "{text}");
    assert!(!text.contains("wall") && !text.contains("medians"), "{text}");
}
