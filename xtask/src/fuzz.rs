//! Fuzzing: every decoder against random input, guided by coverage (libFuzzer, by cargo-fuzz).
//!
//! Begins with the inputs in `fuzz/seeds`, and with those that earlier runs on this machine found
//! worth keeping. No sanitizer is used: the project has no unsafe code, and without one the fuzzer
//! is faster and needs no nightly compiler.

use std::fs;
use std::process::Command;

use anyhow::Context;

use crate::program::{self, cargo, root};
use crate::tools::{self, Tool};

/// Where the fuzzer's own builds lie; its compiler flags would spoil those of the workspace.
const BUILDS: &str = "target/fuzz";

/// Runs the targets named, all of them if none is, each for so many seconds.
///
/// # Errors
/// When a target finds an input that it cannot bear; the output says where that input lies.
pub(crate) fn run(seconds: u32, targets: &[String]) -> anyhow::Result<()> {
    tools::install(Tool::Fuzz)?;
    let known = all_targets()?;
    if let Some(unknown) = targets.iter().find(|name| !known.contains(name)) {
        anyhow::bail!("there is no fuzz target {unknown}; there are {}", known.join(", "));
    }
    program::run(&mut fuzzer("build", &[]))?;
    let chosen = if targets.is_empty() { &known } else { targets };
    for target in chosen {
        fuzz(target, seconds)?;
    }
    Ok(())
}

fn fuzz(target: &str, seconds: u32) -> anyhow::Result<()> {
    let corpus = format!("fuzz/corpus/{target}");
    let seeds = format!("fuzz/seeds/{target}");
    fs::create_dir_all(root().join(&corpus)).with_context(|| corpus.clone())?;
    let time = format!("-max_total_time={seconds}");
    let options = ["--", &time, "-dict=fuzz/words.dict", "-timeout=5", "-verbosity=0"];
    let mut command = fuzzer("run", &[target, &corpus, &seeds]);
    program::run(command.args(options).arg("-print_final_stats=1"))
}

fn fuzzer(verb: &str, arguments: &[&str]) -> Command {
    let options = ["--sanitizer", "none", "--target-dir", BUILDS];
    let mut command = cargo(["fuzz", verb].into_iter().chain(options));
    // cargo-fuzz asks for what only a nightly compiler allows.
    command.args(arguments).env("RUSTC_BOOTSTRAP", "1");
    command
}

/// The targets, by their files' names.
fn all_targets() -> anyhow::Result<Vec<String>> {
    let folder = root().join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if let Some(name) = path.file_stem().filter(|_| path.is_file()) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
