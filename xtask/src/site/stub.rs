//! The flasher stub for the ESP32-C3: a program that ESP Web Tools sends to the memory of the device,
//! where it writes the flash memory.
//!
//! The stub in esp-web-tools is under the GPL, version 2 or later. It is replaced by its successor under
//! the MIT or Apache licence, which esptool contains and uses by default. Both speak the same protocol, as
//! far as ESP Web Tools uses it: the replies to its commands and their lengths are equal.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::Files;
use super::digests::sha256;
use crate::program::{program, run, tools_folder};

/// The module of ESP Web Tools that contains the stub.
const MODULE: &str = "stub_flasher_32c3-DmSvHQKL.js";

const VERSION: &str = "5.6.0";
const ARCHIVE_SHA256: &str = "86c7249e9cc3a824e032ede9ba20abad057a2c49e231418cc4f02b177bb36f42";
const FOLDER: &str = "esptool/targets/stub_flasher/2";
/// What the module of ESP Web Tools exports, besides all of it as the default.
const FIELDS: [&str; 6] = ["entry", "text", "text_start", "data", "data_start", "bss_start"];

/// The files of the stub.
pub(super) struct Stub {
    folder: PathBuf,
}

impl Stub {
    /// Installs the source archive of esptool with pip, which compares it with the digest, and extracts
    /// the stub.
    ///
    /// # Errors
    /// If pip or tar fails.
    pub(super) fn install() -> anyhow::Result<Self> {
        let folder = tools_folder().join("esptool");
        let name = format!("esptool-{VERSION}");
        let archive = folder.join(format!("{name}.tar.gz"));
        let is_present = fs::read(&archive).is_ok_and(|bytes| sha256(&bytes) == ARCHIVE_SHA256);
        if !is_present {
            download(&folder)?;
        }
        let member = format!("{name}/{FOLDER}");
        run(program("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder).arg(&member))?;
        Ok(Self { folder: folder.join(member) })
    }

    fn module(&self) -> anyhow::Result<String> {
        let stub: Value = serde_json::from_str(&self.read("esp32c3.json")?)?;
        module(&stub)
    }

    /// The licence: what esptool says about it, and its text.
    ///
    /// # Errors
    /// If a file is missing.
    pub(super) fn notice(&self) -> anyhow::Result<String> {
        let files = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];
        let texts: Vec<_> =
            files.map(|name| self.read(name)).into_iter().collect::<Result<_, _>>()?;
        let texts: Vec<_> = texts.iter().map(|text| text.trim()).collect();
        Ok(texts.join("\n\n"))
    }

    fn read(&self, name: &str) -> anyhow::Result<String> {
        let path = self.folder.join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    }
}

/// Replaces the stub of ESP Web Tools.
///
/// # Errors
/// If the stub cannot be read, or if the files do not contain the module that it replaces.
pub(super) fn replace(files: &mut Files, stub: &Stub) -> anyhow::Result<()> {
    let replaced = files.iter_mut().find(|(path, _)| path.ends_with(MODULE));
    let (_, content) = replaced.with_context(|| format!("there is no {MODULE}"))?;
    *content = stub.module()?.into_bytes();
    Ok(())
}

fn download(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, format!("esptool=={VERSION} --hash=sha256:{ARCHIVE_SHA256}\n"))?;
    let options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
    let mut command = program("python3");
    command.args(["-m", "pip", "download"]).args(options).args(["--no-binary", ":all:"]);
    run(command.arg("--dest").arg(folder).arg("--requirement").arg(requirements))
}

fn module(stub: &Value) -> anyhow::Result<String> {
    let mut module = String::new();
    for field in FIELDS {
        let value = &stub[field];
        ensure!(value.is_u64() || value.is_string(), "the stub has no {field}");
        module += &format!("export const {field} = {value};\n");
    }
    Ok(module + &format!("export default {{ {} }};\n", FIELDS.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stub() -> Value {
        json!({
            "entry": 1_077_415_578, "text": "QREixA==", "text_start": 1_077_411_840,
            "data": "DADK", "data_start": 1_070_165_356, "bss_start": 1_070_088_192, "plugins": [],
        })
    }

    #[test]
    fn the_module_exports_what_esp_web_tools_imports() {
        let expected = "export const entry = 1077415578;\n\
            export const text = \"QREixA==\";\n\
            export const text_start = 1077411840;\n\
            export const data = \"DADK\";\n\
            export const data_start = 1070165356;\n\
            export const bss_start = 1070088192;\n\
            export default { entry, text, text_start, data, data_start, bss_start };\n";
        assert_eq!(module(&stub()).unwrap(), expected);
    }

    #[test]
    fn a_stub_without_a_field_is_refused() {
        for field in FIELDS {
            let mut stub = stub();
            stub.as_object_mut().unwrap().remove(field);
            assert!(module(&stub).unwrap_err().to_string().contains(field));
        }
    }
}
