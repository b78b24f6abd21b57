//! A server of one's own on a free port, and raw bytes to and from it.

use ringer::{
    casework::{AccountsFile, Role},
    engine::Engine,
    matching::Policy,
    model::{FixedClock, Moment},
    store::MemoryStore,
    web::{Options, serve},
};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};
use tempfile::TempDir;

pub const NOW: Moment = Moment(1_795_392_000);
pub const PASSWORD: &str = "plum otter granite lantern";

/// An engine over nothing.
pub fn engine() -> Arc<Engine> {
    let clock = Arc::new(FixedClock(NOW));
    let store = Box::new(MemoryStore::new(clock.clone()));
    Arc::new(Engine::open(store, Policy::default(), clock).unwrap())
}

/// A folder in which ann, an administrator, has an account.
pub fn peopled() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = AccountsFile::of(folder.path());
    let secret = file.change(|a| a.add("ann".parse().unwrap(), Role::Administrator, NOW)).unwrap();
    file.change(|a| a.accept(&secret, PASSWORD, NOW)).unwrap();
    folder
}

/// A server that runs until the process ends.
pub struct Served {
    pub address: SocketAddr,
    /// What was told to open.
    pub link: String,
}

/// What came back: the status, the head in lower case, and the body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// What a header says.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Serves at a free port of an address of this machine.
pub fn served(options: Options) -> Served {
    let (tell, told) = mpsc::channel();
    let bind = SocketAddr::new(options.bind.ip(), free_port());
    thread::spawn(move || {
        serve(engine(), Options { bind, ..options }, |link| tell.send(link.to_owned()).unwrap())
            .unwrap();
    });
    let link = told.recv_timeout(Duration::from_secs(20)).unwrap();
    Served { address: SocketAddr::from(([127, 0, 0, 1], bind.port())), link }
}

fn free_port() -> u16 {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    free.local_addr().unwrap().port()
}

impl Served {
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    /// Sends bytes and reads until the server closes.
    pub fn send(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // A server that has seen enough may close before it has all.
        let _ = stream.write_all(bytes);
        Answer::read(&read(&mut stream))
    }

    /// Asks for a page with further headers.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request("GET", path, headers, "").as_bytes())
    }

    /// Sends a form.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send(request("POST", path, headers, body).as_bytes())
    }
}

/// A request that asks for the connection to be closed; the host is localhost unless a header says otherwise.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        text.push_str("Host: localhost\r\n");
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" {
        text.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text + "\r\n" + body
}

/// Reads until the other end closes. A connection that is reset has said what it had to say.
pub fn read(stream: &mut impl Read) -> String {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => all.extend_from_slice(&piece[..n]),
            Err(e) => {
                let hangs = matches!(
                    e.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                );
                assert!(
                    !hangs,
                    "no answer within ten seconds, but {:?}",
                    String::from_utf8_lossy(&all)
                );
                break;
            }
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}
