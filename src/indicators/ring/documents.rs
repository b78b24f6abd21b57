//! Indicators of files and answers: documents that came from one, one unusual layout, answers that are nearly the same. Reads
//! `files[]` (`xmp` or its fields `document_id`, `original_document_id`, `instance_id`; `fonts`, `page_size`, `margins`,
//! `section_order`), `answers[]` (`question_id`, `text`) and the unknown column `posting_text`. Not responsible for equal files
//! (`matching` links by those).

use super::people::{People, count, crowd, subjects};
use crate::{
    indicators::{
        Assessed, Compute, Entry, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Subject,
        Topic, quoted,
    },
    matching::similarity::each_common,
    model::Share,
    normalize::{document, fold::words},
};
use std::collections::{BTreeMap, BTreeSet};
use xxhash_rust::xxh3::xxh3_64;

/// Members from which on a document id or a layout is a template's.
const TEMPLATE: usize = 5;

/// Words of a passage, words that an answer must have, and the similarity of two that are nearly the same.
const PASSAGE: usize = 5;
const LONG: usize = 60;
const ALIKE: f64 = 0.8;

/// Words of one answer that are read, answers of one member that are compared, and members of one question, the first by id.
const READ: usize = 2_000;
const ANSWERS: usize = 20;
const ANSWERING: usize = 200;

/// The entries of `files[]` with their extended metadata.
fn files(subject: &Subject<'_>) -> Vec<Entry> {
    let files = subject.record.list("files");
    files.iter().flat_map(|file| [vec![file.clone()], file.entries(&["xmp"])].concat()).collect()
}

