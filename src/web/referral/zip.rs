//! The files of a package as one zip file, stored as they are. Not responsible for checking them (`kept`).
//!
//! Source of the layout: PKWARE, APPNOTE.TXT 6.3, sections 4.3 and 4.4.
//!
//! Invariant: the same files in the same order give the same bytes: no time, no user, no machine.

use std::io;

/// The first day that a zip can say.
const DAY: u16 = 0x21;
/// Version needed: 2.0.
const NEEDED: u16 = 20;
/// Made on Unix, where the mode is read.
const MADE: u16 = 0x0314;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// A file that its owner reads and writes.
const MODE: u32 = 0o100_600 << 16;

fn short(n: usize) -> io::Result<u16> {
    u16::try_from(n).map_err(|_| too_large())
}

fn long(n: usize) -> io::Result<u32> {
    u32::try_from(n).map_err(|_| too_large())
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "more than a zip file of this kind holds")
}

/// What both headers of a file say of it.
fn told(name: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    let size = long(bytes.len())?;
    let mut told = Vec::new();
    for n in [NEEDED, FLAGS, 0, 0, DAY] {
        told.extend(n.to_le_bytes());
    }
    for n in [crc.sum(), size, size] {
        told.extend(n.to_le_bytes());
    }
    told.extend(short(name.len())?.to_le_bytes());
    told.extend(0_u16.to_le_bytes());
    Ok(told)
}

/// The zip of these files, each under its path. O(bytes).
///
/// # Errors
/// When there are more files or bytes than such a file holds: 65,535, and 4 GiB.
pub fn zipped<'f>(files: impl Iterator<Item = (String, &'f [u8])>) -> io::Result<Vec<u8>> {
    let (mut zip, mut central, mut n) = (Vec::new(), Vec::new(), 0_usize);
    for (name, bytes) in files {
        let at = long(zip.len())?;
        let told = told(&name, bytes)?;
        zip.extend(b"PK\x03\x04");
        zip.extend(&told);
        zip.extend(name.as_bytes());
        zip.extend(bytes);
        central.extend(b"PK\x01\x02");
        central.extend(MADE.to_le_bytes());
        central.extend(&told);
        // No comment, the first disk, no attributes within.
        central.extend([0; 6]);
        central.extend(MODE.to_le_bytes());
        central.extend(at.to_le_bytes());
        central.extend(name.as_bytes());
        n += 1;
    }
    let (at, size, n) = (long(zip.len())?, long(central.len())?, short(n)?);
    zip.extend(central);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(n.to_le_bytes());
    zip.extend(n.to_le_bytes());
    zip.extend(size.to_le_bytes());
    zip.extend(at.to_le_bytes());
    zip.extend([0; 2]);
    Ok(zip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zip_holds_what_was_put_in_and_is_the_same_each_time() {
        let files = [("a/b.txt", &b"hello"[..]), ("\u{e9}.txt", b"")];
        let made = || zipped(files.iter().map(|(n, b)| ((*n).to_owned(), *b))).unwrap();
        let zip = made();
        assert_eq!(zip, made());
        assert!(zip.starts_with(b"PK\x03\x04\x14\0\0\x08"));
        // The end says how many, how long the list is and where it begins.
        let end = &zip[zip.len() - 22..];
        let number = |from: usize, n: usize| {
            end[from..from + n].iter().rev().fold(0, |sum, b| (sum << 8) | usize::from(*b))
        };
        assert_eq!((&end[..4], number(8, 2), number(10, 2)), (&b"PK\x05\x06"[..], 2, 2));
        assert_eq!(number(16, 4) + number(12, 4) + 22, zip.len());
        assert!(zip[number(16, 4)..].starts_with(b"PK\x01\x02"));
        assert!(zip.windows(5).any(|w| w == b"hello"));
    }
}
