//! Starts programs: where they lie, in which folder they run and how they fail.

use std::env;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::Context;

/// Where servers are installed; the search path of an ordinary user often lacks these.
const SERVER_FOLDERS: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Where the tools lie that [`crate::tools`] installs.
pub(crate) fn tools_folder() -> PathBuf {
    root().join("target/tools")
}

/// A program that runs in the workspace and finds what was installed for it. It writes to where
/// xtask itself writes.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    if let Ok(path) = env::join_paths(search_path()) {
        command.env("PATH", path);
    }
    command
}

/// Cargo with these arguments.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = program("cargo");
    command.args(arguments);
    command
}

/// Whether a program can be found.
pub(crate) fn is_installed(name: &str) -> bool {
    search_path().any(|folder| folder.join(name).is_file())
}

#[expect(clippy::disallowed_methods, reason = "the search path is the environment's")]
fn search_path() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let user_path: Vec<_> = env::split_paths(&path).collect();
    let servers = SERVER_FOLDERS.map(PathBuf::from);
    user_path.into_iter().chain([tools_folder().join("bin")]).chain(servers)
}

/// Runs a program to its end.
///
/// # Errors
/// [`CommandFailed`] with its exit code when it says that it failed.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    run_with(command, Command::status)
}

/// Runs a program to its end in a way of one's own.
///
/// # Errors
/// [`CommandFailed`] with its exit code when it says that it failed.
pub(crate) fn run_with(
    command: &mut Command,
    status: impl FnOnce(&mut Command) -> io::Result<ExitStatus>,
) -> anyhow::Result<()> {
    let command_line = command_line(command);
    println!("$ {command_line}");
    let status = status(command).with_context(|| format!("{command_line} cannot be run"))?;
    if status.success() { Ok(()) } else { Err(CommandFailed { command_line, status }.into()) }
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// A program that said that it failed.
#[derive(Debug)]
pub(crate) struct CommandFailed {
    command_line: String,
    status: ExitStatus,
}

impl CommandFailed {
    /// The program's own exit code; 1 when a signal ended it.
    pub(crate) fn exit_code(&self) -> ExitCode {
        let code = self.status.code().and_then(|code| u8::try_from(code).ok());
        ExitCode::from(code.filter(|code| *code != 0).unwrap_or(1))
    }
}

impl fmt::Display for CommandFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.command_line, self.status)
    }
}

impl std::error::Error for CommandFailed {}
