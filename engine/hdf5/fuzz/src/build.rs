//! The smallest file around one chunk: a header of version 1, which has no checksums, with the
//! messages that a chunk's decoding follows.

use arbitrary::Arbitrary;

/// One chunk, and how it is to be read.
#[derive(Arbitrary, Debug)]
pub struct Chunk {
    /// Rows, and columns if there are any, of the dataset and of a chunk.
    rows: (u16, u16),
    columns: Option<(u8, u8)>,
    element: Element,
    filters: Vec<Filter>,
    /// Filters that the chunk did not pass through.
    mask: u8,
    raw_edges: bool,
    fill: Option<[u8; 8]>,
    /// Applied in the order of the filters: so that fuzzed bytes are reached behind them.
    encode: bool,
    bytes: Vec<u8>,
}

#[derive(Arbitrary, Debug, Clone, Copy)]
enum Element {
    Integer { width: Width, signed: bool, big: bool },
    Float { width: Width, big: bool },
    Text(u8),
}

#[derive(Arbitrary, Debug, Clone, Copy)]
enum Width {
    One,
    Two,
    Four,
    Eight,
}

#[derive(Arbitrary, Debug, Clone, Copy)]
enum Filter {
    Deflate,
    Shuffle(Option<u8>),
    Fletcher32,
}

impl Element {
    fn width(self) -> u32 {
        match self {
            Self::Integer { width, .. } | Self::Float { width, .. } => match width {
                Width::One => 1,
                Width::Two => 2,
                Width::Four => 4,
                Width::Eight => 8,
            },
            Self::Text(width) => width.into(),
        }
    }

    fn message(self) -> Vec<u8> {
        let width = self.width();
        let bits = 8 * width as u16;
        let (class, flags, properties) = match self {
            Self::Integer { signed, big, .. } => {
                let flags = u32::from(big) | u32::from(signed) << 3;
                (0x10, flags, [&[0, 0], &bits.to_le_bytes()[..]].concat())
            }
            Self::Float { big, .. } => {
                let (exponent, mantissa, bias) = match width {
                    2 => (5, 10, 15),
                    4 => (8, 23, 127),
                    _ => (11, 52, 1023_u32),
                };
                let flags = u32::from(big) | 0x20 | u32::from(bits - 1) << 8;
                let place = [mantissa, exponent, 0, mantissa];
                let parts = [&[0, 0], &bits.to_le_bytes()[..], &place, &bias.to_le_bytes()];
                (0x11, flags, parts.concat())
            }
            Self::Text(_) => (0x13, 0, Vec::new()),
        };
        let head = [&[class], &flags.to_le_bytes()[..3], &width.to_le_bytes()].concat();
        [head, properties].concat()
    }
}

impl Filter {
    fn message(self) -> Vec<u8> {
        let (number, parameter) = match self {
            Self::Deflate => (1_u16, Some(6)),
            Self::Shuffle(size) => (2, size.map(u32::from)),
            Self::Fletcher32 => (3, None),
        };
        let count = u16::from(parameter.is_some());
        let parameter: Vec<u8> = parameter.iter().flat_map(|it: &u32| it.to_le_bytes()).collect();
        [&number.to_le_bytes()[..], &[0, 0], &count.to_le_bytes(), &parameter].concat()
    }
}

