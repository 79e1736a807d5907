//! What numpy expressions become.

use super::{condition, expression};

#[track_caller]
fn sql(numpy: &str, expected: &str) {
    assert_eq!(expression(numpy).unwrap(), expected, "{numpy}");
}

#[track_caller]
fn filter(numpy: &str, expected: &str) {
    assert_eq!(condition(numpy).unwrap(), expected, "{numpy}");
}

#[test]
fn aggregates() {
    sql("len(h_li)", "count(h_li)");
    sql("np.size(h_li)", "count(h_li)");
    sql("np.min(h_li)", "min(h_li)");
    sql("np.nanmax(h_li)", "max(h_li)");
    sql("sum(h_li)", "sum(CAST(h_li AS DOUBLE))");
    sql("numpy.mean(h_li)", "avg(CAST(h_li AS DOUBLE))");
    sql("np.var(h_li)", "stable_var(h_li)");
    sql("np.var(h_li, ddof=1)", "var_samp(CAST(h_li AS DOUBLE))");
    sql("np.std(h_li, ddof=0)", "stable_std(h_li)");
    sql("np.std(h_li, ddof=1)", "stddev_samp(CAST(h_li AS DOUBLE))");
    sql("np.median(h_li)", "quantile(h_li, 0.5)");
    sql("np.quantile(h_li, 0.1)", "quantile(h_li, 0.1)");
    sql("np.percentile(h_li, q=95)", "quantile(h_li, 0.95)");
    sql("np.average(h_li)", "avg(CAST(h_li AS DOUBLE))");
    sql("np.average(h_li, weights=s_li)", "weighted_avg(h_li, s_li)");
    sql(
        "np.average(h_li, weights=1 / s_li**2)",
        "weighted_avg(h_li, 1.0 / (CAST(s_li AS DOUBLE) * CAST(s_li AS DOUBLE)))",
    );
    sql("np.count_nonzero(flag >= 2)", "count(CASE WHEN flag >= 2 THEN 1 END)");
    sql("np.mean(flag >= 2)", "avg(CAST(flag >= 2 AS DOUBLE))");
}

#[test]
fn integers_become_doubles() {
    sql("np.mean(h_li) * (1/2)", "avg(CAST(h_li AS DOUBLE)) * (1.0 / 2.0)");
    sql("len(h_li) / 2", "CAST(count(h_li) AS DOUBLE) / 2.0");
    sql("np.max(h_li) - np.min(h_li)", "CAST(max(h_li) AS DOUBLE) - CAST(min(h_li) AS DOUBLE)");
    sql("np.mean(h_li) + 1_000 + 1e3 + .5", "avg(CAST(h_li AS DOUBLE)) + 1000.0 + 1000.0 + 0.5");
}

/// Each pair of operators, with the parentheses that Python would put.
#[test]
fn precedence() {
    let m = "avg(CAST(h_li AS DOUBLE))";
    let check = |numpy: &str, expected: &str| {
        sql(&numpy.replace('m', "np.mean(h_li)"), &expected.replace('m', m));
    };
    check("m + 2 * 3", "m + 2.0 * 3.0");
    check("(m + 2) * 3", "(m + 2.0) * 3.0");
    check("m - 2 - 3", "m - 2.0 - 3.0");
    check("m - (2 - 3)", "m - (2.0 - 3.0)");
    check("m / 2 / 3", "m / 2.0 / 3.0");
    check("m / (2 / 3)", "m / nullif(2.0 / 3.0, 0.0)");
    check("m * 2 / 3", "m * 2.0 / 3.0");
    check("m * (2 / 3)", "m * (2.0 / 3.0)");
    check("-m**2", "-(m * m)");
    check("(-m)**2", "-m * (-m)");
    check("2**-m", "power(2.0, -m)");
    check("2**3**m", "power(2.0, power(3.0, m))");
    check("(m**3)**2", "power(m, 3.0) * power(m, 3.0)");
    check("m - -2", "m - (-2.0)");
    check("m - -m", "m - (-m)");
    check("- -m", "-(-m)");
    check("+m", "m");
    check("-2 * m", "-2.0 * m");
    check("m**0.5", "sqrt(m)");
    check("m**1", "m");
    check("m**-1", "1.0 / nullif(m, 0.0)");
    check("m**-2", "power(nullif(m, 0.0), -2.0)");
    check("np.sqrt(m)", "sqrt(m)");
}

#[test]
fn precedence_of_conditions() {
    filter("h_li > 0", "h_li > 0");
    filter("h_li > -1", "h_li > -1");
    filter("0.5 <= h_li", "0.5 <= h_li");
    filter("(h_li > 0) & (s_li < 1)", "h_li > 0 AND s_li < 1");
    filter("(h_li > 0) | (s_li < 1) & (flag == 2)", "h_li > 0 OR s_li < 1 AND flag = 2");
    filter("((h_li > 0) | (s_li < 1)) & (flag != 2)", "(h_li > 0 OR s_li < 1) AND flag <> 2");
    filter("~(h_li > 0)", "NOT (h_li > 0)");
    filter("~(h_li > 0) & (s_li < 1)", "NOT (h_li > 0) AND s_li < 1");
    filter("~~(h_li > 0)", "h_li > 0");
    filter("h_li + 1 > s_li * 2", "CAST(h_li AS DOUBLE) + 1.0 > CAST(s_li AS DOUBLE) * 2.0");
    filter("abs(h_li - s_li) <= 200", "abs(CAST(h_li AS DOUBLE) - CAST(s_li AS DOUBLE)) <= 200.0");
    filter("latitude < -60", "latitude < -60");
}

