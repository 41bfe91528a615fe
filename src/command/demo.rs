//! `cloudsmets demo`: two simulated homes whose devices publish through the same receiver as real
//! devices.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::clock;
use crate::config::{Auth, Config, Listen};
use crate::demo::{Device, cottage, terrace};
use crate::domain::calendar::HALF_HOUR;
use crate::domain::decode::decode;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::merge::Change;
use crate::domain::units::Moment;
use crate::functions_host::{OutgoingEvent, write_envelope};
use crate::http::{Access, App, FirmwareDirectory, RouteSet, router};
use crate::releases::Releases;
use crate::server::{self, Limits};
use crate::store::Store;

/// The arguments of `cloudsmets demo`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The address to listen on; without it, any free port is used if the default is taken
    #[arg(long)]
    listen: Option<std::net::SocketAddr>,
}

/// The length of the homes' history in days: 13 months.
const HISTORY_DAYS: i64 = 396;

/// Seconds between two messages of a device.
const PUBLISH_INTERVAL_SECONDS: i64 = 10;

/// The port of the in-process receiver, which no socket is bound to.
const RECEIVER_PORT: u16 = 0;

/// Serves the demonstration until SIGINT or SIGTERM arrives. Its data are in a temporary directory,
/// which is removed at the end.
///
/// # Errors
/// Fails if no address can be bound or the directory cannot be written.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(async {
        let listener = bind(arguments, config).await?;
        let directory = tempfile::Builder::new().prefix("cloudsmets-demo-").tempdir()?;
        let app = App {
            store: Store::open_embedded(directory.path(), &config.time_zone)?,
            releases: Releases::not_configured(),
            firmware: FirmwareDirectory(None),
            access: Access::new(&Auth::None)?,
            zone: config.time_zone.clone(),
            in_azure: false,
        };
        let now = clock::now();
        let start =
            Moment::from_unix(now.unix() - now.unix() % HALF_HOUR).plus(-HISTORY_DAYS * 86_400);
        let mut devices = vec![Device::new(terrace(), start), Device::new(cottage(), start)];
        for device in &mut devices {
            record_history(&app, device, start, now).await?;
        }
        writeln!(io::stdout(), "http://{}/dashboard", listener.local_addr()?)
            .context("the address cannot be printed")?;
        let receiver = router(app.clone(), RouteSet::CustomHandler { port: RECEIVER_PORT });
        let zone = config.time_zone.clone();
        let publishing = tokio::spawn(async move {
            publish_live(&receiver, devices, &zone).await;
        });
        let service = router(app, RouteSet::StandAlone);
        let limits = Limits::of(Listen::StandAlone(listener.local_addr()?));
        server::serve(listener, service, limits, super::serve::shutdown_signal()).await;
        publishing.abort();
        Ok(ExitCode::SUCCESS)
    })
}

async fn bind(arguments: &Arguments, config: &Config) -> anyhow::Result<TcpListener> {
    let default = match config.listen {
        Listen::StandAlone(address) => address,
        Listen::CustomHandler(_) => config.listen.address(),
    };
    let address = arguments.listen.unwrap_or(default);
    ensure!(
        address.ip().is_loopback(),
        "the demonstration needs no password, so it listens on a loopback address only, not on {address}"
    );
    match TcpListener::bind(address).await {
        Err(_) if arguments.listen.is_none() => TcpListener::bind((address.ip(), 0)).await,
        bound => bound,
    }
    .with_context(|| format!("{address} cannot be bound"))
}

/// Stores a home's history, with one message per half-hour.
async fn record_history(
    app: &App,
    device: &mut Device,
    start: Moment,
    now: Moment,
) -> anyhow::Result<()> {
    let id = DeviceId::new(device.home.device)?;
    let home = HomeId::from(&id);
    let half_hours = now.since(start) / HALF_HOUR;
    let bar = ProgressBar::new(half_hours.unsigned_abs())
        .with_style(ProgressStyle::with_template("{bar:40} {msg}")?)
        .with_message(format!("13 months of {}", device.home.name));
    let mut changes = vec![Change::Renamed(device.home.name.to_owned())];
    for index in 0..=half_hours {
        let at = start.plus(index * HALF_HOUR);
        let message = Device::encode(device.next_message(at, &app.zone));
        let observations = decode(&message, Some(at))?;
        changes.extend(
            observations.into_iter().map(|observation| Change::Reported(id.clone(), observation)),
        );
        if changes.len() > 6_000 || index == half_hours {
            let batch = std::mem::take(&mut changes);
            app.store.record(vec![(home.clone(), batch)], Vec::new()).await?;
            bar.set_position(index.unsigned_abs());
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// Publishes messages without end, in the envelopes of the Functions host.
async fn publish_live(receiver: &Router, mut devices: Vec<Device>, zone: &jiff::tz::TimeZone) {
    let mut interval =
        tokio::time::interval(Duration::from_secs(PUBLISH_INTERVAL_SECONDS.unsigned_abs()));
    for sequence in 0.. {
        interval.tick().await;
        for device in &mut devices {
            if let Err(error) = publish_message(receiver, device, sequence, zone).await {
                tracing::warn!(error = %error, "the simulated device could not publish");
            }
        }
    }
}

async fn publish_message(
    receiver: &Router,
    device: &mut Device,
    sequence: u64,
    zone: &jiff::tz::TimeZone,
) -> anyhow::Result<()> {
    let now = clock::now();
    let body = Device::encode(device.next_message(now, zone));
    let id = DeviceId::new(device.home.device)?;
    let event = OutgoingEvent { device: &id, enqueued: now, sequence, body: &body };
    let request = Request::post("/mqtt-receiver")
        .header("host", format!("127.0.0.1:{RECEIVER_PORT}"))
        .header("content-type", "application/json; charset=utf-8")
        .header("x-azure-functions-invocationid", format!("demo-{sequence}"))
        .body(Body::from(write_envelope(id.as_str(), &[event])?))?;
    let response = receiver.clone().oneshot(request).await?;
    ensure!(response.status() == StatusCode::OK, "the receiver answered {}", response.status());
    Ok(())
}
