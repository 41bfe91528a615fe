//! `cloudsmets release`: from key pairs to published releases.

mod folder;
mod keygen;
mod location;
mod published_site;
mod signing;
mod site;
mod storage;
mod verification;

pub(crate) use folder::{Contents, KEY_PASSWORD, SignedFolder, TestKey, release_command};
pub(crate) use published_site::{PublishedSite, packages};
