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

/// What to export.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The home
    #[arg(long)]
    home: HomeId,
    /// The first local day
    #[arg(long)]
    from: Date,
    /// The local day after the last
    #[arg(long)]
    to: Date,
    /// The form
    #[arg(long, value_enum)]
    format: Format,
}

/// Writes the export to standard output.
///
/// # Errors
/// When the store cannot be read or has no such home.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let days = Days { from: arguments.from, to: arguments.to };
    if days.from > days.to {
        eprintln!("--to lies before --from");
        return Ok(ExitCode::from(super::USAGE_ERROR));
    }
    super::runtime()?.block_on(async {
        let store = server::open_store(config)?;
        let Some(home) = store.home(&arguments.home).await? else {
            bail!("there is no home {} in {}", arguments.home, config.store);
        };
        let content = export(&store, &home, days, arguments.format, &config.time_zone).await?;
        std::io::stdout().write_all(&content).context("the export cannot be written")?;
        Ok(ExitCode::SUCCESS)
    })
}
