//! Posts a batch and interprets the reply as the host does.

use std::io;

use super::{Batch, Connection, FunctionsHost, Reply, head};

/// How often the double sends a failing batch before the test fails. The real
/// host retries for ever.
const MAX_ATTEMPTS: u32 = 6;

/// The framing of a request body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Framing {
    /// Chunks of this size, as in Azure.
    Chunked(usize),
    /// A `Content-Length` header, as under the Core Tools.
    ContentLength,
}

impl Framing {
    /// The whole request, head and body.
    pub(crate) fn request(self, batch: &Batch, retry: u32) -> Vec<u8> {
        let body = batch.body(Some(retry));
        let length = body.len().to_string();
        let framing = match self {
            Self::Chunked(_) => ("Transfer-Encoding", "chunked"),
            Self::ContentLength => ("Content-Length", length.as_str()),
        };
        let headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("X-Azure-Functions-HostVersion", "4.1037.0.0"),
            ("X-Azure-Functions-InvocationId", batch.invocation.as_str()),
            ("User-Agent", "Azure-Functions-Host/4.1037.0.0"),
            framing,
        ];
        let mut request = head("POST", &format!("/{}", batch.function), &headers);
        match self {
            Self::ContentLength => request.extend(body),
            Self::Chunked(size) => {
                for chunk in body.chunks(size) {
                    request.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                    request.extend(chunk);
                    request.extend(b"\r\n");
                }
                request.extend(b"0\r\n\r\n");
            }
        }
        request
    }
}

impl FunctionsHost {
    /// Delivers a batch until it is acknowledged and returns the reply's JSON.
    pub(crate) fn deliver(&self, batch: &Batch) -> serde_json::Value {
        self.deliver_over(&mut self.connect(), batch, Framing::Chunked(16 * 1024))
    }

    /// Like [`deliver`](Self::deliver), over a kept-alive connection as the host has for each partition.
    pub(crate) fn deliver_over(
        &self,
        connection: &mut Connection,
        batch: &Batch,
        framing: Framing,
    ) -> serde_json::Value {
        let mut last = None;
        for retry in 0..MAX_ATTEMPTS {
            match connection.round_trip(&framing.request(batch, retry)) {
                Ok(reply) => match interpret_reply(&reply) {
                    Ok(answer) => return answer,
                    Err(status) => last = Some(format!("status {status}: {}", reply.text())),
                },
                Err(error) => {
                    last = Some(error.to_string());
                    *connection = self.connect();
                }
            }
        }
        panic!("the batch was never acknowledged: {last:?}")
    }
}

/// The reply's JSON, or `None` if the host would retry.
pub(crate) fn acknowledged(reply: io::Result<Reply>) -> Option<serde_json::Value> {
    interpret_reply(&reply.ok()?).ok()
}

/// The reply's JSON, or the status that makes the host retry the batch.
/// Panics on a reply that would make the host wait for the function's time-out
/// or misinterpret a success.
pub(crate) fn interpret_reply(reply: &Reply) -> Result<serde_json::Value, u16> {
    if !(200..300).contains(&reply.status) {
        return Err(reply.status);
    }
    assert_ne!(reply.status, 204, "HANG: the host waits for ever on 204");
    assert!(!reply.body.is_empty(), "HANG: the host waits for ever on an empty body");
    let kind = reply.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    assert!(matches!(kind, "application/json" | "text/json"), "the host cannot read {kind:?}");
    let answer = reply.json();
    assert!(!answer.is_null(), "HANG: the host waits for ever on null");
    assert!(answer.is_object(), "the host wants an object, not {answer}");
    Ok(answer)
}

/// The test double must detect replies that would hang the real host.
#[test]
fn replies_that_would_hang_the_host_are_detected() {
    let interpreted = |head: &str, body: &str| {
        let reply = Reply::parse(&format!(
            "HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        std::panic::catch_unwind(|| interpret_reply(&reply))
    };
    let json = "200 OK\r\nContent-Type: application/json; charset=utf-8";
    assert_eq!(interpreted(json, "{}").unwrap(), Ok(serde_json::json!({})));
    assert_eq!(interpreted("503 Service Unavailable", "").unwrap(), Err(503));
    assert_eq!(interpreted("307 Temporary Redirect", "").unwrap(), Err(307));
    for (head, body) in [
        ("204 No Content", ""),
        ("200 OK", ""),
        ("200 OK\r\nContent-Type: text/plain", "{}"),
        ("200 OK", "{}"),
        (json, ""),
        (json, "null"),
        (json, "[]"),
        (json, "{"),
    ] {
        assert!(interpreted(head, body).is_err(), "{head:?} with {body:?} passes");
    }
}
