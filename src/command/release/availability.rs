//! The implementation of `cloudsmets release rollout` and `cloudsmets release withdraw`.

use std::process::ExitCode;

use anyhow::Context;

use super::{print_line, site};
use crate::config::Config;
use crate::releases::{AvailabilityChange, ChangeOutcome};

/// Makes a change and updates the web site, or prints what would be done.
///
/// # Errors
/// If the change is refused, or if the releases cannot be read or changed.
pub(super) fn run(
    change: &AvailabilityChange,
    dry_run: bool,
    config: &Config,
) -> anyhow::Result<ExitCode> {
    super::with_storage(config, async |storage| {
        if dry_run {
            print_line(&describe_plan(change, change.dry_run(&storage).await?))?;
            return Ok(ExitCode::SUCCESS);
        }
        let outcome = change.apply(&storage).await?;
        print_line(&describe(change, outcome))?;
        site::update(&storage, None)
            .await
            .context("the web site is not up to date; run the command again")?;
        Ok(ExitCode::SUCCESS)
    })
}

fn describe_plan(change: &AvailabilityChange, outcome: ChangeOutcome) -> String {
    match (change, outcome) {
        (_, ChangeOutcome::Unchanged) => describe(change, outcome),
        (AvailabilityChange::Rollout(version, percent), ChangeOutcome::Changed) => {
            format!("would roll out {version} to {percent} of the devices")
        }
        (AvailabilityChange::Withdraw(version), ChangeOutcome::Changed) => {
            format!("would withdraw {version}, which is final")
        }
    }
}

fn describe(change: &AvailabilityChange, outcome: ChangeOutcome) -> String {
    match (change, outcome) {
        (AvailabilityChange::Rollout(version, percent), ChangeOutcome::Changed) => {
            format!("{version} is rolled out to {percent} of the devices")
        }
        (AvailabilityChange::Rollout(version, percent), ChangeOutcome::Unchanged) => {
            format!("{version} is already rolled out to {percent} of the devices")
        }
        (AvailabilityChange::Withdraw(version), ChangeOutcome::Changed) => {
            format!("{version} is withdrawn")
        }
        (AvailabilityChange::Withdraw(version), ChangeOutcome::Unchanged) => {
            format!("{version} is already withdrawn")
        }
    }
}
