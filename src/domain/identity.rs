//! Names of devices and homes, which are validated when they are created.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 128 letters, digits or -:.+%_#*?!(),=@$' and is not . or ..")]
pub struct InvalidName;

/// Accepts 1 to 128 of the characters that IoT Hub allows in a device id (Microsoft Learn,
/// "Understand the identity registry in your IoT hub").
fn validate(name: &str) -> Result<(), InvalidName> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-:.+%_#*?!(),=@$'".contains(c);
    let is_valid = (1..=128).contains(&name.len()) && name.chars().all(allowed);
    if is_valid && name != "." && name != ".." { Ok(()) } else { Err(InvalidName) }
}

macro_rules! validated_name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $type(String);

        impl $type {
            pub fn new(name: impl Into<String>) -> Result<Self, InvalidName> {
                let name = name.into();
                validate(&name)?;
                Ok(Self(name))
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $type {
            type Error = InvalidName;
            fn try_from(name: String) -> Result<Self, InvalidName> {
                Self::new(name)
            }
        }

        impl std::str::FromStr for $type {
            type Err = InvalidName;
            fn from_str(name: &str) -> Result<Self, InvalidName> {
                Self::new(name)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

validated_name! {
    /// The device id that IoT Hub uses. It comes from the transport, never from a payload.
    DeviceId
}
validated_name! {
    /// The name of a home. A new device gets a home of its own, which is named after the device.
    HomeId
}

impl From<&DeviceId> for HomeId {
    fn from(device: &DeviceId) -> Self {
        Self(device.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_allows_only_iot_hub_characters() {
        for good in ["dev-1", "A", "a.b", "00-11@x", &"x".repeat(128)] {
            assert!(DeviceId::new(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "a b", "a\u{0}", "é", &"x".repeat(129)] {
            assert_eq!(DeviceId::new(bad), Err(InvalidName), "{bad}");
        }
    }
}
