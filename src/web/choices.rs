//! What somebody chose for the columns of an uploaded file, and what the file then is. Not responsible for the meaning
//! of columns (`ingest`) or for keeping files (`uploads`).
//!
//! Invariant: protected columns are left out only where somebody said so; whatever a form says, the worst it can do is
//! be refused.

use crate::{
    ingest::{
        self, Choice, IngestError, Input, Limits, Mapping, Options, PRESETS, RowProblem, Survey,
    },
    model::{Application, Column},
    web::{
        WebError,
        intake::reading,
        uploads::{UNPACKED, Upload, lock},
    },
};
use std::collections::BTreeMap;

/// Rows shown before an import.
pub const ROWS: usize = 10;

/// Which mapping choices start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Base {
    /// The preset that the header fits, if there is one.
    #[default]
    Recognised,
    /// Ringer's own names alone.
    Plain,
    /// The preset of this name.
    Preset(&'static str),
}

/// What somebody chose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Where they start from.
    pub base: Base,
    /// Whether protected columns are left out instead of refused.
    pub drop_protected: bool,
    /// Of single columns, by name.
    pub columns: BTreeMap<String, Choice>,
}

impl Base {
    /// As a form says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Recognised => "",
            Self::Plain => "none",
            Self::Preset(name) => name,
        }
    }

    fn read(text: &str) -> Result<Self, WebError> {
        match text {
            "" => Ok(Self::Recognised),
            "none" => Ok(Self::Plain),
            name => match PRESETS.iter().find(|p| p.name == name) {
                Some(preset) => Ok(Self::Preset(preset.name)),
                None => Err(unknown("preset", name)),
            },
        }
    }
}

fn unknown(what: &str, text: &str) -> WebError {
    let text: String = text.chars().take(80).collect();
    WebError::BadRequest(format!("\"{text}\" is no {what} of this page"))
}

impl Choices {
    /// What a form chooses for a file with these headers: `preset`, `protected=drop`, and `c0`, `c1` and so on, each a
    /// column of Ringer, `extra`, `drop` or nothing.
    ///
    /// # Errors
    /// When it names something that is not there.
    pub fn read(form: &[(String, String)], headers: &[String]) -> Result<Self, WebError> {
        let mut choices = Self::default();
        for (name, value) in form {
            match name.as_str() {
                "preset" => choices.base = Base::read(value)?,
                "protected" => choices.drop_protected = value == "drop",
                name => {
                    let place = name.strip_prefix('c').and_then(|n| n.parse::<usize>().ok());
                    let (Some(place), false) = (place, value.is_empty()) else { continue };
                    let header = headers.get(place).ok_or_else(|| unknown("column", name))?;
                    let choice = match value.as_str() {
                        "extra" => Choice::Extra,
                        "drop" => Choice::Drop,
                        column => match Column::from_name(column) {
                            Some(column) => Choice::Column(column),
                            None => return Err(unknown("column", column)),
                        },
                    };
                    choices.columns.insert(header.clone(), choice);
                }
            }
        }
        Ok(choices)
    }
}

/// What a file is under what somebody chose.
pub struct Understood {
    /// As it would be without the choices of single columns.
    pub guessed: Survey,
    /// As it is.
    pub survey: Survey,
    /// How its beginning is read.
    pub options: Options,
}

impl Understood {
    /// The file under the choices kept with it.
    ///
    /// # Errors
    /// When it cannot be read any more, or when the choices contradict themselves.
    pub fn of(upload: &Upload) -> Result<Self, WebError> {
        let choices = lock(&upload.choices).clone();
        Self::under(upload, &choices)
    }

