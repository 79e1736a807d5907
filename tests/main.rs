//! The engine from outside: every test goes through the public API.
//!
//! Tests on real granules take their folder from `ZAGG_DATA` (and `ZAGG_GOLDEN` for what is expected of
//! them), or from `../shared` beside the repository. Where it is absent they say so and pass.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

mod access;
mod arrows;
mod cost;
mod determinism;
mod events;
mod failures;
mod index;
mod measured;
mod real;
mod s3;
mod slt;
mod support;
