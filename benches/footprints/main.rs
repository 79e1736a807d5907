//! How long it takes to find the shards of many granules: `cargo run --release -p zagg-bench --bin footprints`.
//!
//! The footprints are made up, in the form that CMR has them for ICESat-2: a strip of 14 km along a ground track of
//! inclination 92°, 26 degrees long as the pieces in which granules are cut, twelve vertices on each side. Three of fourteen
//! pieces of an orbit are there, those over the Antarctic, one of which turns at 88° south.

mod track;

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use zagg_catalog::{CatalogError, GranuleLink, GridSignature, Region, ShardMap};
use zagg_udfs::cell::Convention;

/// Finds the shards that the footprints of granules touch, and prints the time and the peak memory that it took.
#[derive(Debug, Parser)]
#[command(name = "footprints", version, max_term_width = 100)]
struct Options {
    /// Granules
    #[arg(long, value_name = "N", default_value_t = 555_867)]
    granules: u64,
    /// Order of the shards
    #[arg(long, value_name = "N", default_value_t = 9)]
    order: u8,
    /// Only shards of the Antarctic
    #[arg(long)]
    antarctica: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(line) => match writeln!(std::io::stdout(), "{line}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        },
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<String, CatalogError> {
    let signature = GridSignature::new(options.order, options.order.max(12))?;
    let region = options.antarctica.then(Region::antarctica);
    let granules: Vec<_> =
        (0..options.granules).map(|number| (link(number), track::footprint(number))).collect();
    let begin = Instant::now();
    let map =
        ShardMap::from_footprints(signature, Convention::Authalic, granules, region.as_ref())?;
    let taken = begin.elapsed();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(format!(
        "{} granules, {} shards of order {}, {} pairs: {:.2} s on {cores} cores; peak memory {}",
        options.granules,
        map.shards.len(),
        options.order,
        map.pairs(),
        taken.as_secs_f64(),
        peak_memory().unwrap_or_else(|| "unknown".to_owned()),
    ))
}

fn link(number: u64) -> GranuleLink {
    let id = format!("ATL06_{number:014}_00010211_007_01.h5");
    let place = |scheme: &str| Some(format!("{scheme}://example.org/ATLAS/ATL06/007/{id}"));
    let (s3, https) = (place("s3"), place("https"));
    GranuleLink { id, s3, https, ..GranuleLink::default() }
}

/// As Linux tells it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(format!("{:.2} GiB", kilobytes / 1024.0 / 1024.0))
}
