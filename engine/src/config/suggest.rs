//! The nearest known name, for "did you mean".

/// The candidate nearest to `name`, if one is near enough to be a likely slip.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_ascii_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&wanted, &k.to_ascii_lowercase()), k))
        .filter(|(distance, k)| *distance <= (k.chars().count().max(wanted.len()) / 3).max(1))
        .min_by_key(|(distance, k)| {
            (*distance, !k.starts_with(wanted.get(..1).unwrap_or_default()))
        })
        .map(|(_, k)| k)
}

/// `; did you mean `x`?`, or else the known names, or nothing.
pub(crate) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(name, known.clone()) {
        return format!("; did you mean `{near}`?");
    }
    let all: Vec<String> = known.into_iter().map(|k| format!("`{k}`")).collect();
    if all.is_empty() { String::new() } else { format!("; known: {}", all.join(", ")) }
}
