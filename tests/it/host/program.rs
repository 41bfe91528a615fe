//! The real program as a child that never outlives its test.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_cloudsmets");

/// A command that takes longer has started to serve or hangs.
const LONGEST_COMMAND: Duration = Duration::from_secs(60);

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

    /// Runs a command to its end, which has to come by itself.
    pub(crate) fn run(arguments: &[&str], settings: Settings<'_>) -> Output {
        let mut program = Self::start(arguments, settings);
        let started = Instant::now();
        let status = loop {
            if let Some(status) = program.ended() {
                break status;
            }
            assert!(started.elapsed() < LONGEST_COMMAND, "{arguments:?} does not end");
            thread::sleep(Duration::from_millis(5));
        };
        let output = |name| fs::read(program.place.path().join(name)).unwrap();
        let output = Output { status, stdout: output("stdout"), stderr: output("stderr") };
        let left = fs::read_dir(program.place.path()).unwrap().count();
        assert_eq!(left, 2, "{arguments:?} left something in its working directory");
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
