//! All that Typst can see while it sets one document: its sources, its data, its images, the fonts. Not responsible
//! for what they say.
//!
//! Invariant: whatever is not on the desk is not there: no folder, no package, no clock.

use super::{Template, fonts};
use std::collections::BTreeMap;
use typst::{
    Library, LibraryExt, World, WorldExt,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

/// The shared page.
const BASE: (&str, &str) = ("/base.typ", include_str!("../../templates/typst/base.typ"));

/// What one document is made of.
pub(super) struct Desk {
    library: LazyHash<Library>,
    main: FileId,
    sources: BTreeMap<String, Source>,
    files: BTreeMap<String, Bytes>,
    today: Datetime,
}

impl Desk {
    /// Lays out the template, its data as JSON, and images by their paths.
    pub(super) fn new(
        template: &Template,
        data: String,
        images: impl Iterator<Item = (String, String)>,
        today: Datetime,
    ) -> Self {
        let main = format!("/{}.typ", template.name);
        let all = [BASE, (main.as_str(), template.source)];
        let sources =
            all.into_iter().chain(template.parts.iter().copied()).filter_map(|(path, text)| {
                Some((path.to_owned(), Source::new(file_id(path)?, text.to_owned())))
            });
        let sources: BTreeMap<String, Source> = sources.collect();
        let images = images.map(|(path, svg)| (path, Bytes::from_string(svg)));
        let data = ("/data.json".to_owned(), Bytes::from_string(data));
        // A template always has a name that is a path; a detached source stands in for one that has not.
        let detached = || Source::detached(template.source).id();
        Self {
            library: LazyHash::new(Library::default()),
            main: sources.get(&main).map_or_else(detached, Source::id),
            sources,
            files: images.chain([data]).collect(),
            today,
        }
    }

    /// A message of Typst with its place.
    pub(super) fn said(&self, about: &SourceDiagnostic) -> String {
        let place = about.span.id().map_or_else(String::new, |id| {
            let line = self
                .range(about.span)
                .and_then(|range| self.source(id).ok()?.lines().byte_to_line(range.start));
            format!("{}:{}: ", id.vpath().get_with_slash(), line.map_or(0, |line| line + 1))
        });
        let hints: String = about.hints.iter().map(|hint| format!(" ({})", hint.v)).collect();
        format!("{place}{}{hints}", about.message)
    }
}

/// Typst's number for a path. It keeps each for ever, which is why paths of documents come from the program only.
fn file_id(path: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern())
}

/// The path of a file of the document; none for one of a package.
fn path(id: FileId) -> FileResult<&'static str> {
    let rooted = id.get();
    match rooted.root() {
        VirtualRoot::Project => Ok(rooted.vpath().get_with_slash()),
        VirtualRoot::Package(_) => Err(FileError::AccessDenied),
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        fonts::book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let path = path(id)?;
        self.sources.get(path).cloned().ok_or_else(|| FileError::NotFound(path.into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = path(id)?;
        self.files.get(path).cloned().ok_or_else(|| FileError::NotFound(path.into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}
