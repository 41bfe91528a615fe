//! Sample states of the releases for the tests of the pages.

use jiff::civil::date;

use super::state::{SiteState, SiteVersion};
use crate::releases::manifest::{Build, Manifest, Ota, PRODUCT_NAME, Part};
use crate::releases::rollout::{PublicKeys, Rollout};

pub(super) const CURRENT_KEY: &str = "RWTqa3HbQwcZkdSEJsGm5Qc+U80RSyH8ivX5en4bzvn8E0v++a8Pb5xp";
pub(super) const NEXT_KEY: &str = "RWQeHu+gtcvM3dSEJsGm5Qc+U80RSyH8ivX5en4bzvn8E0v++a8Pb5xp";

/// A text that is dangerous in a page: markup, and a character that reverses the text after it.
pub(super) const HOSTILE: &str = "</p><script>alert('1')</script>\u{202E}\u{7}";

const NOTES: &str = "Readings arrive sooner after a power cut, and the gas meter is read every half-hour.\n\
    \n\
    - The device joins its network again without a restart.\n\
    - The price of the next tariff period is sent before it starts.\n\
    - A message that IoT Hub refuses is sent again instead of being lost.";

pub(super) fn manifest(version: &str, notes: &str) -> Manifest {
    let digest = |seed: char| std::iter::repeat_n(['4', 'c', '0', seed], 16).flatten().collect();
    let ota = |folder: &str, size: u32, seed: char| Ota {
        path: format!("{folder}/cloudsmets.bin"),
        size,
        sha256: digest(seed),
        md5: "5d41402abc4b2a76b9719d911017c592".to_owned(),
        signature: format!("{folder}/cloudsmets.bin.minisig"),
        summary: notes.to_owned(),
    };
    let factory = Part {
        path: "esp32c3/factory.bin".to_owned(),
        offset: 0,
        size: 1_310_720,
        sha256: digest('f'),
        signature: "esp32c3/factory.bin.minisig".to_owned(),
    };
    let build =
        |chip: &str, parts: Vec<Part>, ota: Ota| Build { chip_family: chip.to_owned(), parts, ota };
    Manifest {
        name: PRODUCT_NAME.to_owned(),
        version: version.parse().unwrap(),
        min: None,
        date: date(2026, 11, 24),
        notes: notes.to_owned(),
        new_install_prompt_erase: true,
        builds: vec![
            build("ESP32-C3", vec![factory], ota("esp32c3", 1_234_567, 'e')),
            build("TLSR8258", Vec::new(), ota("tlsr8258", 181_248, '8')),
        ],
    }
}

pub(super) fn published(manifest: &Manifest) -> SiteVersion {
    let bytes = serde_json::to_vec_pretty(manifest).unwrap();
    SiteVersion::new(manifest.version.clone(), &bytes)
}

/// All kinds of versions: in part, for everyone, withdrawn, not rolled out, broken, in development.
pub(super) fn state() -> SiteState {
    let mut newest = manifest("1.6.0", NOTES);
    newest.min = Some("1.4.0".parse().unwrap());
    let mut dev = manifest("1.7.0-dev2", "Reads the meter's firmware version.");
    dev.date = date(2026, 11, 29);
    let versions = vec![
        published(&dev),
        published(&newest),
        published(&manifest("1.5.0", NOTES)),
        published(&manifest("1.4.1", "Withdrawn because it restarts every hour.")),
        SiteVersion::new("1.4.0".parse().unwrap(), b"{\"name\": "),
        published(&manifest("1.3.0", "")),
    ];
    let percent =
        |version: &str, percent: u8| (version.parse().unwrap(), percent.try_into().unwrap());
    let rollout = Rollout {
        keys: PublicKeys { current: Some(CURRENT_KEY.into()), next: Some(NEXT_KEY.into()) },
        percentages: [("1.7.0-dev2", 100), ("1.6.0", 25), ("1.5.0", 100), ("1.4.1", 100)]
            .map(|(version, number)| percent(version, number))
            .into(),
        withdrawn: ["1.4.1".parse().unwrap()].into(),
        ..Rollout::default()
    };
    SiteState { rollout, versions, has_packages: true }
}

pub(super) fn empty() -> SiteState {
    SiteState { rollout: Rollout::default(), versions: Vec::new(), has_packages: false }
}
