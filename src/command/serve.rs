//! `cloudsmets serve`.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, Listen};
use crate::http::{App, router};
use crate::server;

/// Exit code of a custom handler that was told to stop: the host takes 0 for
/// "nothing happened" and never starts the handler again.
const TERMINATED: u8 = 143;

/// Serves until a signal ends it.
///
/// # Errors
/// When the address cannot be bound or the store cannot be opened.
pub fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let runtime = super::runtime()?;
    let result = runtime.block_on(serve_until_signalled(config));
    // A thread that waits for a name's address, say, is not waited for.
    runtime.shutdown_background();
    result
}

async fn serve_until_signalled(config: &Config) -> anyhow::Result<ExitCode> {
    let address = config.listen.address();
    // The port first: whoever waits for it finds it, however long the rest takes.
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("{address} cannot be bound"))?;
    let app = server::open_app(config)?;
    let store = app.store.clone();
    tokio::spawn(async move { store.warm_up().await });
    let surface = server::surface(config.listen);
    let address = listener.local_addr()?;
    tracing::info!(server.address = %address, server.surface = ?surface, "serving");
    // A closed standard output must not end the program.
    let _ = print_address(config, address, &app);
    server::serve(listener, router(app, surface), shutdown_signal()).await?;
    Ok(match config.listen {
        Listen::CustomHandler(_) => ExitCode::from(TERMINATED),
        Listen::StandAlone(_) => ExitCode::SUCCESS,
    })
}

/// Prints the address of the dashboard and a generated password on the console. Under the Functions
/// host this prints nothing unless there is a generated password, because standard output is a log.
fn print_address(config: &Config, bound: SocketAddr, app: &App) -> io::Result<()> {
    let url = config.dashboard_url(bound);
    let mut out = io::stdout().lock();
    match (app.access.generated_password(), config.listen) {
        (Some(password), _) => {
            writeln!(out, "{url}\npassword for this run: {} (any user name)", password.reveal())
        }
        (None, Listen::StandAlone(_)) => writeln!(out, "{url}"),
        (None, Listen::CustomHandler(_)) => Ok(()),
    }
}

/// Waits for Ctrl-C or a polite request to end.
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
