//! `mqtt-receiver` over HTTP on the loopback interface. Each event is durable before the response.

use crate::client::send_all;
use crate::disk::Disk;
use crate::envelope::{batch, post};
use crate::program::Program;
use crate::table::{Table, quantile};

/// How often each measurement is repeated; the table shows the median.
const RUNS: i64 = 7;

pub(crate) fn measure(table: &mut Table) {
    let mut flushes = Vec::new();
    let (mut baseline, mut sequential, mut concurrent) = (Vec::new(), Vec::new(), Vec::new());
    let mut disk = Disk::new();
    let mut sequential_receiver = Receiver::new();
    let mut concurrent_receiver = Receiver::new();
    // Interleaves the measurements, so that a disk that is slow for a while slows all of them.
    for _ in 0..RUNS {
        flushes.push(disk.flushes_per_second());
        baseline.push(sequential_receiver.empty_requests_per_second(3_000));
        sequential.push(sequential_receiver.single_events_per_second(1, 1_500));
        concurrent.push(concurrent_receiver.single_events_per_second(16, 6_000));
    }
    let mut flush_ratios: Vec<_> = sequential.iter().zip(&flushes).map(|(a, b)| a / b).collect();
    let mut concurrency_ratios: Vec<_> =
        concurrent.iter().zip(&sequential).map(|(a, b)| a / b).collect();
    let flush_ratio = (quantile(&mut flush_ratios, 0.5), "of fdatasync");
    let concurrency_ratio = (quantile(&mut concurrency_ratios, 0.5), "of 1 in flight");
    table.row("bare 4 KB fdatasync", quantile(&mut flushes, 0.5), "a second", None);
    let baseline_rate = quantile(&mut baseline, 0.5);
    table.row("GET / without any work, 1 in flight", baseline_rate, "requests/s", None);
    let name = |count| format!("single events, {count} in flight");
    table.row(&name(1), quantile(&mut sequential, 0.5), "requests/s", Some(flush_ratio));
    table.row(&name(16), quantile(&mut concurrent, 0.5), "requests/s", Some(concurrency_ratio));
    for devices in [1, 4, 100] {
        let rate = batched_events_per_second(devices);
        let name = format!("bodies of 100 events, {devices} devices, 1 in flight");
        table.row(&name, rate * 6.0, "samples/s", None);
    }
}

/// A running program and the number of events that it was sent.
struct Receiver {
    program: Program,
    sent: i64,
    _data: tempfile::TempDir,
}

impl Receiver {
    fn new() -> Self {
        let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        Self { program: Program::start(data.path()), sent: 0, _data: data }
    }

    /// Returns the rate of requests that do no work.
    fn empty_requests_per_second(&self, count: usize) -> f64 {
        let request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_vec();
        let elapsed = send_all(self.program.address, vec![request; count], 1);
        count as f64 / elapsed.as_secs_f64()
    }

    /// Returns the rate of single events of sixteen devices whose messages cover the same minutes.
    fn single_events_per_second(&mut self, in_flight: usize, count: i64) -> f64 {
        let requests = (self.sent..self.sent + count).map(|index| {
            let device = format!("device-{}", index % 16);
            post(&batch(index, &[(device, index / 16)]))
        });
        let requests: Vec<_> = requests.collect();
        self.sent += count;
        count as f64 / send_all(self.program.address, requests, in_flight).as_secs_f64()
    }
}

fn batched_events_per_second(devices: i64) -> f64 {
    const BODIES: i64 = 60;
    let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let program = Program::start(data.path());
    let mut rates: Vec<_> = (0..RUNS)
        .map(|run| {
            let requests = (run * BODIES..(run + 1) * BODIES).map(|body| {
                let events: Vec<_> = (body * 100..(body + 1) * 100)
                    .map(|event| (format!("device-{}", event % devices), event / devices))
                    .collect();
                post(&batch(body * 100, &events))
            });
            let requests: Vec<_> = requests.collect();
            (BODIES * 100) as f64 / send_all(program.address, requests, 1).as_secs_f64()
        })
        .collect();
    quantile(&mut rates, 0.5)
}
