//! The functions that exist, by numpy's names.

use super::aggregate::Aggregate;
use super::elementwise::Function;

/// Names of the aggregates without `np.`, as a variable's `function` takes them.
pub(in crate::config) const AGGREGATE_NAMES: [&str; 25] = [
    "len",
    "count",
    "size",
    "count_nonzero",
    "min",
    "amin",
    "nanmin",
    "max",
    "amax",
    "nanmax",
    "sum",
    "nansum",
    "mean",
    "nanmean",
    "var",
    "nanvar",
    "std",
    "nanstd",
    "median",
    "nanmedian",
    "average",
    "quantile",
    "nanquantile",
    "percentile",
    "nanpercentile",
];

/// Names of the elementwise functions without `np.`.
const ELEMENTWISE_NAMES: [&str; 39] = [
    "sqrt", "cbrt", "square", "power", "exp", "log", "log2", "log10", "abs", "absolute", "fabs",
    "sign", "floor", "ceil", "trunc", "fix", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
    "arctan2", "sinh", "cosh", "tanh", "degrees", "rad2deg", "radians", "deg2rad", "maximum",
    "minimum", "where", "isnan", "isfinite", "float32", "float64", "float", "int",
];

/// The functions that Python has without numpy.
const BUILTINS: [&str; 5] = ["len", "abs", "sum", "float", "int"];

/// What a name in front of a parenthesis means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Callee {
    Aggregate(Aggregate),
    Elementwise(Function),
}

/// An aggregate by the name that a variable's `function` gives: with or without `np.`.
pub(in crate::config) fn aggregate_named(name: &str) -> Option<Aggregate> {
    use Aggregate as A;
    Some(match without_module(name) {
        "len" | "count" | "size" => A::Count,
        "count_nonzero" => A::CountNonzero,
        "min" | "amin" | "nanmin" => A::Min,
        "max" | "amax" | "nanmax" => A::Max,
        "sum" | "nansum" => A::Sum,
        "mean" | "nanmean" => A::Mean,
        "var" | "nanvar" => A::Var,
        "std" | "nanstd" => A::Std,
        "median" | "nanmedian" => A::Median,
        "average" => A::Average,
        "quantile" | "nanquantile" => A::Quantile,
        "percentile" | "nanpercentile" => A::Percentile,
        _ => return None,
    })
}

/// A function by its name in an expression: `np.sqrt`, `numpy.sqrt`, or one of Python's own.
pub(super) fn callee(name: &str) -> Option<Callee> {
    let short = without_module(name);
    let python = short == name;
    if python && !BUILTINS.contains(&short) || !python && matches!(short, "len" | "count" | "int") {
        return None;
    }
    aggregate_named(short)
        .map(Callee::Aggregate)
        .or_else(|| Function::named(short).map(Callee::Elementwise))
}

/// A number that numpy names.
pub(super) fn constant(name: &str) -> Option<f64> {
    let short = without_module(name);
    match short {
        _ if short == name => None,
        "pi" => Some(std::f64::consts::PI),
        "e" => Some(std::f64::consts::E),
        "nan" => Some(f64::NAN),
        _ => None,
    }
}

/// Every name an expression can use, as it would be written there.
pub(super) fn spelled_out() -> Vec<String> {
    let numpy = AGGREGATE_NAMES.iter().chain(&ELEMENTWISE_NAMES);
    numpy
        .map(|name| format!("np.{name}"))
        .chain(["np.pi", "np.e", "np.nan"].map(str::to_owned))
        .filter(|name| callee(name).is_some() || constant(name).is_some())
        .chain(BUILTINS.map(str::to_owned))
        .collect()
}

fn without_module(name: &str) -> &str {
    name.strip_prefix("np.").or_else(|| name.strip_prefix("numpy.")).unwrap_or(name)
}
