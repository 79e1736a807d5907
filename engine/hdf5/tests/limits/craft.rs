//! A file of one dataset, message by message, in the format that has no checksums.

/// An address or another number of eight bytes.
pub(super) fn address(at: u64) -> Vec<u8> {
    at.to_le_bytes().to_vec()
}

/// A header message.
pub(super) fn message(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = data.len().next_multiple_of(8);
    let mut message = kind.to_le_bytes().to_vec();
    message.extend((length as u16).to_le_bytes());
    message.extend([0; 4]);
    message.extend(data);
    message.resize(8 + length, 0);
    message
}

fn header(messages: &[Vec<u8>]) -> Vec<u8> {
    let body = messages.concat();
    let mut header = vec![1, 0];
    header.extend((messages.len() as u16).to_le_bytes());
    header.extend(1_u32.to_le_bytes());
    header.extend((body.len() as u32).to_le_bytes());
    header.extend([0; 4]);
    header.extend(body);
    header
}

/// A file whose root has the dataset `x`, with a tail behind its header.
pub(super) struct Crafted(Vec<u8>);

impl Crafted {
    /// The messages of the dataset follow from the address of the tail.
    pub(super) fn new(messages: impl Fn(u64) -> Vec<Vec<u8>>, tail: Vec<u8>) -> Self {
        Self::with_tail(messages, |_| tail)
    }

    /// The tail follows from its address too.
    pub(super) fn with_tail(
        messages: impl Fn(u64) -> Vec<Vec<u8>>,
        tail: impl FnOnce(u64) -> Vec<u8>,
    ) -> Self {
        let root = |at: u64| header(&[message(6, &[&[1, 0, 1, b'x'][..], &address(at)].concat())]);
        let at = 96 + root(0).len() as u64;
        let tail_at = at + header(&messages(0)).len() as u64;
        let body = [root(at), header(&messages(tail_at)), tail(tail_at)].concat();
        let mut file = b"\x89HDF\r\n\x1a\n".to_vec();
        file.extend([0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0]);
        file.extend([0, u64::MAX, 96 + body.len() as u64, u64::MAX].map(u64::to_le_bytes).concat());
        file.extend([0, 96, 0, 0, 0].map(u64::to_le_bytes).concat());
        file.extend(body);
        Self(file)
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.0
    }
}
