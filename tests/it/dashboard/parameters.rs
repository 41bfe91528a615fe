//! Tests of invalid parameters: the response is 400 and names the parameter.

use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost};

fn host() -> FunctionsHost {
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(vec![Dialect::V1.event("dev-1", 1_767_322_800, 5_000)]));
    host
}

fn assert_rejected(host: &FunctionsHost, target: &str, parameter: &str) {
    let reply = host.get(&format!("/dashboard/api/v1/homes/dev-1/{target}"));
    assert_eq!(reply.status, 400, "{target}: {}", reply.text());
    assert_eq!(
        reply.header("content-type"),
        Some("application/json"),
        "{target}: {}",
        reply.text()
    );
    let reply = reply.json();
    let error = reply["error"].as_str().unwrap_or_else(|| panic!("{target}: {reply}"));
    assert!(error.starts_with(parameter), "{target}: {error:?} does not name {parameter}");
    assert_eq!(reply.as_object().unwrap().len(), 1, "{reply}");
}

#[test]
fn a_usage_error_names_the_invalid_parameter() {
    let valid = [
        ("fuel", "electricity"),
        ("direction", "import"),
        ("from", "2026-01-02"),
        ("to", "2026-01-03"),
        ("step", "day"),
    ];
    let host = host();
    let query = |replaced: &str, value: Option<&str>| {
        let pairs =
            valid.iter().filter_map(|(name, valid_value)| match (*name == replaced, value) {
                (true, None) => None,
                (true, Some(value)) => Some(format!("{name}={value}")),
                (false, _) => Some(format!("{name}={valid_value}")),
            });
        format!("usage?{}", pairs.collect::<Vec<_>>().join("&"))
    };
    assert_eq!(host.get(&format!("/dashboard/api/v1/homes/dev-1/{}", query("", None))).status, 200);
    for (name, invalid_values) in [
        ("fuel", &["", "coal", "Electricity", "electricity,electricity", "%ff"][..]),
        ("direction", &["", "out", "import%00"]),
        ("from", &["", "yesterday", "2026-02-29", "02/01/2026", "1999-12-31", "99999-01-01", "-1"]),
        ("to", &["", "2026-01-01", "2026-13-01", "2201-01-02", "2026-01-03T00:00:00Zx"]),
        ("step", &["", "minute", "days", "0"]),
    ] {
        for value in invalid_values {
            assert_rejected(&host, &query(name, Some(value)), name);
        }
        if name != "direction" {
            assert_rejected(&host, &query(name, None), name);
        }
    }
}

#[test]
fn a_usage_request_for_too_many_intervals_is_refused() {
    let host = host();
    let long = "usage?fuel=gas&from=2000-01-01&to=2200-01-01&step=half-hour";
    assert_rejected(&host, long, "to");
    let coarse = long.replace("half-hour", "year");
    assert_eq!(host.get(&format!("/dashboard/api/v1/homes/dev-1/{coarse}")).status, 200);
}

#[test]
fn an_export_error_names_the_invalid_parameter() {
    let host = host();
    for (query, name) in [
        ("", "from"),
        ("from=2026-01-01", "to"),
        ("from=2026-01-01&to=2026-01-02", "format"),
        ("from=2026-01-01&to=2026-01-02&format=xls", "format"),
        ("from=2026-01-01&to=2025-01-02&format=csv", "to"),
        ("from=x&to=2025-01-02&format=csv", "from"),
    ] {
        assert_rejected(&host, &format!("export?{query}"), name);
    }
}

#[test]
fn a_repeated_parameter_is_refused_and_named() {
    let host = host();
    let twice = "usage?fuel=gas&fuel=electricity&from=2026-01-02&to=2026-01-03&step=day";
    let reply = host.get(&format!("/dashboard/api/v1/homes/dev-1/{twice}"));
    assert_eq!(reply.status, 400);
    assert_eq!(reply.header("content-type"), Some("application/json"), "{}", reply.text());
    assert!(reply.json()["error"].as_str().unwrap().contains("fuel"), "{}", reply.text());
}

#[test]
fn an_unknown_home_is_not_found() {
    let host = host();
    for id in ["nobody", "dev-1%2F", "dev-1%00", "DEV-1", "%2e%2e", "a%20b", "%ff"] {
        for rest in ["live", "usage", "usage?fuel=gas", "export?format=xls"] {
            let reply = host.get(&format!("/dashboard/api/v1/homes/{id}/{rest}"));
            assert_eq!(reply.status, 404, "{id}/{rest}: {}", reply.text());
            assert!(reply.json()["error"].is_string(), "{}", reply.text());
        }
    }
}
