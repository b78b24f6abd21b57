//! Which majors schools awarded, and when they were open: a table that the user supplies. Not responsible for reading files,
//! nor for what a zero means (`application::schooling`).
//!
//! The table is CSV with a header; letter case, blanks, hyphens and underscores in it do not matter, further columns are
//! left alone, and the names that IPEDS uses are understood:
//!
//! | column | also | holds |
//! |---|---|---|
//! | `unitid` | | number of the school in IPEDS; this or `school` is needed |
//! | `school` | `instnm`, `institution` | name of the school, in any spelling that Ringer knows |
//! | `cip` | `cipcode` | code of the major: 2, 4 or 6 digits, with a full stop after the second or without |
//! | `level` | `awlevel`, `award_level` | award level: the number of IPEDS (3, 5, 7, 9, 17, ...) or a word ("bachelor") |
//! | `year` | | year in which the awards were made |
//! | `awards` | `ctotalt`, `total` | how many; 0 says that the school reported none |
//! | `opened`, `closed` | | optional: the year or day on which the school opened or closed |
//!
//! A row without `cip` says only when a school was open. Rows about the same thing are added up. IPEDS publishes a file a
//! year (`C2023_A`, ...) without the year in it: add the column, and put the files one below the other.
//!
//! Invariant: a school that the table does not have says nothing, nor does a name that two schools have; no row makes
//! reading fail.

use crate::{
    indicators::history::Level,
    model::PartialDate,
    normalize::{date, organisation},
};
use std::collections::{BTreeMap, BTreeSet};

/// Problems kept at most; the others are counted.
const MOST_PROBLEMS: usize = 100;

/// Which majors schools awarded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    schools: Vec<School>,
    by_unitid: BTreeMap<u32, usize>,
    /// By canonical key; none where two schools have it.
    by_name: BTreeMap<Box<str>, Option<usize>>,
}

/// What is known of one school.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct School {
    /// Name as the table has it, maybe empty.
    pub name: String,
    /// When it opened.
    pub opened: Option<PartialDate>,
    /// When it closed.
    pub closed: Option<PartialDate>,
    /// Years with any row about awards.
    years: BTreeSet<u16>,
    /// Awards by four digits of the code, level and year.
    awards: BTreeMap<(u16, Level, u16), u64>,
    /// Awards that were given by two digits alone.
    broad: BTreeMap<(u16, Level, u16), u64>,
}

/// How many awards a school made in some majors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Awarded {
    /// Under any of the codes, by four digits.
    pub exact: u64,
    /// Under any code with the same two digits.
    pub related: u64,
    /// Whether four digits cannot be told, since some rows give two alone.
    pub coarse: bool,
}

/// A row that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableProblem {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong with it, and with which value.
    pub reason: String,
}

impl School {
    /// Years with rows about awards, from one year to another.
    #[must_use]
    pub fn years_within(&self, from: u16, to: u16) -> usize {
        self.years.iter().filter(|year| (from..=to).contains(year)).count()
    }

    /// Awards under any of these codes (four digits), from one year to another, of one level or of all. O(rows of the
    /// school).
    #[must_use]
    pub fn awarded(&self, codes: &[u16], level: Option<Level>, from: u16, to: u16) -> Awarded {
        let mut found = Awarded::default();
        let fits =
            |l: Level, year: u16| level.is_none_or(|x| x == l) && (from..=to).contains(&year);
        let related = |code: u16| codes.iter().any(|c| c / 100 == code);
        for ((code, l, year), n) in &self.awards {
            if fits(*l, *year) && related(code / 100) {
                found.related += n;
                found.exact += if codes.contains(code) { *n } else { 0 };
            }
        }
        for ((family, l, year), n) in &self.broad {
            if fits(*l, *year) && related(*family) {
                found.related += n;
                found.coarse |= *n > 0;
            }
        }
        found
    }
}

/// Places of the columns.
#[derive(Default)]
struct Columns {
    unitid: Option<usize>,
    school: Option<usize>,
    cip: Option<usize>,
    level: Option<usize>,
    year: Option<usize>,
    awards: Option<usize>,
    opened: Option<usize>,
    closed: Option<usize>,
}

