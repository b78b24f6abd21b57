//! One application as comparison reads it: every value a number. Not responsible for turning texts into numbers
//! (`Corpus`) nor for comparing.
//!
//! The values that every application has at most one of stand in a `Record`, the others in a run of words beside
//! it, so that comparing two applications touches two short stretches of memory and no text.
//!
//! Invariant: a pure function of the normalised form and of the numbers given to its values.

use crate::{
    matching::corpus::{
        app::App,
        passages::Passages,
        tree::{BITS, FAN, Tree},
    },
    model::{AppIx, AttributeIx, PlaceKind, Role},
};

/// No value.
pub const NONE: u32 = u32::MAX;

/// No place in a block.
pub(super) const NO_PLACE: u16 = u16::MAX;

/// What an application has at most one of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    /// XXH3 of the application's id: an order that does not depend on arrival.
    pub key: u64,
    pub submitted: i64,
    pub phash: u64,
    pub email: u32,
    pub stem: u32,
    pub phone: u32,
    /// Of the phone, or `NONE`.
    pub extension: u32,
    pub block: u32,
    pub ip: u32,
    pub device: u32,
    pub national_id: u32,
    pub birth: u32,
    pub suffix: u32,
    pub role: u32,
    pub outcome: u32,
    pub opening: u32,
    pub agency: u32,
    pub domain: u32,
    pub mailbox_series: u32,
    pub mailbox_number: u32,
    /// Where its words begin in its chunk.
    pub at: u32,
    pub n_shingles: u32,
    /// How many of the shingles stand in front: see `App::front`.
    pub n_front: u32,
    pub n_used: u16,
    pub n_tokens: u16,
    pub n_education: u16,
    pub n_employment: u16,
    pub n_profiles: u16,
    pub has_home: bool,
    pub has_shipping: bool,
    /// Whether the mailbox is somebody else's at a firm: see `desks`.
    pub is_at_desk: bool,
    pub line_type: u8,
    /// The last three digits of the phone, or `NO_PLACE`.
    pub place_in_block: u16,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            key: 0,
            submitted: i64::MIN,
            phash: 0,
            email: NONE,
            stem: NONE,
            phone: NONE,
            extension: NONE,
            block: NONE,
            ip: NONE,
            device: NONE,
            national_id: NONE,
            birth: NONE,
            suffix: NONE,
            role: NONE,
            outcome: NONE,
            opening: NONE,
            agency: NONE,
            domain: NONE,
            mailbox_series: NONE,
            mailbox_number: NONE,
            place_in_block: NO_PLACE,
            at: 0,
            n_shingles: 0,
            n_front: 0,
            n_used: 0,
            n_tokens: 0,
            n_education: 0,
            n_employment: 0,
            n_profiles: 0,
            has_home: false,
            has_shipping: false,
            is_at_desk: false,
            line_type: 0,
        }
    }
}

/// Words of an address, of a degree, of a job, of a profile.
pub(super) const ADDRESS: usize = 10;
pub(super) const EDUCATION: usize = 4;
pub(super) const EMPLOYMENT: usize = 2;
pub(super) const PROFILE: usize = 3;

impl Record {
    pub(super) fn words(&self) -> usize {
        usize::from(self.n_used)
            + usize::from(self.n_tokens)
            + ADDRESS * (usize::from(self.has_home) + usize::from(self.has_shipping))
            + EDUCATION * usize::from(self.n_education)
            + EMPLOYMENT * usize::from(self.n_employment)
            + PROFILE * usize::from(self.n_profiles)
            + self.n_shingles as usize
    }
}

