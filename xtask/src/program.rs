//! Starts other programs: the search path, the working directory and the errors.

use std::env;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use anyhow::Context;

/// Folders in which servers are installed. The search path of an ordinary user often lacks them.
const SERVER_FOLDERS: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// The root folder of the workspace.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The folder into which [`crate::tools`] installs.
pub(crate) fn tools_folder() -> PathBuf {
    root().join("target/tools")
}

/// Cargo's own folder, which contains the downloaded crates.
///
/// # Errors
/// If neither `CARGO_HOME` nor the user's home folder is known.
#[expect(clippy::disallowed_methods, reason = "CARGO_HOME is an environment variable")]
pub(crate) fn cargo_home() -> anyhow::Result<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .context("CARGO_HOME is not set")
}

/// A command that runs in the root of the workspace, with the installed tools in its search path.
/// It inherits the output streams of xtask.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    if let Ok(path) = env::join_paths(search_path()) {
        command.env("PATH", path);
    }
    command
}

pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = program("cargo");
    command.args(arguments);
    command
}

/// Whether a program is in the search path.
pub(crate) fn is_installed(name: &str) -> bool {
    search_path().any(|folder| folder.join(name).is_file())
}

#[expect(clippy::disallowed_methods, reason = "PATH is an environment variable")]
fn search_path() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let user_path: Vec<_> = env::split_paths(&path).collect();
    let servers = SERVER_FOLDERS.map(PathBuf::from);
    user_path.into_iter().chain([tools_folder().join("bin")]).chain(servers)
}

/// Runs a program until it exits.
///
/// # Errors
/// [`CommandFailed`] if the exit status is not a success.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    run_with(command, Command::status)
}

/// Like [`run`], with a function that starts the program and waits for it.
///
/// # Errors
/// [`CommandFailed`] if the exit status is not a success.
pub(crate) fn run_with(
    command: &mut Command,
    status: impl FnOnce(&mut Command) -> io::Result<ExitStatus>,
) -> anyhow::Result<()> {
    let command_line = command_line(command);
    println!("$ {command_line}");
    let status = status(command).with_context(|| format!("cannot run {command_line}"))?;
    if status.success() { Ok(()) } else { Err(CommandFailed { command_line, status }.into()) }
}

/// Runs a program until it exits and returns its standard output.
///
/// # Errors
/// [`CommandFailed`] if the exit status is not a success.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let mut stdout = Vec::new();
    run_with(command.stderr(Stdio::inherit()), |command| {
        let output = command.output()?;
        stdout = output.stdout;
        Ok(output.status)
    })?;
    Ok(String::from_utf8(stdout)?)
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// A program whose exit status is not a success.
#[derive(Debug)]
pub(crate) struct CommandFailed {
    command_line: String,
    status: ExitStatus,
}

impl CommandFailed {
    /// The exit code of the program; 1 if a signal terminated it.
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
