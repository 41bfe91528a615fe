//! The tests that passed without running, because a program or file is missing.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use crate::program::root;
use crate::report::Outcome;

/// The list of skipped tests: each test appends a line with its name and the reason.
pub(crate) struct SkippedTests(PathBuf);

impl SkippedTests {
    /// Creates an empty list. `run` is part of its file name, because `cargo xtask test` runs tests
    /// twice.
    ///
    /// # Errors
    /// If the folder `target` cannot be created or an old list cannot be removed.
    pub(crate) fn new(run: &str) -> anyhow::Result<Self> {
        let folder = root().join("target");
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let path = folder.join(format!("skipped-{run}"));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| path.display().to_string())
            }
            _ => Ok(Self(path)),
        }
    }

    /// Sets the variable in which the tests of a command find the path of the list.
    pub(crate) fn record_in<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("SKIPPED_TESTS", &self.0)
    }

    /// The outcome of a step that ran the tests.
    ///
    /// # Errors
    /// If the list cannot be read.
    pub(crate) fn outcome(&self) -> anyhow::Result<Outcome> {
        match fs::read_to_string(&self.0) {
            Ok(list) => Ok(outcome(&list)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Outcome::Done),
            Err(error) => Err(error).with_context(|| self.0.display().to_string()),
        }
    }
}

fn outcome(list: &str) -> Outcome {
    let mut tests: Vec<_> = list.lines().collect();
    tests.sort_unstable();
    tests.dedup();
    if tests.is_empty() {
        return Outcome::Done;
    }
    let tests: String = tests.iter().map(|test| format!("\n    {test}")).collect();
    Outcome::Skipped(format!("these tests were skipped{tests}"))
}

#[cfg(test)]
mod tests {
    use super::outcome;
    use crate::report::Outcome;

    #[test]
    fn skipped_tests_are_listed_once_each_in_order() {
        assert_eq!(outcome(""), Outcome::Done);
        let list = "b::two: no minisign\na::one: no chromium\nb::two: no minisign\n";
        let expected = "these tests were skipped\n    a::one: no chromium\n    b::two: no minisign";
        assert_eq!(outcome(list), Outcome::Skipped(expected.to_owned()));
    }
}