impl Columns {
    fn read(header: &csv::StringRecord) -> Self {
        let mut columns = Self::default();
        for (at, name) in header.iter().enumerate() {
            let slot = match crate::model::fold(name).as_str() {
                "unitid" => &mut columns.unitid,
                "school" | "instnm" | "institution" | "name" => &mut columns.school,
                "cip" | "cipcode" => &mut columns.cip,
                "level" | "awlevel" | "awardlevel" => &mut columns.level,
                "year" => &mut columns.year,
                "awards" | "ctotalt" | "total" => &mut columns.awards,
                "opened" => &mut columns.opened,
                "closed" => &mut columns.closed,
                _ => continue,
            };
            slot.get_or_insert(at);
        }
        columns
    }
}

impl Completions {
    /// Reads the table; what could not be taken comes beside it, the first hundred of it with line and reason. O(bytes ×
    /// log schools).
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<TableProblem>) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut table = Self::default();
        let mut problems = Vec::new();
        let mut left = 0_u64;
        let mut note = |line: u64, reason: String| {
            if problems.len() < MOST_PROBLEMS {
                problems.push(TableProblem { line, reason });
            } else {
                left += 1;
            }
        };
        let columns = match reader.headers() {
            Ok(header) => Columns::read(header),
            Err(error) => {
                note(1, format!("the header cannot be read: {error}"));
                return (table, problems);
            }
        };
        if columns.unitid.is_none() && columns.school.is_none() {
            let want = "the header has neither \"unitid\" nor \"school\"";
            note(1, want.to_owned());
            return (table, problems);
        }
        let mut row = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            match reader.read_record(&mut row) {
                Ok(false) => break,
                Ok(true) => {
                    let line = row.position().map_or(line, csv::Position::line);
                    if let Err(reason) = table.take(&columns, &row) {
                        note(line, reason);
                    }
                }
                Err(error) => note(line, format!("the row cannot be read: {error}")),
            }
        }
        if left > 0 {
            problems
                .push(TableProblem { line: 0, reason: format!("{left} further rows left out") });
        }
        (table, problems)
    }

    fn take(&mut self, columns: &Columns, row: &csv::StringRecord) -> Result<(), String> {
        let cell = |at: Option<usize>| row.get(at?).filter(|text| !text.is_empty());
        let wrong = |what: &str, text: &str| {
            let text: String = text.chars().take(60).collect();
            format!("\"{text}\" is no {what}")
        };
        let unitid = match cell(columns.unitid) {
            Some(text) => Some(text.parse().map_err(|_| wrong("unitid", text))?),
            None => None,
        };
        let name = cell(columns.school);
        let dated = |at: Option<usize>| match cell(at) {
            Some(text) => date::parse(text).map(Some).ok_or_else(|| wrong("date", text)),
            None => Ok(None),
        };
        let (opened, closed) = (dated(columns.opened)?, dated(columns.closed)?);
        let award = match cell(columns.cip) {
            Some(text) => {
                let code = Code::read(text).ok_or_else(|| wrong("code of a major", text))?;
                let number = |at, what: &str| {
                    let text = cell(at).ok_or_else(|| format!("no {what}"))?;
                    text.replace(',', "").parse::<u64>().map_err(|_| wrong(what, text))
                };
                let year = number(columns.year, "year")?;
                let year = u16::try_from(year).ok().filter(|y| (1900..=2200).contains(y));
                let year = year.ok_or_else(|| wrong("year", cell(columns.year).unwrap_or("")))?;
                let level = cell(columns.level).ok_or("no level")?;
                let level = award_level(level).ok_or_else(|| wrong("award level", level))?;
                Some((code, level, year, number(columns.awards, "number of awards")?))
            }
            None => None,
        };
        let school = self.place(unitid, name)?;
        school.opened = opened.or(school.opened);
        school.closed = closed.or(school.closed);
        if let Some((code, level, year, awards)) = award {
            school.years.insert(year);
            if let (Some(level), true) = (level, awards > 0) {
                let sum = match code {
                    Code::Four(code) => school.awards.entry((code, level, year)),
                    Code::Two(family) => school.broad.entry((family, level, year)),
                };
                let sum = sum.or_default();
                *sum = sum.saturating_add(awards);
            }
        }
        Ok(())
    }

    /// The school that a row is about, made where it is new.
    fn place(&mut self, unitid: Option<u32>, name: Option<&str>) -> Result<&mut School, String> {
        let key = name.and_then(organisation::institution).map(|school| school.key);
        let known = match (unitid, &key) {
            (Some(unitid), _) => self.by_unitid.get(&unitid).copied(),
            (None, Some(key)) => match self.by_name.get(key) {
                Some(None) => {
                    return Err(format!("\"{key}\" names two schools: give the unitid"));
                }
                found => found.copied().flatten(),
            },
            (None, None) => return Err("neither unitid nor school".to_owned()),
        };
        let at = known.unwrap_or_else(|| {
            self.schools.push(School::default());
            self.schools.len() - 1
        });
        if let Some(unitid) = unitid {
            self.by_unitid.insert(unitid, at);
        }
        if let Some(key) = key {
            let named = self.by_name.entry(key).or_insert(Some(at));
            if *named != Some(at) {
                *named = None;
            }
        }
        let school = self.schools.get_mut(at).ok_or("too many schools")?;
        if school.name.is_empty() {
            name.unwrap_or_default().clone_into(&mut school.name);
        }
        Ok(school)
    }

    /// The school with this number, or else with this canonical key. O(log schools).
    #[must_use]
    pub fn school(&self, unitid: Option<u32>, key: Option<&str>) -> Option<&School> {
        let by_number = unitid.and_then(|unitid| self.by_unitid.get(&unitid).copied());
        let by_name = || self.by_name.get(key?).copied().flatten();
        self.schools.get(by_number.or_else(by_name)?)
    }

    /// How many schools it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.schools.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.schools.is_empty()
    }
}

