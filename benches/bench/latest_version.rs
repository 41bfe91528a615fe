//! `latest-version` from a cached answer, compared with a route that does no work.

use std::path::Path;

use crate::client::send_all;
use crate::program::Program;
use crate::table::{Table, quantile};

/// How often each measurement is repeated; the table shows the median.
const RUNS: usize = 7;

pub(crate) fn measure(table: &mut Table) {
    let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let releases = data.path().join("releases");
    publish(&releases);
    let url = format!("file://{}", releases.display());
    let settings =
        [("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap()), ("RELEASES_URL", url.as_str())];
    let built = Path::new(env!("CARGO_BIN_EXE_cloudsmets"));
    let program = Program::start_with(built, &settings).expect("it serves");
    for in_flight in [1, 16] {
        let (mut rates, mut ratios) = (Vec::new(), Vec::new());
        // Interleaves the measurements, so that a busy machine slows both.
        for _ in 0..RUNS {
            let empty = requests_per_second(&program, "/", in_flight);
            let rate = requests_per_second(&program, "/latest-version?group=42", in_flight);
            rates.push(rate);
            ratios.push(rate / empty);
        }
        let ratio = (quantile(&mut ratios, 0.5), "of GET /");
        let name = format!("latest-version from a cached answer, {in_flight} in flight");
        table.row(&name, quantile(&mut rates, 0.5), "requests/s", Some(ratio));
    }
}

/// Publishes a hundred versions, each rolled out to one percent more of the devices than the next one,
/// so that the answers of all groups differ.
fn publish(releases: &Path) {
    let versions = (1..=100).map(|percent| (format!("1.0.{}", 100 - percent), percent));
    let mut rollout = serde_json::Map::new();
    for (version, percent) in versions {
        let folder = releases.join(&version);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("manifest.json"), "{}").unwrap();
        rollout.insert(version, percent.into());
    }
    let state = serde_json::json!({"schema": 1, "rollout": rollout});
    std::fs::write(releases.join("releases.json"), state.to_string()).unwrap();
}

fn requests_per_second(program: &Program, target: &str, in_flight: usize) -> f64 {
    const REQUESTS: usize = 6_000;
    let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").into_bytes();
    let elapsed = send_all(program.address, vec![request; REQUESTS], in_flight);
    REQUESTS as f64 / elapsed.as_secs_f64()
}
