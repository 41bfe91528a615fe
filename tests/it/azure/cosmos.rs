//! Microsoft's in-memory Cosmos DB emulator behind a local HTTP listener, so
//! that the real client reaches it over a network connection, as it reaches the
//! service.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use azure_core::http::headers::{HeaderName, HeaderValue};
use azure_core::http::{Method, Request as CoreRequest, Url};
use azure_data_cosmos_driver::in_memory_emulator::{
    ContainerConfig, InMemoryEmulatorHttpClient, VirtualAccountConfig, VirtualRegion,
};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use serde_json::{Map, Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use super::faults::{Fault, FaultSchedule};

pub(crate) const DATABASE: &str = "cloudsmets";

/// Items by partition and id, without the members that the service adds.
pub(crate) type Items = BTreeMap<(String, String), Map<String, Value>>;

/// An account with the program's containers.
pub(crate) struct Emulator {
    inner: Arc<Inner>,
    runtime: Runtime,
}

struct Inner {
    emulator: Arc<InMemoryEmulatorHttpClient>,
    base: Url,
    schedule: Mutex<FaultSchedule>,
    requests: Mutex<Vec<RequestRecord>>,
    /// `held` has a permit for each held request, `released` for each that may continue.
    held: Semaphore,
    released: Semaphore,
}

/// How long to wait for a request that is to be held.
const HELD_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Clone, Debug)]
pub(crate) struct RequestRecord {
    pub(crate) status: u16,
    /// Documents that the request created or replaced; 0 if it failed.
    pub(crate) documents_written: usize,
    pub(crate) request_units: f64,
}

impl Emulator {
    /// Starts an account whose containers have so many request units per second
    /// each. Requests above that are refused with 429.
    pub(crate) fn start(request_units: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let base: Url = base.parse().unwrap();
        let region = VirtualRegion::new("UK South", base.clone());
        let account =
            VirtualAccountConfig::new(vec![region]).unwrap().with_throttling_enabled(true);
        let emulator = Arc::new(InMemoryEmulatorHttpClient::new(account));
        let store = emulator.store();
        store.create_database(DATABASE);
        for container in ["documents", "dead-letters"] {
            let config = ContainerConfig::new().with_throughput(request_units).build().unwrap();
            store.create_container_with_config(DATABASE, container, "/partition".into(), config);
        }
        let inner = Arc::new(Inner {
            emulator,
            base,
            schedule: Mutex::new(FaultSchedule::none()),
            requests: Mutex::default(),
            held: Semaphore::new(0),
            released: Semaphore::new(0),
        });
        runtime.spawn(listen(listener, inner.clone()));
        Self { inner, runtime }
    }

    pub(crate) fn endpoint(&self) -> String {
        self.inner.base.to_string()
    }

    /// Applies a schedule of faults to all further requests.
    pub(crate) fn inject_faults(&self, schedule: FaultSchedule) {
        *self.inner.schedule.lock().unwrap() = schedule;
    }

    /// Waits until a request is held.
    pub(crate) fn wait_until_held(&self) {
        let held = async { tokio::time::timeout(HELD_TIMEOUT, self.inner.held.acquire()).await };
        self.runtime.block_on(held).expect("no request is held").unwrap().forget();
    }

    /// Lets a held request continue.
    pub(crate) fn release_held(&self) {
        self.inner.released.add_permits(1);
    }

    /// The requests since the last call.
    pub(crate) fn take_requests(&self) -> Vec<RequestRecord> {
        std::mem::take(&mut *self.inner.requests.lock().unwrap())
    }

    /// Replaces an item of the documents.
    pub(crate) fn overwrite_document(&self, partition: &str, id: &str, members: &Value) {
        let base = &self.inner.base;
        let url = format!("{base}dbs/{DATABASE}/colls/documents/docs").parse().unwrap();
        let mut request = CoreRequest::new(url, Method::Post);
        let key = json!([partition]).to_string();
        let headers =
            [("x-ms-documentdb-is-upsert", "True"), ("x-ms-documentdb-partitionkey", &key)];
        for (name, value) in headers {
            request.insert_header(
                HeaderName::from(name.to_owned()),
                HeaderValue::from(value.to_owned()),
            );
        }
        let mut item = members.clone();
        item["id"] = id.into();
        item["partition"] = partition.into();
        request.set_body(item.to_string());
        let status = self.runtime.block_on(async {
            self.inner.emulator.execute_request(&request).await.unwrap().status()
        });
        assert_eq!(u16::from(status), 200, "{partition} {id} did not exist");
    }

