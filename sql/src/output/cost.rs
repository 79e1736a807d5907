//! What something would cost.

use std::io::{self, Write};

use zagg_engine::cost::Estimate;

use super::{bytes, grouped};

pub(super) fn estimate(out: &mut impl Write, estimate: &Estimate) -> io::Result<()> {
    let Some(figures) = &estimate.figures else {
        return writeln!(out, "  cost      unknown: {}", estimate.basis);
    };
    let about = if figures.counted { "" } else { "about " };
    writeln!(out, "  rows      {about}{} of {}", grouped(figures.rows), grouped(figures.rows_of))?;
    writeln!(
        out,
        "  chunks    {about}{}; left out {} of other columns, {} of other rows",
        grouped(figures.chunks),
        grouped(figures.chunks_of_other_columns),
        grouped(figures.chunks_of_other_rows)
    )?;
    writeln!(
        out,
        "  here      {} in {} requests, about {:.1} s",
        bytes(figures.bytes),
        grouped(figures.requests),
        figures.seconds
    )?;
    let functions = figures.functions;
    writeln!(
        out,
        "  Lambda    {} in {} requests, {} invocations, {:.1} GB-s, ${:.4}",
        bytes(functions.bytes),
        grouped(functions.requests),
        grouped(functions.invocations),
        functions.gb_seconds,
        functions.dollars
    )?;
    writeln!(out, "  known by  {}", estimate.basis)
}