/// The code of a major.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    /// Its first four digits.
    Four(u16),
    /// Its first two, more not being given.
    Two(u16),
}

impl Code {
    /// `11.0701`, `110701`, `11.07`, `1107`, `11`; a zero in front may be lost, as spreadsheets do.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'', '=']);
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        match text.split_once('.') {
            Some((family, rest)) => {
                if !digits(family) || !digits(rest) || !(1..=2).contains(&family.len()) {
                    return None;
                }
                let family: u16 = family.parse().ok()?;
                // "11.1" is what a spreadsheet makes of 11.10.
                let rest: String = format!("{rest}00").chars().take(2).collect();
                Some(Self::Four(family * 100 + rest.parse::<u16>().ok()?))
            }
            None if !digits(text) => None,
            None => {
                let number: u32 = text.parse().ok()?;
                let code = match text.len() {
                    1 | 2 => return Some(Self::Two(u16::try_from(number).ok()?)),
                    3 | 4 => number,
                    5 | 6 => number / 100,
                    _ => return None,
                };
                Some(Self::Four(u16::try_from(code).ok()?))
            }
        }
    }
}

/// The codes of a major that an application gives in its own field: four digits; none where it gives fewer.
#[must_use]
pub fn code(text: &str) -> Option<u16> {
    match Code::read(text)? {
        Code::Four(code) => Some(code),
        Code::Two(_) => None,
    }
}

