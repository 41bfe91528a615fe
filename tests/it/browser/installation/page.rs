//! The installation page in a browser, and the simulated device that is connected with it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fantoccini::Client;
use serde_json::{Value, json};

const SIMULATOR: &str = concat!(
    include_str!("simulator/port.js"),
    include_str!("simulator/registers.js"),
    include_str!("simulator/loader.js"),
    include_str!("simulator/device.js"),
    include_str!("simulator/firmware.js"),
    include_str!("simulator/connect.js"),
);
const DIALOG: &str = include_str!("dialog.js");

/// The vendor and product id of the connection.
pub(super) const USB_JTAG: [u16; 2] = [0x303A, 0x1001];
pub(super) const UART_BRIDGE: [u16; 2] = [0x10C4, 0xEA60];

pub(super) struct InstallationPage<'a>(pub(super) &'a Client);

impl InstallationPage<'_> {
    /// Waits until the page has checked the release, and returns its state and the reason of a refusal.
    pub(super) async fn state(&self) -> (String, String) {
        let script = "const done = arguments[arguments.length - 1];
            const read = () => {
                const element = document.querySelector('cloudsmets-installer');
                const state = element.getAttribute('state');
                if (!state || state === 'checking') return setTimeout(read, 20);
                done([state, element.getAttribute('reason') ?? '']);
            };
            read();";
        let state = self.0.execute_async(script, Vec::new()).await.unwrap();
        serde_json::from_value(state).unwrap()
    }

    /// The texts that a person sees in the installer, without those that are hidden.
    pub(super) async fn visible_text(&self) -> String {
        let script = "return document.querySelector('cloudsmets-installer').innerText";
        self.0.execute(script, Vec::new()).await.unwrap().as_str().unwrap().to_owned()
    }

    /// Waits until the installer shows a text.
    pub(super) async fn wait_for_text(&self, text: &str) {
        let script = "const [text, done] = arguments;
            const read = () => {
                const shown = document.querySelector('cloudsmets-installer').innerText;
                shown.includes(text) ? done() : setTimeout(read, 20);
            };
            read();";
        self.0.execute_async(script, vec![json!(text)]).await.unwrap();
    }

    /// The height of the whole page in CSS pixels.
    pub(super) async fn height(&self) -> u32 {
        let script = "return document.documentElement.scrollHeight";
        let height = self.0.execute(script, Vec::new()).await.unwrap().as_u64().unwrap();
        u32::try_from(height).unwrap()
    }

    /// The texts and buttons for single states that a person sees.
    pub(super) async fn visible_slots(&self) -> Value {
        let script = "return [...document.querySelectorAll('cloudsmets-installer [slot]')]
            .filter((element) => element.checkVisibility()).map((element) => element.slot)";
        self.0.execute(script, Vec::new()).await.unwrap()
    }

    /// Whether there is a button that starts an installation, visible or not.
    pub(super) async fn has_install_button(&self) -> bool {
        let script = "return document.querySelector('esp-web-install-button') !== null
            || !document.querySelector('[slot=activate]').hidden";
        self.0.execute(script, Vec::new()).await.unwrap().as_bool().unwrap()
    }

    pub(super) async fn check_again(&self) {
        let script = "document.querySelector('cloudsmets-installer > button:not([slot])').click()";
        self.0.execute(script, Vec::new()).await.unwrap();
    }

    pub(super) async fn connect_device(&self, options: Value) {
        self.0.execute(SIMULATOR, vec![options]).await.unwrap();
    }

    /// Opens the dialog of the installation.
    pub(super) async fn start(&self) {
        let script = "document.querySelector('[slot=activate]').click()";
        self.0.execute(script, Vec::new()).await.unwrap();
    }

    /// Does a step of `dialog.js`.
    pub(super) async fn step(&self, name: &str, parameters: &[&str]) -> Value {
        let parameters = [name].iter().chain(parameters).map(|text| json!(text)).collect();
        match self.0.execute_async(DIALOG, parameters).await {
            Ok(outcome) if outcome["error"].is_null() => outcome["result"].clone(),
            failed => panic!("{name}: {failed:.200?}; {}", self.diagnosis().await),
        }
    }

    /// What the dialog shows and what the device reports, for the message of a failed test.
    async fn diagnosis(&self) -> Value {
        let script = "const dialog = document.querySelector('ewt-install-dialog');
            return [dialog?.shadowRoot.querySelector('ew-dialog')?.innerText, dialog?._installState?.message,
                window.simulatedDevice.problems]";
        self.0.execute(script, Vec::new()).await.unwrap()
    }

    pub(super) async fn flash(&self) -> Vec<u8> {
        let flash = self.device("device.flash.toBase64()").await;
        BASE64_STANDARD.decode(flash.as_str().unwrap()).unwrap()
    }

    /// Evaluates an expression about the simulated device.
    pub(super) async fn device(&self, expression: &str) -> Value {
        let script = format!("const device = window.simulatedDevice; return {expression}");
        self.0.execute(&script, Vec::new()).await.unwrap()
    }
}