    /// The file under these choices.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn under(upload: &Upload, choices: &Choices) -> Result<Self, WebError> {
        let refused = |e: IngestError| WebError::Refused(e.to_string());
        let look = |mapping: Option<Mapping>| {
            let options = Options { mapping, ..reading() };
            let survey = ingest::survey(Input::stream(&upload.name, upload.open()?), &options);
            Ok::<_, WebError>((survey.map_err(refused)?, options))
        };
        let (mut mapping, detected) = match choices.base {
            Base::Plain => (Mapping::default(), false),
            Base::Preset(name) => (Mapping::preset(name).map_err(refused)?, false),
            Base::Recognised => match look(None)?.0.preset {
                Some(name) => (Mapping::preset(&name).map_err(refused)?, true),
                None => (Mapping::default(), false),
            },
        };
        if choices.drop_protected {
            mapping = mapping.dropping_protected();
        } else if detected {
            // What was only recognised discards nothing protected on its own.
            mapping = mapping.refusing_protected();
        }
        let (mut guessed, _) = look(Some(mapping.clone()))?;
        guessed.preset_detected = detected;
        mapping
            .choose(&guessed.headers(), &choices.columns)
            .map_err(|e| WebError::BadRequest(e.to_string()))?;
        let (mut survey, options) = look(Some(mapping))?;
        survey.preset_detected = detected;
        Ok(Self { guessed, survey, options })
    }

    /// How all of it is read.
    #[must_use]
    pub fn whole(&self) -> Options {
        let limits = Limits { text_bytes: UNPACKED, ..self.options.limits };
        Options { mapping: self.options.mapping.clone(), limits }
    }

    /// The first rows of the file.
    ///
    /// # Errors
    /// Why it is refused as a whole.
    pub fn preview(&self, upload: &Upload) -> Result<Preview, Refusal> {
        let file = upload.open().map_err(|e| Refusal::Other(e.to_string()))?;
        let reader = ingest::open(Input::stream(&upload.name, file), &self.options);
        let mut preview = Preview::default();
        for row in reader.map_err(Refusal::from)?.take(ROWS) {
            match row {
                Ok(application) => preview.rows.push(application),
                Err(problem) => preview.problems.push(problem),
            }
        }
        Ok(preview)
    }
}

/// The first rows of a file.
#[derive(Default)]
pub struct Preview {
    /// Those that are applications.
    pub rows: Vec<Application>,
    /// Those that are none.
    pub problems: Vec<RowProblem>,
}

/// Why a file would be refused as a whole, in words that fit the page.
#[derive(Debug)]
pub enum Refusal {
    /// It has protected columns.
    Protected,
    /// No column says whose application it is.
    NoPerson,
    /// Anything else.
    Other(String),
}

impl From<IngestError> for Refusal {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Protected { .. } => Self::Protected,
            IngestError::NoPerson { .. } | IngestError::NoKnownColumn { .. } => Self::NoPerson,
            other => Self::Other(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_form_chooses_by_place_and_says_nothing_where_it_is_blank() {
        let headers = ["Wer".to_owned(), "Was".to_owned(), "Wo".to_owned()];
        let sent = form(&[
            ("csrf", "x"),
            ("preset", "lever"),
            ("c0", "full_name"),
            ("c1", ""),
            ("c2", "drop"),
            ("protected", "drop"),
        ]);
        let choices = Choices::read(&sent, &headers).unwrap();
        assert_eq!(choices.base, Base::Preset("lever"));
        assert!(choices.drop_protected);
        let chosen: Vec<(&str, Choice)> =
            choices.columns.iter().map(|(h, c)| (h.as_str(), *c)).collect();
        assert_eq!(chosen, [("Wer", Choice::Column(Column::FullName)), ("Wo", Choice::Drop)]);
    }

    #[test]
    fn a_form_that_names_what_is_not_there_is_refused() {
        let headers = ["Wer".to_owned()];
        for bad in
            [("c1", "email"), ("c0", "shoe_size"), ("preset", "../x"), ("c9999999999", "drop")]
        {
            let refused = Choices::read(&form(&[bad]), &headers);
            assert!(matches!(refused, Err(WebError::BadRequest(_))), "{bad:?}");
        }
        for odd in [("c", "email"), ("cx", "email"), ("c0", ""), ("c99999999999999999999", "x")] {
            assert_eq!(Choices::read(&form(&[odd]), &headers).unwrap(), Choices::default());
        }
    }
}
