//! The output of each step: its start, its outcome and its duration.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Context;

/// The outcome of a step that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// All or part of the step could not run on this machine. The text gives the reason.
    Skipped(String),
}

/// A step of `cargo xtask test`.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) run: fn() -> anyhow::Result<Outcome>,
}

/// Runs the steps in order and stops at the first failure.
///
/// # Errors
/// The error of the step that failed.
pub(crate) fn run(steps: &[Step]) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut lines = Vec::new();
    for (number, step) in (1..).zip(steps) {
        println!("\n==> {number}/{} {}", steps.len(), step.name);
        let step_started = Instant::now();
        let outcome = (step.run)();
        let result =
            StepResult { name: step.name, outcome: &outcome, duration: step_started.elapsed() };
        println!("<== {result}");
        lines.push(result.to_string());
        outcome.with_context(|| step.name)?;
    }
    println!("\n{}\nAll {} steps passed in {}.", lines.join("\n"), steps.len(), Elapsed(started));
    Ok(())
}

struct StepResult<'a> {
    name: &'static str,
    outcome: &'a anyhow::Result<Outcome>,
    duration: Duration,
}

impl fmt::Display for StepResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.duration.as_secs_f64();
        match self.outcome {
            Ok(Outcome::Done) => write!(f, "passed  {seconds:6.1} s  {}", self.name),
            Ok(Outcome::Skipped(what)) => {
                write!(f, "passed  {seconds:6.1} s  {} (SKIPPED: {what})", self.name)
            }
            Err(_) => write!(f, "FAILED  {seconds:6.1} s  {}", self.name),
        }
    }
}

/// The time since an instant, in seconds.
struct Elapsed(Instant);

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} s", self.0.elapsed().as_secs_f64())
    }
}
