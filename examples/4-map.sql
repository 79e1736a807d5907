-- From the store to maps.
--
--     zagg-sql -f examples/4-map.sql

CREATE EXTERNAL TABLE heights STORED AS ZARR LOCATION 'demo/heights.zarr';

-- Coarser cells: of order 8 (25 km), by the number of heights in each of order 12.
CREATE VIEW coarse AS
SELECT healpix_parent(cell, 12, 8) AS cell, sum(count) AS heights, weighted_avg(h_mean, count) AS h_mean
FROM heights
GROUP BY 1;

-- For QGIS and geopandas: GeoParquet, since healpix_boundary() gives outlines. Four points for each edge.
COPY (SELECT healpix_boundary(cell, 8, 4) AS geometry, cell, heights, h_mean FROM coarse ORDER BY cell)
TO 'demo/heights.parquet';

-- For everything else: a point per cell.
COPY (
    SELECT healpix_lon(cell, 8) AS longitude, healpix_lat(cell, 8) AS latitude, h_mean FROM coarse ORDER BY cell
) TO 'demo/heights.csv' STORED AS CSV;

-- For the eye: the pole in the middle, Greenwich up, from 67°S; the darker, the higher.
WITH spots AS (
    SELECT CAST(floor(36 + (90 + latitude) * sin(radians(longitude)) * 36 / 23) AS BIGINT) AS x,
           CAST(floor(18 - (90 + latitude) * cos(radians(longitude)) * 18 / 23) AS BIGINT) AS y,
           weighted_avg(h_mean, count) AS h
    FROM heights
    GROUP BY 1, 2
)
SELECT string_agg(CASE WHEN h IS NULL THEN ' ' ELSE substr('.:-=+*#%@', 1 + CAST(greatest(0, least(8, h / 450)) AS INT), 1) END,
                  '' ORDER BY x) AS map
FROM generate_series(0, 35) AS r (y) CROSS JOIN generate_series(0, 71) AS c (x) LEFT JOIN spots USING (x, y)
GROUP BY y
ORDER BY y;
