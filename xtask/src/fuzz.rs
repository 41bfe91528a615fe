//! Coverage-guided fuzzing of every decoder (libFuzzer through cargo-fuzz).
//!
//! A run starts with the inputs in `fuzz/seeds` and with the corpus of earlier runs on this
//! machine. No sanitizer is used: the project has no unsafe code, and without a sanitizer the fuzzer
//! is faster and needs no nightly compiler.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::program::{self, cargo, program, root};
use crate::tools::{self, Tool};

/// The fuzzer's own target directory, because its compiler flags would invalidate the workspace's
/// builds.
const BUILD_FOLDER: &str = "target/fuzz";

/// Runs the named targets, or all of them if `targets` is empty, each for this number of seconds.
///
/// # Errors
/// If a target finds an input that makes it fail. The output names the file with that input.
pub(crate) fn run(seconds: u32, targets: &[String]) -> anyhow::Result<()> {
    tools::install(Tool::Fuzz)?;
    let known = all_targets()?;
    if let Some(unknown) = targets.iter().find(|name| !known.contains(name)) {
        anyhow::bail!("there is no fuzz target {unknown}; there are {}", known.join(", "));
    }
    let build = ["fuzz", "build", "--sanitizer", "none", "--target-dir", BUILD_FOLDER];
    // cargo-fuzz uses flags that a stable compiler accepts only with this variable.
    program::run(cargo(build).env("RUSTC_BOOTSTRAP", "1"))?;
    let program_folder = program_folder()?;
    let chosen = if targets.is_empty() { &known } else { targets };
    chosen.iter().try_for_each(|target| fuzz(&program_folder, target, seconds))
}

/// The names of all targets, which are the names of their files.
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

/// The folder into which cargo-fuzz builds the programs.
fn program_folder() -> anyhow::Result<PathBuf> {
    let host = program("rustc").args(["--print", "host-tuple"]).output()?;
    let host = String::from_utf8(host.stdout)?;
    Ok(root().join(BUILD_FOLDER).join(host.trim()).join("release"))
}

fn fuzz(program_folder: &Path, target: &str, seconds: u32) -> anyhow::Result<()> {
    let [corpus, artifacts] =
        ["corpus", "artifacts"].map(|folder| format!("fuzz/{folder}/{target}/"));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(root().join(folder)).with_context(|| folder.clone())?;
    }
    let mut command = Command::new(program_folder.join(target));
    command.current_dir(root()).args([&corpus, &format!("fuzz/seeds/{target}")]);
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={artifacts}"));
    command.args([
        "-dict=fuzz/words.dict",
        "-timeout=5",
        "-verbosity=0",
        "-print_funcs=0",
        "-reload=0",
    ]);
    command.arg("-print_final_stats=1").stderr(Stdio::piped());
    program::run_with(&mut command, |command| {
        let mut child = command.spawn()?;
        if let Some(output) = child.stderr.take() {
            for line in BufReader::new(output).split(b'\n') {
                print_unless_noise(&String::from_utf8_lossy(&line?));
            }
        }
        child.wait()
    })
}

/// Prints a line of libFuzzer's output, unless it is one of the hundreds that libFuzzer prints in
/// every run, even with `-verbosity=0`.
fn print_unless_noise(line: &str) {
    const NOISE: [&str; 4] = ["INFO: ", "WARNING: Failed to find function", "\"", "###### "];
    match line.strip_prefix("stat::") {
        Some(number) if number.starts_with("number_of_executed_units") => println!("{number}"),
        Some(_) => {}
        None if NOISE.iter().any(|beginning| line.starts_with(beginning)) => {}
        None => println!("{line}"),
    }
}
