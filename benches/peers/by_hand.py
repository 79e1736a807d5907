#!/usr/bin/env python3
"""What one writes by hand without an engine: granules to statistics per cell, in one script.

usage: by_hand.py duckdb|polars FOLDER OUT.parquet [--processes N]

h5py reads the ATL06 granules of FOLDER, numpy keeps the rows of good quality that have a height, healpix-geo
gives their cells (order 12, geodetic WGS84), DuckDB or polars groups by cell and writes Parquet.
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

THREADS = 2
# Read when the libraries are loaded.
os.environ.update(POLARS_MAX_THREADS=str(THREADS), RAYON_NUM_THREADS=str(THREADS))

import h5py
import numpy as np
import pyarrow as pa
from healpix_geo.nested import lonlat_to_healpix

ORDER = 12
BEAMS = [f"gt{pair}{side}" for pair in "123" for side in "lr"]


def beam(group, threads):
    """Cell, height and its standard error of the rows that count."""
    height = group["h_li"]
    h = height[:]
    keep = (group["atl06_quality_summary"][:] == 0) & (h != height.fillvalue)
    cell = lonlat_to_healpix(
        group["longitude"][:][keep], group["latitude"][:][keep], ORDER, ellipsoid="WGS84", num_threads=threads
    )
    # Ids of order 12 fit into 32 bits, which makes the grouping cheaper.
    return cell.astype(np.uint32), h[keep], group["h_li_sigma"][:][keep]


def granule(path, threads=1):
    with h5py.File(path) as file:
        groups = [file[f"{name}/land_ice_segments"] for name in BEAMS if name in file]
        # A beam without rows has no datasets.
        beams = [beam(group, threads) for group in groups if "h_li" in group]
    return [np.concatenate(parts) for parts in zip(*beams)]


def rows(folder, processes):
    """All rows, as a table; libhdf5 has one lock, so reading is made faster by processes, not by threads."""
    paths = sorted(Path(folder).glob("*.h5"))
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            granules = list(pool.map(granule, paths))
    else:
        granules = [granule(path, THREADS) for path in paths]
    columns = [pa.chunked_array(parts) for parts in zip(*filter(None, granules))]
    return pa.table(columns, names=["cell", "h", "s"])


def duckdb(table, out):
    import duckdb

    connection = duckdb.connect(config={"threads": THREADS})
    connection.register("rows", table)
    # One list of quantiles gathers the heights of a cell once.
    connection.execute(f"""
        COPY (
            SELECT cell, count, h_min, h_max, wh / w AS h_mean, 1 / sqrt(w) AS h_sigma, h_variance,
                   q[1] AS h_q25, q[2] AS h_q50, q[3] AS h_q75
            FROM (
                SELECT cell, count(*)::INT AS count, min(h) AS h_min, max(h) AS h_max,
                       sum(h / (s::DOUBLE * s)) AS wh, sum(1 / (s::DOUBLE * s)) AS w,
                       var_pop(h) AS h_variance, quantile_cont(h, [0.25, 0.5, 0.75]) AS q
                FROM rows
                GROUP BY cell
            )
            ORDER BY cell
        ) TO '{out}' (FORMAT parquet)
    """)


def polars(table, out):
    import polars as pl

    h, w = pl.col("h"), pl.col("w")
    frame = (
        pl.from_arrow(table, rechunk=False)
        .lazy()
        .with_columns(w=1 / pl.col("s").cast(pl.Float64) ** 2)
        .group_by("cell")
        .agg(
            count=pl.len().cast(pl.Int32),
            h_min=h.min(),
            h_max=h.max(),
            h_mean=(h * w).sum() / w.sum(),
            h_sigma=1 / w.sum().sqrt(),
            h_variance=h.cast(pl.Float64).var(ddof=0),
            h_q25=h.quantile(0.25, "linear"),
            h_q50=h.quantile(0.50, "linear"),
            h_q75=h.quantile(0.75, "linear"),
        )
        .sort("cell")
        .collect()
    )
    frame.write_parquet(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=["duckdb", "polars"])
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    table = rows(arguments.folder, arguments.processes)
    {"duckdb": duckdb, "polars": polars}[arguments.engine](table, arguments.out)


if __name__ == "__main__":
    main()
