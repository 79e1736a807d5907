//! Reversing the byte order of elements in place.

/// Reverses the bytes of each element of `width` bytes.
pub(crate) fn swap(bytes: &mut [u8], width: usize) {
    match width {
        2 => fixed::<2>(bytes),
        4 => fixed::<4>(bytes),
        8 => fixed::<8>(bytes),
        _ => {}
    }
}

fn fixed<const WIDTH: usize>(bytes: &mut [u8]) {
    for element in bytes.chunks_exact_mut(WIDTH) {
        element.reverse();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn reverses_elements() {
        let mut bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        super::swap(&mut bytes, 4);
        assert_eq!(bytes, [4, 3, 2, 1, 8, 7, 6, 5]);
        super::swap(&mut bytes, 2);
        assert_eq!(bytes, [3, 4, 1, 2, 7, 8, 5, 6]);
    }
}
