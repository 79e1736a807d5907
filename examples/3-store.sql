-- From observations to a Zarr store, which xarray and xdggs open.
--
--     zagg-sql -f examples/3-store.sql

CREATE EXTERNAL TABLE atl06 STORED AS GRANULES LOCATION 'demo/granules/' OPTIONS (config 'atl06');

-- A row for each cell. Rows of a shard are written as soon as they are there.
COPY (
    SELECT cell,
           count(h_li) AS count,
           weighted_avg(h_li, 1 / (s_li * s_li)) AS h_mean,
           min(h_li) AS h_min,
           max(h_li) AS h_max,
           nmad(h_li) AS h_nmad
    FROM atl06
    WHERE atl06_quality_summary = 0
    GROUP BY cell
) TO 'demo/heights.zarr' STORED AS ZARR OPTIONS (
    overwrite true,
    'h_mean.dtype' 'float32', 'h_mean.units' 'm', 'h_mean.long_name' 'mean height, by the inverse variance',
    'h_nmad.dtype' 'float32', 'h_nmad.units' 'm'
);

-- The store is a table again.
SELECT count(*) AS cells, sum(count) AS heights, round(min(h_mean)) AS lowest_m, round(max(h_mean)) AS highest_m
FROM zarr('demo/heights.zarr');
