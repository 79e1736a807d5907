//! The command line, as clap reads it.

mod catalog;
mod shell;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

pub(crate) use catalog::CatalogArgs;
pub(crate) use shell::{Script, ShellArgs};

/// Sparse satellite point observations (ICESat-2, GEDI, any HDF5 point product) to HEALPix grids in Zarr.
///
/// Without a command this is an SQL shell: at the terminal, or over -c, -f or standard input.
///
/// Exit codes: 0 complete, 1 a partial result that was allowed, 2 error, 130 interrupted by Ctrl-C.
#[derive(Debug, Parser)]
#[command(name = "zagg-sql", version, max_term_width = 100, args_conflicts_with_subcommands = true)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) shell: ShellArgs,
}

const EXAMPLES: &str = "\
Examples:
  zagg-sql                                  a shell; \\? helps, Tab completes, Ctrl-D leaves
  zagg-sql -c \"SELECT count(*) FROM 'segments.parquet'\"
  zagg-sql -f tables.sql -c 'SELECT beam, avg(h_li) FROM atl06 GROUP BY beam' -o json
  zagg-sql -v low=1500 -v beam=gt1l -c 'SELECT * FROM atl06 WHERE h_li > $low AND beam = $beam'
  zagg-sql -f query.sql > cells.csv         not a terminal: CSV, and all rows
  zagg-sql demo                             a whole run on synthetic granules

