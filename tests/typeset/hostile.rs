//! Texts that try to be more than texts.

use crate::lab::{print, text_of, texts};
use proptest::prelude::*;
use ringer::typeset::LONGEST_TEXT;

#[test]
fn what_looks_like_typst_is_shown_as_it_is_written() {
    let tries = [
        "#panic(\"out\")",
        "#import \"@preview/x:1.0.0\": *",
        "#read(\"/etc/passwd\")",
        "$x^2$ and *bold* and _it_",
        "@reference <label>",
        "= Heading",
        "- item",
        "]#panic()[",
        "\\u{41} \\#x",
        "`raw` ```c x```",
        "// comment /* c */",
        "https://example.com/#a",
        "\"); #panic(\"",
        "</text><script>alert(1)</script>",
        "a -- b --- c ... 'quoted' \"quoted\"",
    ];
    let printed = print(&texts(&tries));
    if let Some(text) = text_of("typst-like", &printed) {
        for one in tries {
            assert!(text.contains(one), "{one} is not in the text:\n{text}");
        }
    }
}

#[test]
fn texts_of_any_size_and_of_odd_characters_are_pages() {
    let long = "x".repeat(1 << 20);
    let words = "ab ".repeat(350_000);
    let marks = format!("a{}", "\u{301}".repeat(50_000));
    let lines = "\n".repeat(5_000);
    let all = [
        &long,
        &words,
        &marks,
        &lines,
        "",
        " ",
        "\u{0}\u{1}\u{7f}\u{85}",
        "\u{202e}evil\u{2066}",
        "\r\n\t",
    ];
    let printed = print(&texts(&all));
    assert!(printed.pages > 10 && printed.pages < 800, "{}", printed.pages);
    assert!(printed.bytes.len() < 20 << 20, "{}", printed.bytes.len());
    if let Some(text) = text_of("odd", &printed) {
        assert!(
            text.contains("‹U+202E›evil‹U+2066›")
                && text.contains("‹U+0000›‹U+0001›‹U+007F›‹U+0085›")
        );
        let all = format!("it has {} characters)", 1 << 20);
        assert!(
            text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&all),
            "{LONGEST_TEXT}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_text_is_a_page_and_any_character_has_a_glyph(
        text in prop_oneof!["\\PC{0,60}", "[#$*_@<>\\[\\]{}()\\\\\"'`=/+~ -]{0,60}", prop::collection::vec(any::<char>(), 0..60).prop_map(|c| c.into_iter().collect::<String>())]
    ) {
        let printed = print(&texts(&[&text]));
        prop_assert!(printed.pages >= 1);
    }
}