    /// All items of a container.
    pub(crate) fn items(&self, container: &str) -> Items {
        let base = &self.inner.base;
        let url = format!("{base}dbs/{DATABASE}/colls/{container}/docs").parse().unwrap();
        let reply = self.runtime.block_on(async {
            let request = CoreRequest::new(url, Method::Get);
            let reply = self.inner.emulator.execute_request(&request).await.unwrap();
            reply.try_into_raw_response().await.unwrap()
        });
        assert_eq!(u16::from(reply.status()), 200);
        let feed: Value = serde_json::from_slice(reply.body().as_ref()).unwrap();
        let items = feed["Documents"].as_array().unwrap().iter();
        items.map(|item| without_system_properties(item.as_object().unwrap())).collect()
    }
}

fn without_system_properties(item: &Map<String, Value>) -> ((String, String), Map<String, Value>) {
    let mut item = item.clone();
    item.retain(|name, _| !name.starts_with('_'));
    let mut take = |name: &str| item.remove(name).unwrap().as_str().unwrap().to_owned();
    ((take("partition"), take("id")), item)
}

async fn listen(listener: TcpListener, inner: Arc<Inner>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, inner.clone()));
    }
}

async fn serve(stream: TcpStream, inner: Arc<Inner>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(inner.clone(), request));
    // Some schedules break the connection on purpose.
    let _ = auto::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// An error breaks the connection.
async fn respond(
    inner: Arc<Inner>,
    request: Request<Incoming>,
) -> io::Result<Response<Full<Bytes>>> {
    let name = format!("{} {}", request.method(), request.uri().path());
    let fault = inner.schedule.lock().unwrap().next(&name);
    match fault {
        Fault::None => inner.execute(request).await,
        Fault::Refused(status) => Ok(inner.refuse(status)),
        Fault::LostRequest => Err(io::ErrorKind::ConnectionReset.into()),
        Fault::LostReply => {
            inner.execute(request).await?;
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Fault::Held => {
            inner.held.add_permits(1);
            inner.released.acquire().await.map_err(io::Error::other)?.forget();
            inner.execute(request).await
        }
        Fault::NoReply => {
            inner.execute(request).await?;
            match std::future::pending::<Infallible>().await {}
        }
    }
}

impl Inner {
    fn refuse(&self, status: u16) -> Response<Full<Bytes>> {
        self.record(RequestRecord { status, documents_written: 0, request_units: 0.0 });
        let body = json!({ "code": status.to_string(), "message": "injected" }).to_string();
        Response::builder()
            .status(status)
            .header("content-type", "application/json")
            .header("x-ms-retry-after-ms", "1")
            .header("x-ms-request-charge", "0")
            .header("x-ms-activity-id", "00000000-0000-0000-0000-000000000000")
            .body(Full::new(body.into()))
            .unwrap()
    }

    async fn execute(&self, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        let (parts, body) = request.into_parts();
        let url = self.base.join(parts.uri.path_and_query().unwrap().as_str()).unwrap();
        let method: Method = parts.method.as_str().parse().unwrap();
        let mut core_request = CoreRequest::new(url, method);
        for (name, value) in &parts.headers {
            let name = HeaderName::from(name.as_str().to_owned());
            core_request.insert_header(name, HeaderValue::from(value.to_str().unwrap().to_owned()));
        }
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let documents = count_documents(&core_request, &body);
        if !body.is_empty() {
            core_request.set_body(body.to_vec());
        }
        let reply = self.emulator.execute_request(&core_request).await.map_err(io::Error::other)?;
        let reply = reply.try_into_raw_response().await.map_err(io::Error::other)?;
        let status = u16::from(reply.status());
        let mut response = Response::builder().status(status);
        let mut request_units = 0.0;
        for (name, value) in reply.headers().iter() {
            if name.as_str() == "x-ms-request-charge" {
                request_units = value.as_str().parse().unwrap();
            }
            response = response.header(name.as_str(), value.as_str());
        }
        let documents_written = if status < 300 && status != 207 { documents } else { 0 };
        self.record(RequestRecord { status, documents_written, request_units });
        let body = Bytes::copy_from_slice(reply.body().as_ref());
        Ok(response.body(Full::new(body)).unwrap())
    }

    fn record(&self, request: RequestRecord) {
        self.requests.lock().unwrap().push(request);
    }
}

/// The number of documents that a request writes: those of a batch, or its own one.
fn count_documents(request: &CoreRequest, body: &[u8]) -> usize {
    let has = |name: &'static str| {
        request.headers().get_optional_str(&HeaderName::from_static(name)).is_some()
    };
    if has("x-ms-cosmos-is-batch-request") {
        let operations: Vec<Value> = serde_json::from_slice(body).unwrap();
        return operations.iter().filter(|operation| operation["operationType"] != "Read").count();
    }
    let is_query = has("x-ms-documentdb-isquery") || has("x-ms-documentdb-query");
    usize::from(matches!(request.method(), Method::Put | Method::Post) && !is_query)
}
