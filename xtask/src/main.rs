//! The developer's commands, such as `cargo xtask test`.
//!
//! CI runs only `cargo xtask test`, so the same checks run locally. This program starts other
//! programs and does not depend on the project's crates.

mod advisories;
mod apt;
mod bench;
mod checks;
mod dependencies;
mod docs;
mod fuzz;
mod npm;
mod package;
mod program;
mod report;
mod rv32;
mod site;
mod skipped;
mod test;
mod tools;

use std::process::ExitCode;

use clap::Parser;

use crate::program::CommandFailed;

/// The developer's commands
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Run everything that CI checks, in the same order, and stop at the first failure
    Test,
    /// Update the tables in documents and the snapshots of the infrastructure
    Docs {
        /// Change nothing; fail if something is out of date
        #[arg(long)]
        check: bool,
    },
    /// Build the package for Azure: dist/cloudsmets for the Core Tools, and dist/cloudsmets.zip
    ///
    /// Also writes the bill of materials and the licences of what is linked.
    ///
    /// Links the program for an old glibc, so that it starts on any image of the Functions host.
    /// This needs cargo-zigbuild and zig, which are installed into target/tools. If they cannot be
    /// installed, the command prints a warning and uses this machine's linker.
    Package {
        /// Link with this machine's linker, for this machine's glibc
        #[arg(long)]
        plain: bool,
        /// Build again in another folder, and fail if the package does not have the same bytes
        #[arg(long, conflicts_with = "plain")]
        twice: bool,
    },
    /// Fetch the third-party files of the installation page into dist/site
    ///
    /// Needs npm. Publish the files with `cloudsmets release publish --site dist/site`.
    Site {
        /// Accept changed packages: write their digests to assets/site/packages.sha256
        #[arg(long)]
        update: bool,
    },
    /// Fuzz every decoder
    Fuzz {
        /// Seconds for each target
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
        /// The targets to run [default: all]
        targets: Vec<String>,
    },
    /// Run the portable firmware crates on an emulated ESP32-C3 instruction set, and measure them
    Rv32,
    /// Measure the service
    Bench,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Test => test::run(),
        Command::Docs { check: true } => docs::check(),
        Command::Docs { check: false } => docs::update(),
        Command::Package { plain, twice } => package::run(plain, twice),
        Command::Site { update: true } => site::update(),
        Command::Site { update: false } => site::make(),
        Command::Fuzz { seconds, targets } => fuzz::run(seconds, &targets),
        Command::Rv32 => rv32::run_selftest().map(print_outcome),
        Command::Bench => bench::run_all(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            error
                .downcast_ref::<CommandFailed>()
                .map_or(ExitCode::FAILURE, CommandFailed::exit_code)
        }
    }
}

fn print_outcome(outcome: report::Outcome) {
    if let report::Outcome::Skipped(reason) = outcome {
        println!("SKIPPED: {reason}");
    }
}
