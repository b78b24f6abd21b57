//! A server over an engine, and clients that keep their connection: what a browser does, without a browser. Not
//! responsible for which pages are asked for, nor for what their figures mean.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

use ringer::{engine::Engine, web};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::{Arc, mpsc::sync_channel},
    thread,
    time::Duration,
};

/// Where a server listens, and the cookie of somebody signed in.
#[derive(Debug, Clone)]
pub struct Door {
    address: String,
    cookie: String,
}

/// Serves an engine until the process ends.
pub fn open(engine: Arc<Engine>) -> Door {
    let (to, ready) = sync_channel(1);
    thread::spawn(move || {
        let bind = "127.0.0.1:0".parse().unwrap();
        // Far more than a person asks for, and all under one session.
        let options = web::Options { bind, requests_per_second: 0, ..web::Options::default() };
        web::serve(engine, options, |link| to.send(link.to_owned()).unwrap()).unwrap();
    });
    let link = ready.recv().unwrap();
    let (address, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut client = Client::new(Door { address: address.to_owned(), cookie: String::new() });
    let answer = client.get(&format!("/{path}"));
    let cookie = answer.cookie.unwrap();
    Door { address: address.to_owned(), cookie }
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The cookie that was set.
    pub cookie: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// One connection, kept.
pub struct Client {
    door: Door,
    stream: BufReader<TcpStream>,
}

impl Client {
    /// A connection to a server.
    pub fn new(door: Door) -> Self {
        let stream = TcpStream::connect(&door.address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        Self { door, stream: BufReader::new(stream) }
    }

    /// Asks for a page and reads all of it. A connection that the server has closed meanwhile is opened again.
    pub fn get(&mut self, path: &str) -> Answer {
        let Door { address, cookie } = &self.door;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
        let mut line = String::new();
        let asked = self.stream.get_mut().write_all(request.as_bytes());
        if asked.is_err() || !self.stream.read_line(&mut line).is_ok_and(|read| read > 0) {
            *self = Self::new(self.door.clone());
            self.stream.get_mut().write_all(request.as_bytes()).unwrap();
            line.clear();
            self.stream.read_line(&mut line).unwrap();
        }
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let (mut length, mut cookie) = (0, None);
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "set-cookie" => cookie = value.trim().split(';').next().map(str::to_owned),
                "transfer-encoding" => panic!("{path} has no length"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        Answer { status, cookie, body }
    }
}
