//! Import of Low Carbon London files.

#![no_main]

use cloudsmets::import::Format;
use cloudsmets_fuzz::import;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| import(Format::Lcl, data));
