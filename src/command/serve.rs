//! `cloudsmets serve`.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, Listen};
use crate::http::{App, router};
use crate::server::{self, Limits};

/// The exit code of a custom handler that a signal ended. The host never restarts a handler that
/// exits with 0.
const TERMINATED: u8 = 143;

/// Serves until SIGINT or SIGTERM arrives.
///
/// # Errors
/// Fails if the address cannot be bound or the store cannot be opened.
pub fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let runtime = super::runtime()?;
    let result = runtime.block_on(serve_until_signalled(config));
    // Does not wait for threads that are blocked, for example in a DNS look-up.
    runtime.shutdown_background();
    result
}

async fn serve_until_signalled(config: &Config) -> anyhow::Result<ExitCode> {
    let address = config.listen.address();
    // Binds the port first, so that clients can connect however long the rest takes.
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("{address} cannot be bound"))?;
    let app = server::open_app(config)?;
    let store = app.store.clone();
    tokio::spawn(async move { store.warm_up().await });
    let route_set = server::route_set(config.listen);
    let address = listener.local_addr()?;
    // A closed standard output must not end the program.
    let _ = print_address(config, address, &app);
    tracing::info!(server.address = %address, server.surface = ?route_set, "serving");
    let limits = Limits::of(config.listen);
    server::serve(listener, router(app, route_set), limits, shutdown_signal()).await;
    Ok(match config.listen {
        Listen::CustomHandler(_) => ExitCode::from(TERMINATED),
        Listen::StandAlone(_) => ExitCode::SUCCESS,
    })
}

/// Prints the addresses of the dashboard and the installation page, and a generated password, on the
/// console. Under the Functions host this prints nothing unless there is a generated password, because
/// standard output is a log.
fn print_address(config: &Config, bound: SocketAddr, app: &App) -> io::Result<()> {
    let url = config.dashboard_url(bound);
    let mut out = io::stdout().lock();
    match (app.access.generated_password(), config.listen) {
        (Some(password), _) => {
            writeln!(out, "{url}\npassword for this run: {} (any user name)", password.reveal())?;
        }
        (None, Listen::StandAlone(_)) => writeln!(out, "{url}")?,
        (None, Listen::CustomHandler(_)) => {}
    }
    match app.firmware.install_page() {
        Some(path) => writeln!(out, "firmware installation: http://{bound}{path}"),
        None => Ok(()),
    }
}

/// Waits for SIGINT or SIGTERM.
pub(super) async fn shutdown_signal() {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
