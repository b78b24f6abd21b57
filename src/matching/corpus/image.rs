//! A corpus as bytes and back: what a snapshot keeps of it. Not responsible for where the bytes are kept or
//! whether they are the ones that were written (the store checks that).
//!
//! Only what cannot be counted again is written: texts, records and the kinds of values. Everything is
//! little-endian.
//!
//! Invariant: bytes that are not a corpus give none, and never a panic.

use crate::{
    matching::corpus::{
        Corpus,
        interner::{Interner, hash},
        passages::Passages,
        record::{NONE, Record},
        texts::Texts,
    },
    model::{AppIx, Attribute, AttributeKind},
};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Reads numbers and texts off the front of bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }
    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }
    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }
    fn len(&mut self) -> Option<usize> {
        usize::try_from(self.u32()?).ok()
    }
    fn text(&mut self) -> Option<&'a str> {
        let n = self.len()?;
        std::str::from_utf8(self.take(n)?).ok()
    }
}

fn put_texts<'a>(out: &mut Vec<u8>, texts: impl ExactSizeIterator<Item = &'a str>) {
    put_u32(out, texts.len());
    for text in texts {
        put_u32(out, text.len());
        out.extend_from_slice(text.as_bytes());
    }
}

fn put_u32(out: &mut Vec<u8>, n: usize) {
    out.extend_from_slice(&u32::try_from(n).unwrap_or(NONE).to_le_bytes());
}

fn put_interner(out: &mut Vec<u8>, values: &Interner) {
    put_texts(out, (0..values.len()).map(|n| values.text(AppIx::new(n).0)));
    out.extend((0..values.len()).map(|n| values.kind(AppIx::new(n).0)));
}

fn interner(
    from: &mut Reader<'_>,
    kinds: usize,
    mut hash: impl FnMut(u8, &str) -> u64,
) -> Option<Interner> {
    let n = from.len()?;
    let mut texts = Vec::new();
    for _ in 0..n {
        texts.push(from.text()?);
    }
    let mut values = Interner::default();
    for (text, &kind) in texts.into_iter().zip(from.take(n)?) {
        if usize::from(kind) >= kinds {
            return None;
        }
        values.intern(hash(kind, text), kind, text);
    }
    (values.len() == n).then_some(values)
}

impl Corpus {
    /// The corpus as bytes. O(size).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_interner(&mut out, &self.attributes);
        put_interner(&mut out, &self.words);
        let n_tokens = self.tokens.len();
        put_texts(
            &mut out,
            (0..n_tokens).map(|n| self.tokens.text(super::TokenIx(AppIx::new(n).0))),
        );
        put_texts(
            &mut out,
            self.apps().map(|app| self.id_text(app)).collect::<Vec<_>>().into_iter(),
        );
        put_texts(&mut out, self.apps().map(|app| self.label(app)).collect::<Vec<_>>().into_iter());
        for app in self.apps() {
            let x = self.app(app);
            x.record.put(&mut out);
            for word in x.words {
                out.extend_from_slice(&word.to_le_bytes());
            }
        }
        out
    }

    /// The corpus that `to_bytes` wrote; none when the bytes are not one. Passages are counted when it settles.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        let mut buffer = String::new();
        let mut corpus = Self {
            attributes: interner(&mut from, AttributeKind::ALL.len(), |kind, text| {
                Attribute::number(AttributeKind::ALL[usize::from(kind)], text, &mut buffer)
            })?,
            words: interner(&mut from, usize::from(u8::MAX), hash)?,
            passages: Arc::new(Passages::default()),
            ..Self::default()
        };
        for _ in 0..from.len()? {
            corpus.tokens.intern(from.text()?);
        }
        let n = from.len()?;
        let read = |from: &mut Reader<'_>| {
            let mut texts = Texts::default();
            for _ in 0..n {
                texts.push(from.text()?);
            }
            Some(texts)
        };
        corpus.ids = read(&mut from)?;
        if from.len()? != n {
            return None;
        }
        corpus.labels = read(&mut from)?;
        let limits = (corpus.attributes.len(), corpus.words.len(), corpus.tokens.len());
        let mut words = Vec::new();
        for i in 0..n {
            let record = Record::take(&mut || from.u64())?;
            let run = from.take(record.words().checked_mul(4)?)?;
            words.clear();
            for word in run.chunks_exact(4) {
                words.push(u32::from_le_bytes(word.try_into().ok()?));
            }
            if !record.fits(&words, limits) {
                return None;
            }
            corpus.records.push(record, &words);
            corpus.label_of.push(AppIx::new(i).0);
            corpus.by_id.insert(xxh3_64(corpus.ids.get(i).as_bytes()), AppIx::new(i).0);
        }
        for app in corpus.apps() {
            corpus.count(app, 1);
        }
        from.0.is_empty().then_some(corpus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Entry;

    #[test]
    fn bytes_that_were_cut_or_changed_give_no_corpus_or_another_and_never_a_panic() {
        let application = |i: u32| crate::model::Application {
            id: format!("A{i}").parse().unwrap(),
            fields: [
                (crate::model::Column::FullName, format!("John Smith {i}")),
                (crate::model::Column::Phone, format!("202-555-01{i:02}")),
                (crate::model::Column::Street, format!("{i} Main St")),
                (crate::model::Column::City, "Springfield".to_owned()),
                (crate::model::Column::ResumeText, "one two three four five six".to_owned()),
            ]
            .into(),
            extra: std::collections::BTreeMap::new(),
            nested: std::collections::BTreeMap::new(),
            source: crate::model::Source { file: "a.csv".into(), row: 1 },
        };
        let entries = (0..10).map(|i| Entry {
            normalized: crate::normalize::normalize(&application(i)).into(),
            label: "x".into(),
        });
        let corpus = Corpus::build(entries.collect());
        let bytes = corpus.to_bytes();
        let back = Corpus::from_bytes(&bytes).unwrap();
        assert_eq!(back.to_bytes(), bytes);
        assert_eq!(back.len(), 10);
        for cut in 0..bytes.len() {
            assert!(Corpus::from_bytes(&bytes[..cut]).is_none(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            if let Some(mut corpus) = Corpus::from_bytes(&changed) {
                corpus.settle();
            }
        }
    }
}
