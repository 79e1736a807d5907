//! Between HTTP and the terms of an object store.

use std::ops::Range;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures::stream::{self, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    Attributes, Error, GetOptions, GetRange, GetResult, GetResultPayload, ObjectMeta, Result,
};
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE, LAST_MODIFIED, RANGE,
    RETRY_AFTER,
};
use reqwest::{Response, StatusCode};
use zagg_catalog::login::{said, unreached};

use super::hops::host;

/// A request that gave nothing.
pub(super) struct Failed {
    pub(super) error: Error,
    /// How long the server asks to wait, where asking again can help.
    pub(super) again: Option<Duration>,
}

impl Failed {
    /// Nobody answered, or not to the end.
    pub(super) fn unreached(server: &str, error: reqwest::Error) -> Self {
        Self::for_now(generic(format!("{server}: {}", unreached(error))))
    }
}

pub(super) fn generic(reason: String) -> Error {
    Error::Generic { store: "HTTPS", source: reason.into() }
}

/// What a request says of what is wanted. The size alone is had with the first byte: an address that is signed
/// for GET is of no use for HEAD.
pub(super) fn headers(options: &GetOptions) -> Result<HeaderMap> {
    if options.version.is_some() {
        let source = "files behind https:// links have no versions".into();
        return Err(Error::NotSupported { source });
    }
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, text: String| -> Result<()> {
        let value = HeaderValue::try_from(text).map_err(|e| generic(e.to_string()))?;
        headers.insert(name, value);
        Ok(())
    };
    match (&options.range, options.head) {
        (_, true) => set(RANGE, "bytes=0-0".into())?,
        (Some(GetRange::Bounded(range)), _) if range.start >= range.end => {
            return Err(generic(format!("the range {range:?} is empty")));
        }
        (Some(range), _) => set(RANGE, range.to_string())?,
        (None, _) => {}
    }
    let date = |time: DateTime<Utc>| time.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Some(tag) = &options.if_match {
        set(IF_MATCH, tag.clone())?;
    }
    if let Some(tag) = &options.if_none_match {
        set(IF_NONE_MATCH, tag.clone())?;
    }
    if let Some(time) = options.if_modified_since {
        set(IF_MODIFIED_SINCE, date(time))?;
    }
    if let Some(time) = options.if_unmodified_since {
        set(IF_UNMODIFIED_SINCE, date(time))?;
    }
    Ok(headers)
}

/// An answer as the bytes asked for, or as the error that it is.
pub(super) async fn read(
    response: Response,
    at: &Path,
    options: &GetOptions,
) -> Result<GetResult, Failed> {
    let ranged = options.head || options.range.is_some();
    let length = number(response.headers(), CONTENT_LENGTH);
    let (range, size) = match (response.status(), ranged) {
        (StatusCode::PARTIAL_CONTENT, true) => {
            content_range(response.headers()).ok_or_else(|| {
                let server = host(response.url());
                Failed::for_good(generic(format!(
                    "{server} sends a range and not which of how many bytes"
                )))
            })?
        }
        (StatusCode::OK, false) => match length {
            Some(length) => (0..length, length),
            None => {
                let reason = format!("{} does not say how long {at} is", host(response.url()));
                return Err(Failed::for_good(generic(reason)));
            }
        },
        // No range of an empty file can be had, and its size is what was asked for.
        (StatusCode::OK | StatusCode::RANGE_NOT_SATISFIABLE, true)
            if options.head && size_of_empty(&response, length) =>
        {
            (0..0, 0)
        }
        (StatusCode::OK, true) if length == Some(0) => {
            return Err(Failed::for_good(generic(
                "non-partial response: the file is empty".into(),
            )));
        }
        (StatusCode::OK, true) => {
            let reason =
                format!("{} sends whole files alone: byte ranges are needed", host(response.url()));
            return Err(Failed::for_good(Error::NotSupported { source: reason.into() }));
        }
        _ => return Err(refusal(response, at).await),
    };
    let meta = ObjectMeta {
        location: at.clone(),
        last_modified: last_modified(response.headers()).unwrap_or(DateTime::UNIX_EPOCH),
        size,
        e_tag: text(response.headers(), ETAG).map(str::to_owned),
        version: None,
    };
    let (payload, range) = match &options.range {
        _ if options.head => (Vec::new(), 0..0),
        Some(asked) => {
            let asked =
                asked.as_range(size).map_err(|e| Failed::for_good(generic(e.to_string())))?;
            if asked != range {
                let reason =
                    format!("{}: bytes {range:?} came for {asked:?}", host(response.url()));
                return Err(Failed::for_now(generic(reason)));
            }
            (vec![Ok(body(response, &range).await?)], range)
        }
        // As long as files are: not to be held at once.
        None => {
            let server = host(response.url());
            let bytes = response.bytes_stream();
            let bytes = bytes.map_err(move |e| Failed::unreached(&server, e).error).boxed();
            let (payload, attributes) = (GetResultPayload::Stream(bytes), Attributes::default());
            return Ok(GetResult { payload, meta, range, attributes });
        }
    };
    let payload = GetResultPayload::Stream(stream::iter(payload).boxed());
    Ok(GetResult { payload, meta, range, attributes: Attributes::default() })
}

