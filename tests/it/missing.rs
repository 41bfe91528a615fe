//! Programs that a test needs and that are not installed.

/// Passes over a test with a visible line. Where everything is to be tested
/// they have to be there: `cargo xtask test` installs them.
pub(crate) fn skip_for_want_of(programs: &str) {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{programs} has to be installed in CI");
    eprintln!("skipped for want of {programs}");
}
