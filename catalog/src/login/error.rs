//! What can go wrong on the way to a granule that is not for everybody.

use thiserror::Error;

/// A login that is absent, wrong or not enough. No variant holds anything secret.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum LoginError {
    /// Nothing was found where a login may be.
    #[error(
        "no Earthdata login found ({}): set EARTHDATA_TOKEN, or put `machine urs.earthdata.nasa.gov \
         login USER password PASSWORD` into ~/.netrc", looked.join("; ")
    )]
    None {
        /// Each place, and what was found there.
        looked: Vec<String>,
    },
    /// The netrc file is there and of no use.
    #[error("the netrc file {file}: {reason}")]
    Netrc {
        /// Path of the file.
        file: String,
        /// What is wrong with it, without any of its words.
        reason: String,
    },
    /// A token that is not accepted.
    #[error(
        "the Earthdata token of {from} is not accepted: {reason}. Make a new one at \
         https://urs.earthdata.nasa.gov/profile (Generate Token)"
    )]
    BadToken {
        /// Where the token was found.
        from: String,
        /// Who said so, or what is wrong with it.
        reason: String,
    },
    /// A user and password that are not accepted.
    #[error("Earthdata user and password of {from} are not accepted by {server}{said}")]
    BadPassword {
        /// Where they were found.
        from: String,
        /// The login server.
        server: String,
        /// What it said, after a colon, if anything.
        said: String,
    },
    /// The login is accepted and is not allowed this.
    #[error(
        "ACCESS DENIED: {server} refuses {what}{said}. Log in at https://urs.earthdata.nasa.gov and accept what \
         is asked there for the provider: its application (Applications > Authorized Apps) and its \
         licence (EULAs > Accept New EULAs)"
    )]
    Denied {
        /// What was asked for.
        what: String,
        /// Who refused.
        server: String,
        /// What the server said, after a colon, if anything.
        said: String,
    },
    /// An answer that is not what it should be.
    #[error("{server}, asked for {what}: expected {expected}, found {found}")]
    Answer {
        /// What was asked for.
        what: String,
        /// Who answered.
        server: String,
        /// What should have come.
        expected: String,
        /// What came.
        found: String,
    },
    /// The server could not be reached, or said that it is busy.
    #[error("{server}, asked for {what}: {reason}")]
    Unreachable {
        /// What was asked for.
        what: String,
        /// Who was asked.
        server: String,
        /// What happened, after all retries.
        reason: String,
    },
    /// No client for TLS could be set up on this machine.
    #[error("no HTTPS client can be set up: {0}")]
    Client(String),
}

impl LoginError {
    /// Whether the same may succeed when it is tried again: the network or the server failed, not the login.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}