#[test]
fn missing_values() {
    filter("np.isnan(h_li)", "h_li IS NULL");
    filter("~np.isnan(h_li)", "h_li IS NOT NULL");
    filter(
        "np.isfinite(h_li)",
        "h_li IS NOT NULL AND abs(CAST(h_li AS DOUBLE)) <= 1.7976931348623157e308",
    );
    filter(
        "np.isnan(h_li / s_li)",
        "coalesce(isnan(CAST(h_li AS DOUBLE) / nullif(CAST(s_li AS DOUBLE), 0.0)), true)",
    );
    sql(
        "np.mean(np.where(flag > 2, h_li, np.nan))",
        "avg(CASE WHEN flag > 2 THEN CAST(h_li AS DOUBLE) ELSE CAST(NULL AS DOUBLE) END)",
    );
}

#[test]
fn a_row_whose_term_is_undefined_does_not_count() {
    sql("np.sum(1 / s_li)", "sum(1.0 / nullif(CAST(s_li AS DOUBLE), 0.0))");
    sql("np.sum(h_li / 2)", "sum(CAST(h_li AS DOUBLE) / 2.0)");
    sql("np.sum(h_li / 0)", "sum(CAST(h_li AS DOUBLE) / nullif(0.0, 0.0))");
    sql(
        "np.mean(np.sqrt(h_li))",
        "avg(CASE WHEN CAST(h_li AS DOUBLE) >= 0.0 THEN sqrt(CAST(h_li AS DOUBLE)) END)",
    );
    sql(
        "np.mean(np.log(h_li))",
        "avg(CASE WHEN CAST(h_li AS DOUBLE) > 0.0 THEN ln(CAST(h_li AS DOUBLE)) END)",
    );
    sql(
        "np.mean(h_li**-0.5)",
        "avg(CASE WHEN CAST(h_li AS DOUBLE) > 0.0 THEN power(CAST(h_li AS DOUBLE), -0.5) END)",
    );
    sql(
        "np.mean(np.arcsin(h_li))",
        "avg(CASE WHEN abs(CAST(h_li AS DOUBLE)) <= 1.0 THEN asin(CAST(h_li AS DOUBLE)) END)",
    );
    // Around the aggregates only division is guarded.
    sql("np.log(np.mean(h_li)) / 2", "ln(avg(CAST(h_li AS DOUBLE))) / 2.0");
}

#[test]
fn functions() {
    let names = [
        ("cbrt", "cbrt"),
        ("exp", "exp"),
        ("abs", "abs"),
        ("absolute", "abs"),
        ("fabs", "abs"),
        ("sign", "signum"),
        ("floor", "floor"),
        ("ceil", "ceil"),
        ("trunc", "trunc"),
        ("fix", "trunc"),
        ("sin", "sin"),
        ("cos", "cos"),
        ("tan", "tan"),
        ("arctan", "atan"),
        ("sinh", "sinh"),
        ("cosh", "cosh"),
        ("tanh", "tanh"),
        ("degrees", "degrees"),
        ("rad2deg", "degrees"),
        ("radians", "radians"),
        ("deg2rad", "radians"),
        ("log2", "log2"),
        ("log10", "log10"),
        ("arccos", "acos"),
    ];
    for (numpy, name) in names {
        let expected = format!("{name}(avg(CAST(h_li AS DOUBLE)))");
        sql(&format!("np.{numpy}(np.mean(h_li))"), &expected);
    }
    sql("np.power(np.mean(h_li), 3)", "power(avg(CAST(h_li AS DOUBLE)), 3.0)");
    sql("np.sum(np.square(h_li))", "sum(CAST(h_li AS DOUBLE) * CAST(h_li AS DOUBLE))");
    sql("np.arctan2(len(h_li), 2)", "atan2(CAST(count(h_li) AS DOUBLE), 2.0)");
    sql(
        "np.maximum(np.mean(h_li), 0.5)",
        "CASE WHEN avg(CAST(h_li AS DOUBLE)) >= 0.5 THEN avg(CAST(h_li AS DOUBLE)) \
         WHEN 0.5 >= avg(CAST(h_li AS DOUBLE)) THEN 0.5 END",
    );
    sql("float(np.mean(h_li)) * np.pi", "avg(CAST(h_li AS DOUBLE)) * 3.141592653589793");
    sql("int(np.mean(h_li))", "trunc(avg(CAST(h_li AS DOUBLE)))");
    sql("np.float32(np.mean(h_li))", "CAST(CAST(avg(CAST(h_li AS DOUBLE)) AS FLOAT) AS DOUBLE)");
    sql(
        "np.mean(h_li) % 360",
        "CASE WHEN avg(CAST(h_li AS DOUBLE)) % 360.0 * 360.0 < 0.0 \
         THEN avg(CAST(h_li AS DOUBLE)) % 360.0 + 360.0 ELSE avg(CAST(h_li AS DOUBLE)) % 360.0 END",
    );
    assert!(expression("np.mean(h_li) // 10").unwrap().starts_with("round((avg(CAST"));
}

/// A square of a short base is the product, as numpy computes it.
#[test]
fn squares() {
    sql(
        "np.mean((h_li - s_li)**2)",
        "avg((CAST(h_li AS DOUBLE) - CAST(s_li AS DOUBLE)) * \
         (CAST(h_li AS DOUBLE) - CAST(s_li AS DOUBLE)))",
    );
    let long = "np.mean((h_li + s_li + h_li + s_li + h_li)**2)";
    assert!(expression(long).unwrap().starts_with("avg(power(CAST"), "{long}");
}
