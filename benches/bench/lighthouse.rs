//! Lighthouse's performance score of pages, on a simulated phone with a slow network.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::pages::record_ten_years;
use crate::program::Program;
use crate::table::Table;

const CHROMIUM_FLAGS: &str = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage";

pub(crate) fn measure(table: &mut Table) {
    let own = "target/tools/npm/node_modules/.bin/lighthouse";
    let lighthouse = Path::new(env!("CARGO_MANIFEST_DIR")).join(own);
    if !lighthouse.is_file() {
        eprintln!("skipped: Lighthouse is not installed (cargo xtask test installs it)");
        return;
    }
    let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(record_ten_years(data.path()));
    let program = Program::start(data.path());
    for (name, path) in
        [("now", "bench"), ("day", "bench/day/2023-06-01"), ("year", "bench/year/2023")]
    {
        let url = format!("http://{}/dashboard/homes/{path}", program.address);
        let score = performance_percent(&lighthouse, &url);
        table.row(
            &format!("{name} page, Lighthouse performance on a phone"),
            score,
            "of 100",
            None,
        );
    }
}

fn performance_percent(lighthouse: &Path, url: &str) -> f64 {
    let output = Command::new(lighthouse)
        .args([url, "--quiet", "--output=json", "--only-categories=performance"])
        .arg(format!("--chrome-flags={CHROMIUM_FLAGS}"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{url}: {}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["categories"]["performance"]["score"].as_f64().unwrap() * 100.0
}
