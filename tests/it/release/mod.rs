//! `cloudsmets release`: from key pairs to published releases.

mod folder;
mod keygen;
mod kill;
mod location;
mod operators;
mod publishing;
mod signing;
mod storage;
mod verification;

pub(crate) use folder::{Contents, KEY_PASSWORD, SignedFolder, TestKey, release_command};
