//! Amounts of memory and disk as people write them.

/// Bytes of a text such as `2G`, `512MiB`, `1.5gb` or `1048576`. All units are powers of 1024, as memory is sold.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim().to_ascii_lowercase();
    let power = match unit.trim_end_matches("ib").trim_end_matches('b') {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        _ => return Err(format!("`{unit}` is no unit; K, M, G and T are")),
    };
    let number: f64 = number.parse().map_err(|_| format!("`{number}` is no number of bytes"))?;
    let bytes = number * 1024_f64.powi(power);
    // Floats this large and not negative convert without loss that matters here.
    if bytes < u64::MAX as f64 { Ok(bytes as u64) } else { Err("that is too much".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let sizes = [
            ("0", 0),
            ("1048576", 1 << 20),
            ("2G", 2 << 30),
            ("1.5gb", 3 << 29),
            ("64 KiB", 65536),
        ];
        for (text, expected) in sizes {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for text in ["", "G", "1X", "-1", "1e400", "99999999999T"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
