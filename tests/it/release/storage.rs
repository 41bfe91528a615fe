//! The contract of the storage of releases, which a directory and a container fulfil alike.

use bytes::Bytes;
use cloudsmets::releases::storage::{CreateOutcome, Entry, ReplaceOutcome, Storage};

use super::location::{Location, at_each_location};

fn open(location: &Location) -> Storage {
    match location {
        Location::Directory(directory) => Storage::directory(directory.path().to_owned()),
        #[cfg(feature = "azure")]
        Location::Container { address, .. } => {
            use cloudsmets::releases::storage::RequestLimits;
            Storage::container(address, "test".to_owned(), None, RequestLimits::OPERATOR).unwrap()
        }
    }
}

/// Runs a test with each storage.
fn with_each_storage(test: impl AsyncFn(Storage, &Location)) {
    at_each_location(move |location| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(test(open(location), location));
    });
}

async fn names(storage: &Storage, prefix: &str) -> Vec<String> {
    let entries = storage.list(prefix).await.unwrap();
    entries.into_iter().map(|entry| entry.name).collect()
}

async fn contents(storage: &Storage, name: &str) -> Option<Bytes> {
    storage.read(name).await.unwrap().map(|stored| stored.bytes)
}

#[test]
fn files_are_listed_by_prefix_and_sorted() {
    with_each_storage(async |storage, location| {
        assert_eq!(names(&storage, "").await, [""; 0]);
        for name in ["b", "1.0.0/x/y", "1.0.0/a", "1.0.00/a", "1.0.0"] {
            // A directory cannot contain a file and a folder of the same name.
            let is_folder = matches!(location, Location::Directory(_)) && name == "1.0.0";
            if !is_folder {
                storage.put(name, Bytes::from(name)).await.unwrap();
            }
        }
        let listed = storage.list("1.0.0/").await.unwrap();
        let entry = |name: &str| Entry { name: name.to_owned(), size: name.len() as u64 };
        assert_eq!(listed, [entry("1.0.0/a"), entry("1.0.0/x/y")]);
        assert_eq!(names(&storage, "1.0.0/x").await, ["1.0.0/x/y"]);
        assert_eq!(names(&storage, "2.0.0/").await, [""; 0]);
    });
}

#[test]
fn hidden_files_are_not_listed() {
    with_each_storage(async |storage, location| {
        for name in [".lock", ".new", "1.0.0/.part", ".git/config", "1.0.0/shown"] {
            location.put(name, b"");
        }
        assert_eq!(names(&storage, "").await, ["1.0.0/shown"]);
    });
}

#[test]
fn an_existing_file_is_never_overwritten_by_creating_it() {
    with_each_storage(async |storage, _| {
        let create = async |text: &'static str| storage.create("1.0.0/x", text.into()).await;
        assert_eq!(create("first").await.unwrap(), CreateOutcome::Created);
        assert_eq!(create("other").await.unwrap(), CreateOutcome::AlreadyExists);
        assert_eq!(create("first").await.unwrap(), CreateOutcome::AlreadyExists);
        assert_eq!(contents(&storage, "1.0.0/x").await.unwrap(), "first");
    });
}

#[test]
fn a_file_is_replaced_only_if_it_has_the_expected_revision() {
    with_each_storage(async |storage, _| {
        let replace = async |text: &'static str, expected| {
            storage.replace("file", text.into(), expected).await.unwrap()
        };
        assert!(storage.read("file").await.unwrap().is_none());
        assert_eq!(replace("1", None).await, ReplaceOutcome::Replaced);
        assert_eq!(replace("2", None).await, ReplaceOutcome::Conflict);
        let first = storage.read("file").await.unwrap().unwrap();
        assert_eq!(replace("2", Some(first.revision.clone())).await, ReplaceOutcome::Replaced);
        assert_eq!(replace("3", Some(first.revision.clone())).await, ReplaceOutcome::Conflict);
        assert_eq!(contents(&storage, "file").await.unwrap(), "2");
        let other = storage.replace("absent", "1".into(), Some(first.revision)).await.unwrap();
        assert_eq!(other, ReplaceOutcome::Conflict);
        assert_eq!(names(&storage, "").await, ["file"]);
    });
}

#[test]
fn large_and_empty_files_are_stored() {
    with_each_storage(async |storage, _| {
        // Larger than the parts in which the client transfers a blob.
        let large = Bytes::from(vec![7; 5 << 20]);
        for (name, content) in [("large", large), ("empty", Bytes::new())] {
            storage.create(name, content.clone()).await.unwrap();
            assert_eq!(contents(&storage, name).await.unwrap(), content, "{name}");
            storage.put(name, content.clone()).await.unwrap();
            assert_eq!(contents(&storage, name).await.unwrap(), content, "{name}");
        }
    });
}

#[test]
fn names_outside_of_the_location_are_refused() {
    with_each_storage(async |storage, location| {
        for name in ["../outside", "/tmp/outside", ".lock", "a/../b", "a//b", ""] {
            storage.put(name, "x".into()).await.unwrap_err();
            storage.create(name, "x".into()).await.unwrap_err();
            storage.replace(name, "x".into(), None).await.unwrap_err();
            storage.read(name).await.unwrap_err();
        }
        assert!(location.tree().is_empty());
    });
}

/// Published files are public, whatever the mode of temporary files.
#[test]
fn files_in_a_directory_can_be_read_by_a_web_server() {
    use std::os::unix::fs::PermissionsExt;
    let location = Location::directory();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(open(&location).put("file", "x".into())).unwrap();
    let reference = location.path().join("reference");
    std::fs::write(&reference, "x").unwrap();
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(location.path().join("file")), mode(reference));
}

#[cfg(feature = "azure")]
#[test]
fn blobs_have_a_content_type_and_are_cached_by_their_names() {
    let Some(azurite) = crate::azure::Azurite::start() else { return };
    let location = Location::container(&azurite, "releases");
    let Location::Container { blobs, .. } = &location else { unreachable!() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let storage = open(&location);
    for (name, kind, caching) in [
        ("1.0.0/manifest.json", "application/json", "public, max-age=31536000, immutable"),
        ("index.html", "text/html; charset=utf-8", "public, max-age=300"),
    ] {
        runtime.block_on(storage.create(name, "x".into())).unwrap();
        let reply = blobs.borrow_mut().get(name);
        let headers = ["content-type", "cache-control"].map(|header| reply.header(header));
        assert_eq!(headers, [Some(kind), Some(caching)]);
    }
}
