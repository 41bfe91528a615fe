use core::fmt;

/// The result of an update, as the chip reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateStatus {
    /// 0.
    Success,
    /// 1: the chip requested a block five times and received no valid reply.
    Timeout,
    /// 2: another update is in progress. The start of this one had no effect.
    InProgress,
    /// 3: the blocks are longer than the image.
    WrongOffset,
    /// 4: the image is too large.
    TooLarge,
    /// 5: the image has no start mark, its checksum is wrong, or the host reported that it had no data.
    WrongData,
    /// 6: the image is for this chip, but was announced as an image for other devices.
    WrongImageType,
    /// 7: the chip does not know from which of its two addresses it runs.
    UnknownBootAddress,
    /// Any other status.
    Other(u8),
}

impl From<u8> for UpdateStatus {
    fn from(status: u8) -> Self {
        match status {
            0 => Self::Success,
            1 => Self::Timeout,
            2 => Self::InProgress,
            3 => Self::WrongOffset,
            4 => Self::TooLarge,
            5 => Self::WrongData,
            6 => Self::WrongImageType,
            7 => Self::UnknownBootAddress,
            other => Self::Other(other),
        }
    }
}

impl From<UpdateStatus> for u8 {
    fn from(status: UpdateStatus) -> Self {
        match status {
            UpdateStatus::Success => 0,
            UpdateStatus::Timeout => 1,
            UpdateStatus::InProgress => 2,
            UpdateStatus::WrongOffset => 3,
            UpdateStatus::TooLarge => 4,
            UpdateStatus::WrongData => 5,
            UpdateStatus::WrongImageType => 6,
            UpdateStatus::UnknownBootAddress => 7,
            UpdateStatus::Other(other) => other,
        }
    }
}

impl fmt::Display for UpdateStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Success => "success",
            Self::Timeout => "no valid reply to a block request",
            Self::InProgress => "another update is in progress",
            Self::WrongOffset => "the blocks are longer than the image",
            Self::TooLarge => "the image is too large",
            Self::WrongData => "the image is invalid",
            Self::WrongImageType => "the image was announced as one for other devices",
            Self::UnknownBootAddress => "the boot address is unknown",
            Self::Other(other) => return write!(f, "the unknown status {other}"),
        })
    }
}
