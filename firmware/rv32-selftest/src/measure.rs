//! What a function costs: instructions and stack.

use core::arch::asm;

use crate::machine::instructions;

/// A cost, or the maximum that is allowed.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) instructions: u64,
    pub(crate) stack: usize,
}

const PAINT: u32 = 0x5AFE_5AFE;

unsafe extern "C" {
    static mut __stack_bottom: u32;
}

/// Runs a function and measures it.
#[inline(never)]
pub(crate) fn measure(function: fn()) -> Limits {
    let top = paint_stack();
    let before = instructions();
    function();
    let after = instructions();
    Limits { instructions: after - before, stack: top - lowest_used(top) }
}

/// Fills the unused part of the stack, and returns its end.
#[inline(always)]
fn paint_stack() -> usize {
    let top: usize;
    // SAFETY: this writes only below the stack pointer. Nothing is there: interrupts are disabled.
    unsafe {
        asm!(
            "mv {top}, sp",
            "1:",
            "bgeu {bottom}, {top}, 2f",
            "sw {paint}, 0({bottom})",
            "addi {bottom}, {bottom}, 4",
            "j 1b",
            "2:",
            top = out(reg) top,
            bottom = inout(reg) &raw mut __stack_bottom => _,
            paint = in(reg) PAINT,
        );
    }
    top
}

/// The lowest address that is no longer painted.
fn lowest_used(top: usize) -> usize {
    let mut address = &raw mut __stack_bottom;
    // SAFETY: the addresses are within the stack, and aligned.
    while (address as usize) < top && unsafe { address.read_volatile() } == PAINT {
        address = address.wrapping_add(1);
    }
    address as usize
}
