//! A stand-in for Microsoft's `az`: a shell script that writes down what it is
//! asked and answers from files. It knows nothing of Azure. As `az` does, it takes
//! what follows an `@` for a file and writes down what is in that.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use super::{run, tools};

/// Takes the first file whose first line, a pattern, fits the arguments.
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
            case $file in
                *download*)
                    while [ "$1" != --file ]; do shift; done
                    echo "$text" >"$2"
                    exit 0
                    ;;
            esac
            [ -z "$text" ] || printf '%s\n' "$text"
            exit 0
            ;;
    esac
done
"#;

/// Words that stand in commands that change something, and in no others.
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
    /// Answers nothing yet, which `az` does too for what it does not find.
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

    /// Answers a command; of several that fit, the first that was given.
    pub(crate) fn answer(mut self, pattern: &str, text: &str) -> Self {
        fs::write(self.next_answer_file(""), format!("{pattern}\n{text}\n")).unwrap();
        self
    }

    /// Fails a command, the first time only.
    pub(crate) fn fail_once(mut self, pattern: &str, error: &str) -> Self {
        fs::write(self.next_answer_file("-once-refused"), format!("{pattern}\n{error}\n")).unwrap();
        self
    }

    /// Hands a file out to a command with `--file`.
    pub(crate) fn serve_file(mut self, pattern: &str, contents: &str) -> Self {
        fs::write(self.next_answer_file("-download"), format!("{pattern}\n{contents}\n")).unwrap();
        self
    }

    /// Writes down with which arguments these tools are started.
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

    /// What was started of the tools that are watched.
    pub(crate) fn command_lines(&self) -> String {
        fs::read_to_string(self.folder.path().join("command-lines")).unwrap()
    }

    pub(crate) fn run(&self, script: &str, arguments: &[&str]) -> Output {
        run(self.folder.path(), script, arguments)
    }

    /// The files that it was handed, each with what its owner and others may do.
    pub(crate) fn parameter_files(&self) -> Vec<String> {
        let lines = fs::read_to_string(self.folder.path().join("files")).unwrap();
        lines.lines().map(str::to_owned).collect()
    }

    /// What it was asked, in order, since it was last asked this.
    pub(crate) fn take_commands(&self) -> Vec<String> {
        let asked = self.folder.path().join("asked");
        let lines = fs::read_to_string(&asked).unwrap_or_default();
        drop(fs::remove_file(asked));
        lines.lines().map(str::to_owned).collect()
    }

    /// What of that would change something.
    pub(crate) fn take_changes(&self) -> Vec<String> {
        let is_changing = |line: &String| CHANGE_MARKERS.iter().any(|word| line.contains(word));
        self.take_commands().into_iter().filter(is_changing).collect()
    }
}
