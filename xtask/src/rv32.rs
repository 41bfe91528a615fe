//! Builds the portable crates of the firmware for the ESP32-C3 and runs their self-test in QEMU.

mod toolchain;

use std::process::Command;

use crate::program::{is_installed, run};
use crate::report::Outcome;
use toolchain::{DEBIAN_PACKAGES, TARGET, Toolchain};

pub(crate) use toolchain::is_provided;

const MANIFEST: &str = "firmware/rv32-selftest/Cargo.toml";

/// A folder of its own, because another compiler would invalidate the builds of the workspace.
const BUILD_FOLDER: &str = "target/rv32";

const EMULATOR: &str = "qemu-system-riscv32";
/// `-icount shift=0` makes the counts of instructions repeatable.
const EMULATOR_OPTIONS: &str = "-machine virt -bios none -display none -monitor none -serial stdio \
                                -icount shift=0 -kernel";

/// Runs the self-test.
///
/// # Errors
/// If a crate does not compile, a check fails or the costs exceed their limits.
pub(crate) fn run_selftest() -> anyhow::Result<Outcome> {
    let Some(toolchain) = Toolchain::find() else {
        return Ok(Outcome::Skipped(format!(
            "no compiler for {TARGET}: install it with rustup target add {TARGET}, or Debian's {}",
            DEBIAN_PACKAGES.join(", ")
        )));
    };
    if !is_installed(EMULATOR) {
        run(&mut selftest(&toolchain, "build"))?;
        return Ok(Outcome::Skipped(format!("{EMULATOR} is not installed")));
    }
    run(&mut selftest(&toolchain, "run"))?;
    Ok(Outcome::Done)
}

fn selftest(toolchain: &Toolchain, subcommand: &str) -> Command {
    let mut command = toolchain.cargo();
    command.args([subcommand, "--release", "--locked", "--manifest-path", MANIFEST]);
    command.args(["--target", TARGET, "--target-dir", BUILD_FOLDER]);
    let runner = format!("{EMULATOR} {EMULATOR_OPTIONS}");
    command.env("CARGO_TARGET_RISCV32IMC_UNKNOWN_NONE_ELF_RUNNER", runner);
    command
}
