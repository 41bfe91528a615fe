//! The whole program on Cosmos DB, as the Functions host runs it in the owner's
//! subscription.

use crate::azure::faults::{Fault, FaultSchedule};
use crate::azure::{AzureAccount, IdentityEndpoint, IdentityReply};
use crate::dialect::{Dialect, gas};
use crate::host::{Batch, Event, FunctionsHost, Program, free_port, post};

/// 2026-01-13T00:00:00Z.
const START: i64 = 1_768_262_400;

/// A day of both fuels, and one bad event.
fn batch() -> Batch {
    let half_hours = (0..=48).map(|n| START + n * 1_800).zip(0..);
    let mut events: Vec<_> = half_hours
        .flat_map(|(at, n)| {
            [Dialect::V2.event("home-1", at, 5_000_000 + 250 * n), gas("home-1", at, 90_000 + n)]
        })
        .collect();
    events.push(Event::new("home-1", START, "rubbish"));
    Batch::in_partition(0, 100, events)
}

const DAY: &str = "homes/home-1/usage?fuel=electricity&from=2026-01-13&to=2026-01-14&step=day";

#[test]
fn delivered_readings_are_shown() {
    let account = AzureAccount::start();
    let mut settings = account.settings();
    settings.push(("RUST_LOG", "trace"));
    let host = FunctionsHost::start_with(&settings);
    let summary = host.deliver(&batch());
    assert_eq!(summary["ReturnValue"]["rejected"], 1, "{summary}");
    assert_eq!(host.data("homes")[0]["id"], "home-1");
    assert_eq!(host.data(DAY)["total"]["wh"], 12_000);
    for page in ["", "/homes/home-1", "/homes/home-1/day/2026-01-13", "/homes/home-1/year/2026"] {
        assert_eq!(host.get(&format!("/dashboard{page}")).status, 200, "{page}");
    }
    // Another instance shows the same data, and a redelivered batch has no effect.
    let documents = account.cosmos.items("documents");
    let other = FunctionsHost::start_with(&settings);
    other.deliver(&batch());
    assert_eq!(other.data(DAY), host.data(DAY));
    assert_eq!(account.cosmos.items("documents"), documents);
    assert_eq!(account.dead_letters(), [b"rubbish"]);
    let logs = host.program.stdout() + &host.program.stderr();
    assert!(logs.contains("cosmos.request_units"), "no charge is logged: {logs}");
    IdentityEndpoint::assert_no_secret_in(&logs);
}

#[test]
fn a_home_with_an_unreadable_document_does_not_hide_the_others() {
    let account = AzureAccount::start();
    let host = FunctionsHost::start_with(&account.settings());
    let homes = ["bad-day", "good", "malformed"];
    let events = homes.iter().map(|home| Dialect::V2.event(home, START, 5_000));
    host.deliver(&Batch::new(events.collect()));
    let secret = serde_json::json!({"schema": 1, "home": {"secret": "sesame"}});
    account.cosmos.overwrite_document("home:malformed", "home", &secret);
    account.cosmos.overwrite_document("home:bad-day", "day:electricity:2026-01-13", &secret);
    let listed = host.data("homes");
    for (index, (home, is_broken)) in homes.into_iter().zip([true, false, true]).enumerate() {
        assert_eq!(listed[index]["id"], home, "{listed}");
        assert_eq!(listed[index]["broken"].is_string(), is_broken, "{listed}");
    }
    assert!(!listed.to_string().contains("sesame"), "{listed}");
    assert_eq!(host.get("/dashboard").text().matches("class=\"broken\"").count(), 2);
    for (home, status) in homes.into_iter().zip([500, 200, 500]) {
        assert_eq!(host.get(&format!("/dashboard/homes/{home}")).status, status, "{home}");
    }
}

#[test]
fn one_token_serves_many_requests() {
    let account = AzureAccount::start();
    let host = FunctionsHost::start_with(&account.settings());
    host.deliver(&batch());
    host.data("homes");
    let requests = account.identity.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0].contains("resource=https%3A%2F%2Fcosmos.azure.com"), "{requests:?}");
}