impl Chunk {
    /// The file.
    pub fn file(&self) -> Vec<u8> {
        let filters = self.filters.get(..self.filters.len().min(8)).unwrap_or_default();
        let stored = self.stored(filters);
        // Small, so that much is tried.
        let rows = |rows: u16| u64::from(rows & 0x3ff);
        let columns = |columns: u8| u64::from(columns & 0x1f);
        let mut shape = vec![rows(self.rows.0)];
        let mut chunk = vec![rows(self.rows.1)];
        if let Some((of_dataset, of_chunk)) = self.columns {
            shape.push(columns(of_dataset));
            chunk.push(columns(of_chunk));
        }
        chunk.push(self.element.width().into());
        let numbers = |values: &[u64]| -> Vec<u8> {
            values.iter().flat_map(|value| value.to_le_bytes()).collect()
        };
        let dataspace = [vec![2, shape.len() as u8, 0, 1], numbers(&shape)].concat();
        let mut fill = vec![3, 0x09];
        if let Some(value) = &self.fill {
            let width = (self.element.width() as usize).min(8);
            fill = vec![3, 0x29];
            fill.extend((width as u32).to_le_bytes());
            fill.extend(value.iter().take(width));
        }
        let pipeline: Vec<u8> = filters.iter().flat_map(|filter| filter.message()).collect();
        let pipeline = [vec![2, filters.len() as u8], pipeline].concat();

        // Superblock, root header, dataset header, chunk.
        let link = [&[1, 0, 1, b'x'][..], &numbers(&[0])].concat();
        let root = header(&[(6, link.clone())]);
        let dataset_at = 96 + root.len() as u64;
        let link = [&[1, 0, 1, b'x'][..], &numbers(&[dataset_at])].concat();
        let root = header(&[(6, link)]);
        let messages = |at: u64| {
            let mut layout = vec![4, 2, u8::from(self.raw_edges), chunk.len() as u8, 8];
            layout.extend(numbers(&chunk));
            if !filters.is_empty() {
                layout[2] |= 2;
            }
            layout.push(1);
            if !filters.is_empty() {
                layout.extend(numbers(&[stored.len() as u64]));
                layout.extend(u32::from(self.mask).to_le_bytes());
            }
            layout.extend(numbers(&[at]));
            let mut messages = vec![
                (1, dataspace.clone()),
                (3, self.element.message()),
                (5, fill.clone()),
                (8, layout),
            ];
            if !filters.is_empty() {
                messages.push((11, pipeline.clone()));
            }
            header(&messages)
        };
        let chunk_at = dataset_at + messages(0).len() as u64;
        let end = chunk_at + stored.len() as u64;
        let mut file = b"\x89HDF\r\n\x1a\n".to_vec();
        file.extend([0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0]);
        file.extend(numbers(&[0, u64::MAX, end, u64::MAX]));
        file.extend(numbers(&[0, 96, 0, 0, 0]));
        [file, root, messages(chunk_at), stored].concat()
    }

    /// The chunk's bytes, with what lets them pass for the output of the filters that check.
    fn stored(&self, filters: &[Filter]) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        if !self.encode {
            return bytes;
        }
        for (at, filter) in filters.iter().enumerate() {
            if self.mask >> at & 1 == 1 {
                continue;
            }
            match filter {
                Filter::Fletcher32 => {
                    let sum = fletcher32(&bytes);
                    bytes.extend(sum.to_le_bytes());
                }
                Filter::Deflate => bytes = stored_blocks(&bytes),
                Filter::Shuffle(_) => {}
            }
        }
        bytes
    }
}

/// A zlib stream that holds the bytes as they are.
fn stored_blocks(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = bytes.chunks(0xffff).collect();
    for (at, block) in blocks.iter().enumerate() {
        let length = block.len() as u16;
        stream.push(u8::from(at + 1 == blocks.len()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(*block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for &byte in bytes {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}

fn fletcher32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (0_u32, 0_u32);
    for word in bytes.chunks(2) {
        let word = u32::from(word[0]) << 8 | u32::from(word.get(1).copied().unwrap_or(0));
        low += word;
        low = (low & 0xffff) + (low >> 16);
        high += low;
        high = (high & 0xffff) + (high >> 16);
    }
    high << 16 | low
}

/// An object header of version 1.
fn header(messages: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, data) in messages {
        let length = data.len().next_multiple_of(8);
        body.extend(kind.to_le_bytes());
        body.extend((length as u16).to_le_bytes());
        body.extend([0, 0, 0, 0]);
        body.extend(data);
        body.resize(body.len() + length - data.len(), 0);
    }
    let mut header = vec![1, 0];
    header.extend((messages.len() as u16).to_le_bytes());
    header.extend(1_u32.to_le_bytes());
    header.extend((body.len() as u32).to_le_bytes());
    header.extend([0; 4]);
    [header, body].concat()
}
