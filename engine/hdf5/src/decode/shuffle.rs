//! The inverse of the shuffle filter: the first bytes of all elements, then the second ones, …

use std::array;
use std::mem::MaybeUninit;

#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(test)]
mod tests;

/// Elements of so many bytes, still to be written.
type Elements<const WIDTH: usize> = [[MaybeUninit<u8>; WIDTH]];

/// Whether [`elements`] knows elements of this width.
pub(super) fn is_fast(width: usize) -> bool {
    matches!(width, 2 | 4 | 8)
}

/// Writes the elements of `input` from number `from` to `output`, as many as it holds, each with
/// its bytes reversed on request, and returns all of `output`. `None` if `input` has too few.
pub(super) fn elements<'a>(
    input: &[u8],
    width: usize,
    from: usize,
    reversed: bool,
    output: &'a mut [MaybeUninit<u8>],
) -> Option<&'a mut [u8]> {
    match width {
        2 => fixed::<2>(input, from, reversed, output, VECTOR.0),
        4 => fixed::<4>(input, from, reversed, output, VECTOR.1),
        8 => fixed::<8>(input, from, reversed, output, VECTOR.2),
        _ => None,
    }
}

/// Puts the bytes of `input` back in the order of elements of `size` bytes. What is left after the
/// last whole element was not shuffled. `output` is as long as `input`; less is filled with zeros.
pub(super) fn whole<'a>(
    input: &[u8],
    size: usize,
    output: &'a mut [MaybeUninit<u8>],
) -> &'a mut [u8] {
    let split = input.len() - input.len() % size.max(1);
    if is_fast(size) && output.len() == input.len() {
        let (elements_output, rest) = output.split_at_mut(split);
        let done =
            elements(input.get(..split).unwrap_or_default(), size, 0, false, elements_output);
        let rest_done = input.get(split..).unwrap_or_default();
        let rest = rest.write_copy_of_slice(rest_done).len();
        if done.map_or(0, |done| done.len()) + rest == output.len() {
            #[expect(
                unsafe_code,
                reason = "clearing memory that is about to be written is wasted"
            )]
            // SAFETY: the elements and the rest are all of the output, and both were written.
            return unsafe { output.assume_init_mut() };
        }
    }
    for byte in &mut *output {
        byte.write(0);
    }
    #[expect(unsafe_code, reason = "clearing memory that is about to be written is wasted")]
    // SAFETY: every byte was just written.
    let output = unsafe { output.assume_init_mut() };
    any(input, size, split, output);
    output
}

/// Writes the first elements by vector instructions and returns how many it wrote, which may be
/// none.
type Vector<const WIDTH: usize> = fn([&[u8]; WIDTH], &mut Elements<WIDTH>) -> usize;

#[cfg(target_arch = "x86_64")]
const VECTOR: (Vector<2>, Vector<4>, Vector<8>) = (x86::two, x86::four, x86::eight);
#[cfg(not(target_arch = "x86_64"))]
const VECTOR: (Vector<2>, Vector<4>, Vector<8>) = (|_, _| 0, |_, _| 0, |_, _| 0);

fn fixed<'a, const WIDTH: usize>(
    input: &[u8],
    from: usize,
    reversed: bool,
    output: &'a mut [MaybeUninit<u8>],
    vector: Vector<WIDTH>,
) -> Option<&'a mut [u8]> {
    let (places, []) = output.as_chunks_mut::<WIDTH>() else { return None };
    let count = input.len() / WIDTH;
    let mut planes = [&[][..]; WIDTH];
    for (at, plane) in planes.iter_mut().enumerate() {
        *plane = input.get(at * count..)?.get(..count)?.get(from..)?.get(..places.len())?;
    }
    if reversed {
        planes.reverse();
    }
    let done = vector(planes, places);
    let rest = places.get_mut(done..)?;
    scalar(planes.map(|plane| plane.get(done..).unwrap_or_default()), rest);
    #[expect(unsafe_code, reason = "clearing memory that is about to be written is wasted")]
    // SAFETY: the vector code wrote the first `done` elements and the scalar code the rest.
    Some(unsafe { output.assume_init_mut() })
}

/// The twin of the vector code: writes every element, from as many bytes of each plane.
fn scalar<const WIDTH: usize>(planes: [&[u8]; WIDTH], places: &mut Elements<WIDTH>) {
    for (at, place) in places.iter_mut().enumerate() {
        *place = array::from_fn(|byte| {
            let plane = planes.get(byte).copied().unwrap_or_default();
            MaybeUninit::new(plane.get(at).copied().unwrap_or_default())
        });
    }
}

/// Elements of any size, of which `split` bytes are shuffled.
fn any(input: &[u8], size: usize, split: usize, output: &mut [u8]) {
    let (Some((shuffled, rest)), Some((elements, output_rest))) =
        (input.split_at_checked(split), output.split_at_mut_checked(split))
    else {
        return;
    };
    for (place, value) in output_rest.iter_mut().zip(rest) {
        *place = *value;
    }
    let count = split / size.max(1);
    for (byte, plane) in shuffled.chunks_exact(count.max(1)).enumerate() {
        for (element, value) in elements.chunks_exact_mut(size.max(1)).zip(plane) {
            if let Some(place) = element.get_mut(byte) {
                *place = *value;
            }
        }
    }
}
