//! Releases as the program publishes them, as far as `latest-version` reads them: manifests and
//! `releases.json`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// `releases.json` with versions and their percentages.
pub(crate) fn rollout<'a>(percents: impl IntoIterator<Item = (&'a str, u8)>) -> Value {
    let percents: serde_json::Map<_, _> = percents
        .into_iter()
        .map(|(version, percent)| (version.to_owned(), percent.into()))
        .collect();
    json!({"schema": 1, "rollout": percents, "withdrawn": []})
}

/// Creates the manifests of versions, or of names that are not versions.
pub(crate) fn create_manifests(releases: &Path, names: &[&str]) {
    for name in names {
        fs::create_dir_all(releases.join(name)).unwrap();
        fs::write(releases.join(name).join("manifest.json"), "{}").unwrap();
    }
}

/// Publishes versions for all devices.
pub(crate) fn publish(releases: &Path, versions: &[&str]) {
    create_manifests(releases, versions);
    for version in versions {
        roll_out(releases, version, 100);
    }
}

pub(crate) fn roll_out(releases: &Path, version: &str, percent: u8) {
    change_rollout(releases, |rollout| rollout["rollout"][version] = percent.into());
}

pub(crate) fn withdraw(releases: &Path, version: &str) {
    change_rollout(releases, |rollout| {
        rollout["withdrawn"].as_array_mut().unwrap().push(version.into());
    });
}

fn change_rollout(releases: &Path, change: impl FnOnce(&mut Value)) {
    let file = releases.join("releases.json");
    let known = fs::read(&file).map(|known| serde_json::from_slice(&known).unwrap());
    let mut rollout = known.unwrap_or_else(|_| rollout([]));
    change(&mut rollout);
    fs::write(file, rollout.to_string()).unwrap();
}
