//! `latest-version` names only what exists, is not withdrawn and is rolled out, after any history of
//! publications, roll-outs and withdrawals in a real directory.

use std::collections::BTreeMap;

use cloudsmets::releases::rollout::{Group, Percent, ROLLOUT_FILE};
use cloudsmets::releases::storage::{ReplaceOutcome, Storage};
use cloudsmets::releases::{AvailabilityChange, Channel, ReleaseVersion, Releases, read_rollout};
use proptest::prelude::*;
use tempfile::TempDir;

const VERSIONS: [&str; 7] =
    ["0.9.9", "1.0.0-dev9", "1.0.0-dev10", "1.0.0", "1.1.0-dev1", "1.1.0", "1.10.0"];

#[derive(Clone, Debug)]
enum Operation {
    /// Publishes a version, or fails after some steps.
    Publish(ReleaseVersion, Percent, PublicationEnd),
    RollOut(ReleaseVersion, Percent),
    Withdraw(ReleaseVersion),
}

/// The last step of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PublicationEnd {
    Images,
    Percentage,
    Manifest,
}

fn version() -> impl Strategy<Value = ReleaseVersion> {
    prop::sample::select(&VERSIONS).prop_map(|version| version.parse().unwrap())
}

fn percent() -> impl Strategy<Value = Percent> {
    prop_oneof![prop::sample::select(&[0, 1, 50, 99, 100, 100]), 0..=100_u8]
        .prop_map(|number| Percent::try_from(number).unwrap())
}

fn operation() -> impl Strategy<Value = Operation> {
    let end = prop_oneof![
        1 => Just(PublicationEnd::Images),
        1 => Just(PublicationEnd::Percentage),
        4 => Just(PublicationEnd::Manifest),
    ];
    prop_oneof![
        4 => (version(), percent(), end)
            .prop_map(|(version, percent, end)| Operation::Publish(version, percent, end)),
        3 => (version(), percent())
            .prop_map(|(version, percent)| Operation::RollOut(version, percent)),
        1 => version().prop_map(Operation::Withdraw),
    ]
}

/// What the operator did to a version.
#[derive(Clone, Copy, Debug, Default)]
struct Expected {
    has_files: bool,
    exists: bool,
    is_withdrawn: bool,
    percent: u8,
}

impl Expected {
    fn is_for(self, group: Option<u8>) -> bool {
        let required = group.map_or(100, |group| group + 1);
        self.exists && !self.is_withdrawn && self.percent >= required
    }
}

/// The real releases, and what is expected of them.
struct History {
    storage: Storage,
    expected: BTreeMap<ReleaseVersion, Expected>,
    _directory: TempDir,
}

impl History {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let storage = Storage::directory(directory.path().to_owned());
        Self { storage, expected: BTreeMap::new(), _directory: directory }
    }

    async fn apply(&mut self, operation: Operation) {
        match operation {
            Operation::Publish(version, percent, end) => self.publish(version, percent, end).await,
            Operation::RollOut(version, percent) => {
                let expected = self.expected.entry(version.clone()).or_default();
                let change = AvailabilityChange::Rollout(version, percent);
                let is_applied = change.apply(&self.storage).await.is_ok();
                assert_eq!(is_applied, expected.exists && !expected.is_withdrawn);
                if is_applied {
                    expected.percent = percent.into();
                }
            }
            Operation::Withdraw(version) => {
                let expected = self.expected.entry(version.clone()).or_default();
                let change = AvailabilityChange::Withdraw(version);
                let is_applied = change.apply(&self.storage).await.is_ok();
                assert_eq!(is_applied, expected.has_files);
                expected.is_withdrawn |= is_applied;
            }
        }
    }

    /// Takes the steps of a publication in their order. A publication that is repeated leaves the
    /// percentage of a version that exists unchanged, as `cloudsmets release publish` does.
    async fn publish(&mut self, version: ReleaseVersion, percent: Percent, end: PublicationEnd) {
        let expected = self.expected.entry(version.clone()).or_default();
        if expected.exists || expected.is_withdrawn {
            return;
        }
        let create = async |name: &str| {
            self.storage.create(&format!("{version}/{name}"), "x".into()).await.unwrap();
        };
        create("esp32c3/cloudsmets.bin").await;
        expected.has_files = true;
        if end >= PublicationEnd::Percentage {
            set_percent(&self.storage, &version, percent).await;
            expected.percent = percent.into();
        }
        if end >= PublicationEnd::Manifest {
            create("manifest.json").await;
            expected.exists = true;
        }
    }

    /// The answer for each group, and at last the answer to a request without a group.
    async fn answers(&self, channel: Channel) -> Vec<Option<ReleaseVersion>> {
        let releases = Releases::new(self.storage.clone());
        let mut answers = Vec::new();
        for group in groups() {
            let group = group.map(|group| group.to_string().parse::<Group>().unwrap());
            answers.push(releases.latest(channel, group).await.unwrap());
        }
        answers
    }

    fn expected_answer(&self, channel: Channel, group: Option<u8>) -> Option<&ReleaseVersion> {
        let in_channel =
            |version: &ReleaseVersion| channel == Channel::Development || !version.is_dev();
        self.expected
            .iter()
            .filter(|(version, expected)| in_channel(version) && expected.is_for(group))
            .map(|(version, _)| version)
            .next_back()
    }
}

fn groups() -> impl Iterator<Item = Option<u8>> {
    (0..100).map(Some).chain([None])
}

async fn set_percent(storage: &Storage, version: &ReleaseVersion, percent: Percent) {
    let revision = storage.read(ROLLOUT_FILE).await.unwrap().map(|file| file.revision);
    let mut rollout = read_rollout(storage).await.unwrap();
    rollout.percentages.insert(version.clone(), percent);
    let replaced = storage.replace(ROLLOUT_FILE, rollout.to_json().into(), revision).await;
    assert_eq!(replaced.unwrap(), ReplaceOutcome::Replaced);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn only_available_versions_are_named(operations in prop::collection::vec(operation(), 1..16)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut history = History::new();
        for operation in operations {
            runtime.block_on(history.apply(operation));
            for channel in [Channel::Release, Channel::Development] {
                let answers = runtime.block_on(history.answers(channel));
                for (group, answer) in groups().zip(&answers) {
                    prop_assert_eq!(answer.as_ref(), history.expected_answer(channel, group));
                }
                // A lower group gets what a higher group gets, or something newer, and all of them may
                // install the answer to a request without a group.
                prop_assert!(answers.is_sorted_by(|lower, higher| lower >= higher));
                prop_assert_eq!(&answers[99], &answers[100]);
            }
        }
    }
}