/// `same-xmp-document`.
pub static SAME_XMP_DOCUMENT: Indicator = Indicator {
    id: "same-xmp-document",
    title: "Files that came from one document",
    topic: Topic::Document,
    needs: &["full_name", "files"],
    how: "Files of two to five members without anything in common in their names carry one XMP document id. Strong when they carry one \
          instance id too: one saved version. The id of more than five members is a template's and does not count.",
    strength: Strength::Strong,
    innocent: &[
        "a template that was downloaded and kept its id",
        "a resume writer who works from one file",
    ],
    sources: &[PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(same_xmp_document),
};

fn same_xmp_document(case: &RingCase<'_>) -> Assessed {
    let fields: [(bool, &[&str]); 3] = [
        (true, &["instance_id", "InstanceID", "xmp_instance_id"]),
        (false, &["document_id", "DocumentID", "xmp_document_id"]),
        (false, &["original_document_id", "OriginalDocumentID"]),
    ];
    let mut uses: Vec<((bool, String), usize)> = Vec::new();
    for (member, subject) in subjects(case) {
        for entry in files(subject) {
            for (instance, names) in fields {
                let id =
                    entry.text(names).map(|t| t.replace("xmp.did:", "").replace("xmp.iid:", ""));
                let id = id.and_then(|id| document::identifier(&id.replace("uuid:", "")));
                uses.extend(id.map(|id| ((instance, id.into()), member)));
            }
        }
    }
    let uses = uses.need("XMP document id")?;
    let people = People::of(case);
    people.two_named()?;
    let shared = people.shared(uses);
    let mut rare = shared.iter().filter(|s| s.members.len() <= TEMPLATE);
    let best = rare.clone().find(|s| s.value.0).or_else(|| rare.next());
    Ok(best.map(|s| {
        let (instance, id) = &s.value;
        let strength = if *instance { Strength::Strong } else { Strength::Medium };
        let what = if *instance { "are one saved version" } else { "came from one document" };
        let reason = format!("files of {} {what}", crowd(&s.apart));
        let finding = Finding::new(strength, reason).with("XMP id", id.clone());
        finding.with("applications", people.list(&s.apart))
    }))
}

/// `layout-fingerprint`.
pub static LAYOUT_FINGERPRINT: Indicator = Indicator {
    id: "layout-fingerprint",
    title: "One unusual layout",
    topic: Topic::Document,
    needs: &["full_name", "files"],
    how: "Files of two to five members without anything in common in their names have the same fonts, page size, margins and order of \
          sections. A layout of more than five members is a template's and does not count.",
    strength: Strength::Weak,
    innocent: &["a template, or one resume builder"],
    sources: &[PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(layout_fingerprint),
};

fn layout_fingerprint(case: &RingCase<'_>) -> Assessed {
    let layout = |entry: &Entry| -> Option<String> {
        let mut fonts = entry.texts(&["fonts", "font_list"]);
        fonts.sort_unstable();
        let joined = |names: &[&str]| entry.texts(names).join(" ");
        let parts = [
            fonts.join(", "),
            joined(&["page_size", "page", "geometry"]),
            joined(&["margins"]),
            joined(&["section_order", "sections"]),
        ];
        parts.iter().all(|part| !part.is_empty()).then(|| parts.join(" / "))
    };
    let uses: Vec<(String, usize)> = subjects(case)
        .flat_map(|(member, s)| s.record.list("files").iter().map(move |file| (file, member)))
        .filter_map(|(file, member)| Some((layout(file)?, member)))
        .collect();
    let uses = uses.need("layout of a file")?;
    let people = People::of(case);
    people.two_named()?;
    let shared = people.shared(uses);
    Ok(shared.iter().find(|s| s.members.len() <= TEMPLATE).map(|s| {
        let reason = format!("files of {} have one layout", crowd(&s.apart));
        let finding = Finding::new(Strength::Weak, reason).with("layout", s.value.clone());
        finding.with("applications", people.list(&s.apart))
    }))
}

/// `answers-near-duplicate`.
pub static ANSWERS_NEAR_DUPLICATE: Indicator = Indicator {
    id: "answers-near-duplicate",
    title: "Nearly the same answers to a question",
    topic: Topic::Document,
    needs: &["full_name", "answers", "posting_text"],
    how: "Answers of more than 60 words to one question by two members without anything in common in their names have a Jaccard \
          similarity of five-word passages of 0.8 or more, passages of the posting taken out. Of one member twenty answers are read, \
          of one answer 2,000 words, and of one question's answers the first 200 by application.",
    strength: Strength::Medium,
    innocent: &[
        "a language model's answer to the same question",
        "an answer that a course or a forum hands out",
    ],
    sources: &[quoted("US advisory on IT workers, May 2022: the same templates across accounts")],
    compares_names: true,
    compute: Compute::Ring(answers_near_duplicate),
};

/// The five-word passages of a text, sorted, without repeats; none for a short one.
fn passages(text: &str, least: usize) -> Option<Vec<u32>> {
    // Only a clip of a long text is folded at once.
    let folded: Vec<String> = text
        .split_whitespace()
        .take(READ)
        .filter_map(words)
        .flat_map(|w| w.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    if folded.len() <= least {
        return None;
    }
    let hash = |window: &[String]| {
        u32::try_from(xxh3_64(window.join(" ").as_bytes()) & u64::from(u32::MAX)).unwrap_or(0)
    };
    let mut all: Vec<u32> = folded.windows(PASSAGE).map(hash).collect();
    all.sort_unstable();
    all.dedup();
    Some(all)
}

/// Id of the application, place of the member, passages.
type Answer<'a> = (&'a str, usize, Vec<u32>);

fn answers_near_duplicate(case: &RingCase<'_>) -> Assessed {
    let mut by_question: BTreeMap<String, Vec<Answer<'_>>> = BTreeMap::new();
    let mut any = false;
    for (member, subject) in subjects(case) {
        let answers = subject.record.list("answers").iter().take(ANSWERS);
        let posting = subject.record.extra("posting_text").and_then(|text| passages(text, 0));
        for answer in answers {
            let question = answer.word(&["question_id", "question", "id"]);
            let Some((question, text)) = question.zip(answer.text(&["text", "answer"])) else {
                continue;
            };
            any = true;
            let Some(mut own) = passages(&text, LONG) else { continue };
            if let Some(posting) = &posting {
                own.retain(|passage| posting.binary_search(passage).is_err());
            }
            if !own.is_empty() {
                let id = subject.application.id.as_str();
                by_question.entry(question).or_default().push((id, member, own));
            }
        }
    }
    any.then_some(()).need("answer to a question")?;
    let people = People::of(case);
    people.two_named()?;
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut questions: BTreeSet<&str> = BTreeSet::new();
    let mut left_out = 0;
    for (question, answers) in &mut by_question {
        answers.sort();
        // Who gives one answer several times gave one.
        answers.dedup_by(|a, b| (a.1, &a.2) == (b.1, &b.2));
        left_out += answers.len().saturating_sub(ANSWERING);
        answers.truncate(ANSWERING);
        for (n, (_, a, x)) in answers.iter().enumerate() {
            for (_, b, y) in answers.iter().skip(n + 1) {
                if alike(x, y) && people.conflict(*a, *b) {
                    pairs.insert((*a.min(b), *a.max(b)));
                    questions.insert(question);
                }
            }
        }
    }
    let members: Vec<usize> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    if members.is_empty() {
        return Ok(None);
    }
    let more = if left_out == 0 {
        String::new()
    } else {
        format!("; {left_out} further answers were not compared")
    };
    let reason = format!(
        "{} of members who gave nearly the same answers to {}{more}",
        count(pairs.len(), "pair", "pairs"),
        count(questions.len(), "question", "questions")
    );
    let asked: Vec<&str> = questions.into_iter().take(8).collect();
    Ok(Some(
        Finding::new(Strength::Medium, reason)
            .with("questions", asked.join(", "))
            .with("applications", people.list(&members)),
    ))
}

/// Whether two sets of passages are nearly the same. Lengths alone rule most out.
fn alike(a: &[u32], b: &[u32]) -> bool {
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if Share::of(short, long) < Share::new(ALIKE) {
        return false;
    }
    let mut common = 0;
    each_common(a, b, |_| common += 1);
    Share::of(common, short + long - common) >= Share::new(ALIKE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_alike_when_hardly_a_word_differs_and_short_ones_are_not_read() {
        let word = |n: usize| format!("word{n}");
        let text: Vec<String> = (0..80).map(word).collect();
        let mut other = text.clone();
        other[40] = "else".into();
        let read = |words: &[String]| passages(&words.join(" "), LONG).unwrap();
        // One word in the middle takes five passages of 76 from either.
        assert!(alike(&read(&text), &read(&other)));
        other[10] = "more".into();
        other[20] = "again".into();
        assert!(!alike(&read(&text), &read(&other)));
        assert_eq!(passages(&text[..60].join(" "), LONG), None);
    }
}
