//! Which line of a file a CSV record stands on.

/// ChangeCounts lines up to records, which come in order.
///
/// The csv crate counts a line when it begins to read it; after a line that
/// ends with CR LF that is one record late.
pub(super) struct LineCounter<'a> {
    content: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    pub(super) const fn new(content: &'a [u8]) -> Self {
        Self { content, counted: 0, line: 1 }
    }

    /// The line, the first being 1, on which a record begins.
    pub(super) fn line_of(&mut self, position: Option<&csv::Position>) -> u64 {
        let start = position.and_then(|position| usize::try_from(position.byte()).ok());
        let mut start = start.unwrap_or(self.counted).clamp(self.counted, self.content.len());
        while matches!(self.content.get(start), Some(b'\n' | b'\r')) {
            start += 1;
        }
        let skipped = &self.content[self.counted..start];
        self.line += skipped.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.counted = start;
        self.line
    }
}
