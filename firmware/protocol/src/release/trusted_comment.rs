//! The trusted comment of a file's signature, such as
//! `version:1.5.0 target:esp32c3 size:1234567 min:1.3.0`.
//!
//! The comment is signed together with the file, so a device believes what it states. It consists of
//! fields that are separated by one space. Unknown fields are ignored, so that later versions can add
//! some; a known field that occurs twice makes the comment invalid.

use core::fmt;
use core::str::FromStr;

use super::Version;

/// What a signed file is for. A device refuses a file that was signed for another target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// The update image of the ESP32-C3, `esp32c3`.
    Esp32c3,
    /// The image for a first installation of the ESP32-C3 over USB, `esp32c3-factory`. It also contains
    /// the bootloader and the partition table, so it is not an update image.
    Esp32c3Factory,
    /// The update image of the TLSR8258, `tlsr8258`.
    Tlsr8258,
    /// The manifest of a release, `manifest`.
    Manifest,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 4] =
        [Self::Esp32c3, Self::Esp32c3Factory, Self::Tlsr8258, Self::Manifest];

    /// The target's name in a trusted comment.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Esp32c3 => "esp32c3",
            Self::Esp32c3Factory => "esp32c3-factory",
            Self::Tlsr8258 => "tlsr8258",
            Self::Manifest => "manifest",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the signature of a file states about it. `Display` writes the canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedComment {
    /// The version that the file belongs to.
    pub version: Version,
    /// What the file is for.
    pub target: Target,
    /// The size of the file in bytes.
    pub size: u32,
    /// The oldest running version that may install the file directly; `None` if every version may.
    pub min: Option<Version>,
}

impl fmt::Display for TrustedComment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version:{} target:{} size:{}", self.version, self.target, self.size)?;
        match self.min {
            Some(min) => write!(f, " min:{min}"),
            None => Ok(()),
        }
    }
}

/// The reason why a text is not a trusted comment of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseTrustedCommentError {
    /// A required field is missing: `version`, `target` or `size`.
    MissingField(&'static str),
    /// A known field occurs twice.
    RepeatedField(&'static str),
    /// A part of the text has no colon.
    NotAField,
    /// `version` or `min` is not a release version.
    InvalidVersion,
    /// `target` is not a known target.
    UnknownTarget,
    /// `size` is not a decimal number below 2^32 without a leading zero.
    InvalidSize,
}

impl fmt::Display for ParseTrustedCommentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingField(field) => write!(f, "the field {field} is missing"),
            Self::RepeatedField(field) => write!(f, "the field {field} occurs twice"),
            Self::NotAField => f.write_str("a part of the comment is not of the form name:value"),
            Self::InvalidVersion => f.write_str("a version is not X.Y.Z or X.Y.Z-devN"),
            Self::UnknownTarget => f.write_str("the target is unknown"),
            Self::InvalidSize => f.write_str("the size is not a number of bytes"),
        }
    }
}

impl core::error::Error for ParseTrustedCommentError {}

impl FromStr for TrustedComment {
    type Err = ParseTrustedCommentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut version, mut target, mut size, mut min) = (None, None, None, None);
        for field in text.split(' ') {
            let (name, value) = field.split_once(':').ok_or(Self::Err::NotAField)?;
            match name {
                "version" => set(&mut version, "version", parse_version(value)?)?,
                "target" => set(&mut target, "target", parse_target(value)?)?,
                "size" => set(&mut size, "size", parse_size(value)?)?,
                "min" => set(&mut min, "min", parse_version(value)?)?,
                _ => {}
            }
        }
        Ok(Self {
            version: version.ok_or(Self::Err::MissingField("version"))?,
            target: target.ok_or(Self::Err::MissingField("target"))?,
            size: size.ok_or(Self::Err::MissingField("size"))?,
            min,
        })
    }
}

fn set<T>(
    field: &mut Option<T>,
    name: &'static str,
    value: T,
) -> Result<(), ParseTrustedCommentError> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(ParseTrustedCommentError::RepeatedField(name)),
    }
}

fn parse_version(value: &str) -> Result<Version, ParseTrustedCommentError> {
    value.parse().map_err(|_| ParseTrustedCommentError::InvalidVersion)
}

fn parse_target(value: &str) -> Result<Target, ParseTrustedCommentError> {
    let target = Target::ALL.into_iter().find(|target| target.name() == value);
    target.ok_or(ParseTrustedCommentError::UnknownTarget)
}

fn parse_size(value: &str) -> Result<u32, ParseTrustedCommentError> {
    let is_canonical = value.bytes().all(|byte| byte.is_ascii_digit())
        && (value == "0" || !value.starts_with('0'));
    let size = value.parse().ok().filter(|_| is_canonical);
    size.ok_or(ParseTrustedCommentError::InvalidSize)
}
