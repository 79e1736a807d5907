//! What a store answered, as it may be shown.

use object_store::Error;

/// The cause of an error.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// `error` with the link of the object in place of its path, and with a server's answer cut down to what it
/// says. The kind of the error stays as it was, save where a server's answer went by without being looked at.
pub(super) fn shown(error: Error, store: &str) -> Error {
    let link = |path: String| format!("{store}/{path}");
    match error {
        Error::NotFound { path, source } => {
            Error::NotFound { path: link(path), source: brief(source) }
        }
        Error::AlreadyExists { path, source } => {
            Error::AlreadyExists { path: link(path), source: brief(source) }
        }
        Error::Precondition { path, source } => {
            Error::Precondition { path: link(path), source: brief(source) }
        }
        Error::PermissionDenied { path, source } => {
            // In the words that people look for, since stores answer much the same for what is absent.
            let source = format!("ACCESS DENIED: {}", brief(source)).into();
            Error::PermissionDenied { path: link(path), source }
        }
        Error::Unauthenticated { path, source } => {
            Error::Unauthenticated { path: link(path), source: brief(source) }
        }
        Error::Generic { store: of, source } => generic(of, brief(source), store),
        other => other,
    }
}

/// A kind for an error that was given none. Listings are that way whatever the answer, and so are logins that
/// have run out, which S3 answers with 400. It decides whether to try again is worth while.
fn generic(of: &'static str, source: Source, store: &str) -> Error {
    let path = store.to_owned();
    // The status has no type that could be asked for it.
    let text = source.to_string();
    let says = |answers: &[&str]| answers.iter().any(|answer| text.contains(answer));
    if says(&["status code: 403 "]) {
        Error::PermissionDenied { path, source }
    } else if says(&["status code: 401 ", ": ExpiredToken", ": InvalidToken"]) {
        Error::Unauthenticated { path, source }
    } else if says(&["status code: 404 "]) {
        Error::NotFound { path, source }
    } else {
        Error::Generic { store: of, source }
    }
}

/// Leaves code and message of an error document. S3 repeats in it what it was sent: the session token of an
/// expired login, or the whole request where a signature is wrong.
fn brief(source: Source) -> Source {
    let text = source.to_string();
    let Some(document) = text.find("<?xml").or_else(|| text.find("<Error")) else {
        return source;
    };
    let (before, document) = text.split_at(document);
    let said: Vec<&str> =
        ["Code", "Message"].into_iter().filter_map(|name| element(document, name)).collect();
    format!("{before}{}", said.join(": ")).into()
}

/// The text of the first element of that name.
fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(answer: &str) -> Error {
        let source = format!("Server returned non-2xx status code: {answer}");
        shown(Error::Generic { store: "S3", source: source.into() }, "s3://bucket")
    }

    #[test]
    fn of_a_document_code_and_message_are_left() {
        let error = generic(
            "400 Bad Request: <?xml version=\"1.0\"?>\n<Error><Code>ExpiredToken</Code>\
             <Message>The token has expired.</Message><Token-0>abc</Token-0></Error>",
        );
        assert!(matches!(error, Error::Unauthenticated { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.ends_with("400 Bad Request: ExpiredToken: The token has expired."), "{text}");
    }

    #[test]
    fn an_answer_gives_an_error_its_kind() {
        assert!(matches!(generic("403 Forbidden: AccessDenied"), Error::PermissionDenied { .. }));
        assert!(matches!(generic("404 Not Found: NoSuchBucket"), Error::NotFound { .. }));
        assert!(matches!(generic("503 Service Unavailable: SlowDown"), Error::Generic { .. }));
    }

    #[test]
    fn an_object_is_named_by_its_link() {
        let error = Error::NotFound { path: "a/b.h5".into(), source: "404 Not Found".into() };
        let shown = shown(error, "s3://bucket");
        assert!(matches!(&shown, Error::NotFound { path, .. } if path == "s3://bucket/a/b.h5"));
        assert!(shown.to_string().contains("404 Not Found"));
    }
}
