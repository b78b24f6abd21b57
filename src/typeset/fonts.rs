//! The embedded fonts: which there are, what each covers, and each unpacked when it is first needed. Not responsible
//! for which text is set in which font: Typst takes Noto Sans and, for what that lacks, the font of the book that
//! covers it and shares most words of its name with Noto Sans.
//!
//! Invariant: the book says what the fonts cover, so that a document in Latin letters unpacks only Noto Sans. It was
//! made from the fonts, and a test makes it again.

use flate2::read::GzDecoder;
use std::{
    io::Read,
    sync::{LazyLock, OnceLock},
};
use typst::{
    foundations::Bytes,
    text::{Coverage, Font, FontBook, FontFlags, FontInfo},
    utils::LazyHash,
};

/// A font as it lies in the program.
struct Packed {
    name: &'static str,
    bytes: &'static [u8],
}

macro_rules! packed {
    ($($name:literal)*) => {
        &[$(Packed { name: $name, bytes: include_bytes!(concat!("fonts/", $name, ".gz")) }),*]
    };
}

/// In the order of the book.
const PACKED: &[Packed] = packed![
    "NotoSans-Regular.ttf"
    "NotoSans-Bold.ttf"
    "NotoSans-Italic.ttf"
    "NotoSansMono-Regular.ttf"
    "NotoSansAdlam-Regular.ttf"
    "NotoSansArabic-Regular.ttf"
    "NotoSansArmenian-Regular.ttf"
    "NotoSansBalinese-Regular.ttf"
    "NotoSansBatak-Regular.ttf"
    "NotoSansBengali-Regular.ttf"
    "NotoSansBuginese-Regular.ttf"
    "NotoSansBuhid-Regular.ttf"
    "NotoSansCanadianAboriginal-Regular.ttf"
    "NotoSansChakma-Regular.ttf"
    "NotoSansCham-Regular.ttf"
    "NotoSansCherokee-Regular.ttf"
    "NotoSansCoptic-Regular.ttf"
    "NotoSansDevanagari-Regular.ttf"
    "NotoSansEthiopic-Regular.ttf"
    "NotoSansGeorgian-Regular.ttf"
    "NotoSansGujarati-Regular.ttf"
    "NotoSansGunjalaGondi-Regular.ttf"
    "NotoSansGurmukhi-Regular.ttf"
    "NotoSansHanifiRohingya-Regular.ttf"
    "NotoSansHanunoo-Regular.ttf"
    "NotoSansHebrew-Regular.ttf"
    "NotoSansJavanese-Regular.ttf"
    "NotoSansKannada-Regular.ttf"
    "NotoSansKayahLi-Regular.ttf"
    "NotoSansKhmer-Regular.ttf"
    "NotoSansLao-Regular.ttf"
    "NotoSansLepcha-Regular.ttf"
    "NotoSansLimbu-Regular.ttf"
    "NotoSansLisu-Regular.ttf"
    "NotoSansMalayalam-Regular.ttf"
    "NotoSansMandaic-Regular.ttf"
    "NotoSansMasaramGondi-Regular.ttf"
    "NotoSansMeeteiMayek-Regular.ttf"
    "NotoSansMiao-Regular.ttf"
    "NotoSansMongolian-Regular.ttf"
    "NotoSansMyanmar-Regular.ttf"
    "NotoSansNKo-Regular.ttf"
    "NotoSansNewTaiLue-Regular.ttf"
    "NotoSansNewa-Regular.ttf"
    "NotoSansOlChiki-Regular.ttf"
    "NotoSansOriya-Regular.ttf"
    "NotoSansOsage-Regular.ttf"
    "NotoSansRejang-Regular.ttf"
    "NotoSansSamaritan-Regular.ttf"
    "NotoSansSaurashtra-Regular.ttf"
    "NotoSansSinhala-Regular.ttf"
    "NotoSansSoraSompeng-Regular.ttf"
    "NotoSansSundanese-Regular.ttf"
    "NotoSansSylotiNagri-Regular.ttf"
    "NotoSansSyriac-Regular.ttf"
    "NotoSansTagalog-Regular.ttf"
    "NotoSansTagbanwa-Regular.ttf"
    "NotoSansTaiLe-Regular.ttf"
    "NotoSansTaiTham-Regular.ttf"
    "NotoSansTaiViet-Regular.ttf"
    "NotoSansTamil-Regular.ttf"
    "NotoSansTelugu-Regular.ttf"
    "NotoSansThaana-Regular.ttf"
    "NotoSansThai-Regular.ttf"
    "NotoSansTifinagh-Regular.ttf"
    "NotoSansVai-Regular.ttf"
    "NotoSansWancho-Regular.ttf"
    "NotoSansWarangCiti-Regular.ttf"
    "NotoSansYi-Regular.ttf"
    "NotoSerifTibetan-Regular.ttf"
    "NanumSquareR.ttf"
    "DroidSansFallbackFull.ttf"
    "unifont.otf"
    "unifont_upper.otf"
];

/// What is written in Hangul: the jamo, their compatibility forms, the syllables.
const HANGUL: &[std::ops::RangeInclusive<u32>] =
    &[0x1100..=0x11ff, 0x3130..=0x318f, 0xac00..=0xd7a3];

/// The book, packed: for each font its entry as JSON.
const BOOK: &[u8] = include_bytes!("fonts/book.json.gz");

