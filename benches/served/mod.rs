//! A server over an engine, and clients that keep their connection: what a browser does, without a browser. Not
//! responsible for which pages are asked for, nor for what their figures mean.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

use ringer::{
    casework::{AccountsFile, Role, UserName, audit::Trail},
    engine::Engine,
    web,
};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::{Arc, mpsc::sync_channel},
    thread,
    time::Duration,
};

/// The same of everybody: it is no secret, and hashing others would tell nothing.
const PASSWORD: &str = "plum otter granite lantern";

/// Where a server listens, and the cookie of somebody signed in.
#[derive(Debug, Clone)]
pub struct Door {
    address: String,
    cookie: String,
}

/// Serves an engine until the process ends, to these people of this role; everybody's door, in their order. Requests are
/// recorded in this trail.
pub fn open(engine: Arc<Engine>, names: &[String], role: Role, trail: &Arc<Trail>) -> Vec<Door> {
    let folder = tempfile::tempdir().unwrap();
    let (file, at) = (AccountsFile::of(folder.path()), engine.clock().now());
    for name in names {
        let name: UserName = name.parse().unwrap();
        let secret = file.change(|a| a.add(name, role, at)).unwrap();
        file.change(|a| a.accept(&secret, PASSWORD, at)).unwrap();
    }
    let (to, ready) = sync_channel(1);
    let trail = Some(trail.clone());
    thread::spawn(move || {
        let bind = "127.0.0.1:0".parse().unwrap();
        // Far more than a person asks for, and all under one session.
        let options = web::Options {
            bind,
            folder: Some(folder.path().to_owned()),
            requests_per_second: 0,
            trail,
            ..web::Options::default()
        };
        web::serve(engine, options, |link| to.send(link.to_owned()).unwrap()).unwrap();
    });
    let link = ready.recv().unwrap();
    let (address, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let outside = Door { address: address.to_owned(), cookie: String::new() };
    let enter = |name: &String| {
        let form = [("name", name.as_str()), ("password", PASSWORD)];
        let answer = Client::new(outside.clone()).post(&format!("/{path}"), &form);
        let leads_to = (answer.status, answer.location.as_deref());
        assert_eq!(leads_to, (303, Some("/")), "{name} cannot sign in");
        Door { cookie: answer.cookie.unwrap(), ..outside.clone() }
    };
    names.iter().map(enter).collect()
}

/// A text as a part of an address or of a form.
pub fn coded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }
        })
        .collect()
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The cookie that was set.
    pub cookie: Option<String>,
    /// Where it leads.
    pub location: Option<String>,
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
        self.ask(
            path,
            &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n"),
        )
    }

    /// Sends a form, as a page of the server does.
    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let Door { address, cookie } = &self.door;
        let pairs = form.iter().map(|(name, value)| format!("{name}={}", coded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.ask(path, &request)
    }

    fn ask(&mut self, path: &str, request: &str) -> Answer {
        let mut line = String::new();
        let asked = self.stream.get_mut().write_all(request.as_bytes());
        if asked.is_err() || !self.stream.read_line(&mut line).is_ok_and(|read| read > 0) {
            *self = Self::new(self.door.clone());
            self.stream.get_mut().write_all(request.as_bytes()).unwrap();
            line.clear();
            self.stream.read_line(&mut line).unwrap();
        }
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let (mut length, mut cookie, mut location) = (0, None, None);
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "set-cookie" => cookie = value.trim().split(';').next().map(str::to_owned),
                "location" => location = Some(value.trim().to_owned()),
                "transfer-encoding" => panic!("{path} has no length"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        Answer { status, cookie, location, body }
    }
}
