//! A text as a QR code, for the camera of a telephone. Not responsible for the text.
//!
//! Reference: ISO/IEC 18004, by the `qrcodegen` library.
//!
//! Invariant: dark on light in every theme, since cameras do not read the opposite.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// The code with a quiet zone of four modules; empty when the text is too long for one.
#[must_use]
pub fn figure(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let side = code.size() + 8;
    let mut out = format!(
        "<svg class=\"code\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"QR code; the text below it says \
         the same\"><rect class=\"light\" width=\"{side}\" height=\"{side}\"/><path class=\"dark\" d=\""
    );
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                let _ = write!(out, "M{} {}h1v1h-1z", x + 4, y + 4);
            }
        }
    }
    out.push_str("\"/></svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_modules_and_one_that_is_too_long_becomes_nothing() {
        let svg = figure("otpauth://totp/Ringer:ann?secret=GEZDGNBVGY3TQOJQ&issuer=Ringer");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
        assert!(svg.matches("h1v1h-1z").count() > 300);
        assert!(!svg.contains("GEZDGNBV"), "only as a picture");
        assert_eq!(figure(&"x".repeat(5_000)), "");
    }
}
