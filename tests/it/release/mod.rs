//! `cloudsmets release`: from key pairs to published releases.

mod device;
pub(crate) mod folder;
mod keygen;
mod kill;
mod location;
mod operators;
mod prompt;
mod published_site;
mod publishing;
mod signing;
mod site;
mod storage;
mod verification;

pub(crate) use folder::{Contents, KEY_PASSWORD, SignedFolder, TestKey, release_command};
pub(crate) use published_site::{PublishedSite, packages};
