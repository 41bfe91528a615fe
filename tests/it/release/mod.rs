//! `cloudsmets release`: from key pairs to published releases.

pub(crate) mod folder;
mod keygen;
mod prompt;
mod signing;
mod verification;
