//! Indicators of files and pictures, by what their metadata and imported checks say. Not responsible for opening a file, nor
//! for files that several applications share (`matching`).
//!
//! Reads of each entry of `files[]` `pdf_created` (or `CreationDate`), `pdf_modified` (or `ModDate`), `producer`, `creator`,
//! `author`, also within `info`; the columns `pdf_author`, `pdf_created`, `pdf_modified`, `pdf_producer`; checks of the kinds
//! `id_document` and `photo`, and `gov_id[]` (`verification_result`).
//!
//! Invariant: no picture is looked at and no face is read; a number of a document is never quoted.

use crate::{
    indicators::{
        Assessed, Case, Compute, Entry, Finding, Indicator, KNOWN, NameTie, Need, PROPOSAL,
        Strength, Subject, Topic, checked, claimed, primary, quoted, record,
    },
    model::Column,
    normalize::document,
    reference::time_zones,
};

/// Hours by which clocks must differ.
const HOURS: i32 = 4;

/// Programs that write files on a server or in UTC, so that the offset is not that of a person's clock. Folded.
const SERVERS: &[&str] = &[
    "apache fop",
    "aspose",
    "canva",
    "chromium",
    "fpdf",
    "google docs",
    "headless",
    "ilovepdf",
    "itext",
    "jasper",
    "linkedin",
    "novoresume",
    "openpdf",
    "pdf lib",
    "pdfkit",
    "pdfsharp",
    "prince",
    "puppeteer",
    "reportlab",
    "resume io",
    "sejda",
    "skia",
    "smallpdf",
    "tcpdf",
    "weasyprint",
    "wkhtmltopdf",
    "zety",
];

/// `pdf-timezone-mismatch`.
pub static PDF_TIME_ZONE: Indicator = Indicator {
    id: "pdf-timezone-mismatch",
    title: "File made in a time zone far from the claimed home",
    topic: Topic::Place,
    needs: &["files[].pdf_created or pdf_modified, producer", "state, country"],
    how: "The offset from UTC in the creation or modification date of a PDF differs by four hours or more from every time \
          zone of the claimed state (or country) at that date. Dates in plain UTC, and files that a server made, are left out.",
    strength: Strength::Weak,
    innocent: &[
        "the file was made on a journey or before a move",
        "a resume service or a converter abroad wrote it",
    ],
    sources: &[PROPOSAL, primary("PDF format of dates, as printpdf documents it")],
    compares_names: false,
    compute: Compute::Application(pdf_time_zone),
};

fn pdf_time_zone(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let dates: Vec<(String, record::Stamp, i32)> = pdf_dates(subject)
        .into_iter()
        .filter_map(|text| {
            let stamp = pdf_stamp(&text)?;
            Some((text, stamp, stamp.offset?))
        })
        .collect();
    let dates = dates.need("date of a PDF with an offset from UTC")?;
    let home = subject.normal.home.as_ref();
    let country = home.and_then(|h| h.country.as_deref()).need("country of the home")?;
    let zones = time_zones::zones(country, home.and_then(|h| h.state.as_deref()));
    let zones = zones.need("time zone of the home")?;
    let apart = |at: i64, offset: i32| {
        let own = zones.iter().filter_map(|zone| time_zones::offset(zone, at));
        own.map(|own| (own - offset).abs()).min()
    };
    let far = dates.into_iter().filter_map(|(text, stamp, offset)| {
        let apart = apart(stamp.at.0, offset)?;
        (apart >= HOURS * 60).then_some((apart, text, offset))
    });
    Ok(far.max().map(|(apart, text, offset)| {
        let reason = format!(
            "a PDF was written at UTC{}{:02}:{:02}, {} hours from the claimed home",
            if offset < 0 { '-' } else { '+' },
            offset.abs() / 60,
            offset.abs() % 60,
            apart / 60
        );
        Finding::new(Strength::Weak, reason).with("date in the PDF", text)
    }))
}

