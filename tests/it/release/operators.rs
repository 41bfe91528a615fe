//! Several operators change the releases at the same time, each with a process of their own.

use std::thread;

use serde_json::json;

use super::location::{Location, at_each_location, run_at};
use super::{Contents, SignedFolder};

/// Runs commands at the same time, all of which have to succeed.
fn run_concurrently(location: &Location, commands: &[Vec<String>]) {
    let address = location.address();
    thread::scope(|scope| {
        for command in commands {
            let address = &address;
            scope.spawn(move || {
                let arguments: Vec<_> = command.iter().map(String::as_str).collect();
                let result = run_at(address, &arguments);
                assert_eq!(result.code, Some(0), "{command:?}: {}", result.stderr);
            });
        }
    });
}

fn command(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn no_change_of_the_rollout_is_lost() {
    at_each_location(|location| {
        let version = |number: usize| format!("1.{number}.0");
        let mut commands = Vec::new();
        let (mut rollout, mut withdrawn) = (serde_json::Map::new(), Vec::new());
        for number in 10..34 {
            let version = version(number);
            location.put(&format!("{version}/manifest.json"), b"{}");
            if number % 3 == 0 {
                commands.push(command(&["withdraw", &version]));
                withdrawn.push(version);
            } else {
                commands.push(command(&["rollout", &version, &number.to_string()]));
                rollout.insert(version, number.into());
            }
        }
        run_concurrently(location, &commands);
        let expected = json!({"schema": 1, "keys": {}, "rollout": rollout, "withdrawn": withdrawn});
        assert_eq!(location.rollout(), expected);
    });
}

#[test]
fn releases_are_published_at_the_same_time() {
    let folders: Vec<_> =
        (1..=4).map(|minor| Contents::new(&format!("1.{minor}.0")).sign()).collect();
    let publish = |folder: &SignedFolder, percent: &str| {
        command(&["publish", folder.argument(), "--percent", percent])
    };
    at_each_location(|location| {
        let mut commands = vec![
            publish(&folders[0], "10"),
            publish(&folders[1], "20"),
            publish(&folders[2], "30"),
        ];
        // Two operators publish the same version.
        commands.extend([publish(&folders[3], "40"), publish(&folders[3], "40")]);
        run_concurrently(location, &commands);
        let expected = json!({"1.1.0": 10, "1.2.0": 20, "1.3.0": 30, "1.4.0": 40});
        assert_eq!(location.rollout()["rollout"], expected);
        let before = location.tree();
        assert_eq!(before.keys().filter(|name| name.starts_with("1.")).count(), 4 * 8);
        for folder in &folders {
            location.succeed(&["publish", folder.argument()]);
        }
        assert_eq!(location.tree(), before);
    });
}
