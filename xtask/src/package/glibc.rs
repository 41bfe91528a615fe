//! The version of glibc that a program needs: the highest version of its symbols.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Context;
use object::Endianness;
use object::read::elf::ElfFile64;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// Parses the version of a symbol, such as `GLIBC_2.17` or `GLIBC_2.2.5`.
    fn parse(name: &[u8]) -> Option<Self> {
        let mut parts = std::str::from_utf8(name).ok()?.strip_prefix("GLIBC_")?.split('.');
        let mut number = || parts.next()?.parse().ok();
        Some(Self { major: number()?, minor: number()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The oldest version of glibc with which a program starts.
///
/// # Errors
/// If the file is not a program for 64-bit Linux.
pub(super) fn min_version(program: &Path) -> anyhow::Result<Version> {
    let bytes = fs::read(program).with_context(|| program.display().to_string())?;
    read(&bytes).with_context(|| program.display().to_string())
}

fn read(bytes: &[u8]) -> object::read::Result<Version> {
    let file = ElfFile64::<Endianness>::parse(bytes)?;
    let (endian, sections) = (file.endian(), file.elf_section_table());
    let Some((needed, names)) = sections.gnu_verneed(endian, bytes)? else {
        return Ok(Version::default());
    };
    let names = sections.strings(endian, bytes, names)?;
    let mut highest = Version::default();
    for library in needed {
        for version in library?.1 {
            let version = Version::parse(version?.name(endian, names)?);
            highest = highest.max(version.unwrap_or_default());
        }
    }
    Ok(highest)
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_ordered_numerically_and_others_are_not_glibc_versions() {
        let version = |name: &str| Version::parse(name.as_bytes());
        assert!(version("GLIBC_2.9") < version("GLIBC_2.34"));
        assert_eq!(version("GLIBC_2.2.5"), Some(Version { major: 2, minor: 2 }));
        assert_eq!(version("GCC_4.2.0"), None);
        assert_eq!(version("GLIBC_PRIVATE"), None);
    }
}
