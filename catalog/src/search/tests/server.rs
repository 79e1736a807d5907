//! An HTTP server in this process that answers as it is told, also badly: half a body, late, or not at all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One answer.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// A page.
    Page(String),
    /// A status with header lines and a text.
    Status(u16, &'static str, &'static str),
    /// A page that comes late.
    Late(Duration, String),
    /// The promise of a page, half of it, and the end of the connection.
    Cut(String),
    /// The end of the connection before any answer.
    Close,
}

/// The server; it ends with the test's process.
pub(super) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(super) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request by its number, from 0, and its target, as `/P/search?limit=5`.
    pub(super) fn start(answer: impl Fn(usize, &str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), Arc::clone(&requests));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                // One that waits must not keep others waiting.
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(target) = target(&stream) else { return };
                    let number = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(target.clone());
                        seen.len() - 1
                    };
                    send(&mut stream, answer(number, &target));
                });
            }
        });
        Self { url, requests }
    }

    /// The targets asked for so far.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Reads a request to the end of its headers.
fn target(stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next()?;
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    first.split(' ').nth(1).map(str::to_owned)
}

fn send(stream: &mut TcpStream, reply: Reply) {
    let whole = |status: u16, headers: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
    };
    let text = match reply {
        Reply::Page(body) => whole(200, "content-type: application/geo+json\r\n", &body),
        Reply::Status(status, headers, body) => whole(status, headers, body),
        Reply::Late(pause, body) => {
            std::thread::sleep(pause);
            whole(200, "", &body)
        }
        Reply::Cut(body) => {
            let mut text = whole(200, "", &body);
            text.truncate(text.len() - body.len() / 2);
            text
        }
        Reply::Close => return,
    };
    // A client that gave up is no fault of the server.
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.read(&mut [0; 64]);
}
