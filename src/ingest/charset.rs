//! Encodings: which one a file is in, and its text as UTF-8. Not responsible for lines or fields.
//!
//! The decision is made on the first 64 KiB: a byte-order mark; else the zero bytes of UTF-16; else UTF-8 if
//! that is valid; else Windows-1252. A beginning in plain ASCII leaves it open until the first line that is
//! not: valid UTF-8 settles on UTF-8, anything else on Windows-1252. Once a file is known to be UTF-8, a line
//! that is not is a problem of its row and never guessed at. In a Windows-1252 file a line that is valid
//! UTF-8 beyond ASCII is taken as such: files glued together from two sources have them.
//!
//! Invariant: what leaves this file is valid UTF-8.

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::{borrow::Cow, fmt, io};

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    /// Only ASCII so far, so any of the others but UTF-16.
    #[default]
    Ascii,
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte-order mark.
    Utf8Bom,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252, and ISO 8859-1 with it.
    Windows1252,
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ascii => "ASCII",
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 with byte-order mark",
            Self::Utf16Le => "UTF-16 (little endian)",
            Self::Utf16Be => "UTF-16 (big endian)",
            Self::Windows1252 => "Windows-1252",
        })
    }
}

impl Charset {
    /// The encoding that the beginning of a file suggests, and the length of its byte-order mark.
    pub(super) fn detect(head: &[u8]) -> (Self, usize) {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => return (Self::Utf8Bom, 3),
            [0xFF, 0xFE, ..] => return (Self::Utf16Le, 2),
            [0xFE, 0xFF, ..] => return (Self::Utf16Be, 2),
            _ => {}
        }
        // In UTF-16 text of Latin script nearly every second byte is zero; in names of other scripts the
        // commas, digits and line ends still are. Even and odd places are counted apart; 1/10 leaves room
        // for Asian names, and the other side must be as good as free of zeros.
        let zeros =
            |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
        let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
        if half >= 2 && odd * 10 >= half && even * 50 <= odd {
            return (Self::Utf16Le, 0);
        }
        if half >= 2 && even * 10 >= half && odd * 50 <= even {
            return (Self::Utf16Be, 0);
        }
        match std::str::from_utf8(head) {
            _ if head.is_ascii() => (Self::Ascii, 0),
            Ok(_) => (Self::Utf8, 0),
            // A character cut in two by the end of the sample.
            Err(e) if e.error_len().is_none() => (Self::Utf8, 0),
            // One bad byte must not turn every other name to rubbish. Windows-1252 text hardly ever forms
            // valid pairs by chance, so a majority of them settles it.
            Err(_) => {
                let (mut good, mut bad) = (0_usize, 0_usize);
                for chunk in head.utf8_chunks() {
                    good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
                    bad += usize::from(!chunk.invalid().is_empty());
                }
                (if good > bad { Self::Utf8 } else { Self::Windows1252 }, 0)
            }
        }
    }

    /// Whether lines of it can be told apart before decoding.
    fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16Be)
    }

    /// The beginning of a file as text, for guessing at formats and delimiters.
    pub(super) fn preview(self, head: &[u8]) -> Vec<u8> {
        let text: Cow<'_, str> = match self {
            Self::Utf16Le => UTF_16LE.decode_without_bom_handling(head).0,
            Self::Utf16Be => UTF_16BE.decode_without_bom_handling(head).0,
            Self::Windows1252 => WINDOWS_1252.decode_without_bom_handling(head).0,
            Self::Ascii | Self::Utf8 | Self::Utf8Bom => String::from_utf8_lossy(head),
        };
        text.into_owned().into_bytes()
    }

    /// Makes one line valid UTF-8 in place and settles what is still open.
    ///
    /// # Errors
    /// The place of the first bad byte when a file known to be UTF-8 has a line that is not; the bad bytes
    /// are then replaced.
    pub(super) fn decode_line(&mut self, line: &mut Vec<u8>) -> Result<(), usize> {
        let Err(e) = std::str::from_utf8(line) else {
            if *self == Self::Ascii && !line.is_ascii() {
                *self = Self::Utf8;
            }
            return Ok(());
        };
        match self {
            Self::Ascii | Self::Windows1252 => {
                *self = Self::Windows1252;
                *line = self.preview(line);
                Ok(())
            }
            _ => {
                *line = String::from_utf8_lossy(line).into_owned().into_bytes();
                Err(e.valid_up_to())
            }
        }
    }
}

/// Passes bytes through, turning UTF-16 into UTF-8; the other encodings are decoded line by line.
pub(super) struct Decoding<R> {
    inner: R,
    decoder: Option<Box<Decoder>>,
    raw: Vec<u8>,
    raw_at: usize,
    ended: bool,
    finished: bool,
    /// Set once a character had to be replaced.
    replaced: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl<R: io::Read> Decoding<R> {
    pub(super) fn new(
        inner: R,
        charset: Charset,
        replaced: std::sync::Arc<std::sync::atomic::AtomicBool>,
    ) -> Self {
        let decoder = charset.is_wide().then(|| {
            let encoding = if charset == Charset::Utf16Le { UTF_16LE } else { UTF_16BE };
            Box::new(encoding.new_decoder_without_bom_handling())
        });
        Self { inner, decoder, raw: Vec::new(), raw_at: 0, ended: false, finished: false, replaced }
    }
}

impl<R: io::Read> io::Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return self.inner.read(out) };
        // One UTF-8 character takes up to 4 bytes; `BufReader` always offers far more.
        if self.finished || out.len() < 4 {
            return Ok(0);
        }
        loop {
            if self.raw_at == self.raw.len() && !self.ended {
                self.raw.resize(64 << 10, 0);
                let n = self.inner.read(&mut self.raw)?;
                self.raw.truncate(n);
                self.raw_at = 0;
                self.ended = n == 0;
            }
            let rest = self.raw.get(self.raw_at..).unwrap_or_default();
            let (result, read, written, bad) = decoder.decode_to_utf8(rest, out, self.ended);
            self.raw_at += read;
            if bad {
                self.replaced.store(true, std::sync::atomic::Ordering::Relaxed);
            }
            // A finished decoder must not be used again.
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 || self.finished {
                return Ok(written);
            }
        }
    }
}
