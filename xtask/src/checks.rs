//! The checks that use only cargo and its standard components.

use std::process::Command;

use crate::program::{cargo, is_installed, run};
use crate::report::Outcome;
use crate::skipped::SkippedTests;

/// Checks that every file is formatted.
///
/// # Errors
/// If rustfmt would change a file.
pub(crate) fn formatting() -> anyhow::Result<Outcome> {
    run(&mut cargo(["fmt", "--all", "--check"]))?;
    for manifest in ["fuzz/Cargo.toml", "firmware/rv32-selftest/Cargo.toml"] {
        run(&mut cargo(["fmt", "--check", "--manifest-path", manifest]))?;
    }
    Ok(Outcome::Done)
}

/// Checks the workspace with clippy.
///
/// # Errors
/// If clippy has a warning.
pub(crate) fn clippy() -> anyhow::Result<Outcome> {
    run(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Outcome::Done)
}

/// Checks the program without Azure's crates with clippy.
///
/// # Errors
/// If clippy has a warning, or the program does not compile.
pub(crate) fn clippy_without_azure() -> anyhow::Result<Outcome> {
    let package = ["--package", "cloudsmets", "--no-default-features", "--all-targets"];
    let arguments = ["clippy"].into_iter().chain(package).chain(["--", "-D", "warnings"]);
    run(&mut cargo(arguments))?;
    Ok(Outcome::Done)
}

/// Builds the documentation.
///
/// # Errors
/// If rustdoc has a warning, such as a broken link.
pub(crate) fn documentation() -> anyhow::Result<Outcome> {
    run(cargo(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::Done)
}

/// Runs the examples in the documentation.
///
/// # Errors
/// If an example fails.
pub(crate) fn doc_tests() -> anyhow::Result<Outcome> {
    run(&mut cargo(["test", "--doc", "--workspace"]))?;
    Ok(Outcome::Done)
}

/// Runs all tests except those of the package.
///
/// # Errors
/// If a test fails.
pub(crate) fn tests() -> anyhow::Result<Outcome> {
    let skipped = SkippedTests::new("tests")?;
    let mut command = test_runner(&["--workspace", "--lib", "--bins", "--tests"]);
    // Without this, insta would write new snapshots next to the reviewed ones.
    run(skipped.record_in(command.env("INSTA_UPDATE", "no")))?;
    skipped.outcome()
}

/// Tests the settings of a program without Azure's crates, which rejects some of them.
///
/// # Errors
/// If a test fails.
pub(crate) fn tests_without_azure() -> anyhow::Result<Outcome> {
    let package = ["--package", "cloudsmets", "--no-default-features"];
    run(test_runner(&package).args(["--test", "it", "settings"]))?;
    Ok(Outcome::Done)
}

/// A command that runs tests: `cargo nextest` if it is installed, otherwise `cargo test`.
pub(crate) fn test_runner(tests: &[&str]) -> Command {
    let runner = if is_installed("cargo-nextest") { &["nextest", "run"][..] } else { &["test"] };
    cargo(runner.iter().chain(tests).copied())
}
