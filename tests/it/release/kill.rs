//! SIGKILL at every step of a command. Devices see either the old or the new state, and running the
//! command again completes it, as if it had never been killed.

#[cfg(feature = "azure")]
mod container;
mod directory;

use std::collections::BTreeMap;

use super::location::{Location, Tree};
use super::{Contents, SignedFolder};

/// A release that is published before the command.
const OLD: &str = "1.4.0";
const NEW: &str = "1.5.0";

/// The versions that exist, with the percentage of the devices that may install them.
type Visible = BTreeMap<String, u64>;

/// What a device sees: a version exists once its manifest does. Such a version has to be complete.
fn visible(tree: &Tree, folders: &[&SignedFolder; 2]) -> Visible {
    let rollout: serde_json::Value = tree
        .get("releases.json")
        .map(|file| serde_json::from_slice(file).unwrap())
        .unwrap_or_default();
    let mut visible = Visible::new();
    for (version, folder) in [OLD, NEW].into_iter().zip(folders) {
        let prefix = format!("{version}/");
        if !tree.contains_key(&format!("{prefix}manifest.json")) {
            continue;
        }
        let files: Vec<_> = tree.iter().filter(|(name, _)| name.starts_with(&prefix)).collect();
        assert_eq!(files.len(), 8, "{version} is visible and incomplete");
        for (name, content) in files {
            assert!(*content == folder.read(&name[prefix.len()..]), "{name} is damaged");
        }
        let is_withdrawn =
            rollout["withdrawn"].as_array().unwrap().iter().any(|withdrawn| *withdrawn == version);
        let percent = rollout["rollout"][version].as_u64().unwrap_or_default();
        visible.insert(version.to_owned(), if is_withdrawn { 0 } else { percent });
    }
    visible
}

/// What happened to a run of the command.
#[derive(PartialEq, Eq)]
enum Run {
    Killed,
    Completed,
}

/// Counts the kills by the state that they left.
#[derive(Debug, Default)]
struct Kills {
    old_state: usize,
    new_state: usize,
}

impl std::ops::AddAssign for Kills {
    fn add_assign(&mut self, other: Self) {
        self.old_state += other.old_state;
        self.new_state += other.new_state;
    }
}

/// Runs a command at a new location for each step and kills it there, until the command completes.
/// `location` creates a location, and `run` runs the command and kills it at a step, counted from 1.
fn kill_at_every_step(
    command: &[&str],
    location: impl Fn() -> Location,
    run: impl Fn(&Location, &[&str], usize) -> Run,
) -> Kills {
    let folders = [OLD, NEW].map(|version| Contents::new(version).sign());
    let folders = [&folders[0], &folders[1]];
    let arguments: Vec<_> = command
        .iter()
        .map(|word| if *word == "FOLDER" { folders[1].argument() } else { word })
        .collect();
    let reference = location();
    reference.succeed(&["publish", folders[0].argument()]);
    let before = reference.tree();
    let old = visible(&before, &folders);
    reference.succeed(&arguments);
    let expected = reference.tree();
    let new = visible(&expected, &folders);
    assert_ne!(old, new);

    let mut kills = Kills::default();
    for step in 1.. {
        let location = location();
        before.iter().for_each(|(name, content)| location.put(name, content));
        if run(&location, &arguments, step) == Run::Completed {
            assert!(location.tree() == expected);
            break;
        }
        let found = visible(&location.tree(), &folders);
        assert!(found == old || found == new, "{arguments:?} at step {step}: {found:?}");
        *(if found == old { &mut kills.old_state } else { &mut kills.new_state }) += 1;
        location.succeed(&arguments);
        let completed = location.tree();
        let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&completed), names(&expected), "{arguments:?} at step {step}");
        assert!(completed == expected, "{arguments:?} at step {step}");
    }
    println!("{arguments:?}: {kills:?}");
    kills
}
