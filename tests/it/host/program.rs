//! The real program as a child that never outlives its test.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output};

use tempfile::TempDir;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_cloudsmets");

/// Environment variables by name.
pub(crate) type Settings<'a> = &'a [(&'a str, &'a str)];

/// A running program. Dropping it kills it, as the host would.
pub(crate) struct Program {
    child: Child,
    /// Its working directory, with what it wrote to its two outputs.
    place: TempDir,
}

impl Program {
    /// Starts it with these variables and no others, in an empty directory.
    pub(crate) fn start(arguments: &[&str], settings: Settings<'_>) -> Self {
        let place = TempDir::new().unwrap();
        let output = |name| File::create(place.path().join(name)).unwrap();
        let mut command = command(arguments, settings, place.path());
        let child = command.stdout(output("stdout")).stderr(output("stderr")).spawn().unwrap();
        Self { child, place }
    }

    /// Runs a command to its end.
    pub(crate) fn run(arguments: &[&str], settings: Settings<'_>) -> Output {
        let place = TempDir::new().unwrap();
        let output = command(arguments, settings, place.path()).output().unwrap();
        let left: Vec<_> = fs::read_dir(place.path()).unwrap().collect();
        assert!(left.is_empty(), "{arguments:?} left {left:?} in its working directory");
        output
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits until it ends by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// SIGKILL, which is all that the host knows.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(self.place.path().join("stdout")).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.place.path().join("stderr")).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- the program said ---\n{}{}", self.stdout(), self.stderr());
        }
    }
}

fn command(arguments: &[&str], settings: Settings<'_>, place: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().envs(settings.iter().copied()).current_dir(place);
    command.stdin(std::process::Stdio::null());
    command
}
