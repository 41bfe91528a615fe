//! `cloudsmets export`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use jiff::civil::Date;

use crate::config::Config;
use crate::domain::calendar::Days;
use crate::domain::identity::HomeId;
use crate::export::{self, ExportRequest, Format};
use crate::server;

#[derive(Args, Debug)]
pub struct Arguments {
    /// Id of the home
    #[arg(long)]
    home: HomeId,
    /// First local day
    #[arg(long)]
    from: Date,
    /// Local day after the last
    #[arg(long)]
    to: Date,
    /// File format
    #[arg(long, value_enum)]
    format: Format,
}

/// Writes the export to standard output.
///
/// # Errors
/// Fails if the store cannot be read, has no such home, or the output cannot be written.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let days = Days { from: arguments.from, to: arguments.to };
    if days.from > days.to {
        eprintln!("--to is before --from");
        return Ok(ExitCode::from(super::USAGE_ERROR));
    }
    super::runtime()?.block_on(async {
        let store = server::open_store(config)?;
        let Some(home) = store.home(&arguments.home).await? else {
            bail!("there is no home {} in {}", arguments.home, config.store);
        };
        // The reader, such as a pager, may pause for any length of time.
        let request = ExportRequest {
            home,
            days,
            format: arguments.format,
            zone: config.time_zone.clone(),
            stall_limit: None,
        };
        let mut chunks = export::start(store, request);
        let mut output = std::io::stdout().lock();
        while let Some(chunk) = chunks.next().await {
            output.write_all(&chunk?).context("writing the export failed")?;
        }
        output.flush().context("writing the export failed")?;
        Ok(ExitCode::SUCCESS)
    })
}
