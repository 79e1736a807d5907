//! Configurations that are part of the program.

/// Land-ice heights of ICESat-2.
const ATL06: &str = include_str!("../../../examples/atl06.yaml");

pub(super) const NAMES: &[&str] = &["atl06"];

pub(super) fn text(name: &str) -> Option<&'static str> {
    match name {
        "atl06" => Some(ATL06),
        _ => None,
    }
}
