//! The developer's commands: `cargo xtask test`, `cargo xtask package`, `cargo xtask fuzz` and
//! `cargo xtask bench`.
//!
//! CI runs `cargo xtask test` and nothing else, so what passes here passes there. This program
//! starts other programs and imports nothing of ours.

mod advisories;
mod apt;
mod bench;
mod checks;
mod dependencies;
mod fuzz;
mod npm;
mod package;
mod program;
mod report;
mod test;
mod tools;

use std::process::ExitCode;

use clap::Parser;

use crate::program::CommandFailed;

/// The developer's commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Everything that CI checks, in CI's order; stops at the first failure
    Test,
    /// Makes what runs in Azure: dist/cloudsmets for the Core Tools, and dist/cloudsmets.zip
    ///
    /// Builds the program for an old glibc, so that it starts on any image of the Functions host.
    /// What that needs, cargo-zigbuild and zig, is installed into target/tools; where it cannot be
    /// had, the package is built plainly, which is said.
    Package {
        /// Build with this machine's own linker, for its own glibc
        #[arg(long)]
        plain: bool,
    },
    /// Feeds random input to every decoder
    Fuzz {
        /// How long, in seconds, for each target
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
        /// Only these targets; all of them otherwise
        targets: Vec<String>,
    },
    /// Measures the service
    Bench,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Test => test::run(),
        Command::Package { plain } => package::run(plain),
        Command::Fuzz { seconds, targets } => fuzz::run(seconds, &targets),
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
