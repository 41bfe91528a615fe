//! Writes envelopes as the host does: Newtonsoft's compact JSON, members in the
//! host's order, arrays as JSON inside strings, bodies as base64.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// An event as the hub stores it.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// `None` if the transport gives no device id.
    pub(crate) device: Option<String>,
    pub(crate) source: &'static str,
    /// When the hub accepted the event, without `Z`.
    pub(crate) enqueued: String,
    /// The value of `iothub-enqueuedtime`.
    pub(crate) hub_enqueued: String,
    /// The application properties as JSON. The device controls them.
    pub(crate) properties: String,
    pub(crate) body: Vec<u8>,
}

impl Event {
    /// Telemetry that the hub accepts at a moment in Unix seconds.
    pub(crate) fn new(device: &str, enqueued: i64, body: impl Into<Vec<u8>>) -> Self {
        Self {
            device: Some(device.to_owned()),
            source: "Telemetry",
            enqueued: utc(enqueued).trim_end_matches('Z').to_owned(),
            hub_enqueued: utc(enqueued),
            properties: "{}".to_owned(),
            body: body.into(),
        }
    }
}

/// RFC 3339 in UTC.
pub(crate) fn utc(unix: i64) -> String {
    jiff::Timestamp::from_second(unix).unwrap().to_string()
}

/// Events that the host delivers in one request.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) partition: u32,
    /// The first event's sequence number; the others follow.
    pub(crate) sequence: u64,
    pub(crate) events: Vec<Event>,
    /// The function's name, which is also in `sys.MethodName`.
    pub(crate) function: &'static str,
    /// `X-Azure-Functions-InvocationId`: the same in every attempt.
    pub(crate) invocation: String,
}

impl Batch {
    pub(crate) fn new(events: Vec<Event>) -> Self {
        Self::in_partition(0, 41, events)
    }

    /// A batch of a partition, starting at a sequence number.
    pub(crate) fn in_partition(partition: u32, sequence: u64, events: Vec<Event>) -> Self {
        let invocation = format!("{partition:08x}-24ad-4e5b-8294-{sequence:012x}");
        Self { partition, sequence, events, function: "mqtt-receiver", invocation }
    }

    /// The request's body. `retry` is the attempt's number under a retry policy.
    pub(crate) fn body(&self, retry: Option<u32>) -> Vec<u8> {
        self.body_with(&self.events_member(), &[], retry)
    }

    /// `Data.events` before it becomes a string.
    pub(crate) fn events_member(&self) -> String {
        array(self.events.iter().map(|event| quoted(&BASE64_STANDARD.encode(&event.body))))
    }

    /// The request's body with another `Data.events` and with other content in
    /// some of the metadata arrays.
    pub(crate) fn body_with(
        &self,
        events: &str,
        replacements: &[(&str, &str)],
        retry: Option<u32>,
    ) -> Vec<u8> {
        let context = format!(
            "{{\"IsCheckpointingAfterInvocation\":true,\"FullyQualifiedNamespace\":\"ihsuprodxxres001dednamespace.servicebus.windows.net\",\"EventHubName\":\"iothub-ehub-myhub-1-abc\",\"ConsumerGroup\":\"fn\",\"PartitionId\":\"{}\"}}",
            self.partition
        );
        let mut members = vec![
            format!("\"TriggerPartitionContext\":{context}"),
            format!("\"PartitionContext\":{context}"),
        ];
        for (name, content) in self.arrays() {
            let other = replacements.iter().find(|(other, _)| *other == name);
            let content = other.map_or(content.as_str(), |(_, other)| other);
            members.push(format!("\"{name}\":{}", quoted(content)));
        }
        members.push(format!(
            "\"sys\":{{\"MethodName\":\"{}\",\"UtcNow\":\"2026-01-02T03:04:06.1234567Z\",\"RandGuid\":\"24ad4c06-24ad-4e5b-8294-3da9714877e9\"}}",
            self.function
        ));
        if let Some(retry) = retry {
            members.push(format!("\"RetryContext\":{}", retry_context(retry)));
        }
        format!(
            "{{\"Data\":{{\"events\":{}}},\"Metadata\":{{{}}}}}",
            quoted(events),
            members.join(",")
        )
        .into_bytes()
    }

    fn arrays(&self) -> [(&'static str, String); 7] {
        let each = |write: &dyn Fn(usize, &Event) -> String| {
            array(self.events.iter().enumerate().map(|(index, event)| write(index, event)))
        };
        let offset = |index: usize, _: &Event| quoted(&self.offset(index).to_string());
        let key = |_: usize, event: &Event| event.device.as_deref().map_or("null".into(), quoted);
        [
            ("PartitionKeyArray", each(&key)),
            ("OffsetArray", each(&offset)),
            ("OffsetStringArray", each(&offset)),
            ("SequenceNumberArray", each(&|index, _| self.sequence_number(index).to_string())),
            ("EnqueuedTimeUtcArray", each(&|_, event| quoted(&event.enqueued))),
            ("PropertiesArray", each(&|_, event| event.properties.clone())),
            ("SystemPropertiesArray", each(&|index, event| self.system_properties(index, event))),
        ]
    }

    fn sequence_number(&self, index: usize) -> u64 {
        self.sequence + index as u64
    }

    fn offset(&self, index: usize) -> u64 {
        8_589_934_592 + 400 * index as u64
    }

    fn system_properties(&self, index: usize, event: &Event) -> String {
        let (number, offset) = (self.sequence_number(index), self.offset(index));
        let device = event.device.as_deref().map(quoted);
        let method =
            r#"{"scope":"device","type":"sas","issuer":"iothub","acceptingIpFilterRule":null}"#;
        let members = [
            device.as_ref().map(|device| format!("\"iothub-connection-device-id\":{device}")),
            Some(format!("\"iothub-connection-auth-method\":{}", quoted(method))),
            Some("\"iothub-connection-auth-generation-id\":\"638000000000000000\"".to_owned()),
            Some(format!("\"iothub-enqueuedtime\":\"{}\"", event.hub_enqueued)),
            Some(format!("\"iothub-message-source\":\"{}\"", event.source)),
            Some(format!("\"x-opt-sequence-number\":{number}")),
            Some(format!("\"x-opt-offset\":\"{offset}\"")),
            Some(format!("\"x-opt-enqueued-time\":\"{}+00:00\"", event.enqueued)),
            Some(format!("\"SequenceNumber\":{number},\"Offset\":{offset}")),
            Some(format!("\"OffsetString\":\"{offset}\"")),
            device.map(|device| format!("\"PartitionKey\":{device}")),
            Some(format!("\"EnqueuedTimeUtc\":\"{}\"", event.enqueued)),
        ];
        format!("{{{}}}", members.into_iter().flatten().collect::<Vec<_>>().join(","))
    }
}

fn retry_context(count: u32) -> String {
    // Opaque to the handler; only present from the second attempt on.
    let exception = if count == 0 { "null" } else { "{\"ClassName\":\"System.Exception\"}" };
    format!(
        "{{\"RetryCount\":{count},\"MaxRetryCount\":5,\"Exception\":{exception},\"Instance\":null,\"State\":{{}}}}"
    )
}

fn array(entries: impl Iterator<Item = String>) -> String {
    format!("[{}]", entries.collect::<Vec<_>>().join(","))
}

/// A JSON string. Newtonsoft escapes three characters that JSON does not require.
fn quoted(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap();
    json.replace('\u{85}', "\\u0085").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
