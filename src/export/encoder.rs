//! Encodes rows part by part.

use crate::domain::identity::HomeId;
use crate::store::StoreError;

use super::Format;
use super::row::{COLUMNS, Row};

/// Encodes an export of which only one part is in memory at a time.
pub(super) struct Encoder {
    format: Format,
    /// What has been encoded since the last [`Self::take`].
    buffer: Vec<u8>,
    is_first_row: bool,
}

impl Encoder {
    /// Encodes everything before the first row.
    pub(super) fn new(format: Format, home: &HomeId) -> Result<Self, StoreError> {
        let buffer = match format {
            Format::Csv => csv_records(|writer| writer.write_record(COLUMNS))?,
            Format::Json => {
                format!(r#"{{"home":{},"rows":["#, serde_json::to_string(home)?).into_bytes()
            }
        };
        Ok(Self { format, buffer, is_first_row: true })
    }

    pub(super) fn add(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        match self.format {
            Format::Csv => self.buffer.extend(csv_records(|writer| {
                rows.iter().try_for_each(|row| writer.serialize(row))
            })?),
            Format::Json => {
                for row in rows {
                    if !std::mem::take(&mut self.is_first_row) {
                        self.buffer.push(b',');
                    }
                    serde_json::to_writer(&mut self.buffer, row)?;
                }
            }
        }
        Ok(())
    }

    /// Takes what has been encoded so far.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }

    /// Takes the last part, with everything after the last row.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.format == Format::Json {
            self.buffer.extend(b"]}");
        }
        self.buffer
    }
}

fn csv_records(
    write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>,
) -> Result<Vec<u8>, StoreError> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    write(&mut writer).map_err(|error| unwritable(&error))?;
    writer.into_inner().map_err(|error| unwritable(&error))
}

fn unwritable(error: &impl std::fmt::Display) -> StoreError {
    StoreError::Unwritable(serde::ser::Error::custom(error))
}
