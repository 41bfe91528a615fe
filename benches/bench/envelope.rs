//! Request bodies in the form that the Functions host sends, with all of its metadata.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cloudsmets::demo::Device;
use cloudsmets_protocol::cloudsmets_v2::{Electricity, Gas, Message, Register};
use serde_json::json;

/// 2026-01-05T00:00:00Z.
pub(crate) const START: i64 = 1_767_571_200;

/// Returns the message of one minute: six samples of import, export and power, and one reading of
/// gas.
pub(crate) fn message(minute: i64) -> Vec<u8> {
    let start = START + minute * 60;
    let mut message = Message::new(start);
    let mut electricity = Electricity::default();
    let (mut import, mut export) = (Register::new(0).unwrap(), Register::new(0).unwrap());
    for sample in 0..6 {
        let elapsed = (minute * 60 + sample * 10) as u64;
        import.push(Some(15_254_827 + elapsed / 7)).unwrap();
        export.push(Some(1_254_827 + elapsed / 90)).unwrap();
        electricity.demand.push(Some(400 + (elapsed % 613) as i32)).unwrap();
    }
    electricity.import.push(import).unwrap();
    electricity.export.push(export).unwrap();
    message.electricity = Some(electricity);
    let read = start - start % 1_800;
    let litres = 5_995_276 + (read - START) as u64 / 60;
    message.gas = Some(Gas { time: Some(read), litres: Some(litres), ..Gas::default() });
    Device::encode(message)
}

/// Returns the body of a batch. Each event is a device's id and the minute of its message.
pub(crate) fn batch(first_sequence: i64, events: &[(String, i64)]) -> Vec<u8> {
    let context = json!({"IsCheckpointingAfterInvocation": true,
        "FullyQualifiedNamespace": "ihsuprodxxres001dednamespace.servicebus.windows.net",
        "EventHubName": "iothub-ehub-myhub-1-abc", "ConsumerGroup": "fn", "PartitionId": "0"});
    let numbered = || events.iter().zip(first_sequence..);
    let time = |minute: &i64| {
        let at = jiff::Timestamp::from_second(START + minute * 60 + 60).unwrap();
        at.to_string().trim_end_matches('Z').to_owned()
    };
    let list = |values: Vec<serde_json::Value>| serde_json::to_string(&values).unwrap();
    let bodies = events.iter().map(|(_, minute)| BASE64_STANDARD.encode(message(*minute)).into());
    let properties = numbered().map(|((device, minute), sequence)| {
        json!({"iothub-connection-device-id": device,
            "iothub-connection-auth-method": "{\"scope\":\"device\",\"type\":\"sas\",\"issuer\":\"iothub\",\"acceptingIpFilterRule\":null}",
            "iothub-connection-auth-generation-id": "638000000000000000",
            "iothub-enqueuedtime": format!("{}Z", time(minute)), "iothub-message-source": "Telemetry",
            "x-opt-sequence-number": sequence, "x-opt-offset": "8589934592",
            "x-opt-enqueued-time": format!("{}+00:00", time(minute)), "SequenceNumber": sequence,
            "Offset": 8_589_934_592_i64, "OffsetString": "8589934592", "PartitionKey": device,
            "EnqueuedTimeUtc": time(minute)})
    });
    let body = json!({"Data": {"events": list(bodies.collect())}, "Metadata": {
        "TriggerPartitionContext": context, "PartitionContext": context,
        "PartitionKeyArray": list(events.iter().map(|(device, _)| device.as_str().into()).collect()),
        "OffsetArray": list(events.iter().map(|_| "8589934592".into()).collect()),
        "OffsetStringArray": list(events.iter().map(|_| "8589934592".into()).collect()),
        "SequenceNumberArray": list(numbered().map(|(_, sequence)| sequence.into()).collect()),
        "EnqueuedTimeUtcArray": list(events.iter().map(|(_, minute)| time(minute).into()).collect()),
        "PropertiesArray": list(events.iter().map(|_| json!({})).collect()),
        "SystemPropertiesArray": list(properties.collect()),
        "sys": {"MethodName": "mqtt-receiver", "UtcNow": "2026-01-02T03:04:06.1234567Z",
            "RandGuid": "24ad4c06-24ad-4e5b-8294-3da9714877e9"},
        "RetryContext": {"RetryCount": 0, "MaxRetryCount": -1, "Exception": null, "Instance": null, "State": {}}}});
    serde_json::to_vec(&body).unwrap()
}

/// Returns the request that the host sends: chunked, without a `Content-Length`.
pub(crate) fn post(body: &[u8]) -> Vec<u8> {
    let head = "POST /mqtt-receiver HTTP/1.1\r\nHost: 127.0.0.1\r\n\
        Content-Type: application/json; charset=utf-8\r\n\
        X-Azure-Functions-InvocationId: 24ad4c06-24ad-4e5b-8294-3da9714877e9\r\n\
        Transfer-Encoding: chunked\r\n\r\n";
    [head.as_bytes(), format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
}