impl Record {
    /// Writes it, words not included.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        let pair = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
        let lengths = [
            self.n_used,
            self.n_tokens,
            self.n_education,
            self.n_employment,
            self.n_profiles,
            u16::from(self.has_home)
                | u16::from(self.has_shipping) << 1
                | u16::from(self.is_at_desk) << 2,
            u16::from(self.line_type),
            self.place_in_block,
        ];
        let four = |l: &[u16]| l.iter().fold(0, |n, &part| n << 16 | u64::from(part));
        for number in [
            self.key,
            self.submitted.cast_unsigned(),
            self.phash,
            pair(self.email, self.stem),
            pair(self.phone, self.block),
            pair(self.ip, self.device),
            pair(self.national_id, self.birth),
            pair(self.suffix, self.role),
            pair(self.outcome, self.n_shingles),
            pair(self.agency, self.domain),
            pair(self.mailbox_series, self.mailbox_number),
            pair(self.extension, self.opening),
            four(&lengths[..4]),
            four(&lengths[4..]),
        ] {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// Reads what `put` wrote.
    #[expect(clippy::cast_possible_truncation, reason = "the parts of a number")]
    pub(super) fn take(next: &mut impl FnMut() -> Option<u64>) -> Option<Self> {
        let (key, submitted, phash) = (next()?, next()?.cast_signed(), next()?);
        let mut pair = || next().map(|n| ((n >> 32) as u32, n as u32));
        let ((email, stem), (phone, block)) = (pair()?, pair()?);
        let ((ip, device), (national_id, birth)) = (pair()?, pair()?);
        let ((suffix, role), (outcome, n_shingles)) = (pair()?, pair()?);
        let ((agency, domain), (mailbox_series, mailbox_number)) = (pair()?, pair()?);
        let (extension, opening) = pair()?;
        let mut four = || next().map(|n| [48, 32, 16, 0].map(|shift| (n >> shift) as u16));
        let (
            [n_used, n_tokens, n_education, n_employment],
            [n_profiles, has, line_type, place_in_block],
        ) = (four()?, four()?);
        Some(Self {
            key,
            submitted,
            phash,
            email,
            stem,
            phone,
            extension,
            block,
            ip,
            device,
            national_id,
            birth,
            suffix,
            role,
            outcome,
            opening,
            agency,
            domain,
            mailbox_series,
            mailbox_number,
            place_in_block,
            at: 0,
            n_shingles,
            n_front: n_shingles,
            n_used,
            n_tokens,
            n_education,
            n_employment,
            n_profiles,
            has_home: has & 1 == 1,
            has_shipping: has & 2 == 2,
            is_at_desk: has & 4 == 4,
            line_type: u8::try_from(line_type).ok()?,
        })
    }

    /// Whether every number in it and in its words is one of so many attributes, words and tokens.
    pub(super) fn fits(&self, words: &[u32], (attributes, texts, tokens): Limits) -> bool {
        let below = |n: u32, limit: usize| n == NONE || (n as usize) < limit;
        let attribute = |n: u32| below(n, attributes);
        let text = |n: u32| below(n, texts);
        let app = App { ix: AppIx(0), record: self, words };
        [self.email, self.phone, self.ip, self.device, self.national_id].into_iter().all(attribute)
            && [
                self.stem,
                self.block,
                self.birth,
                self.suffix,
                self.role,
                self.outcome,
                self.opening,
                self.agency,
                self.domain,
                self.mailbox_series,
            ]
            .into_iter()
            .all(text)
            && app.used().all(|(ix, _)| ix.at() < attributes)
            && app.tokens().all(|t| (t.0 as usize) < tokens)
            && [app.home(), app.shipping()]
                .into_iter()
                .flatten()
                .all(|a| a.0[..7].iter().chain([&a.0[8]]).all(|&n| text(n)) && attribute(a.0[7]))
            && app.education().all(|e| {
                let end = e.end.is_none_or(|w| text(w.0)) && e.major.is_none_or(|w| text(w.0));
                end && e.institution.is_none_or(|ix| attribute(ix.0))
            })
            && app.employment().all(|j| {
                j.title.is_none_or(|w| text(w.0)) && j.employer.is_none_or(|ix| attribute(ix.0))
            })
            && app.profiles().all(|p| {
                p.attribute.at() < attributes
                    && (p.platform.0 as usize) < texts
                    && p.series.is_none_or(|w| text(w.0))
            })
    }
}

/// How many attributes, words and tokens there are.
pub(super) type Limits = (usize, usize, usize);

/// Up to 256 records and their words.
#[derive(Debug, Clone, Default)]
struct Chunk {
    records: Vec<Record>,
    words: Vec<u32>,
}

/// Records by application. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    chunks: Tree<Chunk>,
    len: usize,
}

