"""Opens a store as its users do, and checks that every reader sees the same cells.

usage: open_store.py STORE.zarr
"""

import sys

import numpy as np
import xarray as xr
import xdggs
import zarr


def main(path: str) -> None:
    root = zarr.open_group(path, mode="r")
    assert root.attrs["aggregation"]["complete"], "no completion mark"
    assert root.metadata.consolidated_metadata is not None, "no consolidated metadata"
    level = max((name for name, _ in root.groups()), key=int)

    ds = xr.open_zarr(path, group=level)
    assert "cell_ids" in ds.coords, "cell_ids is not a coordinate"
    ids = ds.cell_ids.values
    assert (np.diff(ids.astype("i8")) > 0).all(), "cell_ids do not ascend"

    # Both declarations must give the same grid: the convention's, and the attributes of the coordinate.
    plain = xdggs.decode(ds)
    by_convention = xdggs.decode(ds, convention="zarr", name="cell_ids")
    info = plain.dggs.grid_info
    assert info == by_convention.dggs.grid_info, "two declarations, two grids"
    assert info.level == int(level) and info.indexing_scheme == "nested"

    # A cell's centre must lie in the cell.
    full = np.flatnonzero(ds["count"].values > 0)
    assert full.size, "no cell has data"
    some = plain.isel(cells=full[:: max(1, full.size // 500)])
    centres = some.dggs.cell_centers()
    back = info.geographic2cell_ids(centres.longitude.values, centres.latitude.values)
    assert (back.astype("u8") == some.cell_ids.values).all(), "centres outside their cells"

    count, low, high = (plain[v].values[full] for v in ("count", "h_min", "h_max"))
    assert (low <= high).all() and (plain["h_mean"].values[full] >= low - 1e-3).all()
    assert plain["h_min"].dtype == np.float32 and np.issubdtype(count.dtype, np.integer)
    print(f"{path}: level {level}, {full.size} of {ids.size} cells with data, {count.sum()} rows: readers agree")


if __name__ == "__main__":
    main(*sys.argv[1:])
