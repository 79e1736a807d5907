//! Granules as SQL tables, aggregated by cell into Zarr.
