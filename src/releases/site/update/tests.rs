use std::collections::BTreeMap;
use std::future::poll_fn;
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::Bytes;
use tempfile::TempDir;

use super::*;
use crate::releases::AvailabilityChange;
use crate::releases::manifest::Manifest;
use crate::releases::rollout::ROLLOUT_FILE;
use crate::releases::site::{PackagesError, sample};

/// A directory in which the sample versions are published.
struct Published {
    directory: TempDir,
    storage: Storage,
}

impl Published {
    async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let storage = Storage::directory(directory.path().to_owned());
        let published = Self { directory, storage };
        published.publish(&sample::manifest("1.5.0", "First notes.")).await;
        published.publish(&sample::manifest("1.6.0-dev1", "")).await;
        let rollout = sample::state().rollout.to_json();
        published.storage.put(ROLLOUT_FILE, rollout.into()).await.unwrap();
        published
    }

    async fn publish(&self, manifest: &Manifest) {
        let name = format!("{}/{MANIFEST}", manifest.version);
        let bytes = serde_json::to_vec_pretty(manifest).unwrap();
        self.storage.create(&name, bytes.into()).await.unwrap();
    }

    async fn update(&self, packages: Option<&Packages>) -> Updated {
        update(&self.storage, packages).await.unwrap()
    }

    fn index(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("index.html")).unwrap()
    }

    async fn tree(&self) -> BTreeMap<String, Bytes> {
        let mut tree = BTreeMap::new();
        for entry in self.storage.list("").await.unwrap() {
            let stored = self.storage.read(&entry.name).await.unwrap().unwrap();
            tree.insert(entry.name, stored.bytes);
        }
        tree
    }
}

#[tokio::test]
async fn a_site_that_is_generated_twice_has_the_same_bytes() {
    let (one, other) = (Published::new().await, Published::new().await);
    assert!(one.update(None).await.written > 3);
    other.update(None).await;
    let tree = one.tree().await;
    assert_eq!(tree, other.tree().await);
    assert_eq!(one.update(None).await.written, 0);
    assert_eq!(tree, one.tree().await);
}

#[tokio::test]
async fn a_change_of_the_releases_appears_on_the_site() {
    let site = Published::new().await;
    site.update(None).await;
    assert!(site.index().contains("id=\"v1.5.0\"") && !site.index().contains("id=\"v1.5.1\""));
    site.publish(&sample::manifest("1.5.1", "")).await;
    site.update(None).await;
    assert!(site.index().contains("id=\"v1.5.1\""));
    let version = "1.5.1".parse().unwrap();
    AvailabilityChange::Withdraw(version).apply(&site.storage).await.unwrap();
    assert!(!site.index().contains("pill withdrawn"));
    site.update(None).await;
    assert!(site.index().contains("pill withdrawn"));
}

#[tokio::test]
async fn a_version_without_a_manifest_is_not_listed() {
    let site = Published::new().await;
    let name = "1.9.0/esp32c3/cloudsmets.bin";
    site.storage.create(name, Bytes::from_static(b"image")).await.unwrap();
    site.update(None).await;
    assert!(!site.index().contains("1.9.0"));
}

#[tokio::test]
async fn published_packages_are_used_by_later_updates() {
    let site = Published::new().await;
    let packages = Packages::sample("contents");
    assert!(!site.update(None).await.has_packages);
    assert!(!site.index().contains("install.html"));
    assert!(site.update(Some(&packages)).await.has_packages);
    assert!(site.index().contains("install.html"));
    assert!(site.update(None).await.has_packages);
    let replaced = update(&site.storage, Some(&Packages::sample("other contents"))).await;
    assert!(matches!(replaced, Err(SiteError::OtherContents(_))), "{replaced:?}");
}

#[tokio::test]
async fn an_interrupted_upload_of_packages_is_completed_by_the_next_one() {
    let site = Published::new().await;
    let packages = Packages::sample("contents");
    let first = packages.files()[0].clone();
    site.storage.create(&first.name, first.bytes).await.unwrap();
    assert!(!site.update(None).await.has_packages);
    assert!(site.update(Some(&packages)).await.has_packages);
}

/// Polls a future several times. Returns its output if it is ready by then.
async fn poll_times<T>(mut future: Pin<&mut impl Future<Output = T>>, times: usize) -> Option<T> {
    let mut polls = 0;
    poll_fn(|context| {
        if polls == times {
            return Poll::Ready(None);
        }
        polls += 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn an_update_that_another_operator_overtakes_at_any_point_ends_with_the_newest_state() {
    for polls in 1.. {
        let site = Published::new().await;
        site.update(None).await;
        site.publish(&sample::manifest("1.5.1", "")).await;
        let mut slow = pin!(site.update(None));
        let is_overtaken = poll_times(slow.as_mut(), polls).await.is_none();
        if !is_overtaken {
            assert!(polls > 10, "{polls} polls");
            return;
        }
        let version = "1.5.0".parse().unwrap();
        AvailabilityChange::Withdraw(version).apply(&site.storage).await.unwrap();
        site.update(None).await;
        slow.await;
        assert!(site.index().contains("pill withdrawn"), "overtaken after {polls} polls");
    }
}

#[test]
fn a_folder_without_the_expected_packages_is_refused() {
    let empty = TempDir::new().unwrap();
    assert!(matches!(Packages::read(empty.path()), Err(PackagesError::Unreadable { .. })));
    for file in Packages::sample("contents").files() {
        let path = empty.path().join(file.name.strip_prefix("assets/").unwrap());
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
    assert!(matches!(Packages::read(empty.path()), Err(PackagesError::Changed { .. })));
}
