//! The command line, as clap reads it.

mod shell;

pub(crate) use shell::{Script, ShellArgs};

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

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
    /// Print the SQL that a configuration means
    Explain(ExplainArgs),
    /// Make small synthetic granules, aggregate them and query the result: no network, seconds
    Demo(DemoArgs),
    /// Print the script that completes this command line in bash, zsh, fish and others
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands
    Man(ManArgs),
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
    /// Granules: paths, patterns with * ? [], or s3:// URLs. The shard map is made from their positions
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    pub(crate) granules: Vec<String>,
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
    /// Say what would be done, and do nothing
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
