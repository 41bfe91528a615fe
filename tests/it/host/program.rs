//! The real program as a child process that never outlives its test.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The program under test: the one built with the tests, unless
/// `PROGRAM_UNDER_TEST` names another, such as the packaged one.
pub(crate) fn program_under_test() -> PathBuf {
    let other = std::env::var_os("PROGRAM_UNDER_TEST");
    other.unwrap_or_else(|| env!("CARGO_BIN_EXE_cloudsmets").into()).into()
}

/// A command that runs longer is serving or hangs.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// Environment variables by name.
pub(crate) type Settings<'a> = &'a [(&'a str, &'a str)];

/// A running program. It is killed on drop, as the host would do.
pub(crate) struct Program {
    child: Child,
    /// Contains the program's two outputs; in most tests also its working directory.
    directory: TempDir,
}

impl Program {
    /// Starts the program in an empty directory with only these environment variables.
    pub(crate) fn start(arguments: &[&str], settings: Settings<'_>) -> Self {
        let directory = TempDir::new().unwrap();
        let mut command = Command::new(program_under_test());
        command.args(arguments).current_dir(directory.path());
        Self::spawn(command, settings, directory)
    }

    /// Starts a program in its own folder, as the Functions host starts the one
    /// in a package.
    pub(crate) fn start_in_own_directory(program: &Path, settings: Settings<'_>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(program.parent().unwrap());
        Self::spawn(command, settings, TempDir::new().unwrap())
    }

    /// Starts it with a limit on the number of open file descriptors.
    pub(crate) fn start_with_descriptors(
        limit: u32,
        arguments: &[&str],
        settings: Settings<'_>,
    ) -> Self {
        let directory = TempDir::new().unwrap();
        let mut command = Command::new("sh");
        let script = "ulimit -n \"$1\" && shift && exec \"$@\"";
        command.args(["-c", script, "sh", &limit.to_string()]);
        command.arg(program_under_test()).args(arguments).current_dir(directory.path());
        Self::spawn(command, settings, directory)
    }

    /// Starts it with a pipe as its standard output, which the caller may leave unread.
    pub(crate) fn start_with_pipe(
        arguments: &[&str],
        settings: Settings<'_>,
    ) -> (Self, ChildStdout) {
        let directory = TempDir::new().unwrap();
        let mut command = Command::new(program_under_test());
        command.args(arguments).current_dir(directory.path());
        let mut program = Self::spawn_with(command, settings, directory, Stdio::piped());
        let pipe = program.child.stdout.take().unwrap();
        (program, pipe)
    }

    fn spawn(command: Command, settings: Settings<'_>, directory: TempDir) -> Self {
        let stdout = File::create(directory.path().join("stdout")).unwrap();
        Self::spawn_with(command, settings, directory, stdout.into())
    }

    fn spawn_with(
        mut command: Command,
        settings: Settings<'_>,
        directory: TempDir,
        stdout: Stdio,
    ) -> Self {
        let stderr = File::create(directory.path().join("stderr")).unwrap();
        command.env_clear().envs(settings.iter().copied()).stdin(Stdio::null());
        let child = command.stdout(stdout).stderr(stderr).spawn().unwrap();
        Self { child, directory }
    }

    /// Runs a command until it exits.
    pub(crate) fn run(arguments: &[&str], settings: Settings<'_>) -> Output {
        let mut program = Self::start(arguments, settings);
        let started = Instant::now();
        let status = loop {
            if let Some(status) = program.exit_status() {
                break status;
            }
            assert!(started.elapsed() < COMMAND_TIMEOUT, "{arguments:?} does not end");
            thread::sleep(Duration::from_millis(5));
        };
        let output = |name| fs::read(program.directory.path().join(name)).unwrap();
        let output = Output { status, stdout: output("stdout"), stderr: output("stderr") };
        let left = fs::read_dir(program.directory.path()).unwrap().count();
        assert_eq!(left, 2, "{arguments:?} left something in its working directory");
        output
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The exit status, or `None` while the program runs.
    pub(crate) fn exit_status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits until the program exits. Sends no signal.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Sends SIGKILL, the only signal that the host uses.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// What it wrote to standard output; nothing if that is a pipe.
    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(self.directory.path().join("stdout")).unwrap_or_default()
    }

    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.directory.path().join("stderr")).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- output of the program ---\n{}{}", self.stdout(), self.stderr());
        }
    }
}
