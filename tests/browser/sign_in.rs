//! The program itself: starts, prints a link, lets somebody in once. Not responsible for anything behind the door.
//!
//! Invariant: the program is ended with the test, whatever the test finds.

use crate::{
    chromium::{Chromium, DEADLINE},
    page::Page,
};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

/// A running `ringer demo`.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn the_link_that_the_demo_prints_leads_to_the_queue_once() {
    let Some(browser) = Chromium::shared() else { return };
    let mut child = Command::new(env!("CARGO_BIN_EXE_ringer"))
        .args(["demo", "--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (tell, told) = mpsc::channel();
    let outputs: [Box<dyn std::io::Read + Send>; 2] =
        [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
    let _demo = Demo(child);
    for output in outputs {
        let tell = tell.clone();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let link = line.split_whitespace().find(|word| word.contains("/sign-in/"));
                if let Some(link) = link {
                    drop(tell.send(link.to_owned()));
                }
            }
        });
    }
    let link = told.recv_timeout(DEADLINE).unwrap();
    let (base, path) = link.split_at(link.find("/sign-in/").unwrap());

    let page = Page::open(browser, base);
    page.goto_error("/", 401);
    assert!(page.text("h1").contains("Sign in first"));
    page.goto(path);
    page.wait_for("[data-row]");
    page.wait_for_url("/");
    assert!(page.text("main .verdict").contains("ring"));
    page.goto_error(path, 401);
    page.goto("/");
    page.click("details.who > summary");
    page.follow(|page| page.click("[action='/sign-out'] button"));
    page.goto_error("/", 401);
}
