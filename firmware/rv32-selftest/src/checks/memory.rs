//! Buffers that are too large for the stack.

use core::cell::UnsafeCell;

pub(super) struct Buffer<const N: usize>(UnsafeCell<[u8; N]>);

// SAFETY: there is one thread.
unsafe impl<const N: usize> Sync for Buffer<N> {}

impl<const N: usize> Buffer<N> {
    pub(super) const fn new() -> Self {
        Self(UnsafeCell::new([0; N]))
    }

    /// Passes the buffer to a function, which must not call this for the same buffer.
    pub(super) fn with<R>(&self, function: impl FnOnce(&mut [u8; N]) -> R) -> R {
        // SAFETY: no other reference exists, see above.
        function(unsafe { &mut *self.0.get() })
    }
}
