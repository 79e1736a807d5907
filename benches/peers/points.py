#!/usr/bin/env python3
"""Points with their cells, in one Parquet file, to statistics per cell by DuckDB.

usage: points.py each|list POINTS.parquet OUT.parquet

Each quantile is a column of its own, as one says it, or all are one list, which gathers the heights of a cell once.
Prints how long the statement took, in seconds: starting Python and loading the library is not counted.
"""

import sys
import time

import duckdb

QUANTILES = {
    "each": "quantile_cont(h_li, 0.25) AS h_q25, quantile_cont(h_li, 0.5) AS h_q50, quantile_cont(h_li, 0.75) AS h_q75",
    "list": "quantile_cont(h_li, [0.25, 0.5, 0.75]) AS q",
}
COLUMNS = {"each": "h_q25, h_q50, h_q75", "list": "q[1] AS h_q25, q[2] AS h_q50, q[3] AS h_q75"}

form, points, out = sys.argv[1:]
connection = duckdb.connect(config={"threads": 2})
begin = time.perf_counter()
connection.execute(f"""
    COPY (
        SELECT cell, count, h_min, h_max, wh / w AS h_mean, 1 / sqrt(w) AS h_sigma, h_variance, {COLUMNS[form]}
        FROM (
            SELECT cell, count(*)::INT AS count, min(h_li) AS h_min, max(h_li) AS h_max,
                   sum(h_li / (s_li::DOUBLE * s_li)) AS wh, sum(1 / (s_li::DOUBLE * s_li)) AS w,
                   var_pop(h_li) AS h_variance, {QUANTILES[form]}
            FROM '{points}'
            GROUP BY cell
        )
        ORDER BY cell
    ) TO '{out}' (FORMAT parquet)
""")
print(time.perf_counter() - begin)
