//! The time from the start of the process to its first response. The host sends no requests before
//! that.

use std::path::Path;

use crate::program::Program;
use crate::table::{Table, quantile};

const RUNS: usize = 31;

/// The settings that Azure makes for a program with its store in Cosmos DB, where neither Cosmos DB
/// nor the identity endpoint can be reached. The first response must not wait for either.
const UNREACHABLE: [(&str, &str); 7] = [
    ("WEBSITE_SITE_NAME", "bench"),
    ("WEBSITE_AUTH_ENABLED", "true"),
    ("COSMOS_ENDPOINT", "https://127.0.0.1:1"),
    ("COSMOS_DATABASE", "cloudsmets"),
    ("AZURE_CLIENT_ID", "24ad4c06-24ad-4e5b-8294-3da9714877e9"),
    ("IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi/token"),
    ("IDENTITY_HEADER", "24ad4c06-24ad-4e5b-8294-3da9714877e9"),
];

pub(crate) fn measure(table: &mut Table) {
    let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let embedded = [("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap())];
    let built = Path::new(env!("CARGO_BIN_EXE_cloudsmets"));
    measure_startup(table, "start to first answer", built, &embedded);
    // Only the packaged program contains the clients for Azure.
    let Some(packaged) = packaged_program() else {
        eprintln!("skipped: PACKAGED_PROGRAM is not set");
        return;
    };
    let packaged = Path::new(&packaged);
    measure_startup(table, "start to first answer, packaged", packaged, &embedded);
    let unreachable = "start to first answer, packaged, Cosmos DB unreachable";
    measure_startup(table, unreachable, packaged, &UNREACHABLE);
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads its own settings")]
fn packaged_program() -> Option<std::ffi::OsString> {
    std::env::var_os("PACKAGED_PROGRAM")
}

fn measure_startup(table: &mut Table, name: &str, program: &Path, settings: &[(&str, &str)]) {
    let milliseconds = |program: Program| program.started_in.as_secs_f64() * 1_000.0;
    let start = || Program::start_with(program, settings).map(milliseconds);
    let Some(mut times) = (0..RUNS).map(|_| start()).collect::<Option<Vec<_>>>() else {
        eprintln!("{name}: not measured, because the program ended before its first response");
        return;
    };
    for (statistic, share) in [("median", 0.5), ("95th percentile", 0.95)] {
        table.row(&format!("{name}, {statistic}"), quantile(&mut times, share), "ms", None);
    }
}
