//! The scripts that deploy to Azure, tested without Azure: their help, their errors, their
//! dry runs, and their first and second run with a stub of Microsoft's `az`.

mod add_device;
mod az_stub;
mod costs;
mod deploy;
mod dry_run;
mod sign_in;
mod subscription;
mod teardown;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::prerequisites::skip_without;
use az_stub::AzStub;

pub(crate) const SCRIPTS: [&str; 4] = ["add-device", "deploy", "sign-in", "teardown"];

/// The tools that the scripts may use: bash, GNU coreutils, jq, and openssl for a device's token. `ls`
/// is for the stub.
const TOOLS: [&str; 17] = [
    "base64", "bash", "cat", "date", "dirname", "env", "head", "jq", "ls", "mktemp", "od",
    "openssl", "rm", "sh", "sleep", "tail", "tr",
];

pub(crate) fn project_path(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder with only the tools, without `az`.
pub(crate) fn tools() -> TempDir {
    let folder = TempDir::new().unwrap();
    for tool in TOOLS {
        let places = ["/bin", "/usr/bin"].map(|place| Path::new(place).join(tool));
        let place = places.iter().find(|place| place.exists());
        symlink(place.unwrap_or_else(|| panic!("no {tool}")), folder.path().join(tool)).unwrap();
    }
    folder
}

/// Runs a script until it exits, with only these tools in its search path.
pub(crate) fn run(tools: &Path, script: &str, arguments: &[&str]) -> Output {
    Command::new(project_path("scripts").join(script))
        .args(arguments)
        .env_clear()
        .env("PATH", tools)
        .env("AZ_STUB_DIR", tools)
        .env("WAIT_SECONDS", "0")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn help_lists_every_accepted_option() {
    let tools = tools();
    for script in SCRIPTS {
        let help = run(tools.path(), script, &["--help"]);
        assert_eq!(help.status.code(), Some(0), "{script}");
        let source = fs::read_to_string(project_path("scripts").join(script)).unwrap();
        // In a `case`, the line of an option begins with it.
        let taken = source.lines().filter_map(|line| line.trim().split_once(')'));
        let words = taken.flat_map(|(pattern, _)| pattern.split(" | "));
        let is_option = |word: &&str| {
            word.starts_with("--") && word.chars().all(|c| c == '-' || c.is_ascii_alphanumeric())
        };
        let options: Vec<_> = words.filter(is_option).collect();
        assert!(options.len() >= 3, "{script}: {options:?}");
        for option in options {
            let listed = format!(" {option} ");
            assert!(text(&help.stdout).contains(&listed), "{script} {option}");
        }
    }
}

#[test]
fn bad_usage_prints_one_line_and_exits_with_2() {
    let tools = tools();
    let cases: [(&str, &[&str]); 35] = [
        ("add-device", &[]),
        ("add-device", &["home", "--nonsense"]),
        ("add-device", &["home", "other"]),
        ("add-device", &["a/b"]),
        ("add-device", &[".."]),
        ("add-device", &["home", "--x509", "12"]),
        ("add-device", &["home", "--token", "0"]),
        ("add-device", &["home", "--remove", "--rotate"]),
        ("add-device", &["home", "--remove", "--token", "7"]),
        ("deploy", &[]),
        ("deploy", &["both"]),
        ("deploy", &["owner", "--location"]),
        ("deploy", &["owner", "--ingestion", "kafka"]),
        ("deploy", &["owner", "--alert-email", "nobody"]),
        ("deploy", &["owner", "--monthly-budget", "0.5"]),
        ("deploy", &["owner", "--name", "Home"]),
        ("deploy", &["owner", "--package", "/nowhere"]),
        ("deploy", &["shared", "--iot-hub-sku", "S1"]),
        ("deploy", &["owner", "--resource-group", "a b", "--dry-run"]),
        ("deploy", &["owner", "--alert-email", "a@b@example.com"]),
        ("deploy", &["owner", "--alert-email", "a\"@example.com"]),
        ("deploy", &["owner", "--alert-email", "@/etc/passwd"]),
        ("deploy", &["owner", "--location", "@/etc/passwd"]),
        ("deploy", &["owner", "--time-zone", "@/etc/passwd"]),
        ("deploy", &["owner", "--time-zone", "Europe London"]),
        ("deploy", &["owner", "--dashboard-client-id", "the-client"]),
        ("deploy", &["owner", "--dashboard-client-id", "<CLIENT_ID>"]),
        ("deploy", &["owner", "--dashboard-owners", "@/etc/passwd"]),
        ("deploy", &["owner", "--dashboard-owners", "a@example.com|b"]),
        ("deploy", &["owner", "--package-uri", "https://example.com/a b"]),
        ("deploy", &["shared", "--publishers", "me"]),
        ("deploy", &["shared", "--publishers", "\",\""]),
        ("sign-in", &["now"]),
        ("teardown", &[]),
        ("teardown", &["everything"]),
    ];
    for (script, arguments) in cases {
        let output = run(tools.path(), script, arguments);
        assert_eq!(output.status.code(), Some(2), "{script} {arguments:?}");
        let message = text(&output.stderr);
        assert_eq!(message.lines().count(), 1, "{script} {arguments:?}: {message}");
        assert!(message.starts_with(&format!("{script}: ")), "{message}");
        assert!(output.stdout.is_empty(), "{script} {arguments:?}");
    }
}

#[test]
fn every_script_reports_a_missing_az_or_sign_in() {
    let tools = tools();
    let cases = [
        ("add-device", &["home"][..]),
        ("deploy", &["owner", "--alert-email", "a@example.com"]),
        ("sign-in", &[]),
        ("teardown", &["owner", "--yes"]),
    ];
    assert_eq!(cases.map(|(script, _)| script), SCRIPTS);
    for (script, arguments) in cases {
        let output = run(tools.path(), script, arguments);
        assert_eq!(output.status.code(), Some(1), "{script}");
        assert!(text(&output.stderr).contains("(az) is not installed"), "{script}");

        let azure = AzStub::new().fail_once("account show *", "Please run 'az login'");
        let output = azure.run(script, arguments);
        assert_eq!(output.status.code(), Some(1), "{script}");
        let message = text(&output.stderr);
        assert!(message.contains("not signed in to Azure: run az login"), "{script}: {message}");
        assert_eq!(azure.take_changes(), [""; 0], "{script}");
    }
}

#[test]
fn every_script_reports_a_missing_jq() {
    let tools = tools();
    fs::remove_file(tools.path().join("jq")).unwrap();
    for (script, arguments) in [
        ("add-device", &["home"][..]),
        ("deploy", &["owner", "--alert-email", "a@example.com", "--dry-run"]),
        ("sign-in", &["--dry-run"]),
        ("teardown", &["owner"]),
    ] {
        let output = run(tools.path(), script, arguments);
        assert_eq!(output.status.code(), Some(1), "{script}");
        assert!(text(&output.stderr).contains("jq is not installed"), "{script}");
    }
}

/// If a value is missing, the next option is not used as the value.
#[test]
fn an_option_is_not_taken_as_the_value_of_another() {
    let azure = AzStub::new();
    let cases: [(&str, &[&str]); 20] = [
        ("add-device", &["home", "-g", "--rotate"]),
        ("add-device", &["home", "--resource-group", "-h"]),
        ("add-device", &["home", "--x509", "--rotate"]),
        ("add-device", &["home", "--token", "--glow"]),
        ("deploy", &["owner", "-g", "--yes"]),
        ("deploy", &["owner", "--resource-group", "--dry-run"]),
        ("deploy", &["owner", "--location", "--yes"]),
        ("deploy", &["owner", "--name", "--yes"]),
        ("deploy", &["owner", "--alert-email", "--yes@example.com"]),
        ("deploy", &["owner", "--monthly-budget", "-1"]),
        ("deploy", &["owner", "--package-uri", "--yes"]),
        ("deploy", &["owner", "--package", "--again"]),
        ("deploy", &["owner", "--ingestion", "--yes"]),
        ("deploy", &["owner", "--iot-hub-sku", "--yes"]),
        ("deploy", &["owner", "--cosmos-mode", "--yes"]),
        ("deploy", &["owner", "--time-zone", "--yes"]),
        ("deploy", &["owner", "--dashboard-owners", "--yes"]),
        ("deploy", &["shared", "--publishers", "--yes"]),
        ("sign-in", &["--resource-group", "--dry-run"]),
        ("teardown", &["owner", "-g", "--yes"]),
    ];
    for (script, arguments) in cases {
        let output = azure.run(script, arguments);
        assert_eq!(output.status.code(), Some(2), "{script} {arguments:?}");
        assert!(text(&output.stderr).contains(" needs a value"), "{script} {arguments:?}");
        assert_eq!(azure.take_commands(), [""; 0], "{script} {arguments:?}");
    }
}

/// The program refuses unknown variables with its prefix, so the scripts must not introduce any.
#[test]
fn the_scripts_read_no_settings_of_the_program() {
    for script in SCRIPTS.iter().chain(&["lib/azure.sh"]) {
        let source = fs::read_to_string(project_path("scripts").join(script)).unwrap();
        assert!(!source.contains("CLOUDSMETS_"), "{script}");
    }
}

#[test]
fn shellcheck_finds_nothing() {
    let check = Command::new("shellcheck")
        .args(["--external-sources", "--check-sourced"])
        .args(SCRIPTS)
        .current_dir(project_path("scripts"))
        .output();
    match check {
        Ok(output) => assert!(output.status.success(), "{}", text(&output.stdout)),
        Err(_) => skip_without("shellcheck"),
    }
}

#[test]
fn the_guide_uses_only_existing_options() {
    let tools = tools();
    let guide = fs::read_to_string(project_path("docs/deploy.md")).unwrap();
    // Commands are in back quotes or on their own line.
    let pieces = guide.split(['`', '\n']).filter_map(|piece| piece.strip_prefix("scripts/"));
    let mut checked = 0;
    for piece in pieces {
        let (script, rest) = piece.split_once(' ').unwrap_or((piece, ""));
        let script = script.trim_end_matches('/');
        assert!(SCRIPTS.contains(&script), "there is no scripts/{script}");
        let help = run(tools.path(), script, &["--help"]).stdout;
        for option in rest.split(' ').filter(|word| word.starts_with("--")) {
            assert!(text(&help).contains(&format!(" {option} ")), "{script} has no {option}");
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
}
