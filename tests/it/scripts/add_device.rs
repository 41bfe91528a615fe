//! `scripts/add-device`.

use azure_core::credentials::Secret;
use azure_core::hmac::hmac_sha256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;

use super::subscription::deployed;
use super::text;

const DEVICE_NOT_FOUND: &str =
    r#"ERROR: Not Found({"Message":"ErrorCode:DeviceNotFound;meter-1"})"#;
const UNAUTHORIZED: &str =
    r#"ERROR: Unauthorized({"Message":"ErrorCode:IotHubUnauthorizedAccess"})"#;

#[test]
fn a_device_is_created_once_and_printed_identically_afterwards() {
    let azure = deployed()
        .fail_once("rest *--method get*", DEVICE_NOT_FOUND)
        .answer("rest *--method get*", "sas c2VjcmV0 null");
    let first = azure.run("add-device", &["meter-1"]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert_eq!(azure.take_changes().len(), 1);
    let string = "HostName=hub-1.azure-devices.net;DeviceId=meter-1;SharedAccessKey=c2VjcmV0\n";
    assert!(text(&first.stdout).ends_with(string), "{}", text(&first.stdout));
    assert!(!text(&first.stderr).contains("c2VjcmV0"));

    let second = azure.run("add-device", &["meter-1"]);
    assert_eq!(second.stdout, first.stdout);
    assert!(text(&second.stderr).contains("nothing to change"));
    assert_eq!(azure.take_changes(), [""; 0]);
}

#[test]
fn a_user_without_access_to_the_hub_is_given_the_role_first() {
    let azure = deployed()
        .answer("ad signed-in-user show *", "the-user")
        .answer("iot hub show *", "/the/hub")
        .fail_once("rest *--method get*", UNAUTHORIZED)
        .answer("rest *--method get*", "sas c2VjcmV0 null");
    let output = azure.run("add-device", &["meter-1"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let changed = azure.take_changes();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].starts_with("role assignment create "), "{changed:?}");
    assert!(changed[0].contains(" --scope /the/hub "), "{changed:?}");
}

/// A device is removed whether it uses a key or a certificate. Its key is not printed.
#[test]
fn a_device_is_removed_once() {
    let azure = deployed()
        .answer("ad signed-in-user show *", "the-user")
        .answer("iot hub show *", "/the/hub")
        .fail_once("rest *--method get*", UNAUTHORIZED)
        .answer("rest *--method get*", "sas c2VjcmV0 null");
    let output = azure.run("add-device", &["meter-1", "--remove"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    let changed = azure.take_changes();
    assert_eq!(changed.len(), 2, "{changed:?}");
    assert!(changed[0].starts_with("role assignment create "), "{changed:?}");
    let expected = "rest --resource https://iothubs.azure.net \
                    --url https://hub-1.azure-devices.net/devices/meter-1?api-version=2021-04-12 \
                    --method delete --headers If-Match=\"*\" --output tsv";
    assert_eq!(changed[1], expected);

    let azure = deployed().fail_once("rest *--method get*", DEVICE_NOT_FOUND);
    let output = azure.run("add-device", &["meter-1", "--remove"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"), "{}", text(&output.stderr));
    assert_eq!(azure.take_changes(), [""; 0]);
}

/// The shortest and the longest key, and keys with bytes that a shell easily loses.
fn keys() -> [Vec<u8>; 3] {
    [b"\0\n\r %\\'\xff\x36\x5c\0\0\0\0\n\n".to_vec(), (0..32).collect(), (192..=255).collect()]
}

#[test]
fn a_token_is_signed_with_the_devices_key() {
    for key in keys() {
        let key = STANDARD.encode(key);
        let azure = deployed().answer("rest *--method get*", &format!("sas {key} null"));
        let output = azure.run("add-device", &["meter:1", "--token", "2"]);
        let printed = text(&output.stdout);
        let token = printed.lines().last().unwrap().split("SharedAccessSignature ").nth(1).unwrap();
        let [opens, signature, ends] = token.split('&').collect::<Vec<_>>()[..] else {
            panic!("{token}")
        };
        assert_eq!(opens, "sr=hub-1.azure-devices.net%2Fdevices%2Fmeter%3A1");
        let ends = ends.strip_prefix("se=").unwrap();
        assert!(ends.parse::<u64>().is_ok(), "{token}");
        let signed = format!("{}\n{ends}", opens.strip_prefix("sr=").unwrap());
        let expected = hmac_sha256(&signed, &Secret::new(key)).unwrap();
        let expected = utf8_percent_encode(&expected, NON_ALPHANUMERIC);
        assert_eq!(signature, format!("sig={expected}"));
    }
}

/// Every user of the machine can read the command lines of running programs.
#[test]
fn a_devices_key_never_appears_on_a_command_line() {
    let key: Vec<u8> = (192..=255).collect();
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let encoded = STANDARD.encode(key);
    let azure = deployed().answer("rest *--method get*", &format!("sas {encoded} null"));
    azure.record_command_lines(&["base64", "cat", "od", "openssl", "tr"]);
    let output = azure.run("add-device", &["meter-1", "--token", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines = azure.command_lines();
    assert!(lines.contains("openssl dgst"), "{lines}");
    for secret in [&encoded, &digits, &digits.to_uppercase()] {
        assert!(!lines.contains(secret.as_str()), "{lines}");
    }
}
