//! Tests that an export can be imported into another store without loss.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{import, run_program};
use crate::dialect::{Dialect, gas};
use crate::host::{Batch, Documents, FunctionsHost, documents};

const FORMATS: [&str; 2] = ["csv", "json"];

fn export(data: &Path, format: &str) -> Vec<u8> {
    let days = ["--from", "2025-03-01", "--to", "2025-11-30"];
    run_program(data, &[&["export", "--home", "house"], &days[..], &["--format", format]].concat())
}

/// Imports both fuels of an export into an empty store.
fn import_into_new_store(export: &[u8]) -> (TempDir, Documents) {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let file = directory.path().join("export");
    fs::write(&file, export).unwrap();
    for fuel in ["electricity", "gas"] {
        let output = import(data.path(), &file, fuel, &["--format", "cloudsmets"]);
        assert!(output.contains("refused 0"), "{output}");
    }
    let documents = documents(data.path());
    (data, documents)
}

#[test]
fn an_export_of_imported_data_is_imported_byte_for_byte() {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut content = ",KWH/hh (per half hour) \n".to_owned();
    for day in ["2025-03-29", "2025-03-30", "2025-03-31", "2025-10-25", "2025-10-26", "2025-10-27"]
    {
        for half_hour in (0..48).filter(|n| n % 11 != 3) {
            let (hour, minute) = (half_hour / 2, half_hour % 2 * 30);
            content += &format!("{day} {hour:02}:{minute:02}:00,0.{:03}\n", half_hour * 7 + 1);
        }
    }
    let file = directory.path().join("a.csv");
    fs::write(&file, content).unwrap();
    import(data.path(), &file, "electricity", &["--format", "lcl"]);
    import(data.path(), &file, "gas", &["--format", "lcl"]);
    let expected = documents(data.path());
    for format in FORMATS {
        let (new_store, found) = import_into_new_store(&export(data.path(), format));
        assert_eq!(found, expected, "{format}");
        assert_eq!(export(new_store.path(), format), export(data.path(), format));
    }
}

/// The device, power and prices are not exported.
#[test]
fn an_export_of_register_readings_is_imported_byte_for_byte() {
    let start = 1_743_206_400; // 2025-03-29T00:00:00Z
    let mut events = Vec::new();
    for n in 0..400_i64 {
        let (at, wh) = (start + n * 700, 1_000_000 + 71 * n.unsigned_abs());
        events.push(Dialect::V1.event("house", at, wh));
        events.push(gas("house", at + 13, 400_000 + 3 * (n / 5).unsigned_abs()));
    }
    let host = FunctionsHost::start();
    for (n, chunk) in events.chunks(100).enumerate() {
        host.deliver(&Batch::in_partition(0, n as u64 * 100, chunk.to_vec()));
    }
    let days = "from=2025-03-01&to=2025-11-30";
    let over_http = FORMATS.map(|format| {
        let target = format!("/dashboard/api/v1/homes/house/export?{days}&format={format}");
        let reply = host.get(&target);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let disposition = reply.header("content-disposition").unwrap();
        assert!(disposition.contains(&format!(".{format}\"")), "{disposition}");
        reply.body
    });
    let data = host.stop();
    let without_homes = |mut documents: Documents| {
        documents.retain(|(partition, _), _| partition != "homes");
        documents
    };
    let expected = without_homes(documents(data.path()));
    assert!(expected.len() >= 8, "{:?}", expected.keys());
    for (format, over_http) in FORMATS.into_iter().zip(over_http) {
        let exported = export(data.path(), format);
        assert_eq!(exported, over_http, "{format}");
        let (_, found) = import_into_new_store(&exported);
        assert_eq!(without_homes(found), expected, "{format}");
    }
}

#[test]
fn an_export_has_a_header_and_names_the_record_of_each_row() {
    let host = FunctionsHost::start();
    let at = 1_743_206_400;
    host.deliver(&Batch::new(vec![
        Dialect::V1.event("house", at, 5_000),
        Dialect::V1.event("house", at + 1_800, 5_300),
    ]));
    let data = host.stop();
    let csv = String::from_utf8(export(data.path(), "csv")).unwrap();
    let expected = "record,fuel,register,start,end,value,quality\n\
        reading,electricity,import.0.wh,2025-03-29T00:00:00Z,,5000,\n\
        reading,electricity,import.0.wh,2025-03-29T00:30:00Z,,5300,\n\
        usage,electricity,import,2025-03-29T00:00:00Z,2025-03-29T00:30:00Z,300,measured\n";
    assert_eq!(csv, expected);
    let json: serde_json::Value = serde_json::from_slice(&export(data.path(), "json")).unwrap();
    assert_eq!(json["home"], "house");
    assert_eq!(json["rows"].as_array().unwrap().len(), 3);
    assert_eq!(json["rows"][2]["value"], 300);
}
