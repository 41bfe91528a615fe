//! A dashboard with a password.

use tempfile::TempDir;

use super::{PATHS, host};
use crate::host::{Connection, FunctionsHost, Program, basic_credentials, free_port, head};
use crate::lifecycle::wait_until_ready;

/// The password of a test's handler.
const PASSWORD: (&str, &str) = ("DASHBOARD_PASSWORD", "another horse battery");

fn protected_host() -> FunctionsHost {
    host(&[("DASHBOARD_AUTH", "password"), PASSWORD])
}

fn status_with(host: &FunctionsHost, path: &str, password: &str) -> u16 {
    let credentials = basic_credentials(password);
    let headers = [("Host", "meter.example"), ("Authorization", credentials.as_str())];
    host.get_without_password(path, &headers).status
}

/// Sends a wrong password and returns the connection before the reply arrives.
fn guess(host: &FunctionsHost, number: usize) -> Connection {
    let credentials = basic_credentials(&format!("wrong guess {number}"));
    let request = head("GET", "/dashboard", &[("Authorization", &credentials)]);
    let mut connection = host.connect();
    connection.write(&request).unwrap();
    connection
}

#[test]
fn every_dashboard_path_requires_the_password() {
    let host = protected_host();
    for path in PATHS {
        let reply = host.get_without_password(path, &[]);
        assert_eq!(reply.status, 401, "{path}");
        assert!(reply.header("www-authenticate").unwrap().starts_with("Basic "));
        assert_eq!(status_with(&host, path, PASSWORD.1), 200, "{path}");
    }
    for wrong in ["", "another horse", "another horse battery "] {
        assert_eq!(status_with(&host, "/dashboard", wrong), 401, "{wrong:?}");
    }
    // Devices do not have the password.
    assert_eq!(host.get_without_password("/latest-version", &[]).status, 404);
}

#[test]
fn many_wrong_passwords_are_refused_while_the_right_one_is_accepted() {
    let host = protected_host();
    let guesses: Vec<_> = (0..15).map(|number| guess(&host, number)).collect();
    assert_eq!(status_with(&host, "/dashboard", PASSWORD.1), 200);
    let replies: Vec<_> = guesses.into_iter().map(|mut guess| guess.reply().unwrap()).collect();
    let refused: Vec<_> = replies.iter().filter(|reply| reply.status == 429).collect();
    assert!(!refused.is_empty() && refused.len() < replies.len(), "{replies:?}");
    for reply in refused {
        assert_eq!(reply.header("connection"), Some("close"));
        let retry_after: u32 = reply.header("retry-after").unwrap().parse().unwrap();
        assert!(retry_after > 0);
    }
    assert!(replies.iter().all(|reply| matches!(reply.status, 401 | 429)), "{replies:?}");
}

#[test]
fn a_guesser_that_hangs_up_early_stays_limited() {
    let host = protected_host();
    for number in 0..40 {
        // The request has to be read before the connection ends, or it would not count.
        let connection = guess(&host, number);
        assert_eq!(host.get("/").status, 200);
        connection.shut_down();
    }
    assert_eq!(guess(&host, 40).reply().unwrap().status, 429);
    assert_eq!(status_with(&host, "/dashboard", PASSWORD.1), 200);
}

#[test]
fn wrong_passwords_are_logged_as_one_count() {
    let host = protected_host();
    let guesses: Vec<_> = (0..5).map(|number| guess(&host, number)).collect();
    for mut guess in guesses {
        guess.reply().unwrap();
    }
    let log = host.program.stdout();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("auth.failures")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(!log.contains("wrong guess") && !log.contains("somebody"), "{log}");
}

/// Delayed answers hold connections, of which there are 16 at 64 descriptors.
#[test]
fn delayed_answers_do_not_lock_out_the_right_password() {
    let (port, data) = (free_port(), TempDir::new().unwrap());
    let address = format!("127.0.0.1:{port}");
    let settings = [
        ("CLOUDSMETS_LISTEN", address.as_str()),
        ("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap()),
        ("DASHBOARD_AUTH", "password"),
        PASSWORD,
    ];
    let mut program = Program::start_with_descriptors(64, &[], &settings);
    wait_until_ready(&mut program, &address);
    let request = |password: &str| {
        let credentials = basic_credentials(password);
        head("GET", "/dashboard", &[("Authorization", &credentials)])
    };
    let mut guesses: Vec<_> = (0..60).map(|_| Connection::open(port).unwrap()).collect();
    for guess in &mut guesses {
        // The program may have closed the connection already to make room.
        let _ = guess.write(&request("wrong guess"));
    }
    let reply = Connection::open(port).unwrap().round_trip(&request(PASSWORD.1)).unwrap();
    assert_eq!(reply.status, 200);
}
