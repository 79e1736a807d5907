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

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

#[test]
fn inverts_shuffle_for_all_sizes_and_lengths() {
    for size in 1..=17 {
        for length in [0, 1, size - 1, size, 5 * size, 64 * size + size - 1, 1000] {
            let input = bytes(length);
            let mut output = vec![MaybeUninit::uninit(); length];
            let output = whole(&shuffle(&input, size), size, &mut output);
            assert_eq!(output, input, "{length} bytes in elements of {size}");
        }
    }
}

/// All counts around the blocks of vector code, from any element, to any address.
fn check_elements<const WIDTH: usize>(vector: Vector<WIDTH>) {
    for count in 0..200 {
        let input = bytes(count * WIDTH);
        let shuffled = shuffle(&input, WIDTH);
        for from in [0, 1, 31, count / 2, count] {
            for (misaligned, reversed) in [(0, false), (1, true), (7, false)] {
                let Some(expected) = input.get(from * WIDTH..) else { continue };
                let mut expected = expected.to_vec();
                if reversed {
                    expected.chunks_exact_mut(WIDTH).for_each(<[u8]>::reverse);
                }
                let mut output = vec![MaybeUninit::uninit(); expected.len() + misaligned];
                let output = &mut output[misaligned..];
                let output = fixed(&shuffled, from, reversed, output, vector);
                assert_eq!(output.unwrap(), expected, "{count} of {WIDTH} from {from}");
            }
        }
    }
}

fn no_vector<const WIDTH: usize>(_: [&[u8]; WIDTH], _: &mut Elements<WIDTH>) -> usize {
    0
}

#[test]
fn scalar_and_vector_code_agree() {
    check_elements::<2>(no_vector);
    check_elements::<4>(no_vector);
    check_elements::<8>(no_vector);
    check_elements::<2>(VECTOR.0);
    check_elements::<4>(VECTOR.1);
    check_elements::<8>(VECTOR.2);
}

#[cfg(target_arch = "x86_64")]
#[test]
#[expect(unsafe_code, reason = "also what this machine would not choose")]
fn sse2_agrees() {
    // SAFETY: every x86-64 machine has SSE2.
    check_elements::<2>(|planes, places| unsafe { x86::sse2::two(planes, places) });
    // SAFETY: as above.
    check_elements::<4>(|planes, places| unsafe { x86::sse2::four(planes, places) });
    // SAFETY: as above.
    check_elements::<8>(|planes, places| unsafe { x86::sse2::eight(planes, places) });
}

#[test]
fn too_few_elements_are_none() {
    let mut output = [MaybeUninit::uninit(); 16];
    assert!(elements(&[0; 15], 4, 0, false, &mut output).is_none());
    assert!(elements(&[0; 16], 4, 1, false, &mut output).is_none());
    assert!(elements(&[0; 16], 4, usize::MAX, false, &mut output).is_none());
    assert!(elements(&[0; 16], 3, 0, false, &mut output).is_none());
    assert!(elements(&[0; 18], 4, 0, false, &mut output[..15]).is_none());
}
