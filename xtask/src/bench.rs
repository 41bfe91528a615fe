//! Measures the service.

/// Runs the measurements.
pub(crate) fn run() -> anyhow::Result<()> {
    println!("bench: see src/bench");
    Ok(())
}
