-- What is in a granule.
--
--     zagg-sql demo --out demo                # synthetic granules in demo/granules
--     zagg-sql -f examples/1-granule.sql
--
-- A path of your own, on this machine or in a bucket (s3://…), does as well.

-- Groups and datasets, with their types and units.
SELECT path, type, shape, units
FROM hdf5_tree('demo/granules/ATL06_20190413011025_00010311_006_01.h5')
WHERE path LIKE '/gt1l/land_ice_segments/%'
ORDER BY path;

-- What the producer says of a dataset.
SELECT name, value
FROM hdf5_attributes('demo/granules/ATL06_20190413011025_00010311_006_01.h5', 'gt1l/land_ice_segments/h_li')
ORDER BY name;

-- Its rows. Fill values are NULL.
SELECT latitude, longitude, h_li, h_li_sigma
FROM hdf5('demo/granules/ATL06_20190413011025_00010311_006_01.h5', 'gt1l/land_ice_segments')
LIMIT 5;
