//! Names in the scripts of the world.

use crate::{
    lab::{file, print, text_of, texts},
    tools,
};

/// Script, a name in it, a character that its text must hold.
pub const NAMES: &[(&str, &str)] = &[
    ("Latin", "Zoë Ångström-Đỗ"),
    ("Greek", "Ἀλέξανδρος Παπαδόπουλος"),
    ("Cyrillic", "Ольга Щербакова"),
    ("Armenian", "Արամ Խաչատրյան"),
    ("Georgian", "ნინო ბერიძე"),
    ("Hebrew", "יוסף כהן"),
    ("Arabic", "محمد علي"),
    ("Persian", "می‌خواهم پژمان"),
    ("Syriac", "ܝܘܚܢܢ"),
    ("Thaana", "އަހްމަދު"),
    ("NKo", "ߛߟߏߡߊߣ"),
    ("Devanagari", "श्रीमान् कृष्ण"),
    ("Bengali", "রবীন্দ্রনাথ"),
    ("Gurmukhi", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
    ("Gujarati", "કૃષ્ણ પટેલ"),
    ("Oriya", "ଜଗନ୍ନାଥ"),
    ("Tamil", "ஸ்ரீனிவாசன்"),
    ("Telugu", "శ్రీనివాస్"),
    ("Kannada", "ಕೃಷ್ಣಮೂರ್ತಿ"),
    ("Malayalam", "ശ്രീകൃഷ്ണൻ"),
    ("Sinhala", "ශ්‍රී පෙරේරා"),
    ("Thai", "ศรีสุดา"),
    ("Lao", "ສີສະຫວາດ"),
    ("Khmer", "ស្រីមុំ"),
    ("Myanmar", "မြင့်အောင်"),
    ("Tibetan", "བསྟན་འཛིན"),
    ("Ethiopic", "ኃይለ ሥላሴ"),
    ("Mongolian", "ᠮᠣᠩᠭᠣᠯ"),
    ("Cherokee", "ᏍᏏᏉᏯ"),
    ("Han", "王小明 歐陽詩涵"),
    ("Kana", "さくら タナカ"),
    ("Hangul", "김민수"),
    ("Hangul in parts", "\u{1100}\u{1175}\u{11b7}"),
    ("Yi", "ꆈꌠ"),
    ("Javanese", "ꦗꦮ"),
    ("Adlam", "𞤀𞤣𞤤𞤢𞤥"),
    ("Letters of mathematics", "𝓙𝓸𝓱𝓷"),
    ("Signs", "⣿ ☃ ✓ №"),
];

#[test]
fn a_name_in_any_script_is_drawn_without_an_empty_box() {
    for (script, name) in NAMES {
        let printed = print(&texts(&[name]));
        assert_eq!(printed.boxes, 0, "{script}");
    }
}

#[test]
fn others_read_the_names_and_find_every_font_inside() {
    let names: Vec<&str> = NAMES.iter().map(|(_, name)| *name).collect();
    let printed = print(&texts(&names));
    assert_eq!(printed.boxes, 0);
    if let Some(text) = text_of("scripts", &printed) {
        for name in
            ["Zoë", "Παπαδόπουλος", "Щербакова", "Խաչատրյան", "王小明", "さくら", "김민수", "ኃይለ"]
        {
            assert!(text.contains(name), "{name}");
        }
    }
    if let Some(pdffonts) = tools::need("pdffonts") {
        let said = tools::told(&pdffonts, &[], &file("scripts", &printed));
        let fonts: Vec<&str> = said.lines().skip(2).collect();
        assert!(fonts.len() > 25, "{said}");
        // Name, kind, encoding, then: embedded, subset, with a table back to text.
        assert!(fonts.iter().all(|font| font.contains(" yes yes yes ")), "{said}");
    }
}

#[test]
fn a_character_that_no_font_has_is_shown_by_its_number() {
    let printed = print(&texts(&["\u{e000}x\u{10ffff}"]));
    assert_eq!(printed.boxes, 0);
    if let Some(text) = text_of("unknown", &printed) {
        assert!(text.contains("‹U+E000›x‹U+10FFFF›"), "{text}");
    }
}
