//! A password that the program generates because none is set.

use tempfile::TempDir;

use crate::host::{FunctionsHost, Program, Settings, StandAlone, basic_credentials};

/// Returns the address and the password that a program printed.
fn printed(program: &Program) -> (String, String) {
    let output = program.stdout();
    let (before, after) = output.split_once("password for this run: ").expect("a password");
    let address = before.lines().last().unwrap().to_owned();
    let password = after.split_whitespace().next().unwrap().to_owned();
    assert_eq!(output.matches(&password).count(), 1, "it is printed twice: {output}");
    assert_eq!(program.stderr(), "");
    (address, password)
}

/// Under Core Tools, `func start` is the only command that a developer needs.
#[test]
fn under_the_functions_host_a_password_is_generated_and_printed_with_the_hosts_address() {
    let hostname = ("WEBSITE_HOSTNAME", "localhost:7071");
    let empty = ("DASHBOARD_PASSWORD", "");
    let cases: [Settings<'_>; 2] = [
        // An empty mode is like an unset one.
        &[hostname, empty, ("DASHBOARD_AUTH", "password")],
        &[hostname, empty, ("DASHBOARD_AUTH", "")],
    ];
    let passwords = cases.map(|settings| {
        let host = FunctionsHost::start_with(settings);
        let (address, password) = printed(&host.program);
        assert_eq!(address, "http://localhost:7071/dashboard");
        assert_eq!(host.get_without_password("/dashboard", &[]).status, 401);
        let credentials = basic_credentials(&password);
        let headers = [("Authorization", credentials.as_str())];
        assert_eq!(host.get_without_password("/dashboard", &headers).status, 200);
        password
    });
    assert_ne!(passwords[0], passwords[1]);
}

#[test]
fn stand_alone_a_password_is_generated_if_one_is_demanded() {
    let data = TempDir::new().unwrap();
    let stand_alone = StandAlone::start(data.path(), &[("DASHBOARD_AUTH", "password")]);
    let (address, password) = printed(&stand_alone.program);
    assert_eq!(address, format!("http://127.0.0.1:{}/dashboard", stand_alone.port));
    assert_eq!(stand_alone.get("/dashboard", &[]).status, 401);
    let credentials = basic_credentials(&password);
    let headers = [("Authorization", credentials.as_str())];
    assert_eq!(stand_alone.get("/dashboard", &headers).status, 200);
}
