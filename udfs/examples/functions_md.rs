//! Writes the reference page of the SQL functions.
//!
//! ```sh
//! cargo run -p zagg-udfs --example functions_md > docs/functions.md
//! ```

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(zagg_udfs::reference().as_bytes())
}
