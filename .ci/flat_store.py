"""Writes stores as zagg and its predecessor lay them out, with zarr-python, and reads them with zagg-sql.

usage: flat_store.py ZAGG_SQL FOLDER
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import zarr
from zarr.codecs import BytesCodec, ShardingCodec

ORDER, PARENT = 5, 2
K = 4 ** (ORDER - PARENT)
SPHERE = 12 * 4**ORDER
# Parents as a catalog has them: in no order. The third has no data.
CATALOG = [190, 3, 77, 12]
EMPTY = 77
DGGS = {
    "name": "healpix",
    "refinement_level": ORDER,
    "indexing_scheme": "nested",
    "spatial_dimension": "cells",
    "ellipsoid": {"name": "WGS84", "semimajor_axis": 6378137.0, "inverse_flattening": 298.257223563},
    "coordinate": "cell_ids",
    "compression": "none",
}


def cells_of(parent: int) -> np.ndarray:
    return np.arange(parent * K, (parent + 1) * K, dtype="u8")


def words(cells: np.ndarray) -> np.ndarray:
    """Packed words of cells of an order up to 27."""
    shift = np.uint64(60 - 2 * ORDER)
    return ((cells + np.uint64(4**ORDER)) << shift) | np.uint64(ORDER)


def values(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts and heights: every third cell has data."""
    count = np.where(cells % 3 == 0, 1 + cells % 7, 0).astype("i4")
    return count, np.where(count > 0, cells / 8 - 100, np.nan).astype("f4")


def write(path: Path, *, length: int, chunk_of, dggs=DGGS, dims="cells", ids="cell_ids", signed=False, sharded=False, root=True):
    """A store whose parents lie in the chunks that `chunk_of` says. `ids` names the coordinates that are written."""
    zarr.open_group(path, mode="w")
    group = zarr.open_group(path, path=str(ORDER), mode="w", attributes={"dggs": dggs} if dggs else {})

    def array(name: str, dtype: str, fill) -> zarr.Array:
        inner = K // 4 if sharded else K
        serializer = BytesCodec(endian="little")
        if sharded:
            serializer = ShardingCodec(chunk_shape=(inner,), codecs=[serializer])
        options = {"chunks": (K,), "compressors": None, "dimension_names": (dims,), "fill_value": fill}
        return group.create_array(name, shape=(length,), dtype=dtype, serializer=serializer, **options)

    names = ids.split()
    coordinates = {"cell_ids": lambda c: c, "morton": (lambda c: c.astype("i8")) if signed else words}
    dtypes = {"cell_ids": "u8", "morton": "i8" if signed else "u8"}
    arrays = {name: array(name, dtypes[name], 0) for name in names}
    count, height = array("count", "i4", 0), array("h_mean", "f4", np.nan)
    for parent in CATALOG:
        if parent == EMPTY:
            continue
        cells, chunk = cells_of(parent), chunk_of(parent)
        place = slice(chunk * K, (chunk + 1) * K)
        for name, a in arrays.items():
            a[place] = coordinates[name](cells)
        count[place], height[place] = values(cells)
    if not root:
        (path / "zarr.json").unlink()


def expected() -> list[tuple]:
    rows = []
    for parent in sorted(set(CATALOG) - {EMPTY}):
        cells = cells_of(parent)
        rows += [(int(c), int(n), float(h)) for c, n, h in zip(cells, *values(cells)) if n]
    return rows


class Shell:
    def __init__(self, binary: str):
        self.binary = binary

    def __call__(self, *statements: str) -> list[dict]:
        """The rows of the last statement, or the text of the error."""
        commands = [part for s in statements for part in ("-c", s)]
        done = subprocess.run([self.binary, "--no-rc", "--format", "json", *commands], capture_output=True, text=True)
        if done.returncode != 0:
            raise ValueError(done.stderr)
        return json.loads(done.stdout)

    def refusal(self, *statements: str) -> str:
        try:
            self(*statements)
        except ValueError as error:
            return str(error)
        raise AssertionError(f"not refused: {statements}")


