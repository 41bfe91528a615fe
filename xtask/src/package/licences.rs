//! The licence texts of everything that is linked into the program, in one file.
//!
//! The texts are the files in the sources of each crate, with their copyright lines. cargo-about, which
//! recognizes licences, would take minutes to build or to run, and uses a text without a copyright line
//! for the crates that contain none.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::crates::{self, CrateId};
use crate::program::root;

/// The name of the file.
pub(super) const FILE: &str = "THIRD-PARTY-LICENCES.txt";

/// How the names of files with licences begin, in lower case.
const BEGINNINGS: [&str; 6] = ["licence", "license", "copying", "copyright", "notice", "unlicense"];

/// The crates of Azure's SDK contain no licence text. This is the text of its repository.
const AZURE_SDK: &str = include_str!("licences/azure-sdk-for-rust.txt");
const AZURE_SDK_CRATES: [&str; 8] = [
    "azure_core",
    "azure_data_cosmos",
    "azure_data_cosmos_driver",
    "azure_identity",
    "azure_storage_blob",
    "azure_storage_common",
    "typespec",
    "typespec_client_core",
];

/// The standard library is linked too, and is not a crate of Cargo.lock.
const STANDARD_LIBRARY: &str = include_str!("licences/rust.txt");

/// Writes the contents of the file.
///
/// # Errors
/// If a crate has no licence text, or cargo fails.
pub(super) fn make(linked: &BTreeMap<CrateId, String>) -> anyhow::Result<String> {
    let folders = crates::source_folders()?;
    let mut texts = Texts::default();
    texts.add("Rust's standard library".to_owned(), STANDARD_LIBRARY);
    for id in linked.keys() {
        let folder = folders.get(id).with_context(|| format!("{id} has no sources"))?;
        let found = texts_of(id, folder)?;
        if found.is_empty() {
            bail!("{id} contains no licence text: look for it in its repository, and add it here");
        }
        found.iter().for_each(|text| texts.add(id.to_string(), text));
    }
    Ok(render(linked, &texts))
}

fn texts_of(id: &CrateId, folder: &Path) -> anyhow::Result<Vec<String>> {
    // The project's own crates share the licence of the project.
    let folder = if folder.starts_with(root()) { root() } else { folder };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) && entry.path().is_file()
        {
            paths.push(entry.path());
        }
    }
    paths.sort();
    if paths.is_empty() && AZURE_SDK_CRATES.contains(&id.name.as_str()) {
        return Ok(vec![AZURE_SDK.to_owned()]);
    }
    let read = |path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(paths.iter().map(read).collect::<Result<_, _>>()?)
}

/// Different texts, in the order in which they were added, with what they apply to.
#[derive(Default)]
struct Texts {
    all: Vec<(String, Vec<String>)>,
    /// The index of each text, by its words.
    known: HashMap<String, usize>,
}

impl Texts {
    /// Texts that differ only in white space are equal, because many crates indent or wrap the same
    /// licence differently.
    fn add(&mut self, user: String, text: &str) {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let index = *self.known.entry(words).or_insert_with(|| {
            self.all.push((text.to_owned(), Vec::new()));
            self.all.len() - 1
        });
        let users = &mut self.all[index].1;
        if !users.contains(&user) {
            users.push(user);
        }
    }
}

fn render(linked: &BTreeMap<CrateId, String>, texts: &Texts) -> String {
    let rule = "=".repeat(80);
    let mut file = "The program contains Rust's standard library (MIT OR Apache-2.0) and these \
                    crates.\nThe texts of their licences follow.\n\n"
        .to_owned();
    for (id, licence) in linked {
        _ = writeln!(file, "{id}: {licence}");
    }
    for (text, users) in &texts.all {
        _ = write!(file, "\n{rule}\n{}\n{rule}\n\n", users.join(", "));
        for line in text.trim_matches(['\n', '\r']).lines() {
            _ = writeln!(file, "{}", line.trim_end());
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::Texts;

    #[test]
    fn a_text_appears_once_with_all_crates_that_it_applies_to() {
        let mut texts = Texts::default();
        texts.add("a 1.0.0".to_owned(), "MIT\n\nCopyright A");
        texts.add("b 1.0.0".to_owned(), "MIT\n\nCopyright B");
        texts.add("c 1.0.0".to_owned(), "  MIT\n  Copyright A\n");
        texts.add("c 1.0.0".to_owned(), "MIT Copyright A");
        let users: Vec<_> = texts.all.iter().map(|(_, users)| users.join(", ")).collect();
        assert_eq!(users, ["a 1.0.0, c 1.0.0", "b 1.0.0"]);
    }
}