#[test]
fn commands_use_the_same_readings_as_the_server() {
    let account = AzureAccount::start();
    let host = FunctionsHost::start_with(&account.settings());
    host.deliver(&batch());
    // The log must not be in the command's output.
    let mut settings = account.settings();
    settings.push(("RUST_LOG", "trace"));
    let run = |arguments: &[&str]| {
        let output = Program::run(arguments, &settings);
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && stderr.contains("\"level\":"), "{stdout}{stderr}");
        assert!(!stdout.contains("\"level\":"), "{stdout}");
        stdout
    };
    let window = ["--from", "2026-01-13", "--to", "2026-01-15", "--format", "csv"];
    let exported = run(&[&["export", "--home", "home-1"][..], &window].concat());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &exported).unwrap();
    let path = file.path().to_str().unwrap();
    let fuel = ["--fuel", "electricity", "--format", "cloudsmets", path];
    run(&[&["import", "--home", "home-2"][..], &fuel].concat());
    assert_eq!(host.data(&DAY.replace("home-1", "home-2"))["total"]["wh"], 12_000);
    assert!(run(&["dead-letters"]).contains("home-1"));
}

/// Asserts that a handler whose store is unreachable serves everything else and
/// makes the host retry a batch.
fn assert_still_responds(mut host: FunctionsHost) {
    host.assert_alive();
    assert_eq!(host.get("/dashboard").status, 503);
    assert_eq!(host.get("/dashboard/api/v1/homes").status, 503);
    let reply = host.connect().round_trip(&post("/mqtt-receiver", &batch().body(None))).unwrap();
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(host.get("/latest-version").status, 404);
    host.assert_alive();
    IdentityEndpoint::assert_no_secret_in(&(host.program.stdout() + &host.program.stderr()));
}

#[test]
fn the_program_responds_while_the_account_is_unreachable() {
    let identity = IdentityEndpoint::start(IdentityReply::Token);
    let endpoint = format!("https://127.0.0.1:{}/", free_port());
    let mut settings = vec![("COSMOS_ENDPOINT", endpoint.as_str()), ("COSMOS_DATABASE", "none")];
    let endpoint = identity.settings();
    settings.extend(endpoint.iter().map(|(name, value)| (*name, value.as_str())));
    assert_still_responds(FunctionsHost::start_with(&settings));
}

#[test]
fn the_program_responds_while_the_identity_endpoint_fails() {
    let account = AzureAccount::start();
    let identity = IdentityEndpoint::start(IdentityReply::Status(500));
    for (name, endpoint) in
        [("dead", IdentityEndpoint::settings_at(free_port())), ("refuses", identity.settings())]
    {
        println!("{name}");
        let mut settings = account.settings();
        settings.retain(|(name, _)| !name.starts_with("IDENTITY_"));
        settings.extend(endpoint.iter().map(|(name, value)| (*name, value.as_str())));
        assert_still_responds(FunctionsHost::start_with(&settings));
    }
}

/// A retry cannot fix it and would block the other homes of the partition for ever.
#[test]
fn a_write_that_cosmos_refuses_is_dead_lettered_and_other_homes_are_stored() {
    let account = AzureAccount::start();
    let host = FunctionsHost::start_with(&account.settings());
    let reading = |home, at, wh| Dialect::V2.event(home, at, wh);
    host.deliver(&Batch::in_partition(0, 1, vec![reading("home-1", START, 5_000)]));
    // The second reading of home-1 replaces its day; the first of a new home creates one.
    account.cosmos.inject_faults(FaultSchedule::from_fn(|request| {
        match request.starts_with("PUT ") {
            true => Fault::Refused(413),
            false => Fault::None,
        }
    }));
    let refused = reading("home-1", START + 60, 5_010);
    let both = vec![refused, reading("home-2", START + 60, 7_000)];
    let summary = host.deliver(&Batch::in_partition(0, 2, both));
    for what in ["accepted", "observations", "rejected"] {
        assert_eq!(summary["ReturnValue"][what], 1, "{summary}");
    }
    assert_eq!(account.dead_letters(), [Dialect::V2.electricity(START + 60, 5_010)]);
    let homes = host.data("homes");
    assert_eq!(homes.as_array().map(Vec::len), Some(2), "{homes}");
}

