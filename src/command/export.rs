//! `cloudsmets export`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use jiff::civil::Date;

use crate::config::Config;
use crate::domain::calendar::Days;
use crate::domain::identity::HomeId;
use crate::export::{Format, export};
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
        let content = export(&store, &home, days, arguments.format, &config.time_zone).await?;
        std::io::stdout().write_all(&content).context("writing the export failed")?;
        Ok(ExitCode::SUCCESS)
    })
}
