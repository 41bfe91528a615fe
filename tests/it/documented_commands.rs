//! The commands of `cloudsmets` in the documents.

use std::fs;
use std::path::{Path, PathBuf};

use crate::host::Program;

/// All documents with commands, by their paths in the project.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guides = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let guides = guides.filter(|path| path.extension().is_some_and(|end| end == "md"));
    guides.chain([root.join("README.md"), root.join("infra/README.md")]).collect()
}

/// The lines of the shell code in a document. A line that ends in a backslash includes the next one.
fn shell_lines(document: &str) -> Vec<String> {
    let blocks = document.split("```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| block.strip_prefix("sh\n"));
    let lines = blocks.flat_map(|block| {
        let joined = block.replace("\\\n", " ");
        joined.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    });
    lines.collect()
}

/// The arguments of a command of `cloudsmets`, after settings of environment variables.
fn arguments(line: &str) -> Option<Vec<&str>> {
    let is_setting = |word: &&str| word.contains('=');
    let mut words = line.split_whitespace().skip_while(is_setting);
    (words.next() == Some("cloudsmets")).then(|| words.take_while(|word| *word != "#").collect())
}

/// With `--help` after all arguments, the program checks their names and values, and does nothing.
#[test]
fn the_program_accepts_every_documented_command() {
    let mut checked = Vec::new();
    for path in documents() {
        let document = fs::read_to_string(&path).unwrap();
        for line in shell_lines(&document) {
            let Some(mut arguments) = arguments(&line) else { continue };
            arguments.push("--help");
            let output = Program::run(&arguments, &[]);
            let message = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {line}: {message}", path.display());
            checked.push(line);
        }
    }
    let guide = |command: &str| checked.iter().any(|line| line.contains(command));
    for command in ["keygen", "sign", "verify", "publish", "rollout", "withdraw", "list"] {
        assert!(guide(&format!("cloudsmets release {command}")), "{command} is not documented");
    }
}

#[test]
fn commands_are_found_in_shell_code_only() {
    let document = "Run `cloudsmets a`.\n\n```sh\nA=1 B='$2' cloudsmets b --c \\\n    d # e\ncargo demo\n```\n\n\
                    ```text\ncloudsmets f\n```\n";
    let lines = shell_lines(document);
    let found: Vec<_> = lines.iter().filter_map(|line| arguments(line)).collect();
    assert_eq!(found, [["b", "--c", "d"]]);
}
