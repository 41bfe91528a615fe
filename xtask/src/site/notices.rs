//! The licences of everything that the files of the installation page contain.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::packages::version;

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

/// The flasher stub is data that the page sends to the device. esptool-js calls it Apache-2.0, but it is
/// the stub of esptool 4, whose README names this licence and this source.
const FLASHER_STUB: &str = "\
The file stub_flasher_32c3 of esp-web-tools contains the flasher stub for the ESP32-C3, a program for
the device. Copyright Espressif Systems (Shanghai) CO LTD, Fredrik Ahlberg and Angus Gratton.
Licence: GPL-2.0-or-later. It is version 1.3.0 of the esptool legacy flasher stub. Its source code and
the text of the licence: https://github.com/espressif/esptool-legacy-flasher-stub/tree/v1.3.0
";

const SEPARATOR: &str =
    "--------------------------------------------------------------------------------";

/// The text of the notices.
///
/// # Errors
/// If the text of a licence is missing.
pub(super) fn text(modules: &Path) -> anyhow::Result<String> {
    let mut text = "Licences of the software that the installation page uses\n\n".to_owned();
    for notice in &NOTICES {
        writeln!(text, "{}: {}", notice.heading(modules)?, notice.licence)?;
    }
    write!(text, "\n{FLASHER_STUB}")?;
    for notice in &NOTICES {
        write!(text, "\n{SEPARATOR}\n{}: {}\n", notice.heading(modules)?, notice.licence)?;
        for file in notice.texts {
            let path = modules.join(notice.name).join(file);
            let licence = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            write!(text, "\n{}\n", licence.trim_end())?;
        }
    }
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
