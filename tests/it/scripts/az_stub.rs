//! A stub of Microsoft's `az`: a shell script that logs its arguments and answers from
//! files. It does not simulate Azure. Like `az`, it reads an argument after an `@` from a
//! file, and logs the content of the file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use super::{run, tools};

/// Answers with the first file whose first line is a pattern that matches the arguments.
const AZ: &str = r#"#!/bin/sh
line=''
for word in "$@"; do
    file=${word#*@}
    case $word in
        *azuredeploy.json) ;;
        @* | *=@*)
            mode=$(ls -l "$file")
            echo "$file ${mode%%[ .+]*}" >>"$AZ_STUB_DIR/files"
            word="${word%%@*}$(tr -d '\n' <"$file")"
            ;;
    esac
    line="$line $word"
done
printf '%s\n' "${line# }" >>"$AZ_STUB_DIR/asked"
for file in "$AZ_STUB_DIR"/answers/*; do
    IFS= read -r pattern <"$file"
    case "$*" in
        $pattern)
            text=$(tail -n +2 "$file")
            case $file in *once*) rm "$file" ;; esac
            case $file in *refused*) echo "$text" >&2; exit 1 ;; esac
            [ -z "$text" ] || printf '%s\n' "$text"
            exit 0
            ;;
    esac
done
"#;

/// Words that occur only in commands that change something.
const CHANGE_MARKERS: [&str; 9] = [
    " create ",
    " add ",
    " update ",
    " delete ",
    " purge ",
    " upload ",
    " config-zip ",
    " put ",
    " post --url https://graph.microsoft.com/v1.0/applications ",
];

fn write_program(path: &Path, script: &str) {
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

pub(crate) struct AzStub {
    folder: TempDir,
    answers: usize,
}

impl AzStub {
    /// A stub without answers. Like `az` for an object that does not exist, it prints nothing.
    pub(crate) fn new() -> Self {
        let folder = tools();
        write_program(&folder.path().join("az"), AZ);
        fs::create_dir(folder.path().join("answers")).unwrap();
        Self { folder, answers: 0 }
    }

    fn next_answer_file(&mut self, kind: &str) -> PathBuf {
        self.answers += 1;
        self.folder.path().join(format!("answers/{:02}{kind}", self.answers))
    }

    /// Adds an answer to a command. If several patterns match, the first one counts.
    pub(crate) fn answer(mut self, pattern: &str, text: &str) -> Self {
        fs::write(self.next_answer_file(""), format!("{pattern}\n{text}\n")).unwrap();
        self
    }

    /// Makes a command fail the first time.
    pub(crate) fn fail_once(mut self, pattern: &str, error: &str) -> Self {
        fs::write(self.next_answer_file("-once-refused"), format!("{pattern}\n{error}\n")).unwrap();
        self
    }

    /// Logs the arguments with which these tools are started.
    pub(crate) fn record_command_lines(&self, tools: &[&str]) {
        for tool in tools {
            let path = self.folder.path().join(tool);
            let real = fs::read_link(&path).unwrap();
            let script = format!(
                "#!/bin/sh\necho \"{tool} $*\" >>\"$AZ_STUB_DIR/command-lines\"\nexec {} \"$@\"\n",
                real.display()
            );
            fs::remove_file(&path).unwrap();
            write_program(&path, &script);
        }
    }

    /// The command lines of the logged tools.
    pub(crate) fn command_lines(&self) -> String {
        fs::read_to_string(self.folder.path().join("command-lines")).unwrap()
    }

    pub(crate) fn run(&self, script: &str, arguments: &[&str]) -> Output {
        run(self.folder.path(), script, arguments)
    }

    /// The files in the arguments, each with its mode.
    pub(crate) fn parameter_files(&self) -> Vec<String> {
        let lines = fs::read_to_string(self.folder.path().join("files")).unwrap();
        lines.lines().map(str::to_owned).collect()
    }

    /// The commands since the last call, in order.
    pub(crate) fn take_commands(&self) -> Vec<String> {
        let asked = self.folder.path().join("asked");
        let lines = fs::read_to_string(&asked).unwrap_or_default();
        drop(fs::remove_file(asked));
        lines.lines().map(str::to_owned).collect()
    }

    /// The commands since the last call that would change something.
    pub(crate) fn take_changes(&self) -> Vec<String> {
        let is_changing = |line: &String| CHANGE_MARKERS.iter().any(|word| line.contains(word));
        self.take_commands().into_iter().filter(is_changing).collect()
    }
}
