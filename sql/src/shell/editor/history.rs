//! The file of past input.

use std::fs::DirBuilder;
use std::path::Path;

/// Words of statements that are not kept, because a secret may stand beside them.
const SECRET: [&str; 4] = ["secret", "password", "token", "credential"];

/// Makes the folder of the history. Tells whether there is one.
pub(super) fn prepare(path: &Path) -> bool {
    let Some(folder) = path.parent() else { return false };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder).is_ok()
}

/// Whether `text` belongs into the history. The editor itself leaves out repetitions and what begins with a
/// space.
pub(super) fn is_kept(text: &str) -> bool {
    let lower = text.to_lowercase();
    !text.is_empty() && !SECRET.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        assert!(is_kept("SELECT 1;"));
        assert!(!is_kept("") && !is_kept("… OPTIONS ('aws.Secret_Access_Key' 'x')"));
    }
}