/// An award level, by the number of IPEDS or in words; `Some(None)` for certificates.
fn award_level(text: &str) -> Option<Option<Level>> {
    if let Ok(number) = text.parse::<u8>() {
        return Some(match number {
            3 => Some(Level::Associate),
            5 => Some(Level::Bachelor),
            7 => Some(Level::Master),
            9 | 17..=19 => Some(Level::Doctor),
            1..=21 => None,
            _ => return None,
        });
    }
    let words = organisation::degree(text)?;
    let level = Level::of(&words);
    let has = |part: &str| words.contains(part);
    (level.is_some() || has("certificate") || has("diploma") || has("professional"))
        .then_some(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_the_forms_that_files_have() {
        for (text, code) in [
            ("11.0701", Some(Code::Four(1107))),
            ("110701", Some(Code::Four(1107))),
            ("11.07", Some(Code::Four(1107))),
            ("11.1", Some(Code::Four(1110))),
            ("1.0101", Some(Code::Four(101))),
            ("10101", Some(Code::Four(101))),
            ("1107", Some(Code::Four(1107))),
            ("11", Some(Code::Two(11))),
            ("1", Some(Code::Two(1))),
            ("eleven", None),
            ("", None),
            ("11.0701.1", None),
            ("1234567", None),
        ] {
            assert_eq!(Code::read(text), code, "{text}");
        }
    }

    #[test]
    fn rows_of_both_layouts_are_added_up_by_school_level_and_major() {
        let (table, problems) = Completions::read(
            "UNITID,INSTNM,CIPCODE,AWLEVEL,YEAR,CTOTALT\n\
             100001,Example State University,11.0701,5,2018,40\n\
             100001,Example State University,11.0101,5,2018,2\n\
             100001,,110701,5,2019,\"1,100\"\n\
             100001,,11.0701,7,2019,7\n\
             100001,,13,5,2019,0\n",
        );
        assert_eq!(problems, []);
        let key = organisation::institution("Example State Univ.").unwrap().key;
        let school = table.school(None, Some(&key)).unwrap();
        assert_eq!(table.school(Some(100_001), None), Some(school));
        let bachelor = school.awarded(&[1107], Some(Level::Bachelor), 2015, 2020);
        assert_eq!(bachelor, Awarded { exact: 1_140, related: 1_142, coarse: false });
        assert_eq!(school.awarded(&[1107], None, 2019, 2019).exact, 1_107);
        assert_eq!(school.awarded(&[1419], None, 2015, 2020), Awarded::default());
        assert_eq!(school.years_within(2010, 2018), 1);
    }

    #[test]
    fn rows_that_cannot_be_taken_are_problems_with_their_line() {
        let (table, problems) = Completions::read(
            "school,cip,level,year,awards,closed\n\
             Example State University,11.07,bachelor,2018,4,\n\
             Example State University,computing,bachelor,2018,4,\n\
             ,11.07,bachelor,2018,4,\n\
             Example State University,11.07,wizard,2018,4,\n\
             Example State University,11.07,5,18,4,\n\
             Example State University,11.07,5,2018,many,\n\
             Example Closed College,,,,,2015-06\n",
        );
        let lines: Vec<u64> = problems.iter().map(|p| p.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7]);
        assert!(problems[0].reason.contains("\"computing\" is no code"), "{problems:?}");
        assert_eq!(table.len(), 2);
        let key = organisation::institution("Example Closed College").unwrap().key;
        assert_eq!(table.school(None, Some(&key)).unwrap().closed.unwrap().to_string(), "2015-06");
    }

    #[test]
    fn a_name_that_two_schools_have_names_neither() {
        let (table, problems) = Completions::read(
            "unitid,school,cip,level,year,awards\n\
             1,Example College,11.07,5,2018,4\n\
             2,Example College,11.07,5,2018,4\n\
             ,Example College,11.07,5,2018,4\n",
        );
        assert_eq!(problems.len(), 1);
        let key = organisation::institution("Example College").unwrap().key;
        assert!(table.school(None, Some(&key)).is_none());
        assert!(table.school(Some(2), Some(&key)).is_some());
    }

    #[test]
    fn no_text_makes_reading_fail() {
        for text in
            ["", "\n\n", "a,b\n1,2", "\u{feff}unitid\nx", "unitid,cip\n\"1", "school\n\u{0}"]
        {
            let _ = Completions::read(text);
        }
        let long = format!("unitid\n{}", "x\n".repeat(1_000));
        let (_, problems) = Completions::read(&long);
        assert_eq!(problems.len(), MOST_PROBLEMS + 1);
    }
}
