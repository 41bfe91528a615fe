//! `cloudsmets import` and `cloudsmets export`, and the dashboard's figures for imported data.

mod hostile_files;
mod lcl;
mod real_home;
mod replay;
mod round_trip;
mod streaming;

use std::path::Path;

use crate::host::{FunctionsHost, Program};

/// Runs the program on a data directory, asserts success and returns standard output.
fn run_program(data: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Program::run(arguments, &[("CLOUDSMETS_DATA_DIR", data.to_str().unwrap())]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    output.stdout
}

/// Imports a file into the home `house` and returns standard output.
fn import(data: &Path, file: &Path, fuel: &str, options: &[&str]) -> String {
    let file = file.to_str().unwrap();
    let arguments = [&["import", "--home", "house", "--fuel", fuel], options, &[file]].concat();
    String::from_utf8(run_program(data, &arguments)).unwrap()
}

/// The energy of each interval, from `/usage`.
fn usage_wh(
    host: &FunctionsHost,
    home: &str,
    from: &str,
    to: &str,
    step: &str,
) -> Vec<Option<u64>> {
    let target = format!("homes/{home}/usage?fuel=electricity&from={from}&to={to}&step={step}");
    let usage = host.data(&target);
    let intervals = usage["intervals"].as_array().unwrap();
    intervals.iter().map(|interval| interval["wh"].as_u64()).collect()
}
