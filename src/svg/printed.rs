//! A drawing for paper: with its own style sheet, since what prints it has none of the web's. Not responsible for
//! what is drawn.
//!
//! Invariant: it looks as on the screen in daylight: every class that the web's style sheets color is colored here.

/// The style sheet, without what a page can do and paper cannot.
const STYLES: &str = include_str!("print.css");

/// A drawing with its style sheet inside, that stands alone. What is no SVG stays as it is. O(length).
#[must_use]
pub fn printed(svg: &str) -> String {
    let head = svg.strip_prefix("<svg").and_then(|rest| {
        let end = rest.find('>')?;
        Some((rest.get(..end)?, rest.get(end..)?))
    });
    let Some((attributes, rest)) = head else { return svg.to_owned() };
    let space =
        if attributes.contains("xmlns=") { "" } else { " xmlns=\"http://www.w3.org/2000/svg\"" };
    let rest = rest.strip_prefix('>').unwrap_or(rest);
    format!("<svg{attributes}{space}><style>{STYLES}</style>{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::AttributeKind,
        svg::{
            code,
            network::{Line, Shape},
        },
    };
    use std::{collections::BTreeSet, fs, path::Path};

    /// Text of all files of a folder of the project with this ending.
    fn texts(folder: &str, end: &str) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let of_kind = paths.filter(|path| path.to_string_lossy().ends_with(end));
        of_kind.map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    /// Classes that a style sheet names.
    fn styled(css: &str) -> BTreeSet<&str> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let after = css.split('.').skip(1);
        let names = after.map(|rest| rest.split(|c| !is_name(c)).next().unwrap_or_default());
        names.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).collect()
    }

    /// Classes that drawings have, as their sources spell them and as their functions give them.
    fn drawn() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for text in texts("src/svg", ".rs").into_iter().chain(texts("src/svg/flow", ".rs")) {
            for rest in text.split("class=\\\"").skip(1) {
                let names = rest.split(['\\', '{', '"']).next().unwrap_or_default();
                found.extend(names.split_whitespace().map(str::to_owned));
            }
        }
        let things = AttributeKind::ALL.iter().map(|&kind| Shape::Thing(kind));
        let shapes = [Shape::Person, Shape::People, Shape::Near].into_iter().chain(things);
        let lines = [Line::Exact, Line::Near, Line::Bridge].map(Line::class);
        let by_hand = [
            "for",
            "against",
            "neutral",
            "prior",
            "total",
            "home",
            "sent",
            "at-home",
            "at-door",
            "in",
            "out",
            "confirmed",
            "dismissed",
            "shade1",
            "shade2",
            "shade3",
            "shade4",
            "dim",
            "cut",
            "selected",
        ];
        let given = shapes.map(Shape::class).chain(lines).chain(by_hand);
        found.extend(given.flat_map(str::split_whitespace).map(str::to_owned));
        found.remove("shade");
        found
    }

    #[test]
    fn every_class_that_the_screen_colors_is_colored_on_paper() {
        let sheets = texts("static/css", ".css").join("\n");
        let (screen, paper) = (styled(&sheets), styled(STYLES));
        // These only say how large a drawing is on a page, or hold what is styled by itself.
        let of_pages = ["icon", "many"];
        let classes = drawn();
        assert!(classes.len() > 60, "{classes:?}");
        let lacking: Vec<&String> = classes
            .iter()
            .filter(|c| screen.contains(c.as_str()) && !paper.contains(c.as_str()))
            .filter(|c| !of_pages.contains(&c.as_str()))
            .collect();
        assert!(lacking.is_empty(), "print.css lacks {lacking:?}");
    }

    #[test]
    fn paper_has_no_color_that_the_screen_has_not() {
        let sheets = texts("static/css", ".css").join("\n").to_lowercase();
        for rest in STYLES.split('#').skip(1) {
            let color: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
            let short =
                color.as_bytes().iter().step_by(2).map(|&b| char::from(b)).collect::<String>();
            let is_there =
                sheets.contains(&format!("#{color}")) || sheets.contains(&format!("#{short};"));
            assert!(is_there, "#{color}");
        }
    }

    #[test]
    fn nothing_is_asked_of_a_printer_that_it_does_not_know() {
        for word in ["var(", "light-dark(", ":is(", ":not(", "@", "currentColor", "--", "rem"] {
            assert!(!STYLES.replace("tokens.css", "").contains(word), "{word}");
        }
    }

    #[test]
    fn a_drawing_gets_its_styles_and_its_name_space() {
        let svg = printed(&code::figure("x"));
        assert!(svg.starts_with("<svg class=\"code\" viewBox=") && svg.ends_with("</svg>"));
        assert!(svg.contains(" xmlns=\"http://www.w3.org/2000/svg\"><style>"));
        assert_eq!(printed("no drawing"), "no drawing");
        assert_eq!(printed("<svg"), "<svg");
    }
}
