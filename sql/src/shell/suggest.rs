//! "Did you mean".

/// The known name that `name` was most likely meant to be, unless none is near.
pub(crate) fn nearest<S: AsRef<str>>(
    name: &str,
    known: impl IntoIterator<Item = S>,
) -> Option<String> {
    let wanted = name.to_lowercase();
    // One slip in three characters; a single one is still enough for short names.
    let most = (wanted.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|known| {
            let known = known.as_ref();
            (strsim::damerau_levenshtein(&wanted, &known.to_lowercase()), known.to_owned())
        })
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["atl06", "atl03", "gedi"];
        assert_eq!(nearest("atl6", known).as_deref(), Some("atl06"));
        assert_eq!(nearest("ATL03_", known).as_deref(), Some("atl03"));
        assert_eq!(nearest("tables", known), None);
    }
}
