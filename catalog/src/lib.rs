//! Which granules touch which shards.
