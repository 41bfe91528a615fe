//! The crates that are linked into the program of the package.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::program::{cargo, output};

/// The target of the package, without the version of glibc.
pub(super) const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The name and the version of a crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CrateId {
    pub(super) name: String,
    pub(super) version: String,
}

impl fmt::Display for CrateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// The program's own crate and all crates that are linked into it, each with its licence as an SPDX
/// expression.
///
/// `cargo tree` knows the features of exactly this package and target, and `cargo metadata` does not.
/// Macros and the dependencies of build scripts run during the build and are not linked.
///
/// # Errors
/// If cargo fails or a crate states no licence.
pub(super) fn linked() -> anyhow::Result<BTreeMap<CrateId, String>> {
    let mut command = cargo(["tree", "--locked", "--package", "cloudsmets", "--target", TARGET]);
    command.args(["--edges", "normal,no-proc-macro", "--no-dedupe", "--prefix", "none"]);
    let tree = output(command.args(["--format", "{p}|{l}"]))?;
    let lines: BTreeSet<_> = tree.lines().collect();
    lines.into_iter().map(parse).collect()
}

/// Parses a line such as `adler2 v2.0.1|0BSD OR MIT OR Apache-2.0`. After the version may be a path.
fn parse(line: &str) -> anyhow::Result<(CrateId, String)> {
    let parts = line.split_once('|').and_then(|(package, licence)| {
        let (name, rest) = package.split_once(" v")?;
        Some((name, rest.split(' ').next()?, licence))
    });
    let (name, version, licence) = parts.with_context(|| format!("{line:?} is not a crate"))?;
    if licence.is_empty() {
        bail!("{name} {version} states no licence");
    }
    let id = CrateId { name: name.to_owned(), version: version.to_owned() };
    Ok((id, licence.to_owned()))
}

/// The folders with the sources of all crates in Cargo.lock.
///
/// # Errors
/// If cargo fails.
pub(super) fn source_folders() -> anyhow::Result<BTreeMap<CrateId, PathBuf>> {
    let metadata = output(&mut cargo(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata")?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let folder = |package: &Value| {
        let text = |name: &str| package[name].as_str().map(str::to_owned);
        let folder = Path::new(package["manifest_path"].as_str()?).parent()?;
        Some((CrateId { name: text("name")?, version: text("version")? }, folder.to_owned()))
    };
    let folders = packages.iter().map(folder).collect::<Option<_>>();
    folders.context("cargo metadata lists a package without a name, a version or a path")
}

#[cfg(test)]
mod tests {
    use super::{CrateId, parse};

    #[test]
    fn a_line_of_cargo_tree_is_parsed_with_and_without_a_path() {
        let id = |name: &str| CrateId { name: name.to_owned(), version: "1.2.3-dev4".to_owned() };
        let licence = "MIT OR Apache-2.0".to_owned();
        let line = "a v1.2.3-dev4|MIT OR Apache-2.0";
        assert_eq!(parse(line).unwrap(), (id("a"), licence.clone()));
        let line = "b v1.2.3-dev4 (/some where/b)|MIT OR Apache-2.0";
        assert_eq!(parse(line).unwrap(), (id("b"), licence));
        assert!(parse("c v1.2.3|").is_err());
    }
}
