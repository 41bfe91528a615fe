//! The checks that cargo makes itself.

use std::path::Path;
use std::process::Command;

use crate::program::{cargo, is_installed, program, run};
use crate::report::Outcome;

/// What the device's firmware is compiled for.
const FIRMWARE_TARGET: &str = "riscv32imc-unknown-none-elf";

/// Every file is formatted.
///
/// # Errors
/// When a file is not as rustfmt writes it.
pub(crate) fn formatting() -> anyhow::Result<Outcome> {
    run(&mut cargo(["fmt", "--all", "--check"]))?;
    run(&mut cargo(["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"]))?;
    Ok(Outcome::Done)
}

/// No lint is broken.
///
/// # Errors
/// When clippy has something to say.
pub(crate) fn clippy() -> anyhow::Result<Outcome> {
    run(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Outcome::Done)
}

/// The program can be built without Azure's crates.
///
/// # Errors
/// When clippy has something to say.
pub(crate) fn clippy_without_azure() -> anyhow::Result<Outcome> {
    let package = ["--package", "cloudsmets", "--no-default-features", "--all-targets"];
    let arguments = ["clippy"].into_iter().chain(package).chain(["--", "-D", "warnings"]);
    run(&mut cargo(arguments))?;
    Ok(Outcome::Done)
}

/// The documentation is whole.
///
/// # Errors
/// When a link in the documentation leads nowhere.
pub(crate) fn documentation() -> anyhow::Result<Outcome> {
    run(cargo(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::Done)
}

/// The wire types have to compile for the device, which has no operating system.
///
/// # Errors
/// When they do not.
pub(crate) fn firmware() -> anyhow::Result<Outcome> {
    let build = ["build", "--package", "cloudsmets-protocol", "--no-default-features"];
    run(&mut cargo(build))?;
    if !has_target(FIRMWARE_TARGET) {
        return Ok(Outcome::Skipped(format!("the target {FIRMWARE_TARGET} is not installed")));
    }
    run(cargo(build).args(["--target", FIRMWARE_TARGET]))?;
    Ok(Outcome::Done)
}

fn has_target(target: &str) -> bool {
    let libraries =
        program("rustc").args(["--print", "target-libdir", "--target", target]).output();
    libraries.is_ok_and(|output| {
        std::str::from_utf8(output.stdout.trim_ascii())
            .is_ok_and(|folder| Path::new(folder).is_dir())
    })
}

/// The examples in the documentation work.
///
/// # Errors
/// When an example in the documentation fails.
pub(crate) fn doc_tests() -> anyhow::Result<Outcome> {
    run(&mut cargo(["test", "--doc", "--workspace"]))?;
    Ok(Outcome::Done)
}

/// All tests but those of the package.
///
/// # Errors
/// When a test fails.
pub(crate) fn tests() -> anyhow::Result<Outcome> {
    run(&mut test_runner(&["--workspace", "--lib", "--bins", "--tests"]))?;
    Ok(Outcome::Done)
}

/// What a program without Azure says of settings that need it, which the other tests cannot ask.
///
/// # Errors
/// When a test fails.
pub(crate) fn tests_without_azure() -> anyhow::Result<Outcome> {
    let package = ["--package", "cloudsmets", "--no-default-features"];
    run(test_runner(&package).args(["--test", "it", "settings"]))?;
    Ok(Outcome::Done)
}

/// What runs these tests: nextest where there is one.
pub(crate) fn test_runner(tests: &[&str]) -> Command {
    let runner = if is_installed("cargo-nextest") { &["nextest", "run"][..] } else { &["test"] };
    cargo(runner.iter().chain(tests).copied())
}
