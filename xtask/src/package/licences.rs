//! The licence texts of everything that is linked into the program, in one file.
//!
//! The texts are the files in the sources of each crate, with their copyright lines. cargo-about, which
//! recognizes licences, would take minutes to build or to run, and uses a text without a copyright line
//! for the crates that contain none.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::crates::{self, CrateId};
use crate::program::root;

/// The name of the file.
pub(super) const FILE: &str = "THIRD-PARTY-LICENCES.txt";

/// How the names of files and folders with licences begin, in lower case.
const BEGINNINGS: [&str; 6] = ["licence", "license", "copying", "copyright", "notice", "unlicense"];

/// The repository of Azure's SDK contains this text, and its crates contain none.
const AZURE_SDK: &str = include_str!("licences/azure-sdk-for-rust.txt");
const APACHE_2: &str = include_str!("licences/apache-2.0.txt");

/// The texts for crates that contain none.
const MISSING_TEXTS: [(&str, &str); 9] = [
    ("azure_core", AZURE_SDK),
    ("azure_data_cosmos", AZURE_SDK),
    ("azure_data_cosmos_driver", AZURE_SDK),
    ("azure_identity", AZURE_SDK),
    ("azure_storage_blob", AZURE_SDK),
    ("azure_storage_common", AZURE_SDK),
    ("embedded-storage", APACHE_2),
    ("typespec", AZURE_SDK),
    ("typespec_client_core", AZURE_SDK),
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
    let mut without_text = Vec::new();
    for id in linked.keys() {
        let folder = folders.get(id).with_context(|| format!("{id} has no sources"))?;
        let found = texts_of(id, folder)?;
        if found.is_empty() {
            without_text.push(id.to_string());
        }
        found.iter().for_each(|text| texts.add(id.to_string(), text));
    }
    if !without_text.is_empty() {
        let crates = without_text.join(", ");
        bail!(
            "no licence text: {crates}. Look for it in the repository, and add it to {}",
            file!()
        );
    }
    Ok(render(linked, &texts))
}

/// The texts in the sources of a crate, or the text that is known for it.
fn texts_of(id: &CrateId, folder: &Path) -> anyhow::Result<Vec<String>> {
    // The project's own crates share the licence of the project.
    let folder = if folder.starts_with(root()) { root() } else { folder };
    let mut paths = Vec::new();
    for path in licence_paths(folder)? {
        // The REUSE specification requires a folder with one file for each licence.
        if path.is_dir() { paths.extend(entries(&path)?) } else { paths.push(path) }
    }
    if paths.is_empty() {
        let known = MISSING_TEXTS.iter().filter(|(name, _)| *name == id.name);
        return Ok(known.map(|(_, text)| (*text).to_owned()).collect());
    }
    let read = |path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(paths.iter().map(read).collect::<Result<_, _>>()?)
}

fn licence_paths(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let is_licence = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
    };
    Ok(entries(folder)?.into_iter().filter(is_licence).collect())
}

/// The entries of a folder, in order.
fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
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
