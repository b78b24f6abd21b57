//! The real program: what it says when it is ready, and that it ends cleanly when told to.

#![cfg(unix)]

use crate::{ringer::Dir, served::Answer};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn the_server_says_in_three_lines_how_it_is_reached_and_ends_cleanly_on_either_signal() {
    for name in ["-TERM", "-INT"] {
        let dir = Dir::new();
        let mut command = dir.command(&["serve", "--bind", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut link = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut link).unwrap();
        let (address, path) = link.trim().strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut page = String::new();
        stream.read_to_string(&mut page).unwrap();
        assert_eq!(Answer::read(&page).status, 200);
        // One that stays open must not keep it from ending.
        let idle = TcpStream::connect(address).unwrap();
        let told = Instant::now();
        signal(&child, name);
        let ended = child.wait_with_output().unwrap();
        drop(idle);
        assert_eq!(ended.status.code(), Some(0), "{name}: {ended:?}");
        assert!(told.elapsed() < Duration::from_secs(15), "{name}: {:?}", told.elapsed());
        let said = String::from_utf8(ended.stderr).unwrap();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 3, "{said}");
        assert!(lines[1].starts_with("Reached by this machine only."), "{said}");
        assert!(lines[2].starts_with("Protected by: no encryption"), "{said}");
    }
}
