//! How to open a store elsewhere.

/// Three lines of Python that open level `level` of a finished store with xarray and give it its grid.
///
/// `store` is a path or a URL that fsspec knows.
///
/// ```
/// assert_eq!(
///     zagg_engine::store::three_lines("out/heights.zarr", 12),
///     "import xarray as xr, xdggs\n\
///      ds = xr.open_zarr(\"out/heights.zarr\", group=\"12\")\n\
///      ds = xdggs.decode(ds)"
/// );
/// ```
#[must_use]
pub fn three_lines(store: &str, level: u8) -> String {
    // A JSON string is a Python string too, escapes included.
    let quoted = serde_json::Value::from(store);
    format!(
        "import xarray as xr, xdggs\nds = xr.open_zarr({quoted}, group=\"{level}\")\nds = xdggs.decode(ds)"
    )
}