/// The whole body of a range, so that one that breaks off is asked for again.
async fn body(mut response: Response, range: &Range<u64>) -> Result<Bytes, Failed> {
    let server = host(response.url());
    let expected = range.end - range.start;
    let mut bytes = BytesMut::new();
    while let Some(more) = response.chunk().await.map_err(|e| Failed::unreached(&server, e))? {
        bytes.extend_from_slice(&more);
        if bytes.len() as u64 > expected {
            break;
        }
    }
    if bytes.len() as u64 == expected {
        return Ok(bytes.freeze());
    }
    let found = bytes.len();
    Err(Failed::for_now(generic(format!("{server}: expected {expected} bytes, received {found}"))))
}

/// An answer that is none of what was asked for.
async fn refusal(response: Response, at: &Path) -> Failed {
    let (status, server) = (response.status(), host(response.url()));
    let kind = text(response.headers(), CONTENT_TYPE).unwrap_or_default().to_owned();
    let patience =
        number(response.headers(), RETRY_AFTER).map_or(Duration::ZERO, Duration::from_secs);
    // The words of a refusal stand at its beginning.
    let body = first_bytes(response).await;
    let words = said(&kind, &body);
    let source = format!("{server} answers {status}{words}").into();
    let path = at.to_string();
    Failed::for_good(match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Error::NotFound { path, source },
        StatusCode::FORBIDDEN => Error::PermissionDenied { path, source },
        StatusCode::UNAUTHORIZED => Error::Unauthenticated { path, source },
        StatusCode::NOT_MODIFIED => Error::NotModified { path, source },
        StatusCode::PRECONDITION_FAILED => Error::Precondition { path, source },
        _ => {
            let error = Error::Generic { store: "HTTPS", source };
            let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
            if status.is_server_error() || busy.contains(&status) {
                return Failed { error, again: Some(patience) };
            }
            error
        }
    })
}

async fn first_bytes(mut response: Response) -> Bytes {
    let mut bytes = BytesMut::new();
    while let Ok(Some(more)) = response.chunk().await {
        bytes.extend_from_slice(&more);
        if bytes.len() > 16 << 10 {
            break;
        }
    }
    bytes.freeze()
}

/// `bytes 0-99/1234`: the range and the size of the whole.
fn content_range(headers: &HeaderMap) -> Option<(Range<u64>, u64)> {
    let (range, size) = text(headers, CONTENT_RANGE)?.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, size) = (first.parse().ok()?, last.parse::<u64>().ok()?, size.parse().ok()?);
    let end = last.checked_add(1)?;
    (first < end && end <= size).then_some((first..end, size))
}

fn size_of_empty(response: &Response, length: Option<u64>) -> bool {
    match response.status() {
        StatusCode::OK => length == Some(0),
        _ => text(response.headers(), CONTENT_RANGE) == Some("bytes */0"),
    }
}

fn last_modified(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc2822(text(headers, LAST_MODIFIED)?).ok()?;
    Some(time.to_utc())
}

fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_learnt_from_the_range() {
        let range = |text: &'static str| {
            let value = HeaderValue::from_static(text);
            content_range(&HeaderMap::from_iter([(CONTENT_RANGE, value)]))
        };
        assert_eq!(range("bytes 0-99/1234"), Some((0..100, 1234)));
        assert_eq!(range("bytes 5-5/6"), Some((5..6, 6)));
        for wrong in [
            "bytes 0-99/*",
            "bytes */1234",
            "bytes 9-3/20",
            "bytes 0-20/20",
            "bytes 0-18446744073709551615/20",
            "items 0-1/2",
            "",
        ] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }
}