/// The refused event is accepted once Cosmos DB takes the document.
#[test]
fn dead_letters_are_replayed_from_cosmos() {
    let account = AzureAccount::start();
    let host = FunctionsHost::start_with(&account.settings());
    let reading =
        |n: u8| Dialect::V2.event("home-1", START + 60 * i64::from(n), 5_000 + 10 * u64::from(n));
    host.deliver(&Batch::in_partition(0, 1, vec![reading(0)]));
    account.cosmos.inject_faults(FaultSchedule::from_fn(|request| {
        match request.starts_with("PUT ") {
            true => Fault::Refused(413),
            false => Fault::None,
        }
    }));
    let both = vec![reading(1), Event::new("home-1", START, "rubbish")];
    host.deliver(&Batch::in_partition(0, 2, both));
    assert_eq!(account.dead_letters().len(), 2);
    account.cosmos.inject_faults(FaultSchedule::none());
    let replay = || {
        let output = Program::run(&["dead-letters", "replay"], &account.settings());
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
        stdout
    };
    let output = replay();
    assert!(output.ends_with("1 accepted and removed, 1 kept, 0 with a new reason\n"), "{output}");
    assert_eq!(host.data("homes/home-1/live")["electricity"]["import_wh"], 5_010);
    assert_eq!(account.dead_letters(), [b"rubbish"]);
    let output = replay();
    assert!(output.ends_with("0 accepted and removed, 1 kept, 0 with a new reason\n"), "{output}");
}

/// A 404 or 412 to a create request does not mean that the item exists.
#[test]
fn an_event_is_not_acknowledged_before_it_is_dead_lettered() {
    let account = AzureAccount::start();
    let host = FunctionsHost::start_with(&account.settings());
    let rubbish = |n| Batch::in_partition(0, n, vec![Event::new("home-1", START, "rubbish")]);
    host.deliver(&rubbish(1));
    for status in [404, 412, 503] {
        account.cosmos.inject_faults(FaultSchedule::from_fn(move |request| {
            match request.starts_with("POST ") {
                true => Fault::Refused(status),
                false => Fault::None,
            }
        }));
        let reply =
            host.connect().round_trip(&post("/mqtt-receiver", &rubbish(2).body(None))).unwrap();
        assert_eq!(reply.status, 503, "{status}: {}", reply.text());
    }
    account.cosmos.inject_faults(FaultSchedule::none());
    host.deliver(&rubbish(2));
    assert_eq!(account.dead_letters().len(), 2);
}

/// A 400 says nothing about the readings: the container may have other keys, or
/// another server may respond at the account's address.
#[test]
fn no_event_is_lost_while_cosmos_answers_bad_request() {
    let account = AzureAccount::start();
    let host = FunctionsHost::start_with(&account.settings());
    let reading =
        |n: u8| Dialect::V2.event("home-1", START + 60 * i64::from(n), 5_000 + 10 * u64::from(n));
    host.deliver(&Batch::in_partition(0, 1, vec![reading(0)]));
    let second =
        Batch::in_partition(0, 2, vec![reading(1), Event::new("home-1", START, "rubbish")]);
    for path in ["/documents/docs", "/docs"] {
        account.cosmos.inject_faults(FaultSchedule::from_fn(move |request| {
            match request.contains(path) {
                true => Fault::Refused(400),
                false => Fault::None,
            }
        }));
        let reply = host.connect().round_trip(&post("/mqtt-receiver", &second.body(None))).unwrap();
        assert_eq!(reply.status, 503, "{path}: {}", reply.text());
    }
    account.cosmos.inject_faults(FaultSchedule::none());
    host.deliver(&second);
    assert_eq!(account.dead_letters(), [b"rubbish"]);
    assert_eq!(host.data("homes/home-1/live")["electricity"]["import_wh"], 5_010);
}

/// Retrying an item that is too large would block all later events for ever.
#[test]
fn a_dead_letter_that_cosmos_refuses_does_not_block_the_batch() {
    let account = AzureAccount::start();
    let host = FunctionsHost::start_with(&account.settings());
    host.deliver(&Batch::in_partition(0, 1, vec![Event::new("home-1", START, "rubbish")]));
    account.cosmos.inject_faults(FaultSchedule::from_fn(|request| {
        match request.contains("/dead-letters/docs") {
            true => Fault::Refused(413),
            false => Fault::None,
        }
    }));
    let both = vec![
        Event::new("home-1", START, "more rubbish"),
        Dialect::V2.event("home-1", START, 5_000),
    ];
    host.deliver(&Batch::in_partition(0, 2, both));
    assert_eq!(host.data("homes")[0]["id"], "home-1");
    assert!(host.program.stdout().contains("event dropped"), "the loss is not logged");
}
