//! Shared access signatures of the emulator's account.

use azure_core::credentials::Secret;
use azure_core::hmac::hmac_sha256;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The emulator's account, whose key is public.
pub(super) const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const EXPIRY: &str = "2099-01-01T00:00:00Z";
/// The service version that defines the string to sign.
const VERSION: &str = "2019-12-12";

/// The query string of an account signature with these permissions, such as
/// `rl` for reading and listing.
pub(super) fn query(permissions: &str) -> String {
    let lines = [ACCOUNT, permissions, "b", "sco", "", EXPIRY, "", "https,http", VERSION, ""];
    let signature = hmac_sha256(&lines.join("\n"), &Secret::new(KEY)).unwrap();
    let signature = utf8_percent_encode(&signature, NON_ALPHANUMERIC);
    let expiry = utf8_percent_encode(EXPIRY, NON_ALPHANUMERIC);
    format!(
        "sv={VERSION}&ss=b&srt=sco&sp={permissions}&se={expiry}&spr=https%2Chttp&sig={signature}"
    )
}
