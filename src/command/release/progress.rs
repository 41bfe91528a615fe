//! The progress of an upload, on standard error: a bar on a terminal, and otherwise a line for each step.

use std::cell::Cell;
use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use crate::releases::{Publication, Step};

pub(super) struct UploadProgress {
    /// `None` if standard error is not a terminal.
    bar: Option<ProgressBar>,
    /// The size of the file that is being uploaded, in bytes.
    uploading: Cell<usize>,
}

impl UploadProgress {
    pub(super) fn start(publication: &Publication) -> anyhow::Result<Self> {
        let total: usize =
            publication.plan.missing().iter().map(|file| publication.size(file)).sum();
        let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {msg}")?;
        let is_terminal = std::io::stderr().is_terminal();
        let bar = is_terminal.then(|| ProgressBar::new(total as u64).with_style(style));
        Ok(Self { bar, uploading: Cell::new(0) })
    }

    pub(super) fn report(&self, step: Step) {
        let (text, size) = match step {
            Step::Upload { file, size } => (format!("uploading {file} ({size} bytes)"), size),
            Step::Rollout => ("updating releases.json".to_owned(), 0),
        };
        let uploaded = self.uploading.replace(size);
        match &self.bar {
            Some(bar) => {
                bar.inc(uploaded as u64);
                bar.set_message(text);
            }
            // Standard error may be closed.
            None => drop(writeln!(std::io::stderr(), "{text}")),
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
