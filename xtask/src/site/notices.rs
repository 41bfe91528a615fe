//! The licences of everything that the files of the installation page contain.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::packages::version;
use super::stub::Stub;

/// A package whose code is in the files. The bundle of ESP Web Tools contains its dependencies, but does
/// not say which versions, so only the versions of the packages themselves are named.
struct Notice {
    name: &'static str,
    licence: &'static str,
    /// Files of the package with the texts of the licence.
    texts: &'static [&'static str],
    is_bundled: bool,
}

const fn package(name: &'static str, licence: &'static str) -> Notice {
    Notice { name, licence, texts: &["LICENSE"], is_bundled: false }
}

const fn bundled(name: &'static str, licence: &'static str) -> Notice {
    Notice { is_bundled: true, ..package(name, licence) }
}

const NOTICES: [Notice; 12] = [
    package("@noble/hashes", "MIT"),
    package("esp-web-tools", "Apache-2.0"),
    bundled("esptool-js", "Apache-2.0"),
    bundled("improv-wifi-serial-sdk", "Apache-2.0"),
    bundled("@material/web", "Apache-2.0"),
    bundled("lit", "BSD-3-Clause"),
    bundled("lit-element", "BSD-3-Clause"),
    bundled("lit-html", "BSD-3-Clause"),
    bundled("@lit/reactive-element", "BSD-3-Clause"),
    Notice { texts: &["LICENSE.md"], ..bundled("atob-lite", "MIT") },
    Notice { texts: &["LICENSE", "lib/zlib/README"], ..bundled("pako", "MIT AND Zlib") },
    Notice { texts: &["LICENSE.txt"], ..bundled("tslib", "0BSD") },
];

/// The stub in the package esp-web-tools, which is not published, has another licence.
const FLASHER_STUB: &str = "\
esp-flasher-stub, the program for the ESP32-C3 in the file stub_flasher_32c3: Apache-2.0 OR MIT";

const SEPARATOR: &str =
    "--------------------------------------------------------------------------------";

/// The text of the notices.
///
/// # Errors
/// If the text of a licence is missing.
pub(super) fn text(modules: &Path, stub: &Stub) -> anyhow::Result<String> {
    let mut text = "Licences of the software that the installation page uses\n\n".to_owned();
    for notice in &NOTICES {
        writeln!(text, "{}: {}", notice.heading(modules)?, notice.licence)?;
    }
    writeln!(text, "{FLASHER_STUB}")?;
    for notice in &NOTICES {
        write!(text, "\n{SEPARATOR}\n{}: {}\n", notice.heading(modules)?, notice.licence)?;
        for file in notice.texts {
            let path = modules.join(notice.name).join(file);
            let licence = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            write!(text, "\n{}\n", licence.trim_end())?;
        }
    }
    write!(text, "\n{SEPARATOR}\n{FLASHER_STUB}\n\n{}\n", stub.notice()?)?;
    Ok(text)
}

impl Notice {
    fn heading(&self, modules: &Path) -> anyhow::Result<String> {
        if self.is_bundled {
            return Ok(format!("{}, part of esp-web-tools", self.name));
        }
        Ok(format!("{} {}", self.name, version(modules, self.name)?))
    }
}
