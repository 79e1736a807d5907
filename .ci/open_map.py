"""Opens a map of cells with geopandas, as GeoParquet, and compares it with the points of the same cells.

usage: open_map.py MAP.parquet POINTS.csv
"""

import sys

import geopandas as gpd
import pandas as pd


def main(map_file: str, points_file: str) -> None:
    cells = gpd.read_parquet(map_file)
    assert cells.geometry.name == "geometry" and cells.crs == "OGC:CRS84", cells.crs
    assert (cells.geom_type == "Polygon").all() and cells.is_valid.all()

    points = pd.read_csv(points_file)
    assert len(points) == len(cells) > 0
    assert (points.h_mean == cells.h_mean).all(), "other heights"
    # The outline of a cell across the antimeridian goes beyond 180 degrees on the side of its centre.
    centres = gpd.GeoSeries.from_xy(points.longitude, points.latitude, crs=cells.crs)
    assert cells.contains(centres).all(), "centres outside their cells"
    print(f"{map_file}: {len(cells)} polygons with their centres: geopandas agrees")


if __name__ == "__main__":
    main(*sys.argv[1:])
