//! `cloudsmets release`: from key pairs to published releases.

pub(crate) mod folder;
mod keygen;
mod kill;
mod location;
mod operators;
mod prompt;
mod publishing;
mod signing;
mod storage;
mod verification;
