//! HEALPix and Morton cells, and the aggregates of point observations, as DataFusion functions.
