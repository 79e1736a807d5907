//! How patient a client is.

use std::time::Duration;

/// Limits of a [`SearchClient`](super::SearchClient).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSettings {
    /// Longest wait for a connection. Default 10 s.
    pub connect_timeout: Duration,
    /// Longest time for one request, its page included. Default 60 s: CMR takes some 10 s for a full page.
    pub request_timeout: Duration,
    /// How often one page is asked for before its error stands, at least once. Default 6.
    pub attempts: u32,
    /// Pause before the second attempt; each further one is twice as long. Default 1 s.
    pub first_pause: Duration,
    /// Longest pause, also where the server asks for a longer one. Default 60 s.
    pub longest_pause: Duration,
    /// Largest page taken, in bytes. Default 256 MiB.
    pub largest_page: usize,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            attempts: 6,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
            largest_page: 256 << 20,
        }
    }
}
