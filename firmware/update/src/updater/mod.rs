//! The state machine of updates, without input and output.
//!
//! The device carries out the [`Action`] that [`Updater::action`] returns and reports each [`Event`] to
//! [`Updater::handle`]. The updater decides, and the types enforce the order: only an
//! [`Installer`](crate::Installer) makes the [`StoredImage`](crate::StoredImage) without which no slot
//! is selected.
//!
//! 1. **Check**: ask for the newest version, with the device's group and channel. [`decide`] compares
//!    the reply with the [`Record`].
//! 2. **Download and verify**: first the signature file, then the image, into the inactive slot. A lost
//!    connection continues where it was lost. A file that is not found belongs to a release that is
//!    only half published: the device looks again later, and it does not count as a failure.
//! 3. **Swap**: record the trial, select the slot, restart.
//! 4. **Confirm or revert**: if the new version reaches the hub within the [`ACCEPTANCE_PERIOD`], it
//!    becomes the floor below which nothing is installed. Otherwise, the device returns to the other
//!    slot. The same happens if the version was started [`MAX_TRIAL_STARTS`] times.
//!
//! A version that crashes before it creates its updater cannot revert: only a bootloader that counts
//! failed starts can.
//!
//! The power may fail at any time. Each step is recorded before it is carried out, and the next start
//! of the device completes it or counts it as a setback.

mod action;
mod decision;
mod encoding;
mod image;
mod record;
mod record_store;
mod state;
mod timing;
mod transitions;

pub use action::{Action, Channel, Event};
pub use decision::{Decision, decide};
pub use encoding::{DecodeRecordError, RECORD_SIZE};
pub use image::{Chip, Image, Slot};
pub use record::{Record, Setback, SetbackReason, Trial};
pub use record_store::{RecordStore, SaveRecordError};
pub use state::{Start, Updater};
pub use timing::{ACCEPTANCE_PERIOD, MAX_TRIAL_STARTS, Retry};
