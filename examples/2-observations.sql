-- Many granules as one table: a row is an observation.
--
--     zagg-sql -f examples/2-observations.sql

CREATE EXTERNAL TABLE atl06 STORED AS GRANULES LOCATION 'demo/granules/' OPTIONS (config 'atl06');

-- What each granule gives, and how much of it is good.
SELECT granule,
       count(DISTINCT beam) AS beams,
       count(*) AS segments,
       count(*) FILTER (WHERE atl06_quality_summary = 0) AS good,
       round(min(latitude), 2) AS south,
       round(max(latitude), 2) AS north
FROM atl06
GROUP BY granule
ORDER BY granule;

-- The roughest cells of order 12 (1.6 km). nmad() is a standard deviation that outliers hardly move.
SELECT morton_text(healpix_to_morton(cell, 12)) AS cell,
       count(h_li) AS heights,
       quantile(h_li, 0.5) AS median_m,
       nmad(h_li) AS spread_m
FROM atl06
WHERE atl06_quality_summary = 0
GROUP BY cell
HAVING count(h_li) >= 50
ORDER BY spread_m DESC
LIMIT 5;

-- Each shard is a partition of its own: the plan has no RepartitionExec.
EXPLAIN FORMAT INDENT SELECT cell, avg(h_li) AS h_mean FROM atl06 GROUP BY cell;
