//! The update of the Telink chip's own firmware. The chip asks for the image block by block.
//!
//! | frame | direction | payload |
//! |---|---|---|
//! | 0210 start | to the chip | size u32, image type u8 |
//! | 8210 started | from the chip | address u32, size u32, offset u32, status u8 |
//! | 8211 block request | from the chip | offset u32, length u8 |
//! | 0211 block | to the chip | status u8, offset u32, length u8, data |
//! | 8212 end | from the chip | size u32, offset u32, status u8 |

mod command;
mod event;
mod status;

pub use command::UpdateCommand;
pub use event::UpdateEvent;
pub use status::UpdateStatus;

/// The number of bytes that the chip requests at a time, except at the end of the image.
pub const UPDATE_BLOCK_LENGTH: u8 = 40;
