//! A tab: goes to pages, waits for what should be there, reads what a person would see. Not responsible for keyboard
//! and mouse (`input`).
//!
//! Invariant: nothing sleeps; a wait ends with what was waited for, or stops the test after the deadline and says what
//! the page showed. A tab has cookies of its own. When it is dropped, the browser must have had no complaint.

use crate::{
    base64::decoded,
    chromium::{Chromium, DEADLINE},
    problems::complaint,
};
use serde_json::{Value, json};
use std::{
    cell::RefCell,
    collections::HashSet,
    sync::mpsc::{Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// How long to wait for an event before looking at the page again.
const PULSE: Duration = Duration::from_millis(25);

/// How a page is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Media {
    /// Whether the system is set to dark.
    pub dark: bool,
    /// Whether it is laid out for paper.
    pub print: bool,
    /// Pixels of the window.
    pub width: u32,
    /// Pixels of the window.
    pub height: u32,
    /// Whether scripts run; counts from the next page on.
    pub script: bool,
}

impl Default for Media {
    fn default() -> Self {
        Self { dark: false, print: false, width: 1440, height: 1000, script: true }
    }
}

/// A tab.
pub struct Page {
    browser: &'static Chromium,
    base: String,
    session: String,
    context: String,
    frame: String,
    events: Receiver<Value>,
    heard: RefCell<Heard>,
}

/// What the browser told of this tab.
#[derive(Default)]
struct Heard {
    /// Documents that are loaded with all that belongs to them.
    loaded: HashSet<String>,
    /// How often a document was there: loaded, or brought back as it was left.
    arrivals: usize,
    complaints: Vec<String>,
}

impl Page {
    /// An empty tab for the pages of a server.
    pub fn open(browser: &'static Chromium, base: &str) -> Self {
        let ask = |method: &str, params: Value| browser.ask(None, method, params).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let context = text(&ask("Target.createBrowserContext", json!({}))["browserContextId"]);
        let target = json!({ "url": "about:blank", "browserContextId": context });
        let frame = text(&ask("Target.createTarget", target)["targetId"]);
        let attach = json!({ "targetId": frame, "flatten": true });
        let session = text(&ask("Target.attachToTarget", attach)["sessionId"]);
        let page = Self {
            browser,
            base: base.to_owned(),
            events: browser.hear(&session),
            session,
            context,
            frame,
            heard: RefCell::default(),
        };
        for domain in ["Page", "Runtime", "Log", "Audits", "Network"] {
            page.ask(&format!("{domain}.enable"), json!({}));
        }
        page.ask("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        // Every tab believes that it is the one in front, so that tests can run side by side.
        page.ask("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        page
    }

    /// Sends a command of the DevTools protocol and gives its answer.
    #[track_caller]
    pub fn ask(&self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn try_ask(&self, method: &str, params: Value) -> Result<Value, String> {
        self.browser.ask(Some(&self.session), method, params)
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        let cookie = json!({ "name": name, "value": value, "url": self.base, "httpOnly": true, "sameSite": "Strict" });
        self.ask("Network.setCookie", cookie);
    }

    /// Looks at the page in another way.
    pub fn emulate(&self, media: Media) {
        let scheme = if media.dark { "dark" } else { "light" };
        let size = json!({ "width": media.width, "height": media.height, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", size);
        // A page that scrolls smoothly is not where a click goes.
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        let kind = if media.print { "print" } else { "screen" };
        self.ask("Emulation.setEmulatedMedia", json!({ "media": kind, "features": features }));
        self.ask("Emulation.setScriptExecutionDisabled", json!({ "value": !media.script }));
    }

    /// Goes to a page of the server, and is there when it is loaded.
    #[track_caller]
    pub fn goto(&self, path: &str) {
        self.goto_url(&format!("{}{path}", self.base));
    }

    #[track_caller]
    pub fn goto_url(&self, url: &str) {
        let answer = self.ask("Page.navigate", json!({ "url": url }));
        assert!(answer["errorText"].is_null(), "{url}: {}", answer["errorText"]);
        // Within one document nothing is loaded.
        if let Some(document) = answer["loaderId"].as_str() {
            self.until(&format!("{url} to load"), || {
                self.heard.borrow().loaded.contains(document).then_some(())
            });
        }
    }

    /// Goes to a page that answers with an error, which the browser may complain of.
    #[track_caller]
    pub fn goto_error(&self, path: &str, status: u16) {
        self.goto(path);
        let own = format!("({}{path})", self.base);
        let told = format!("status of {status}");
        let mut heard = self.heard.borrow_mut();
        heard.complaints.retain(|c| !(c.contains(&told) && c.ends_with(&own)));
    }

    /// Does something that leads to another page (or to this one anew), and is there when it is loaded.
    #[track_caller]
    pub fn follow(&self, action: impl FnOnce(&Self)) {
        self.listen(Duration::ZERO);
        let before = self.heard.borrow().arrivals;
        action(self);
        self.until("another page to load", || {
            (self.heard.borrow().arrivals > before).then_some(())
        });
    }

    /// Back to the page before.
    #[track_caller]
    pub fn back(&self) {
        let history = self.ask("Page.getNavigationHistory", json!({}));
        let before = usize::try_from(history["currentIndex"].as_u64().unwrap()).unwrap() - 1;
        let entry = json!({ "entryId": history["entries"][before]["id"] });
        self.follow(|page| drop(page.ask("Page.navigateToHistoryEntry", entry)));
    }

    /// Path and query of the page.
    pub fn path(&self) -> String {
        let url = self.eval("location.pathname + location.search");
        url.as_str().unwrap().to_owned()
    }

    /// The value of a JavaScript expression; promises are waited for.
    #[track_caller]
    pub fn eval(&self, js: &str) -> Value {
        self.try_eval(js, false).unwrap_or_else(|error| panic!("{error}\nin: {js:.400}"))
    }

    /// The value that a promise comes to. With scripts off none ever does.
    #[track_caller]
    pub fn eval_promise(&self, js: &str) -> Value {
        self.try_eval(js, true).unwrap_or_else(|error| panic!("{error}\nin: {js:.400}"))
    }

    fn try_eval(&self, js: &str, is_promise: bool) -> Result<Value, String> {
        let params = json!({ "expression": js, "returnByValue": true, "awaitPromise": is_promise, "userGesture": true });
        let mut answer = self.try_ask("Runtime.evaluate", params)?;
        match answer.get("exceptionDetails") {
            Some(thrown) => Err(thrown["exception"]["description"].to_string()),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Waits until a JavaScript expression is true.
    #[track_caller]
    pub fn wait_until(&self, js: &str) {
        // Between two pages there is no place to look; the next look will find one.
        self.until(js, || (self.try_eval(js, false) == Ok(Value::Bool(true))).then_some(()));
    }

    /// Waits until a selector finds something that can be seen.
    #[track_caller]
    pub fn wait_for(&self, selector: &str) {
        self.wait_until(&format!("{}.some(e => e.checkVisibility())", all(selector)));
    }

    /// Waits until path and query contain this.
    #[track_caller]
    pub fn wait_for_url(&self, pattern: &str) {
        let pattern = quoted(pattern);
        self.wait_until(&format!(
            "document.readyState == 'complete' && (location.pathname + location.search).includes({pattern})"
        ));
    }

    /// The text of the first element that a selector finds, once it finds one.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        self.wait_until(&format!("{}.length > 0", all(selector)));
        self.texts(selector).swap_remove(0)
    }

    /// The texts of all elements that a selector finds.
    #[track_caller]
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let js = format!("{}.map(e => e.innerText ?? e.textContent)", all(selector));
        strings(&self.eval(&js))
    }

    /// An attribute of the first element that a selector finds.
    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        self.wait_until(&format!("{}.length > 0", all(selector)));
        let value = self.eval(&format!("{}[0].getAttribute({})", all(selector), quoted(name)));
        value.as_str().unwrap_or_else(|| panic!("{selector} has no {name}")).to_owned()
    }

    /// How many elements a selector finds that can be seen.
    #[track_caller]
    pub fn visible(&self, selector: &str) -> usize {
        let js = format!("{}.filter(e => e.checkVisibility()).length", all(selector));
        usize::try_from(self.eval(&js).as_u64().unwrap()).unwrap()
    }

    /// What has the focus, as it would be called: its text, its label or its name.
    #[track_caller]
    pub fn focused_text(&self) -> String {
        let js = "(e => e.innerText || e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.name || '')\
                  (document.activeElement)";
        squeezed(self.eval(js).as_str().unwrap_or_default())
    }

    /// Whether what has the focus is what a selector finds.
    #[track_caller]
    pub fn is_focused(&self, selector: &str) -> bool {
        self.eval(&format!("document.activeElement.matches({})", quoted(selector))) == true
    }

    /// What makes the page wider than its window; empty when it is not.
    #[track_caller]
    pub fn too_wide(&self) -> Vec<String> {
        let js = "(root => root.scrollWidth <= root.clientWidth ? [] : ['the page is wider than its window']
            .concat([...document.body.querySelectorAll('*')]
                .filter(e => e.getBoundingClientRect().right > root.clientWidth)
                .filter(e => { while (e = e.parentElement) if (getComputedStyle(e).overflowX != 'visible') return 0; return 1; })
                .map(e => e.outerHTML.slice(0, 120)).slice(0, 5)))(document.documentElement)";
        strings(&self.eval(js))
    }

    /// Opens everything that is folded.
    pub fn unfold(&self) {
        self.eval("document.querySelectorAll('details').forEach(d => d.open = true)");
    }

    /// The whole page as a picture (PNG), down to so many pixels.
    pub fn screenshot_full(&self, most: u32) -> Vec<u8> {
        let size = self.ask("Page.getLayoutMetrics", json!({}));
        let size = &size["cssContentSize"];
        let height = size["height"].as_f64().unwrap().min(f64::from(most));
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1 });
        let picture = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let answer = self.ask("Page.captureScreenshot", picture);
        decoded(answer["data"].as_str().unwrap())
    }

    /// The page as it comes out of the printer (PDF).
    pub fn pdf(&self) -> Vec<u8> {
        let answer = self.ask("Page.printToPDF", json!({ "generateDocumentOutline": true }));
        decoded(answer["data"].as_str().unwrap())
    }

    /// What the browser complained of since this was last asked.
    pub fn problems(&self) -> Vec<String> {
        // A complaint may come a moment after the page that it is about; an answer comes after it.
        self.eval("0");
        self.listen(Duration::ZERO);
        std::mem::take(&mut self.heard.borrow_mut().complaints)
    }

    /// Tries until something comes out.
    #[track_caller]
    pub fn until<T>(&self, what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(done) = attempt() {
                return done;
            }
            if Instant::now() > end {
                let shown = self.try_eval("location.href + '\\n' + document.body.innerText", false);
                let shown = shown.map_or_else(|e| e, |v| v.as_str().unwrap_or("").to_owned());
                panic!("waited {DEADLINE:?} for {what}; the page is {shown:.1500}");
            }
            self.listen(PULSE);
        }
    }

    /// Takes in what the browser told; waits so long for it to tell something.
    fn listen(&self, wait: Duration) {
        let first = match self.events.recv_timeout(wait) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the browser has gone"),
        };
        let mut heard = self.heard.borrow_mut();
        for event in first.into_iter().chain(self.events.try_iter()) {
            let params = &event["params"];
            if event["method"] == "Page.lifecycleEvent"
                && params["name"] == "load"
                && params["frameId"] == *self.frame
            {
                heard.loaded.insert(params["loaderId"].as_str().unwrap().to_owned());
                heard.arrivals += 1;
            } else if event["method"] == "Page.frameNavigated"
                && params["type"] == "BackForwardCacheRestore"
            {
                heard.arrivals += 1;
            }
            heard.complaints.extend(complaint(&event));
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let problems = self.problems();
        self.browser.forget(&self.session);
        let context = json!({ "browserContextId": self.context });
        drop(self.browser.ask(None, "Target.disposeBrowserContext", context));
        assert!(problems.is_empty(), "the browser complains:\n{}", problems.join("\n"));
    }
}

/// What a selector finds, as a JavaScript array.
pub fn all(selector: &str) -> String {
    format!("[...document.querySelectorAll({})]", quoted(selector))
}

/// Text as a JavaScript literal.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Text with every run of white space as one space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn strings(value: &Value) -> Vec<String> {
    let all = value.as_array().unwrap().iter();
    all.map(|text| squeezed(text.as_str().unwrap_or_default())).collect()
}
