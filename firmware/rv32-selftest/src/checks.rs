//! The checks, in the order in which they run.

mod memory;
mod payloads;
mod releases;
mod telink;
mod verification;
mod zbhci;

use crate::measure::Limits;

pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// Panics if the check fails.
    pub(crate) run: fn(),
    pub(crate) limits: Limits,
}

/// The stack of the self-test has 64 kB.
const NO_LIMITS: Limits = Limits { instructions: u64::MAX, stack: usize::MAX };

/// What the verification of an image of 1.2 MB may cost. The stack includes its state.
const VERIFICATION: Limits = Limits { instructions: 80_000_000, stack: 4095 };

const fn check(name: &'static str, run: fn()) -> Check {
    Check { name, run, limits: NO_LIMITS }
}

pub(crate) const CHECKS: [Check; 13] = [
    check("release versions", releases::versions),
    check("trusted comments", releases::trusted_comments),
    check("ZBHCI attributes", zbhci::attributes),
    check("ZBHCI frames of an update", zbhci::update_frames),
    check("ZBHCI frames between noise", zbhci::frames_between_noise),
    check("version 1 of the payload", payloads::version_1),
    check("version 2 of the payload", payloads::version_2),
    check("make an image of 1.2 MB", verification::make),
    Check { name: "verify an image of 1.2 MB", run: verification::verify, limits: VERIFICATION },
    check("refuse a damaged image of 1.2 MB", verification::refuse),
    check("make a Telink image of 208 kB", telink::make),
    check("check a Telink image of 208 kB", telink::check),
    check("update a simulated Telink chip", telink::update),
];
