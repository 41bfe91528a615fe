//! What can go wrong with the location of the releases.

/// The location of the releases cannot be used. The messages contain no secrets.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReleasesError {
    #[error("the releases in {location} cannot be read: {reason}")]
    Read { location: String, reason: String },
    #[error("the releases in {location} cannot be changed: {reason}")]
    Write { location: String, reason: String },
}
