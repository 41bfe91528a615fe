//! `scripts/publish-release`.

use super::dry_run::write_release;
use super::subscription::deployed;
use super::text;

#[test]
fn an_incomplete_release_is_finished_and_a_complete_one_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    write_release(folder.path(), "1.2.3");
    let arguments = ["1.2.3", folder.path().to_str().unwrap()];

    let azure = deployed().answer("storage blob list *", "1.2.3/esp32c3/cloudsmets.bin");
    let output = azure.run("publish-release", &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let changed = azure.take_changes();
    assert_eq!(changed.len(), 5, "{changed:?}");
    assert!(changed[0].contains("--overwrite true"), "{}", changed[0]);
    assert!(changed[1..].iter().all(|upload| upload.contains("--overwrite false")));

    let published = |manifest| {
        deployed()
            .answer("storage blob list *", "1.2.3/esp32c3/cloudsmets.bin\n1.2.3/manifest.json")
            .serve_file("storage blob download *", manifest)
    };
    let azure = published(r#"{"version":"1.2.3"}"#);
    let output = azure.run("publish-release", &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"));
    assert_eq!(azure.take_changes(), [""; 0]);

    let azure = published(r#"{"version":"1.2.3","other":1}"#);
    let output = azure.run("publish-release", &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("never changed"), "{}", text(&output.stderr));
    assert_eq!(azure.take_changes(), [""; 0]);
}
