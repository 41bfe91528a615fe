//! Runs the portable crates of the firmware on the instruction set of the ESP32-C3 (RV32IMC), in QEMU's
//! machine "virt". It prints what each check costs and exits with 0 if all of them passed.
#![no_std]
#![no_main]

mod checks;
mod machine;
mod measure;
mod start;

#[path = "../../update/tests/simulated_chip/mod.rs"]
mod simulated_chip;

use crate::checks::CHECKS;
use crate::machine::{exit, println};
use crate::measure::{Limits, measure};

/// The exit code if a check costs more than its limits.
const OVER_LIMIT: u16 = 2;

fn main() -> ! {
    println!("{:<44} {:>13} {:>8}", "check", "instructions", "stack");
    let mut is_within_limits = true;
    for check in &CHECKS {
        let cost = measure(check.run);
        println!("{:<44} {:>13} {:>6} B", check.name, cost.instructions, cost.stack);
        is_within_limits &= is_within(check.limits, cost);
    }
    if !is_within_limits {
        exit(OVER_LIMIT);
    }
    println!("{} checks passed", CHECKS.len());
    exit(0)
}

fn is_within(limits: Limits, cost: Limits) -> bool {
    let is_within = cost.instructions <= limits.instructions && cost.stack <= limits.stack;
    if !is_within {
        println!(
            "FAILED: the limits are {} instructions and {} B of stack",
            limits.instructions, limits.stack
        );
    }
    is_within
}
