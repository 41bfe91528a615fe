//! The speed of the disk: the rate at which it flushes single pages that are written in place.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::Instant;

const PAGES: u64 = 400;

pub(crate) struct Disk(File);

impl Disk {
    pub(crate) fn new() -> Self {
        let mut file = tempfile::tempfile_in(env!("CARGO_TARGET_TMPDIR")).expect("a file");
        for _ in 0..PAGES {
            file.write_all(&[7; 4_096]).expect("a page");
        }
        file.sync_all().expect("a flush");
        Self(file)
    }

    /// Returns the rate of bare 4 KB writes, each followed by `fdatasync`.
    pub(crate) fn flushes_per_second(&mut self) -> f64 {
        let start = Instant::now();
        for index in 0..PAGES {
            self.0.seek(SeekFrom::Start(index * 4_096)).expect("a seek");
            self.0.write_all(&[7; 4_096]).expect("a page");
            self.0.sync_data().expect("a flush");
        }
        PAGES as f64 / start.elapsed().as_secs_f64()
    }
}