/// The dates of PDFs that a person's program wrote.
fn pdf_dates(subject: &Subject<'_>) -> Vec<String> {
    const DATES: [&[&str]; 2] = [
        &["pdf_created", "pdf_created_at", "creation_date", "CreationDate"],
        &["pdf_modified", "pdf_modified_at", "mod_date", "ModDate"],
    ];
    let mut all = Vec::new();
    for entry in files(subject) {
        let programs =
            [&["producer", "Producer", "pdf_producer"], &["creator", "Creator", "pdf_creator"]];
        if !programs.iter().filter_map(|names| entry.word(*names)).any(|p| is_server(&p)) {
            all.extend(DATES.iter().filter_map(|names| entry.text(names)));
        }
    }
    let programs = ["pdf_producer", "pdf_creator"].map(|name| subject.record.extra(name));
    let folded = programs.into_iter().flatten().filter_map(crate::normalize::fold::words);
    if !folded.into_iter().any(|program| is_server(&program)) {
        let columns = DATES.iter().flat_map(|names| names.iter());
        all.extend(columns.filter_map(|name| subject.record.extra(name)).map(str::to_owned));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The files of an application, and the information dictionaries within them.
fn files(subject: &Subject<'_>) -> Vec<Entry> {
    let files = subject.record.list("files").iter();
    files
        .flat_map(|file| {
            let within = file.entries(&["info", "pdf_info", "pdf_info_dict", "document_info_dict"]);
            std::iter::once(file.clone()).chain(within)
        })
        .collect()
}

fn is_server(program: &str) -> bool {
    SERVERS.iter().any(|server| program.contains(server))
}

/// A moment as PDFs write it (`D:20260301093000+09'00'`), or as others do.
fn pdf_stamp(text: &str) -> Option<record::Stamp> {
    let bare = text.trim().strip_prefix("D:").unwrap_or(text.trim());
    let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits != 14 {
        return record::stamp(text);
    }
    let part = |from: usize, to: usize| bare.get(from..to);
    let zone: String = bare.get(14..)?.chars().filter(|c| *c != '\'').collect();
    record::stamp(&format!(
        "{}-{}-{}T{}:{}:{}{zone}",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    ))
}

/// `pdf-author-mismatch`.
pub static PDF_AUTHOR: Indicator = Indicator {
    id: "pdf-author-mismatch",
    title: "Author of the file is somebody else",
    topic: Topic::Document,
    needs: &["pdf_author", "full_name"],
    how: "The author that a PDF names is the full name of a person and has nothing in common with any name of the applicant.",
    strength: Strength::Weak,
    innocent: &[
        "a resume writer, or the author of the template",
        "a borrowed computer, or one with another person's licence",
    ],
    sources: &[PROPOSAL],
    compares_names: true,
    compute: Compute::Application(pdf_author),
};

fn pdf_author(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let listed =
        files(subject).into_iter().filter_map(|f| f.text(&["author", "Author", "pdf_author"]));
    let column = subject.raw(Column::PdfAuthor).map(str::to_owned);
    let authors: Vec<String> = column.into_iter().chain(listed).collect();
    let authors = authors.need("author of a PDF")?;
    let own = claimed::names_and_former(case.dossier).need("name")?;
    let other = authors.into_iter().find(|author| {
        document::pdf_author(author).is_some()
            && claimed::against(author, &own) == Some(NameTie::Conflict)
    });
    Ok(other.map(|author| {
        let reason = format!("the PDF names \"{author}\" as its author");
        Finding::new(Strength::Weak, reason).with("author of the PDF", author)
    }))
}

/// `doc-id-check-failed`.
pub static ID_CHECK_FAILED: Indicator = Indicator {
    id: "doc-id-check-failed",
    title: "Identity document failed verification",
    // What a person who checked the document confirms answers it, with everything else about identity.
    topic: Topic::Identity,
    needs: &["checks[] of the kind id_document, or gov_id[].verification_result"],
    how: "The latest decided check of an identity document says failed, tampered, forged or the like. A poor scan, an expired \
          document and an open check say nothing.",
    strength: Strength::Strong,
    innocent: &[
        "a poor scan of a genuine document",
        "a genuine document that the checker does not know",
    ],
    sources: &[
        primary("Security Alliance, DPRK IT worker framework, May 2026"),
        primary("Microsoft, Jasper Sleet, June 2025"),
    ],
    compares_names: false,
    compute: Compute::Application(id_check_failed),
};

fn id_check_failed(case: &Case<'_>) -> Assessed {
    const KINDS: &[&str] = &[
        "document",
        "id",
        "id check",
        "id document",
        "identity document",
        "idv",
        "gov id",
        "government id",
        "passport",
    ];
    const FAILED: &[&str] = &[
        "altered",
        "counterfeit",
        "fail",
        "failed",
        "fake",
        "forged",
        "fraudulent",
        "manipulated",
        "tampered",
    ];
    let record = &case.subject.record;
    let decided = checked::latest(record, KINDS, FAILED, checked::PASSED);
    let mut imported = record.list("gov_id").iter().filter_map(|id| {
        let result = id.word(&["verification_result", "result"])?;
        let did = |words: &[&str]| words.contains(&result.as_str());
        (did(FAILED) || did(checked::PASSED)).then(|| (id, did(FAILED)))
    });
    let (entry, failed) =
        decided.or_else(|| imported.next_back()).need("decided check of an identity document")?;
    let result = entry.text(&["verification_result", "result", "outcome", "status"]);
    Ok(failed.then(|| {
        let reason = format!(
            "the check of the identity document says \"{}\"{}",
            result.unwrap_or_default(),
            checked::by(entry)
        );
        Finding::new(Strength::Strong, reason)
    }))
}

/// `photo-manipulated`.
pub static PHOTO_MANIPULATED: Indicator = Indicator {
    id: "photo-manipulated",
    title: "A detector calls the picture edited",
    topic: Topic::Document,
    needs: &[
        "checks[] of the kind photo: score and threshold (or result), tool, version, confirmed",
    ],
    how: "An imported detector's score reaches its own threshold, or its result says so. Context until a person has looked \
          at the picture and confirms it (`confirmed`), weak then.",
    strength: Strength::Weak,
    innocent: &["retouching programs are ordinary today", "detectors err"],
    sources: &[quoted("KnowBe4, July 2024"), primary("Microsoft, Jasper Sleet, June 2025"), KNOWN],
    compares_names: false,
    compute: Compute::Application(photo_manipulated),
};

fn photo_manipulated(case: &Case<'_>) -> Assessed {
    const KINDS: &[&str] =
        &["photo", "photo manipulation", "picture", "image forensics", "deepfake"];
    const EDITED: &[&str] =
        &["ai edited", "ai generated", "edited", "generated", "manipulated", "synthetic"];
    let of_kind = case.subject.record.list("checks").iter().filter(|entry| {
        entry.word(&["kind", "check", "type"]).is_some_and(|kind| KINDS.contains(&kind.as_str()))
    });
    let verdicts: Vec<(&Entry, bool)> = of_kind
        .filter_map(|entry| {
            let reached = entry.number(&["score"]).zip(entry.number(&["threshold"]));
            let said = entry.word(&["result", "outcome"]).and_then(|result| {
                let edited = EDITED.contains(&result.as_str());
                (edited || checked::PASSED.contains(&result.as_str())).then_some(edited)
            });
            Some((entry, reached.map(|(score, from)| score >= from).or(said)?))
        })
        .collect();
    let verdicts = verdicts.need("detector's verdict on the picture")?;
    let Some((entry, _)) = verdicts.into_iter().find(|(_, edited)| *edited) else {
        return Ok(None);
    };
    let confirmed = entry.flag(&["confirmed", "reviewer_confirms"]) == Some(true)
        || entry.text(&["confirmed_by", "reviewer"]).is_some();
    let score = entry.text(&["score"]).map(|score| format!(", with a score of {score}"));
    let reason = format!(
        "a detector{} calls the picture edited{}{}",
        checked::by(entry),
        score.unwrap_or_default(),
        if confirmed { ", and a person agrees" } else { "; nobody has looked at it yet" }
    );
    let strength = if confirmed { Strength::Weak } else { Strength::Context };
    Ok(Some(Finding::new(strength, reason)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_pdfs_are_read_with_their_offset() {
        for (text, at, offset) in [
            ("D:20260301093000+09'00'", "2026-03-01T00:30:00Z", Some(540)),
            ("D:20260301093000-05'30", "2026-03-01T15:00:00Z", Some(-330)),
            ("D:20260301093000Z", "2026-03-01T09:30:00Z", None),
            ("D:20260301093000+00'00'", "2026-03-01T09:30:00Z", None),
            ("20260301093000", "2026-03-01T09:30:00Z", None),
            ("2026-03-01T09:30:00+09:00", "2026-03-01T00:30:00Z", Some(540)),
        ] {
            let stamp = pdf_stamp(text).unwrap();
            assert_eq!((stamp.at.to_string().as_str(), stamp.offset), (at, offset), "{text}");
        }
        for text in ["", "D:", "D:2026", "D:99999999999999+09'00'", "D:20260301093000é"] {
            let _ = pdf_stamp(text);
        }
        assert_eq!(pdf_stamp("D:99999999999999"), None);
    }
}
