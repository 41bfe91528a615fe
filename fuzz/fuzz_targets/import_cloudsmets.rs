//! Import of the format of our own export.

#![no_main]

use cloudsmets::import::Format;
use cloudsmets_fuzz::import;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| import(Format::Cloudsmets, data));
