//! The report as Markdown.

use crate::agree::Agreement;
use crate::contender::Contender;
use crate::report::Report;
use crate::rounds::{Run, Summary};

const MIB: f64 = 1_048_576.0;

pub(super) fn report(report: &Report) -> String {
    let table = if report.memory_only { memory(report) } else { table(report) };
    let paragraphs = [conditions(report), table, details(report), agreement(&report.agreement)];
    let paragraphs = paragraphs.into_iter().filter(|text| !text.is_empty());
    paragraphs.map(|text| text.trim_end().to_owned() + "\n").collect::<Vec<_>>().join("\n")
}

/// One line each, as a list.
fn conditions(report: &Report) -> String {
    let c = &report.conditions;
    let load =
        [c.load.0, c.load.1].map(|load| load.map_or("?".into(), |load| format!("{load:.1}")));
    let repetitions = report.runs.iter().map(|run| run.repetition + 1).max().unwrap_or(0);
    let mut lines = vec![
        format!(
            "{}, {} cores of {}, load average {} before, {} after",
            c.date, c.cores, c.cpu, load[0], load[1]
        ),
        format!("{}, {}", c.zagg, c.rustc),
    ];
    if !c.peers.is_empty() {
        let versions: Vec<String> = c.peers.iter().map(|(name, v)| format!("{name} {v}")).collect();
        lines.push(versions.join(", "));
    }
    let megabytes = grouped((c.bytes as f64 / 1e6).round() as u64);
    lines.push(format!(
        "{} granules ({}), {megabytes} MB, from a warm page cache; statistics of `atl06`",
        grouped(c.granules as u64),
        c.origin
    ));
    match repetitions {
        _ if report.memory_only => {}
        0 | 1 => lines.push("a single repetition".to_owned()),
        _ => lines.push(format!(
            "medians (least–greatest) of {repetitions} repetitions, everyone by turns; ratios within a repetition"
        )),
    }
    lines.extend(c.notes.iter().cloned());
    lines.iter().map(|line| format!("* {line}\n")).collect()
}

fn table(report: &Report) -> String {
    let mut text = "\
| | CPU s (user + system) | of it system | wall s | peak memory, MiB | CPU ÷ DuckDB | wall ÷ DuckDB | writes |
|---|---|---|---|---|---|---|---|
"
    .to_owned();
    for contender in report.contenders() {
        let cpu = |run: &Run| run.usage.cpu_s();
        let wall = |run: &Run| run.usage.wall_s;
        let ratio = |figure: fn(&Run) -> f64| {
            let by = contender.yardstick();
            let ratio = report.ratio(contender, by, figure).filter(|_| contender != by);
            ratio.map_or("–".into(), |r| r.text(2))
        };
        let columns = [
            contender.description().to_owned(),
            report.figure(contender, cpu).text(1),
            report.figure(contender, |run| run.usage.system_s).text(1),
            report.figure(contender, wall).text(1),
            report.figure(contender, |run| run.usage.peak_bytes as f64 / MIB).text(0),
            ratio(|run| run.usage.cpu_s()),
            ratio(|run| run.usage.wall_s),
            contender.writes().to_owned(),
        ];
        text += &format!("| {} |\n", columns.join(" | "));
    }
    text
}

/// Times of a single run would only mislead.
fn memory(report: &Report) -> String {
    let lines = report.contenders().map(|contender| {
        let peak = report.figure(contender, |run| run.usage.peak_bytes as f64 / MIB);
        format!("Peak memory of {}: {} MiB.\n", contender.description(), peak.text(0))
    });
    lines.collect()
}

/// What zagg-sql says of itself.
fn details(report: &Report) -> String {
    let mut text = String::new();
    for contender in report.contenders() {
        let runs = report.runs.iter().filter(|run| run.contender == contender);
        let Some(summary) = runs.filter_map(|run| run.summary.as_ref()).next_back() else {
            continue;
        };
        text += &format!("* {}: {}\n", contender.description(), detail(summary, report.chunks));
    }
    let wall = |run: &Run| run.usage.wall_s;
    if let Some(ratio) = report.ratio(Contender::Zagg, Contender::Zagg1, wall) {
        text += &format!("* two workers take {} of the wall time of one\n", ratio.text(2));
    }
    text
}

fn detail(summary: &Summary, chunks: u64) -> String {
    let per_chunk = summary.chunks_decoded as f64 / chunks as f64;
    format!(
        "{} rows read and {} kept, {} cells in {} shards; {:.1} MB in {} requests; {} HDF5 chunks decoded of {}, \
         {per_chunk:.2} times each",
        grouped(summary.rows_read),
        grouped(summary.rows_kept),
        grouped(summary.cells),
        grouped(summary.shards),
        summary.bytes_read as f64 / 1e6,
        grouped(summary.requests),
        grouped(summary.chunks_decoded),
        grouped(chunks),
    )
}

fn agreement(agreement: &Agreement) -> String {
    match agreement.results {
        0 => "Nothing to compare the results with.\n".to_owned(),
        1 => format!("Another result agrees in all {} cells.\n", grouped(agreement.cells as u64)),
        results => format!(
            "All {} results agree in {} cells; the largest deviation is {:.2} of what is tolerated.\n",
            results + 1,
            grouped(agreement.cells as u64),
            agreement.largest
        ),
    }
}

/// A number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