impl Records {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> App<'_> {
        let chunk = self.chunks.chunk(at >> BITS);
        let record = &chunk.records[at & (FAN - 1)];
        let from = record.at as usize;
        App { ix: AppIx::new(at), record, words: &chunk.words[from..from + record.words()] }
    }

    /// Adds a record with its words.
    pub(super) fn push(&mut self, mut record: Record, words: &[u32]) {
        if self.len & (FAN - 1) == 0 {
            // About as many as in the chunk before, so that it hardly ever grows.
            let before = self.chunks.last().map_or(0, |chunk| chunk.words.len());
            let words = Vec::with_capacity(before + before / 16);
            self.chunks.push(Chunk { records: Vec::with_capacity(FAN), words });
        }
        let chunk = self.chunks.chunk_mut(self.len >> BITS);
        record.at = u32::try_from(chunk.words.len()).unwrap_or(NONE);
        chunk.words.extend_from_slice(words);
        chunk.records.push(record);
        self.len += 1;
    }

    /// Puts what may be a text's own in front in every text that was not parted by these passages yet.
    pub(super) fn part(&mut self, passages: &Passages) {
        let needs = |chunk: &Chunk| {
            let apps = chunk.records.iter().map(|record| App {
                ix: AppIx(0),
                record,
                words: &chunk.words[record.at as usize..record.at as usize + record.words()],
            });
            apps.into_iter().any(|x| passages.wants_parting(&x))
        };
        self.chunks.update(needs, |chunk| {
            for record in &mut chunk.records {
                let end = record.at as usize + record.words();
                let text = &mut chunk.words[end - record.n_shingles as usize..end];
                record.n_front = u32::try_from(passages.part(text)).unwrap_or(record.n_shingles);
            }
        });
    }

    /// The same for one text.
    pub(super) fn part_one(&mut self, at: usize, passages: &Passages) {
        let chunk = self.chunks.chunk_mut(at >> BITS);
        let record = &mut chunk.records[at & (FAN - 1)];
        let end = record.at as usize + record.words();
        let text = &mut chunk.words[end - record.n_shingles as usize..end];
        record.n_front = u32::try_from(passages.part(text)).unwrap_or(record.n_shingles);
    }

    /// Puts another record in the place of one. The chunk is written anew without the words of the old one.
    pub(super) fn replace(&mut self, at: usize, record: Record, words: &[u32]) {
        let chunk = self.chunks.chunk_mut(at >> BITS);
        let mut anew = Chunk { records: Vec::with_capacity(FAN), words: Vec::new() };
        for (i, old) in chunk.records.iter().enumerate() {
            let (mut kept, run) = if i == at & (FAN - 1) {
                (record, words)
            } else {
                (*old, &chunk.words[old.at as usize..old.at as usize + old.words()])
            };
            kept.at = u32::try_from(anew.words.len()).unwrap_or(NONE);
            anew.words.extend_from_slice(run);
            anew.records.push(kept);
        }
        *chunk = anew;
    }
}

/// A place in one word.
pub(super) fn place_word(place: PlaceKind) -> u32 {
    match place {
        PlaceKind::Street => 0,
        PlaceKind::Unit => 1,
        PlaceKind::PoBox => 2,
        PlaceKind::MailDrop => 3,
        PlaceKind::Campus => 4,
        PlaceKind::Area => 5,
    }
}

/// An attribute and its role in one word.
#[inline]
pub(super) fn pack(attribute: AttributeIx, role: Role) -> u32 {
    let role = match role {
        Role::Own => 0,
        Role::Shipping => 1,
        Role::Referee => 2,
    };
    (attribute.0 << 2) | role
}

/// An attribute and its role out of one word.
#[inline]
pub(in crate::matching) fn unpack(word: u32) -> (AttributeIx, Role) {
    let role = match word & 3 {
        0 => Role::Own,
        1 => Role::Shipping,
        _ => Role::Referee,
    };
    (AttributeIx(word >> 2), role)
}
