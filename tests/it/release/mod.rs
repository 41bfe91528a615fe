//! `cloudsmets release`.

mod location;
mod storage;
