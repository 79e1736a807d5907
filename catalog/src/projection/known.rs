//! The projections that are known, in the language of PROJ (parameters from the EPSG registry).

const KNOWN: [(u32, &str); 9] = [
    (3031, "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0"),
    (3413, "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45"),
    (3976, "+proj=stere +lat_0=-90 +lat_ts=-70 +lon_0=0"),
    (3995, "+proj=stere +lat_0=90 +lat_ts=71 +lon_0=0"),
    (5070, "+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5"),
    (6931, "+proj=laea +lat_0=90 +lon_0=0"),
    (6932, "+proj=laea +lat_0=-90 +lon_0=0"),
    (6933, "+proj=cea +lat_ts=30 +lon_0=0"),
    (3035, "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000"),
];

/// The definition of a projection, or why there is none.
pub(super) fn definition(name: &str) -> Result<String, String> {
    let code = name
        .split_once(':')
        .filter(|(authority, _)| authority.eq_ignore_ascii_case("EPSG"))
        .and_then(|(_, code)| code.parse::<u32>().ok());
    let parameters = match code {
        Some(zone @ 32601..=32660) => format!("+proj=utm +zone={}", zone - 32600),
        Some(zone @ 32701..=32760) => format!("+proj=utm +zone={} +south", zone - 32700),
        Some(code) if let Some((_, text)) = KNOWN.iter().find(|(known, _)| *known == code) => {
            (*text).to_owned()
        }
        _ => {
            let codes: Vec<String> = KNOWN.iter().map(|(code, _)| code.to_string()).collect();
            return Err(format!(
                "it is not known; known are EPSG:32601 to 32660 and 32701 to 32760 (UTM), {}",
                codes.join(", ")
            ));
        }
    };
    Ok(format!("{parameters} +datum=WGS84 +units=m +no_defs"))
}
