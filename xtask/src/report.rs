//! What a reader of CI's output sees of each step: that it began, how it ended and how long it took.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Context;

/// How a step ended that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was done.
    Done,
    /// It, or the part named, could not be done here, and that is no fault of the project.
    Skipped(String),
}

/// One step of CI.
pub(crate) struct Step {
    /// What it checks.
    pub(crate) name: &'static str,
    /// Does it.
    pub(crate) run: fn() -> anyhow::Result<Outcome>,
}

/// Runs the steps in order, up to the first that fails.
///
/// # Errors
/// That step's own.
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

/// The time since then, in seconds.
struct Elapsed(Instant);

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} s", self.0.elapsed().as_secs_f64())
    }
}
