//! Reading of a release folder.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::Path;

use cloudsmets_protocol::release::Target;
use cloudsmets_update::MAX_SIGNATURE_FILE_SIZE;

use super::problem::FolderProblem;
use crate::releases::signing::layout::{SIGNED_BY, max_size, path, signature_path};
use crate::releases::signing::limited_read::{ReadFileError, read_limited};

/// The paths of a folder's files, and their maximum sizes in bytes.
fn known_files() -> impl Iterator<Item = (&'static str, usize)> {
    let signed = Target::ALL.into_iter().map(|target| (path(target), max_size(target)));
    let signatures = Target::ALL.map(|target| (signature_path(target), MAX_SIGNATURE_FILE_SIZE));
    signed.chain(signatures).chain([(SIGNED_BY, MAX_SIGNATURE_FILE_SIZE)])
}

/// The files of a release folder by their paths.
pub(super) fn read_folder(
    folder: &Path,
    problems: &mut Vec<FolderProblem>,
) -> BTreeMap<&'static str, Vec<u8>> {
    if let Err(source) = find_unknown_entries(folder, "", problems) {
        let path = folder.to_owned();
        problems.push(ReadFileError::Io { path, source }.into());
        return BTreeMap::new();
    }
    let mut files = BTreeMap::new();
    for (name, max) in known_files() {
        match read_limited(&folder.join(name), max) {
            Ok(content) => {
                files.insert(name, content);
            }
            Err(ReadFileError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                let is_optional = name == SIGNED_BY;
                problems.extend((!is_optional).then_some(FolderProblem::Missing { path: name }));
            }
            Err(error) => problems.push(error.into()),
        }
    }
    files
}

/// Reports everything that would not be published.
fn find_unknown_entries(
    folder: &Path,
    prefix: &str,
    problems: &mut Vec<FolderProblem>,
) -> io::Result<()> {
    let mut entries = folder.read_dir()?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy().escape_debug());
        let kind = entry.file_type()?;
        let is_known_folder = known_files().any(|(name, _)| is_below(name, &path));
        if is_known_folder && kind.is_dir() {
            find_unknown_entries(&entry.path(), &format!("{path}/"), problems)?;
        } else if !known_files().any(|(name, _)| name == path) {
            problems.push(FolderProblem::Unknown { path });
        } else if !kind.is_file() {
            problems.push(FolderProblem::NotAFile { path });
        }
    }
    Ok(())
}

fn is_below(name: &str, folder: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
