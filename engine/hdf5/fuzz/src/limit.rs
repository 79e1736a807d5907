//! An allocator that ends the process at an allocation larger than anything the reader may ask for.
//! libFuzzer has such a limit too, but only with a sanitizer, which makes the targets several times
//! slower.

use std::alloc::{GlobalAlloc, Layout, System};

/// The largest block or chunk that is decoded, and a little.
const LARGEST: usize = (256 << 20) + 4096;

struct Limited;

#[global_allocator]
static ALLOCATOR: Limited = Limited;

fn check(size: usize) {
    if size > LARGEST {
        eprintln!("allocation of {size} bytes (at most {LARGEST})");
        std::process::abort();
    }
}

// SAFETY: every call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        check(size);
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) }
    }
}
