//! A proxy in front of the emulator that kills the client at one of its requests.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};

/// When the client is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KillMoment {
    /// The emulator does not receive the request.
    BeforeRequest,
    /// The emulator has executed the request, and the client does not receive the reply.
    BeforeReply,
}

/// A running proxy. Its threads end with their connections.
pub(crate) struct KillingProxy {
    port: u16,
    state: Arc<State>,
}

struct State {
    upstream: u16,
    moment: KillMoment,
    /// The client is killed when this reaches 0.
    requests_left: Mutex<usize>,
    /// The process id of the client, which is not known before the client is started.
    victim: Mutex<Option<u32>>,
    victim_set: Condvar,
}

impl KillingProxy {
    /// `request` is the number of the request at which the client is killed, counted from 1.
    pub(crate) fn start(upstream: u16, request: usize, moment: KillMoment) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            upstream,
            moment,
            requests_left: Mutex::new(request),
            victim: Mutex::default(),
            victim_set: Condvar::new(),
        });
        let accepting = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&accepting);
                // A broken connection is what the client sees.
                thread::spawn(move || drop(state.serve(client)));
            }
        });
        Self { port, state }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Tells the proxy which process to kill.
    pub(crate) fn set_victim(&self, id: u32) {
        *self.state.victim.lock().unwrap() = Some(id);
        self.state.victim_set.notify_all();
    }
}

impl State {
    /// Forwards one request. The connection is closed after the reply, so that the client opens another
    /// connection for its next request.
    fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let Some(request) = read_request(&client)? else { return Ok(()) };
        let is_killed = {
            let mut left = self.requests_left.lock().unwrap();
            *left = left.saturating_sub(1);
            *left == 0
        };
        if is_killed && self.moment == KillMoment::BeforeRequest {
            self.kill();
            return Ok(());
        }
        let mut upstream = TcpStream::connect(("127.0.0.1", self.upstream))?;
        upstream.write_all(&request)?;
        let mut reply = Vec::new();
        upstream.read_to_end(&mut reply)?;
        if is_killed {
            self.kill();
            return Ok(());
        }
        client.write_all(&reply)?;
        client.shutdown(Shutdown::Both)
    }

    fn kill(&self) {
        let victim = self.victim.lock().unwrap();
        let victim = self.victim_set.wait_while(victim, |victim| victim.is_none()).unwrap();
        let id = victim.and_then(|id| Pid::from_raw(id.try_into().unwrap())).unwrap();
        kill_process(id, Signal::KILL).unwrap();
    }
}

/// A whole request, changed so that the connection is closed after its reply. `None` if the connection
/// ends before a request.
fn read_request(client: &TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut reader = BufReader::new(client);
    let mut request = Vec::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if line == "\r\n" {
            request.extend_from_slice(b"Connection: close\r\n\r\n");
            break;
        }
        if !lower.starts_with("connection:") {
            request.extend_from_slice(line.as_bytes());
        }
    }
    let start = request.len();
    request.resize(start + length, 0);
    reader.read_exact(&mut request[start..])?;
    Ok(Some(request))
}