def main(binary: str, folder: str) -> None:
    sql = Shell(binary)
    out = Path(folder)
    packed = {"length": len(CATALOG) * K, "chunk_of": CATALOG.index}
    sphere = {"length": SPHERE, "chunk_of": lambda parent: parent}
    stores = {
        "packed": packed | {"ids": "cell_ids morton", "signed": True},
        "packed, no root": packed | {"root": False},
        "packed, words": packed | {"ids": "morton", "dggs": DGGS | {"name": "morton", "coordinate": "morton"}},
        "packed, sharded": packed | {"sharded": True},
        "sphere": sphere | {"ids": "morton"},
        "sphere, ids too": sphere | {"ids": "cell_ids morton"},
        "sphere, no coordinate": sphere | {"ids": "", "dggs": {k: v for k, v in DGGS.items() if k not in ("coordinate", "compression")}},
    }
    for name, options in stores.items():
        path = out / f"{name.replace(', ', '-').replace(' ', '-')}.zarr"
        write(path, **options)
        store = f"zarr('{path}')"
        rows = [tuple(row.values()) for row in sql(f"SELECT cell, count, h_mean FROM {store} ORDER BY cell")]
        assert rows == expected(), f"{name}: {rows[:3]} for {expected()[:3]}"
        # Shards are left out by cell, whatever their chunks.
        one = sql(f"SELECT count(*) AS n, min(cell) AS low FROM {store} WHERE healpix_parent(cell, {ORDER}, {PARENT}) = 12")
        of_one = [c for c, _, _ in expected() if c // K == 12]
        assert one == [{"n": len(of_one), "low": of_one[0]}], f"{name}: {one}"
        plan = str(sql(f"EXPLAIN SELECT count FROM {store} WHERE healpix_parent(cell, {ORDER}, {PARENT}) = 12"))
        assert "shards=1 of 3" in plan, plan
        if "morton" in options.get("ids", "cell_ids"):
            of_words = sql(f"SELECT DISTINCT morton = healpix_to_morton(cell, {ORDER}) AS same FROM {store}")
            assert of_words == [{"same": True}], f"{name}: {of_words}"
        print(f"{name}: {len(rows)} cells read as they were written")

    def changed(name: str, **options) -> tuple[Path, str]:
        path = out / f"{name}.zarr"
        shutil.rmtree(path, ignore_errors=True)
        write(path, **(packed | options))
        return path, f"SELECT count(*) AS n FROM zarr('{path}')"

    # An older store that declares no grid, under another name for its axis: it has to be said how its cells were made.
    path, query = changed("no-grid", **sphere, dggs=None, dims="cell_ids", ids="cell_ids")
    error = sql.refusal(query)
    assert "no attribute dggs" in error and "option `ellipsoid`" in error, error
    declare = f"CREATE EXTERNAL TABLE t STORED AS ZARR LOCATION '{path}' OPTIONS (ellipsoid 'sphere')"
    counted = sql(declare, "SELECT count(*) AS n, bool_and(healpix_cell(longitude, latitude, 5, 'sphere') = cell) AS c FROM t")
    assert counted == [{"n": len(expected()), "c": True}], counted

    for key, value in [("indexing_scheme", "ring"), ("name", "h3"), ("compression", "ranges"), ("coordinate", "ids")]:
        _, query = changed(f"wrong-{key}", dggs=DGGS | {key: value})
        error = sql.refusal(query)
        assert f"dggs.{key}: expected" in error and f'found "{value}"' in error, error

    path, query = changed("lost-ids")
    (path / str(ORDER) / "cell_ids" / "c" / "1").unlink()
    error = sql.refusal(query)
    assert "5/cell_ids of" in error and "chunk 1 is missing, where a variable has one" in error, error

    path, query = changed("twice")
    ids = path / str(ORDER) / "cell_ids" / "c"
    shutil.copy(ids / "0", ids / "1")
    error = sql.refusal(query)
    assert "chunks 0 and 1 have the same cells, those of parent 190" in error, error

    path, query = changed("descending")
    zarr.open_array(path, path=f"{ORDER}/cell_ids", mode="r+")[:K] = cells_of(190)[::-1]
    error = sql.refusal(query)
    assert "is not the first child of a parent" in error, error

    path, query = changed("shuffled")
    zarr.open_array(path, path=f"{ORDER}/cell_ids", mode="r+")[1:3] = cells_of(190)[[2, 1]]
    error = sql.refusal(query)
    assert "a chunk has to hold the children of one parent, ascending" in error, error

    path, query = changed("misplaced", **(sphere | {"ids": "cell_ids", "chunk_of": lambda parent: (parent + 1) % 192}))
    error = sql.refusal(query)
    assert "on the whole sphere, expected those of parent" in error, error
    print("stores that cannot be read right are refused")


if __name__ == "__main__":
    main(*sys.argv[1:])
