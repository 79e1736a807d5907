//! The checksum in the footer, over the whole file.
//!
//! It stands in a key-value of the file, as 64 digits that count as zeros in the sum, so that the file is
//! Parquet like any other.

use sha2::{Digest, Sha256};

/// The key of the checksum.
pub(super) const KEY: &str = "zagg:index_sha256";

/// Digits of a SHA-256.
const DIGITS: usize = 64;

/// What ends every Parquet file.
const MAGIC: &[u8; 4] = b"PAR1";

/// The value to write first.
pub(super) fn blank() -> String {
    "0".repeat(DIGITS)
}

/// Puts the checksum of a whole file in its place.
pub(super) fn close(file: &mut [u8]) -> Result<(), String> {
    let at = place(file)?;
    let sum = sum(file, at);
    file[at..at + DIGITS].copy_from_slice(sum.as_bytes());
    Ok(())
}

/// Compares the checksum of a file.
pub(super) fn check(file: &[u8]) -> Result<(), String> {
    let at = place(file)?;
    let found = sum(file, at);
    let stored = String::from_utf8_lossy(&file[at..at + DIGITS]);
    if stored == found {
        return Ok(());
    }
    Err(format!("it is damaged: expected SHA-256 {stored}, found {found}"))
}

/// Where the digits stand.
fn place(file: &[u8]) -> Result<usize, String> {
    let whole = || {
        let (rest, magic) = file.split_last_chunk::<4>()?;
        let (rest, length) = rest.split_last_chunk::<4>()?;
        let start = rest.len().checked_sub(u32::from_le_bytes(*length) as usize)?;
        (magic == MAGIC).then_some((start, rest.len()))
    };
    let (start, end) =
        whole().ok_or_else(|| format!("it is no whole Parquet file ({} bytes)", file.len()))?;
    // As the footer is encoded: key, then the head of a text, then its length.
    let mark = [KEY.as_bytes(), &[0x18, DIGITS as u8]].concat();
    let footer = &file[start..end];
    let found = footer.windows(mark.len()).rposition(|window| window == mark);
    let digits = found.map(|at| start + at + mark.len()).filter(|at| at + DIGITS <= end);
    digits.ok_or_else(|| format!("it is no granule index: its footer has no `{KEY}`"))
}

fn sum(file: &[u8], at: usize) -> String {
    let mut sum = Sha256::new();
    sum.update(&file[..at]);
    sum.update(blank());
    sum.update(&file[at + DIGITS..]);
    format!("{:x}", sum.finalize())
}
