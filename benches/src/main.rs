//! How fast `zagg-sql` is, beside what one would write by hand: `cargo run --release -p zagg-bench`.
//!
//! Makes a folder of synthetic granules once, runs all contenders on it by turns, checks that they found
//! the same cells and statistics, and prints a table in Markdown with the conditions it was measured under.
//! Nothing but cargo and Python 3 has to be there; without Python, zagg is measured alone.

mod agree;
mod binary;
mod cells;
mod child;
mod conditions;
mod contender;
mod data;
mod error;
mod granules;
mod options;
mod peers;
mod points;
mod report;
mod rounds;
mod workplace;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::conditions::Conditions;
use crate::contender::{Contender, Tools};
use crate::data::DataSet;
use crate::error::{BenchError, Result};
use crate::options::Options;
use crate::report::Report;

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.make {
        Some(folder) => data::make(folder, options.granules(), options.points),
        None => bench(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error::chain(&error));
            ExitCode::from(2)
        }
    }
}

fn bench(options: &Options) -> Result<()> {
    let work = workplace::folder()?;
    let data = DataSet::ready(options, &work)?;
    let binary = binary::find(options.binary.as_deref())?;
    let results = workplace::results(&work)?;
    let points = results.path().join("points.parquet");
    let tools = Tools { binary, python: peers::python(&work), points };
    let mut conditions = Conditions::of_this_machine(&tools, &data);
    let mut contenders = options.contenders();
    if contenders.iter().any(Contender::is_peer) {
        match peers::prepare(&work) {
            Ok(versions) => conditions.peers = versions,
            Err(reason) => {
                let note = format!("skipped: the scripts by hand, since {reason}");
                eprintln!("{note}");
                conditions.notes.push(note);
                contenders.retain(|contender| !contender.is_peer());
            }
        }
    }

    data.warm_up()?;
    if options.sql {
        points::write(&tools, &data, results.path(), &tools.points)?;
    }
    let measured = rounds::run(&contenders, options.repeat(), &tools, &data, results.path())
        .and_then(|runs| {
            conditions.end();
            // Only now may this process grow: see `child`.
            Ok((agree::check(&runs)?, runs))
        });
    let (agreement, runs) = match measured {
        Ok(measured) => measured,
        Err(error) => {
            // Whoever has to find out why needs the results.
            eprintln!("the results are kept in {}", results.keep().display());
            return Err(error);
        }
    };
    let chunks = granules::chunks(&data.granules)?;
    let report = Report { conditions, runs, agreement, chunks, memory_only: options.scale10 };
    if let Some(file) = &options.json {
        let json = serde_json::to_string_pretty(&report)?;
        std::fs::write(file, json).map_err(|e| BenchError::io("write", file, e))?;
    }
    let mut out = std::io::stdout().lock();
    write!(out, "{}", report.markdown()).map_err(|e| BenchError::io("write to", "stdout", e))
}
