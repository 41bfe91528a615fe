//! The devices of QEMU's machine "virt".

use core::arch::asm;
use core::fmt;

/// The data register of the UART. It is always ready.
const UART: *mut u8 = 0x1000_0000 as *mut u8;
/// The device that ends the emulation.
const TEST_DEVICE: *mut u32 = 0x10_0000 as *mut u32;

pub(crate) struct Uart;

impl fmt::Write for Uart {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            // SAFETY: the register exists on this machine.
            unsafe { UART.write_volatile(byte) };
        }
        Ok(())
    }
}

macro_rules! println {
    ($($argument:tt)*) => {{
        use core::fmt::Write as _;
        // Writing to the UART cannot fail.
        let _ = writeln!($crate::machine::Uart, $($argument)*);
    }};
}
pub(crate) use println;

/// Ends the emulation; QEMU exits with this code.
pub(crate) fn exit(code: u16) -> ! {
    let value = if code == 0 { 0x5555 } else { (u32::from(code) << 16) | 0x3333 };
    // SAFETY: the register exists on this machine.
    unsafe { TEST_DEVICE.write_volatile(value) };
    loop {}
}

/// The number of instructions that were executed. QEMU counts them with `-icount shift=0`.
pub(crate) fn instructions() -> u64 {
    loop {
        let (high, low, high_again): (u32, u32, u32);
        // SAFETY: reads counters.
        unsafe {
            asm!(
                "csrr {}, minstreth",
                "csrr {}, minstret",
                "csrr {}, minstreth",
                out(reg) high, out(reg) low, out(reg) high_again,
            );
        }
        if high == high_again {
            return (u64::from(high) << 32) | u64::from(low);
        }
    }
}
