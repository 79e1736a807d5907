//! Stores that fail: how often they are asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::{BackoffConfig, ObjectStore, ObjectStoreExt, RetryConfig};
use zagg_hdf5::{Error, File};

use crate::support::block_on;
use crate::support::counting::Counting;

/// A server that gives every request of a kind the same answer, and keeps the methods it saw.
struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

const EMPTY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: \"e\"\r\n\
                     Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n";

impl Server {
    fn start(get: &'static str, head: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        // It ends with the process: nothing tells it when the last request has come.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let method = Self::answer(stream.unwrap(), get, head);
                kept.lock().unwrap().extend(method);
            }
        });
        Self { port, seen }
    }

    fn answer(mut stream: TcpStream, get: &str, head: &str) -> Option<String> {
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let first = lines.next()?.unwrap();
        while lines.next()?.unwrap() != "" {}
        let method = first.split(' ').next()?.to_owned();
        let reply = if method == "HEAD" { head } else { get };
        stream.write_all(format!("{reply}Connection: close\r\n\r\n").as_bytes()).unwrap();
        Some(method)
    }

    /// Opens a file there; the result has the methods of all requests.
    fn open(&self) -> (Error, Vec<String>) {
        let wait = Duration::from_millis(1);
        let backoff = BackoffConfig { init_backoff: wait, max_backoff: wait, base: 2.0 };
        let retry_timeout = Duration::from_secs(60);
        let store = AmazonS3Builder::new()
            .with_endpoint(format!("http://127.0.0.1:{}", self.port))
            .with_allow_http(true)
            .with_bucket_name("bucket")
            .with_region("us-east-1")
            .with_skip_signature(true)
            .with_retry(RetryConfig { backoff, max_retries: 2, retry_timeout })
            .build()
            .unwrap();
        // Connections need more of a runtime than memory does.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let opened = runtime.block_on(File::open(Arc::new(store), "granule.h5".into()));
        let error = opened.unwrap_err();
        (error, std::mem::take(&mut self.seen.lock().unwrap()))
    }
}

#[test]
fn failures_are_retried_once() {
    let server = Server::start("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n", EMPTY);
    let (error, seen) = server.open();
    assert_eq!(seen, ["GET"; 3], "{error}");
    assert!(error.is_retryable(), "{error}");
}

#[test]
fn an_empty_object_is_told_from_a_failure() {
    let refused = "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n";
    for answer in [refused, EMPTY] {
        let (error, seen) = Server::start(answer, EMPTY).open();
        assert_eq!(seen, ["GET", "HEAD"], "{error}");
        assert_eq!(error.to_string(), "granule.h5: not an HDF5 file: an empty file");
        assert!(!error.is_retryable());
    }
    // Refused, though there are bytes: no empty file.
    let full = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\
                Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n";
    let (error, seen) = Server::start(refused, full).open();
    assert_eq!(seen, ["GET", "HEAD"], "{error}");
    assert!(matches!(error, Error::Io { .. }), "{error}");
}

#[test]
fn an_empty_file_and_an_empty_object_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty.h5"), b"").unwrap();
    let local = LocalFileSystem::new_with_prefix(folder.path()).unwrap();
    block_on(async {
        let memory = InMemory::new();
        memory.put(&"empty.h5".into(), Vec::new().into()).await.unwrap();
        let stores: [Arc<dyn ObjectStore>; 2] = [Arc::new(local), Arc::new(memory)];
        for store in stores {
            let error = File::open(store, "empty.h5".into()).await.unwrap_err();
            assert_eq!(error.to_string(), "empty.h5: not an HDF5 file: an empty file");
        }
    });
}

#[test]
fn a_file_that_was_cut_or_replaced_has_changed() {
    block_on(async {
        let mut file = zagg_hdf5::write::FileBuilder::new();
        file.dataset("x", &vec![1_u8; 3 << 20]).unwrap();
        let bytes = file.finish().unwrap();
        for length in [0, 4, 2 << 20] {
            let store = Arc::new(Counting::new(InMemory::new()));
            store.put(&"x.h5".into(), bytes.clone().into()).await.unwrap();
            let file = File::open(store.clone(), "x.h5".into()).await.unwrap();
            let located = file.locate(&["x"]).await;
            store.put(&"x.h5".into(), bytes[..length].to_vec().into()).await.unwrap();
            store.take();
            let error = match located {
                // Its header stands after its data.
                Ok(located) => {
                    let dataset = located[0].as_ref().unwrap();
                    let rows = dataset.rows();
                    let request = zagg_hdf5::BlockRequest {
                        dataset,
                        block: dataset.blocks_of(&(rows - 1..rows)).start,
                        column: None,
                    };
                    zagg_hdf5::fetch_blocks(&[request]).await.unwrap_err()
                }
                Err(error) => error,
            };
            let changed =
                matches!(&error, Error::Changed { found, .. } if found.size == length as u64);
            assert!(changed, "{error}");
            assert!(store.take().requests <= 2);
        }
    });
}