static SHELF: LazyLock<Shelf> = LazyLock::new(Shelf::new);

/// The book and the fonts that were needed so far.
struct Shelf {
    book: LazyHash<FontBook>,
    fonts: Vec<OnceLock<Option<Font>>>,
}

impl Shelf {
    fn new() -> Self {
        let told =
            unpacked(BOOK).and_then(|json| serde_json::from_slice::<Vec<FontInfo>>(&json).ok());
        let infos = told.filter(|infos| infos.len() == PACKED.len());
        let infos = infos.unwrap_or_else(|| PACKED.iter().filter_map(info).collect());
        Self {
            book: LazyHash::new(FontBook::from_infos(infos)),
            fonts: PACKED.iter().map(|_| OnceLock::new()).collect(),
        }
    }
}

/// What each font covers.
pub(super) fn book() -> &'static LazyHash<FontBook> {
    &SHELF.book
}

/// A font by its place in the book. The first time it is unpacked: a millisecond, the two largest 30.
pub(super) fn font(index: usize) -> Option<Font> {
    let font = || Font::new(Bytes::new(unpacked(PACKED.get(index)?.bytes)?), 0);
    SHELF.fonts.get(index)?.get_or_init(font).clone()
}

/// The fonts of Latin, Greek and Cyrillic text as files, regular and bold: for what draws by itself. A few milliseconds.
pub(super) fn plain() -> [Option<Vec<u8>>; 2] {
    [0, 1].map(|at| PACKED.get(at).and_then(|packed| unpacked(packed.bytes)))
}

/// Whether some font has this character. O(runs of all fonts).
pub(super) fn covers(c: char) -> bool {
    let c = c.into();
    (0..PACKED.len()).any(|i| book().info(i).is_some_and(|info| info.coverage.contains(c)))
}

/// The entry of a font in the book. Kinds of fonts are left out, since what lacks in Noto Sans Mono should come from
/// Noto Sans Arabic rather than from any font of fixed width. Names decide what is taken where several cover a
/// character, so that those that are good for one script only say no more than that.
fn info(packed: &Packed) -> Option<FontInfo> {
    let mut info = FontInfo::new(&unpacked(packed.bytes)?, 0)?;
    info.flags = FontFlags::empty();
    match packed.name {
        "NanumSquareR.ttf" => {
            let is_hangul = |c: &u32| HANGUL.iter().any(|block| block.contains(c));
            info.coverage = Coverage::from_vec(info.coverage.iter().filter(is_hangul).collect());
        }
        // Of equally near names the shortest is taken.
        "unifont.otf" | "unifont_upper.otf" => info.family.push_str(", where no other font has it"),
        "NotoSerifTibetan-Regular.ttf" => "Noto Sans Tibetan in Serif".clone_into(&mut info.family),
        _ => {}
    }
    Some(info)
}

fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use sha2::{Digest, Sha256};
    use std::{env, fs, io::Write};

    #[test]
    fn the_book_says_what_the_fonts_cover() {
        let infos: Vec<FontInfo> = PACKED.iter().map(|packed| info(packed).unwrap()).collect();
        let json = serde_json::to_vec(&infos).unwrap();
        if unpacked(BOOK).as_ref() != Some(&json) {
            let file = env::temp_dir().join("book.json.gz");
            let mut packer = GzEncoder::new(Vec::new(), Compression::best());
            packer.write_all(&json).unwrap();
            fs::write(&file, packer.finish().unwrap()).unwrap();
            panic!("fonts/book.json.gz is not the book of the fonts; {} is", file.display());
        }
    }

    #[test]
    fn every_font_is_as_it_was_published() {
        let list = include_str!("fonts/VENDOR.md");
        for packed in PACKED {
            let bytes = unpacked(packed.bytes).unwrap();
            let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
            let row = list.lines().find(|l| l.starts_with(&format!("| {}.gz |", packed.name)));
            assert!(row.unwrap().contains(&format!("| {hash} |")), "{}", packed.name);
        }
    }

    /// The font that a text is set in when Noto Sans lacks it.
    fn taken(text: &str) -> &'static str {
        let like = font(0).unwrap();
        let found = book().select_fallback(Some(like.info()), like.info().variant, text);
        PACKED[found.unwrap()].name
    }

    #[test]
    fn a_script_is_set_in_the_font_made_for_it() {
        assert_eq!(taken("محمد"), "NotoSansArabic-Regular.ttf");
        assert_eq!(taken("יוסף"), "NotoSansHebrew-Regular.ttf");
        assert_eq!(taken("ไทย"), "NotoSansThai-Regular.ttf");
        assert_eq!(taken("བོད"), "NotoSerifTibetan-Regular.ttf");
        assert_eq!(taken("김"), "NanumSquareR.ttf");
        assert_eq!(taken("王"), "DroidSansFallbackFull.ttf");
        assert_eq!(taken("さ"), "DroidSansFallbackFull.ttf");
        assert_eq!(taken("⣿"), "unifont.otf");
        assert_eq!(taken("𝓙"), "unifont_upper.otf");
    }

    #[test]
    fn a_font_that_is_not_there_is_none() {
        assert!(font(PACKED.len()).is_none());
        assert!(covers('a') && covers('한') && !covers('\u{e000}') && !covers('\u{10ffff}'));
    }
}
