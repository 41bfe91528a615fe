//! The public keys that a release is verified with when it is published.

use std::path::Path;

use cloudsmets_update::KeyRing;

use crate::releases::error::{ChangeError, ChangeRefusal};
use crate::releases::rollout::{PublicKeys, Rollout};
use crate::releases::signing::{PublicKeyFile, SIGNED_BY};

/// The public keys of the releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKeys {
    pub current: PublicKeyFile,
    pub next: Option<PublicKeyFile>,
    pub origin: KeyOrigin,
}

/// Why keys are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrigin {
    /// The operator passed them with `--key`. They replace the recorded keys.
    Given,
    /// They are recorded in `releases.json`.
    Recorded,
    /// Nothing is recorded yet, so the key in the release folder is trusted and recorded.
    FirstPublication,
}

impl TrustedKeys {
    /// Keys that the operator passed with `--key`.
    #[must_use]
    pub const fn given(current: PublicKeyFile, next: Option<PublicKeyFile>) -> Self {
        Self { current, next, origin: KeyOrigin::Given }
    }

    /// The recorded keys, or the key in the release folder if nothing is recorded.
    pub(super) fn recorded_or_first(
        recorded: &PublicKeys,
        folder: &Path,
    ) -> Result<Self, ChangeError> {
        if *recorded == PublicKeys::default() {
            let current = PublicKeyFile::read(&folder.join(SIGNED_BY))?;
            return Ok(Self { current, next: None, origin: KeyOrigin::FirstPublication });
        }
        Ok(Self::recorded(recorded).ok_or(ChangeRefusal::InvalidRecordedKeys)?)
    }

    fn recorded(recorded: &PublicKeys) -> Option<Self> {
        let parse = |line: &String| {
            let key = line.parse().ok()?;
            Some(PublicKeyFile { key, line: line.clone() })
        };
        let current = parse(recorded.current.as_ref()?)?;
        let next = match &recorded.next {
            Some(line) => Some(parse(line)?),
            None => None,
        };
        Some(Self { current, next, origin: KeyOrigin::Recorded })
    }

    pub(super) fn ring(&self) -> KeyRing {
        KeyRing::new(self.current.key, self.next.as_ref().map(|next| next.key))
    }

    /// The keys by their ids, as words in a message: `the key 1A2B` or `the keys 1A2B and 3C4D`.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.next {
            None => format!("the key {}", self.current.key.id()),
            Some(next) => format!("the keys {} and {}", self.current.key.id(), next.key.id()),
        }
    }

    /// Whether the file does not record these keys yet.
    #[must_use]
    pub fn are_new_in(&self, rollout: &Rollout) -> bool {
        rollout.keys != self.lines()
    }

    /// Records the keys. Another operator may have recorded others since the release was verified.
    pub(super) fn record_in(&self, rollout: &mut Rollout) -> Result<(), ChangeRefusal> {
        let may_replace = match self.origin {
            KeyOrigin::Given => true,
            KeyOrigin::Recorded => false,
            KeyOrigin::FirstPublication => rollout.keys == PublicKeys::default(),
        };
        if self.are_new_in(rollout) {
            if !may_replace {
                return Err(ChangeRefusal::KeysChanged);
            }
            rollout.keys = self.lines();
        }
        Ok(())
    }

    fn lines(&self) -> PublicKeys {
        let next = self.next.as_ref().map(|next| next.line.clone());
        PublicKeys { current: Some(self.current.line.clone()), next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENT: &str = include_str!("../../../tests/fixtures/release/current.pub");
    const NEXT: &str = include_str!("../../../tests/fixtures/release/next.pub");

    fn keys(file: &str, origin: KeyOrigin) -> TrustedKeys {
        let line = file.lines().last().unwrap().to_owned();
        let current = PublicKeyFile { key: line.parse().unwrap(), line };
        TrustedKeys { current, next: None, origin }
    }

    fn recording(file: &str) -> Rollout {
        Rollout { keys: keys(file, KeyOrigin::Given).lines(), ..Rollout::default() }
    }

    /// Another operator may record keys between the verification of a release and its publication.
    #[test]
    fn only_given_keys_replace_the_keys_of_another_operator() {
        let changed = Err(ChangeRefusal::KeysChanged);
        for (origin, on_empty, on_other) in [
            (KeyOrigin::Given, Ok(()), Ok(())),
            (KeyOrigin::Recorded, changed.clone(), changed.clone()),
            (KeyOrigin::FirstPublication, Ok(()), changed),
        ] {
            let keys = keys(CURRENT, origin);
            for (before, expected) in [
                (Rollout::default(), on_empty),
                (recording(NEXT), on_other),
                (recording(CURRENT), Ok(())),
            ] {
                let mut after = before.clone();
                assert_eq!(keys.record_in(&mut after), expected, "{origin:?}");
                let recorded = if expected.is_ok() { recording(CURRENT) } else { before };
                assert_eq!(after, recorded, "{origin:?}");
            }
        }
    }

    #[test]
    fn recorded_keys_that_are_damaged_are_not_replaced_by_the_key_of_a_folder() {
        let line = keys(CURRENT, KeyOrigin::Given).current.line;
        for recorded in [
            PublicKeys { current: None, next: Some(line.clone()) },
            PublicKeys { current: Some("RW".to_owned()), next: None },
            PublicKeys { current: Some(line), next: Some(String::new()) },
        ] {
            let read = TrustedKeys::recorded_or_first(&recorded, Path::new("unused"));
            let refusal = ChangeRefusal::InvalidRecordedKeys;
            assert!(matches!(read, Err(ChangeError::Refused(found)) if found == refusal));
        }
    }
}
