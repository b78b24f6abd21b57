//! Drawings as PNG, for mail clients, which show no SVG. Not responsible for what is drawn (`svg`).
//!
//! Drawn at twice its size on white, in the colors that are printed, with the font of printed documents.
//!
//! Invariant: the same drawing gives the same bytes; nothing of the machine (its fonts, its files) is looked at.

use crate::{
    reports::{ReportError, render::drawing},
    svg, typeset,
};
use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{Options, Tree, fontdb},
};
use std::sync::{Arc, LazyLock};

/// How much larger than its numbers say, for screens that show finer dots.
const SCALE: f32 = 2.0;
/// No drawing is wider or higher than so many dots.
const LARGEST: u32 = 4_096;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in typeset::plain_fonts() {
        fonts.load_font_data(font);
    }
    fonts.set_sans_serif_family(FAMILY);
    fonts.set_serif_family(FAMILY);
    Arc::new(fonts)
});

const FAMILY: &str = "Noto Sans";

/// A picture of a drawing and its size as it is to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    /// The PNG.
    pub bytes: Vec<u8>,
    /// Width as it is to be shown.
    pub wide: u32,
}

/// The picture; none where there is nothing to draw. Some 10 ms.
///
/// # Errors
/// When what is to be drawn is no drawing that can be drawn.
pub(super) fn picture(drawn: &str) -> Result<Option<Picture>, ReportError> {
    let wrong = |what: String| ReportError::Form { form: "PNG", what };
    let drawn = drawing::harmless(drawn);
    if drawn.is_empty() {
        return Ok(None);
    }
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..Options::default()
    };
    let tree = Tree::from_str(&svg::printed(drawn), &options).map_err(|e| wrong(e.to_string()))?;
    let size = tree.size().to_int_size();
    let fits = |n: u32| n.saturating_mul(2) <= LARGEST;
    let mut canvas = (fits(size.width()) && fits(size.height()))
        .then(|| Pixmap::new(size.width() * 2, size.height() * 2))
        .flatten()
        .ok_or_else(|| wrong(format!("{} by {} is too large", size.width(), size.height())))?;
    canvas.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut canvas.as_mut());
    let bytes = canvas.encode_png().map_err(|e| wrong(e.to_string()))?;
    Ok(Some(Picture { bytes, wide: size.width() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::sizes;
    use resvg::tiny_skia::PremultipliedColorU8;

    #[test]
    fn a_picture_is_the_same_at_every_call_and_is_not_blank() {
        let drawn = sizes::chart(&[3, 4], &[3, 4, 12]).svg;
        let first = picture(&drawn).unwrap().unwrap();
        assert_eq!(first, picture(&drawn).unwrap().unwrap());
        let read = Pixmap::decode_png(&first.bytes).unwrap();
        assert_eq!((read.width(), first.wide), (1_280, 640));
        let is_blue = |p: &&PremultipliedColorU8| p.red() < 40 && p.blue() > 120;
        assert!(read.pixels().iter().filter(is_blue).count() > 5_000, "bars");
        // Words below the bars: dark on white, as thin as letters are.
        let is_dark = |p: &&PremultipliedColorU8| p.red() < 130 && p.blue() < 130;
        let wide = usize::try_from(read.width()).unwrap();
        let floor = read.pixels().len() - 44 * wide;
        assert!(read.pixels()[floor..].iter().filter(is_dark).count() > 300, "words");
    }

    #[test]
    fn what_is_no_drawing_is_no_picture() {
        assert_eq!(picture("").unwrap(), None);
        assert_eq!(picture("<svg><script>x</script></svg>").unwrap(), None);
        let huge = "<svg viewBox=\"0 0 90000 90000\"></svg>";
        assert!(picture(huge).is_err());
    }
}
