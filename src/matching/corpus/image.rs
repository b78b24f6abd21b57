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
use xxhash_rust::xxh3::xxh3_64;

/// About how many bytes a part has: small, so that little is in memory twice.
const PART: usize = 32 << 20;

/// Writes items into parts; an item is never cut.
struct Writer<'a, E> {
    out: Vec<u8>,
    emit: &'a mut dyn FnMut(Vec<u8>) -> Result<(), E>,
}

impl<E> Writer<'_, E> {
    fn number(&mut self, n: usize) {
        self.out.extend_from_slice(&u32::try_from(n).unwrap_or(NONE).to_le_bytes());
    }

    fn text(&mut self, text: &str) -> Result<(), E> {
        self.number(text.len());
        self.out.extend_from_slice(text.as_bytes());
        self.boundary()
    }

    /// Lets go of a part that is full.
    fn boundary(&mut self) -> Result<(), E> {
        if self.out.len() >= PART { self.end() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), E> {
        (self.emit)(std::mem::take(&mut self.out))
    }

    fn interner(&mut self, values: &Interner) -> Result<(), E> {
        self.number(values.len());
        for n in (0..values.len()).map(|n| AppIx::new(n).0) {
            self.out.push(values.kind(n));
            self.text(values.text(n))?;
        }
        Ok(())
    }
}

/// Reads items out of parts.
struct Reader<'a> {
    part: Vec<u8>,
    at: usize,
    next: &'a mut dyn FnMut() -> Option<Vec<u8>>,
}

impl Reader<'_> {
    fn take(&mut self, n: usize) -> Option<&[u8]> {
        if self.at == self.part.len() && n > 0 {
            self.part = (self.next)()?;
            self.at = 0;
        }
        let taken = self.part.get(self.at..self.at.checked_add(n)?)?;
        self.at += n;
        Some(taken)
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn number(&mut self) -> Option<usize> {
        let n = u32::from_le_bytes(self.take(4)?.try_into().ok()?);
        usize::try_from(n).ok()
    }

    fn text(&mut self) -> Option<&str> {
        let n = self.number()?;
        std::str::from_utf8(self.take(n)?).ok()
    }

    fn interner(
        &mut self,
        kinds: usize,
        mut hash: impl FnMut(u8, &str) -> u64,
    ) -> Option<Interner> {
        let mut values = Interner::default();
        for n in 0..self.number()? {
            let kind = *self.take(1)?.first()?;
            let text = self.text()?;
            if usize::from(kind) >= kinds
                || values.intern(hash(kind, text), kind, text) as usize != n
            {
                return None;
            }
        }
        Some(values)
    }

    fn texts(&mut self, n: usize) -> Option<Texts> {
        let mut texts = Texts::default();
        for _ in 0..n {
            texts.push(self.text()?);
        }
        Some(texts)
    }
}

impl Corpus {
    /// The corpus as bytes, in parts of about 32 MiB, each handed to `emit` as it is full. O(size).
    ///
    /// # Errors
    /// What `emit` returned.
    pub fn write<E>(&self, emit: &mut dyn FnMut(Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        let mut to = Writer { out: Vec::new(), emit };
        to.interner(&self.attributes)?;
        to.interner(&self.words)?;
        to.number(self.tokens.len());
        for n in 0..self.tokens.len() {
            to.text(self.tokens.text(super::TokenIx(AppIx::new(n).0)))?;
        }
        to.number(self.len());
        for app in self.apps() {
            to.text(self.id_text(app))?;
        }
        for app in self.apps() {
            to.text(self.label(app))?;
        }
        for app in self.apps() {
            let x = self.app(app);
            x.record.put(&mut to.out);
            for word in x.words {
                to.out.extend_from_slice(&word.to_le_bytes());
            }
            to.boundary()?;
        }
        to.end()
    }

    /// The corpus that `write` wrote, from its parts in order; none when they are not one. Passages are counted
    /// when it settles.
    #[must_use]
    pub fn read(next: &mut dyn FnMut() -> Option<Vec<u8>>) -> Option<Self> {
        let mut from = Reader { part: Vec::new(), at: 0, next };
        let mut buffer = String::new();
        let mut corpus = Self {
            attributes: from.interner(AttributeKind::ALL.len(), |kind, text| {
                Attribute::number(AttributeKind::ALL[usize::from(kind)], text, &mut buffer)
            })?,
            words: from.interner(usize::from(u8::MAX), hash)?,
            passages: Passages::default(),
            ..Self::default()
        };
        for n in 0..from.number()? {
            if corpus.tokens.intern(from.text()?).0 as usize != n {
                return None;
            }
        }
        let n = from.number()?;
        corpus.ids = from.texts(n)?;
        corpus.labels = from.texts(n)?;
        let limits = (corpus.attributes.len(), corpus.words.len(), corpus.tokens.len());
        let mut words = Vec::new();
        for i in 0..n {
            let mut record = Record::take(&mut || from.u64())?;
            let run = from.take(record.words().checked_mul(4)?)?;
            words.clear();
            for word in run.chunks_exact(4) {
                words.push(u32::from_le_bytes(word.try_into().ok()?));
            }
            if !record.fits(&words, limits) {
                return None;
            }
            record.n_front = in_front(&words[words.len() - record.n_shingles as usize..]);
            corpus.records.push(record, &words);
            corpus.label_of.push(AppIx::new(i).0);
            corpus.by_id.insert(xxh3_64(corpus.ids.get(i).as_bytes()), AppIx::new(i).0);
        }
        for app in corpus.apps() {
            corpus.count(app, 1);
            corpus.bear(app, &[]);
        }
        (from.at == from.part.len()).then_some(corpus)
    }
}

/// How many shingles of a text stand in front: two parts were written one after the other, each sorted.
fn in_front(text: &[u32]) -> u32 {
    let sorted = text.windows(2).take_while(|two| two[0] < two[1]).count();
    u32::try_from((sorted + 1).min(text.len())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Entry;

    fn bytes(corpus: &Corpus) -> Vec<u8> {
        let mut all = Vec::new();
        let written = corpus.write::<()>(&mut |mut part| {
            all.append(&mut part);
            Ok(())
        });
        written.map(|()| all).unwrap()
    }

    fn read(bytes: &[u8]) -> Option<Corpus> {
        let mut parts = vec![bytes.to_vec()];
        Corpus::read(&mut || parts.pop())
    }

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
        let bytes = bytes(&corpus);
        let back = read(&bytes).unwrap();
        assert_eq!(super::tests::bytes(&back), bytes);
        assert_eq!(back.len(), 10);
        for cut in 0..bytes.len() {
            assert!(read(&bytes[..cut]).is_none(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            if let Some(mut corpus) = read(&changed) {
                corpus.settle();
            }
        }
    }
}
