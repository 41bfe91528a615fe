//! What runs before `main`, and what runs if something fails.

use core::arch::{asm, global_asm};
use core::panic::PanicInfo;

use crate::machine::{exit, println};

const PANICKED: u16 = 1;
const TRAPPED: u16 = 3;

global_asm!(
    ".section .text.start, \"ax\"",
    ".global _start",
    "_start:",
    ".option push",
    ".option norelax",
    "la gp, __global_pointer$",
    ".option pop",
    "la sp, __stack_top",
    "la t0, 3f",
    "csrw mtvec, t0",
    "la t0, __bss_start",
    "la t1, __bss_end",
    "1:",
    "bgeu t0, t1, 2f",
    "sw zero, 0(t0)",
    "addi t0, t0, 4",
    "j 1b",
    "2:",
    "call {main}",
    ".balign 4", // as mtvec requires
    "3:",
    "la sp, __stack_top",
    "call {trap}",
    trap = sym trap,
    main = sym crate::main,
);

extern "C" fn trap() -> ! {
    let (cause, address): (usize, usize);
    // SAFETY: reads two registers.
    unsafe { asm!("csrr {}, mcause", "csrr {}, mepc", out(reg) cause, out(reg) address) };
    println!("FAILED: trap {cause} at {address:x}");
    exit(TRAPPED)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    println!("FAILED: {info}");
    exit(PANICKED)
}