What every shell should know goes into $XDG_CONFIG_HOME/zagg-sql/rc.sql (~/.config/zagg-sql/rc.sql).";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Aggregate granules into a Zarr store, as a configuration says
    Run(RunArgs),
    /// Find the granules of a product, and which shards they touch
    Catalog(CatalogArgs),
    /// Write down where in granules the rows and HDF5 chunks lie, so that runs need not look for them
    Index(IndexArgs),
    /// Print the SQL that a configuration means
    Explain(ExplainArgs),
    /// Make small synthetic granules, aggregate them and query the result: no network, seconds
    Demo(DemoArgs),
    /// See whether things are as they should be
    #[command(subcommand)]
    Check(CheckCommand),
    /// Print the script that completes this command line in bash, zsh, fish and others
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands
    Man(ManArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CheckCommand {
    /// See whether granules can be read from here, and what to do where they cannot
    Access(CheckAccessArgs),
}

/// See whether granules can be read from here, and what to do where they cannot.
///
/// Tries one granule of each provider, by each of its links. Exit codes: 0 all of them can be read by the
/// links that the driver follows, 2 some cannot.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  zagg-sql check access --catalog shardmap.json
  zagg-sql check access --driver https https://data.nsidc.earthdatacloud.nasa.gov/.../ATL06_x.h5

The Earthdata login is found in EARTHDATA_TOKEN, in EARTHDATA_USERNAME and EARTHDATA_PASSWORD, or in the \
netrc file (NETRC, ~/.netrc). It is never printed.")]
pub(crate) struct CheckAccessArgs {
    /// Granules: s3:// and https:// links, and paths
    #[arg(value_name = "LINK", required_unless_present = "catalog")]
    pub(crate) links: Vec<String>,
    /// A catalog or shard map (JSON or Parquet), of whose granules some are tried
    #[arg(long, value_name = "CATALOG|SHARDMAP")]
    pub(crate) catalog: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    /// Print the report as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// How granules are reached.
#[derive(Debug, ClapArgs)]
pub(crate) struct AccessArgs {
    /// Which links of granules are followed; auto: s3 where the bucket can be read from here, else https
    /// [default: `data_source.driver` of the configuration; auto, where there is none]
    #[arg(long, value_name = "DRIVER", value_parser = ["s3", "https", "auto"])]
    pub(crate) driver: Option<String>,
    /// Where a provider gives out credentials for a bucket (or `PREFIX*`) that is not known yet. The Earthdata
    /// token is sent there
    #[arg(long, value_name = "BUCKET=URL")]
    pub(crate) s3_credentials: Vec<String>,
}

/// A number of dollars.
pub(crate) fn dollars(text: &str) -> Result<f64, String> {
    let number = text.strip_prefix('$').unwrap_or(text).parse().ok();
    let number = number.filter(|dollars: &f64| dollars.is_finite() && *dollars >= 0.0);
    number.ok_or_else(|| "expected a number of dollars, such as 2.50".to_owned())
}

/// Aggregate granules into a Zarr store, as a configuration says.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  zagg-sql run --config atl06 --granules 'ATL06_*.h5' --store out.zarr
  zagg-sql run --config my.yaml --catalog shardmap.json --store s3://bucket/out.zarr --max-cells 5

A cell of --max-cells and --morton-cell is a cell of the parent order: a shard.")]
pub(crate) struct RunArgs {
    /// A configuration: the name of a built-in one (atl06) or a YAML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) config: String,
    /// A shard map in zagg's JSON form [default: `catalog` of the configuration]
    #[arg(long, value_name = "SHARDMAP.json", conflicts_with = "granules")]
    pub(crate) catalog: Option<String>,
    /// Granules: paths, patterns with * ? [], s3:// or https:// URLs. The shard map is made from their positions
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    pub(crate) granules: Vec<String>,
    /// A granule index, made by `zagg-sql index` or --index-out: no metadata and no positions are read of the
    /// granules in it [default: `index` of the configuration]
    #[arg(long, value_name = "INDEX.parquet")]
    pub(crate) index: Option<String>,
    /// Write a granule index of what is read, for runs to come
    #[arg(long, value_name = "INDEX.parquet")]
    pub(crate) index_out: Option<String>,
    /// The store to write: a path or an s3:// URL [default: `output.store` of the configuration]
    #[arg(long, value_name = "PATH")]
    pub(crate) store: Option<String>,
    /// Only the first N shards, to try things out
    #[arg(long, value_name = "N")]
    pub(crate) max_cells: Option<usize>,
    /// Only this shard: a Morton cell at the parent order, in decimal (such as -4211322) or as a packed word
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) morton_cell: Option<String>,
    /// Shards worked on at once [default: the number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) max_workers: Option<u16>,
    /// Rows in a batch. The result does not depend on it
    #[arg(long, value_name = "N", default_value_t = 8192, hide_short_help = true,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch_size: u32,
    /// Refuse, before any shard is read, a run whose shards would cost more as functions, or of which nobody knows. --dry-run says
    /// what it would be
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    pub(crate) max_cost: Option<f64>,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    /// Say what would be done and cost, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Replace a store that is there already
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Go on without granules that cannot be read, list them, and exit with 1
    #[arg(long)]
    pub(crate) allow_partial: bool,
    /// Print the summary as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Write down where in granules the rows and HDF5 chunks lie, so that runs need not look for them.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  zagg-sql index --config atl06 --catalog shardmap.json --out index.parquet
  zagg-sql run --config atl06 --catalog shardmap.json --index index.parquet --store out.zarr

The index is of the datasets and the grid of the configuration. It serves any configuration with these
datasets or some of them, and any coarser grid. A granule that changes afterwards is refused.")]
pub(crate) struct IndexArgs {
    /// A configuration: the name of a built-in one (atl06) or a YAML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) config: String,
    /// A shard map in zagg's JSON form [default: `catalog` of the configuration]
    #[arg(long, value_name = "SHARDMAP.json", conflicts_with = "granules")]
    pub(crate) catalog: Option<String>,
    /// Granules: paths, patterns with * ? [], or s3:// URLs
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    pub(crate) granules: Vec<String>,
    /// The index to write: a path or an s3:// URL. What is there is replaced
    #[arg(long, value_name = "INDEX.parquet")]
    pub(crate) out: String,
    /// Granules worked on at once [default: the number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) max_workers: Option<u16>,
    /// Go on without granules that cannot be read, list them, and exit with 1
    #[arg(long)]
    pub(crate) allow_partial: bool,
    /// Print the summary as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print the SQL that a configuration means.
#[derive(Debug, ClapArgs)]
pub(crate) struct ExplainArgs {
    /// A configuration: the name of a built-in one (atl06) or a YAML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) config: String,
}

/// Make small synthetic granules, aggregate them and query the result.
#[derive(Debug, ClapArgs)]
pub(crate) struct DemoArgs {
    /// Where granules and store go [default: a new directory among the system's temporary files]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// Print the script that completes this command line in a shell.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  zagg-sql completions bash > ~/.local/share/bash-completion/completions/zagg-sql
  zagg-sql completions zsh > \"${fpath[1]}/_zagg-sql\"
  zagg-sql completions fish > ~/.config/fish/completions/zagg-sql.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// Print the manual page, or write those of all commands.
#[derive(Debug, ClapArgs)]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
