//! Hands: keyboard, mouse and files. Not responsible for what a page makes of them.
//!
//! Invariant: keys and clicks go in where a person's do, so that a covered button cannot be pressed and a key goes to
//! what has the focus. All of it works with scripts off too.

use crate::{
    page::{Page, all, quoted},
    site::Site,
};
use serde_json::{Value, json};
use std::path::Path;

/// Keys that are not what they type: name, code, number, text.
const KEYS: &[(&str, &str, u32, &str)] = &[
    ("Enter", "Enter", 13, "\r"),
    ("Tab", "Tab", 9, ""),
    ("Escape", "Escape", 27, ""),
    ("Backspace", "Backspace", 8, ""),
    ("Delete", "Delete", 46, ""),
    (" ", "Space", 32, " "),
    ("Home", "Home", 36, ""),
    ("End", "End", 35, ""),
    ("PageUp", "PageUp", 33, ""),
    ("PageDown", "PageDown", 34, ""),
    ("ArrowLeft", "ArrowLeft", 37, ""),
    ("ArrowUp", "ArrowUp", 38, ""),
    ("ArrowRight", "ArrowRight", 39, ""),
    ("ArrowDown", "ArrowDown", 40, ""),
];

/// Names of the keys that are held down, with their bits.
const HELD: &[(&str, u32)] = &[("Alt+", 1), ("Control+", 2), ("Meta+", 4), ("Shift+", 8)];

impl Page {
    /// Presses a key: `j`, `?`, `Enter`, `Shift+Tab`, `Control+a`.
    #[track_caller]
    pub fn press(&self, chord: &str) {
        let (mut key, mut held) = (chord, 0);
        while let Some((rest, bit)) =
            HELD.iter().find_map(|(name, bit)| Some((key.strip_prefix(name)?, bit)))
        {
            (key, held) = (rest, held | bit);
        }
        let known = KEYS.iter().find(|(name, ..)| *name == key);
        assert!(known.is_some() || key.chars().count() == 1, "there is no key {key}");
        let first = key.chars().next().unwrap().to_ascii_uppercase();
        let (code, number, text) = match known {
            Some((_, code, number, text)) => ((*code).to_owned(), *number, *text),
            None if first.is_ascii_alphabetic() => (format!("Key{first}"), first.into(), key),
            None => (String::new(), 0, key),
        };
        // With Alt, Control or Meta down a key types nothing.
        let text = if held & 7 == 0 { text } else { "" };
        let event = |kind: &str| {
            json!({
                "type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": held,
                "text": if kind == "keyDown" { text } else { "" },
            })
        };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        self.ask("Input.dispatchKeyEvent", event(down));
        self.ask("Input.dispatchKeyEvent", event("keyUp"));
    }

    /// Types into whatever has the focus, key by key.
    #[track_caller]
    pub fn type_here(&self, text: &str) {
        for c in text.chars() {
            self.press(&c.to_string());
        }
    }

    /// Replaces what is in a field.
    #[track_caller]
    pub fn type_into(&self, selector: &str, text: &str) {
        self.wait_for(selector);
        self.eval(&format!("(e => {{ e.focus(); e.select(); }})({}[0])", all(selector)));
        self.ask("Input.insertText", json!({ "text": text }));
    }

    /// Presses Tab until the focus is on what a selector finds.
    #[track_caller]
    pub fn tab_to(&self, selector: &str) {
        for _ in 0..400 {
            self.press("Tab");
            if self.is_focused(selector) {
                return;
            }
        }
        panic!("Tab never comes to {selector}; the focus is on {:?}", self.focused_text());
    }

    /// Clicks on the first element that a selector finds and that can be seen.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        self.wait_for(selector);
        let js = format!(
            "(() => {{
                const target = {}.find(e => e.checkVisibility());
                target.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                // A link over two lines has a box whose middle is not on it.
                const box = target.getClientRects()[0];
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                const hit = document.elementFromPoint(x, y);
                const isOn = hit !== null && (target.contains(hit) || hit.contains(target));
                return {{ x, y, hit: isOn ? '' : `${{hit?.outerHTML}}`.slice(0, 200) }};
            }})()",
            all(selector)
        );
        let at = self.eval(&js);
        assert_eq!(at["hit"], "", "{selector} is covered");
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let (x, y) = (&at["x"], &at["y"]);
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", event);
        }
    }

    /// Chooses an option by its value.
    #[track_caller]
    pub fn choose(&self, selector: &str, value: &str) {
        self.wait_for(selector);
        let js = format!(
            "(e => {{
                e.value = {};
                e.dispatchEvent(new Event('input', {{ bubbles: true }}));
                e.dispatchEvent(new Event('change', {{ bubbles: true }}));
                return e.value;
            }})({}[0])",
            quoted(value),
            all(selector)
        );
        assert_eq!(self.eval(&js), value, "{selector} has no such option");
    }

    /// Puts a file into a file field.
    #[track_caller]
    pub fn set_file(&self, selector: &str, file: &Path) {
        self.wait_until(&format!("{}.length > 0", all(selector)));
        let find = json!({ "expression": format!("{}[0]", all(selector)) });
        let found = self.ask("Runtime.evaluate", find);
        let field: &Value = &found["result"]["objectId"];
        let files = json!({ "files": [file.to_str().unwrap()], "objectId": field });
        self.ask("DOM.setFileInputFiles", files);
    }
}

#[test]
fn a_file_is_put_into_a_field() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto("/help");
    page.eval(
        "document.body.insertAdjacentHTML('beforeend', '<label>File<input type=file></label>')",
    );
    page.set_file("[type=file]", &Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    assert_eq!(page.eval("document.querySelector('[type=file]').files[0].name"), "README.md");
}
