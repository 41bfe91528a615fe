//! What `cloudsmets import` prints.

use std::io::{self, Write};

use crate::domain::merge::ChangeCounts;

/// The number of refused lines that are printed. The others are counted.
const MAX_PRINTED_LINES: usize = 100;

/// Counts the lines of a file by what happened to them.
#[derive(Default)]
pub(super) struct Report {
    pub(super) stored: ChangeCounts,
    pub(super) line_count: u64,
    pub(super) skipped_count: u64,
    refused_count: u64,
    /// The first [`MAX_PRINTED_LINES`] refused lines with their reasons.
    refused_lines: Vec<(u64, String)>,
}

impl Report {
    pub(super) fn add_refused(&mut self, line: u64, reason: String) {
        self.refused_count += 1;
        if self.refused_lines.len() < MAX_PRINTED_LINES {
            self.refused_lines.push((line, reason));
        }
    }

    /// The number of values that are in the store now.
    pub(super) const fn stored_count(&self) -> u64 {
        self.stored.added + self.stored.replaced + self.stored.unchanged
    }

    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        for (line, reason) in &self.refused_lines {
            writeln!(out, "line {line}: {reason}")?;
        }
        let more = self.refused_count - self.refused_lines.len() as u64;
        if more > 0 {
            writeln!(out, "and {more} more lines")?;
        }
        writeln!(
            out,
            "read {}, added {}, replaced {}, unchanged {}, refused {}",
            self.line_count,
            self.stored.added,
            self.stored.replaced,
            self.stored.unchanged,
            self.refused_count
        )?;
        if self.skipped_count > 0 {
            writeln!(out, "skipped {} about something else", self.skipped_count)?;
        }
        Ok(())
    }
}
