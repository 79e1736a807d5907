//! The inverse of the shuffle filter: the first bytes of all elements, then the second ones, …

/// Puts the bytes of `input` back in the order of elements of `size` bytes. What is left after the
/// last whole element was not shuffled. `output` is as long as `input`.
pub(crate) fn unshuffle(input: &[u8], size: usize, output: &mut [u8]) {
    match size {
        0 | 1 => output.copy_from_slice(input),
        2 => fixed::<2>(input, output),
        4 => fixed::<4>(input, output),
        8 => fixed::<8>(input, output),
        _ => any(input, size, output),
    }
}

fn fixed<const SIZE: usize>(input: &[u8], output: &mut [u8]) {
    let count = input.len() / SIZE;
    let (shuffled, rest) = input.split_at(count * SIZE);
    let (elements, output_rest) = output.split_at_mut(count * SIZE);
    output_rest.copy_from_slice(rest);
    let mut planes = shuffled.chunks_exact(count.max(1));
    let planes: [&[u8]; SIZE] = std::array::from_fn(|_| planes.next().unwrap_or_default());
    // Equal lengths, told once, leave no bounds check in the loop.
    let planes = planes.map(|plane| plane.get(..count).unwrap_or_default());
    if planes.iter().any(|plane| plane.len() != count) {
        return;
    }
    for (at, element) in elements.chunks_exact_mut(SIZE).enumerate() {
        for (byte, plane) in element.iter_mut().zip(planes) {
            *byte = plane[at];
        }
    }
}

fn any(input: &[u8], size: usize, output: &mut [u8]) {
    let count = input.len() / size;
    let (shuffled, rest) = input.split_at(count * size);
    let (elements, output_rest) = output.split_at_mut(count * size);
    output_rest.copy_from_slice(rest);
    for (byte, plane) in shuffled.chunks_exact(count.max(1)).enumerate() {
        for (element, value) in elements.chunks_exact_mut(size).zip(plane) {
            if let Some(place) = element.get_mut(byte) {
                *place = *value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shuffle(input: &[u8], size: usize) -> Vec<u8> {
        let count = input.len() / size;
        let mut output: Vec<u8> = Vec::new();
        for byte in 0..size {
            output.extend((0..count).map(|at| input[at * size + byte]));
        }
        output.extend(&input[count * size..]);
        output
    }

    #[test]
    fn inverts_shuffle_for_all_sizes_and_lengths() {
        for size in 1..=17 {
            for length in [0, 1, size - 1, size, 5 * size, 64 * size + size - 1, 1000] {
                let input: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
                let mut output = vec![0; length];
                unshuffle(&shuffle(&input, size), size, &mut output);
                assert_eq!(output, input, "{length} bytes in elements of {size}");
            }
        }
    }
}
