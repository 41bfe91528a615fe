//! The content of a file, decompressed and without a byte-order mark.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use flate2::read::MultiGzDecoder;

const GZIP_MAGIC: &[u8] = &[0x1F, 0x8B];
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The number of bytes that [`Input::is_json`] looks at.
const PREVIEW_LENGTH: u64 = 512;

type Preview = Cursor<Vec<u8>>;

/// The decompressed content of a file.
pub(super) struct Input<'a>(Chain<Preview, Box<dyn BufRead + 'a>>);

impl<'a> Input<'a> {
    pub(super) fn new(file: impl Read + 'a) -> io::Result<Self> {
        let (magic, file) = preview(file, GZIP_MAGIC.len() as u64)?;
        let is_gzip = magic.get_ref() == GZIP_MAGIC;
        let file = BufReader::new(magic.chain(file));
        let content: Box<dyn BufRead> = if is_gzip {
            Box::new(BufReader::new(MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        };
        let (mut start, content) = preview(content, PREVIEW_LENGTH)?;
        if start.get_ref().starts_with(BYTE_ORDER_MARK) {
            start.set_position(BYTE_ORDER_MARK.len() as u64);
        }
        Ok(Self(start.chain(content)))
    }

    /// Whether the content starts like a JSON object.
    pub(super) fn is_json(&self) -> bool {
        let (start, _) = self.0.get_ref();
        let start = start.get_ref().strip_prefix(BYTE_ORDER_MARK).unwrap_or(start.get_ref());
        start.trim_ascii_start().starts_with(b"{")
    }
}

/// Reads the first bytes, fewer if there are not as many.
fn preview<R: Read>(mut reader: R, length: u64) -> io::Result<(Preview, R)> {
    let mut start = Vec::new();
    reader.by_ref().take(length).read_to_end(&mut start)?;
    Ok((Cursor::new(start), reader))
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.0.consume(amount);
    }
}
