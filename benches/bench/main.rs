//! Measures the figures that users notice, and compares some with the speed of the disk in the same
//! run. `cargo xtask bench` runs it and prints the table.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed measurement ends the run")]

mod client;
mod disk;
mod domain;
mod envelope;
mod latest_version;
mod lighthouse;
mod pages;
mod program;
mod receiver;
mod startup;
mod table;

use table::Table;

fn main() {
    let mut table = Table::default();
    domain::measure(&mut table);
    receiver::measure(&mut table);
    latest_version::measure(&mut table);
    pages::measure(&mut table);
    lighthouse::measure(&mut table);
    startup::measure(&mut table);
    program::measure(&mut table);
    table.print();
}
