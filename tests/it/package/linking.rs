//! The requirements of the packaged program on the system.

use std::io::Read;

use object::read::elf::{ElfFile64, FileHeader};
use object::{Endianness, elf};

use super::{archive, executable, open};
use crate::prerequisites::skip;

/// The libraries in each of the host's images: those of glibc and of the compiler.
const HOST_LIBRARIES: [&str; 6] = [
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
];

/// The oldest glibc in the host's images.
const OLDEST_GLIBC: [u32; 2] = [2, 31];

/// The bytes of the packaged program, if there is a package.
fn program() -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    open(&archive()?).by_name(&executable()).unwrap().read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

fn parse(program: &[u8]) -> ElfFile64<'_, Endianness> {
    ElfFile64::parse(program).unwrap()
}

/// The versions of the required symbols, such as `GLIBC_2.17`, each with its library.
fn required_symbol_versions(program: &[u8]) -> Vec<(String, String)> {
    let file = parse(program);
    let (endian, sections) = (file.endian(), file.elf_section_table());
    let (libraries, names) = sections.gnu_verneed(endian, program).unwrap().unwrap();
    let names = sections.strings(endian, program, names).unwrap();
    let mut found = Vec::new();
    for library in libraries {
        let (library, versions) = library.unwrap();
        let library = text(library.file(endian, names).unwrap());
        let name = |version: object::read::Result<&elf::Vernaux<_>>| {
            text(version.unwrap().name(endian, names).unwrap())
        };
        found.extend(versions.map(|version| (library.clone(), name(version))));
    }
    found
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Parses a version such as `GLIBC_2.2.5`; `None` if it is not a version of glibc.
fn parse_glibc_version(version: &str) -> Option<Vec<u32>> {
    let numbers = version.strip_prefix("GLIBC_")?;
    Some(numbers.split('.').map(|number| number.parse().unwrap()).collect())
}

#[test]
fn the_program_runs_on_the_oldest_glibc_of_the_host_images() {
    let Some(program) = program() else { return };
    if std::env::var("PACKAGE_BUILDER").is_ok_and(|builder| builder == "plain") {
        skip("the package is linked with this machine's linker, for its glibc");
        return;
    }
    let versions = required_symbol_versions(&program);
    assert!(versions.iter().any(|(library, _)| library == "libc.so.6"), "{versions:?}");
    for (library, version) in versions {
        let is_newer =
            parse_glibc_version(&version).is_some_and(|version| version > OLDEST_GLIBC.to_vec());
        assert!(!is_newer, "{library} {version} is newer than {OLDEST_GLIBC:?}");
    }
}

#[test]
fn the_program_is_built_for_linux_x86_64() {
    let Some(program) = program() else { return };
    let file = parse(&program);
    assert_eq!(file.elf_header().e_machine(file.endian()), elf::EM_X86_64);
}

#[test]
fn the_program_needs_only_libraries_of_the_host_images() {
    let Some(program) = program() else { return };
    let file = parse(&program);
    let dynamic = file.elf_dynamic_table().unwrap();
    let mut needed = Vec::new();
    for entry in dynamic.iter() {
        // A library path of the build machine does not exist on other machines.
        assert!(![elf::DT_RPATH, elf::DT_RUNPATH].contains(&entry.tag), "it has an RPATH");
        if entry.tag == elf::DT_NEEDED {
            needed.push(text(dynamic.string(entry).unwrap()));
        }
    }
    assert!(needed.contains(&"libc.so.6".to_owned()), "{needed:?}");
    for library in needed {
        assert!(HOST_LIBRARIES.contains(&library.as_str()), "{library}");
    }
}
