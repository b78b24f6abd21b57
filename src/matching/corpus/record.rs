//! One application as comparison reads it: every value a number. Not responsible for turning texts into numbers
//! (`Corpus`) nor for comparing.
//!
//! The values that every application has at most one of stand in a `Record`, the others in a run of words beside
//! it, so that comparing two applications touches two short stretches of memory and no text.
//!
//! Invariant: a pure function of the normalised form and of the numbers given to its values.

use crate::{
    matching::corpus::tree::{BITS, FAN, Tree},
    model::{AppIx, AttributeIx, LineType, Moment, PlaceKind, Role},
};

/// No value.
pub const NONE: u32 = u32::MAX;

/// The number of a text that is no attribute: a city, a stem, a job title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordIx(pub u32);

/// The number of a token of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenIx(pub u32);

fn word(n: u32) -> Option<WordIx> {
    (n != NONE).then_some(WordIx(n))
}

fn attribute(n: u32) -> Option<AttributeIx> {
    (n != NONE).then_some(AttributeIx(n))
}

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
    pub block: u32,
    pub ip: u32,
    pub device: u32,
    pub national_id: u32,
    pub birth: u32,
    pub suffix: u32,
    pub role: u32,
    pub outcome: u32,
    /// Where its words begin in its chunk.
    pub at: u32,
    pub n_shingles: u32,
    pub n_used: u16,
    pub n_tokens: u16,
    pub n_education: u16,
    pub n_employment: u16,
    pub n_profiles: u16,
    pub has_home: bool,
    pub has_shipping: bool,
    pub line_type: u8,
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
            block: NONE,
            ip: NONE,
            device: NONE,
            national_id: NONE,
            birth: NONE,
            suffix: NONE,
            role: NONE,
            outcome: NONE,
            at: 0,
            n_shingles: 0,
            n_used: 0,
            n_tokens: 0,
            n_education: 0,
            n_employment: 0,
            n_profiles: 0,
            has_home: false,
            has_shipping: false,
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
            u16::from(self.has_home) | u16::from(self.has_shipping) << 1,
            u16::from(self.line_type),
            0,
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
        let mut four = || next().map(|n| [48, 32, 16, 0].map(|shift| (n >> shift) as u16));
        let ([n_used, n_tokens, n_education, n_employment], [n_profiles, has, line_type, _]) =
            (four()?, four()?);
        Some(Self {
            key,
            submitted,
            phash,
            email,
            stem,
            phone,
            block,
            ip,
            device,
            national_id,
            birth,
            suffix,
            role,
            outcome,
            at: 0,
            n_shingles,
            n_used,
            n_tokens,
            n_education,
            n_employment,
            n_profiles,
            has_home: has & 1 == 1,
            has_shipping: has & 2 == 2,
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
            && [self.stem, self.block, self.birth, self.suffix, self.role, self.outcome]
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
                    && p.stem.is_none_or(|w| text(w.0))
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
            self.chunks.push(Chunk { records: Vec::with_capacity(FAN), words: Vec::new() });
        }
        let chunk = self.chunks.chunk_mut(self.len >> BITS);
        record.at = u32::try_from(chunk.words.len()).unwrap_or(NONE);
        chunk.words.extend_from_slice(words);
        chunk.records.push(record);
        self.len += 1;
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

/// One application, ready to be compared.
#[derive(Debug, Clone, Copy)]
pub struct App<'a> {
    /// Its position.
    pub ix: AppIx,
    pub(super) record: &'a Record,
    pub(super) words: &'a [u32],
}

/// A postal address in numbers.
#[derive(Debug, Clone, Copy)]
pub struct AddressView<'a>(&'a [u32]);

/// A degree in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Degree {
    /// School.
    pub institution: Option<AttributeIx>,
    /// Field of study.
    pub major: Option<WordIx>,
    /// Year of the end, 0 when unknown.
    pub year: u16,
    /// The end as a text's number, to the precision given.
    pub end: Option<WordIx>,
}

/// A job in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Employer.
    pub employer: Option<AttributeIx>,
    /// Title.
    pub title: Option<WordIx>,
}

/// A profile in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfileView {
    /// Platform and handle.
    pub attribute: AttributeIx,
    /// Platform.
    pub platform: WordIx,
    /// The handle without trailing digits, where that leaves something to compare.
    pub stem: Option<WordIx>,
}

impl<'a> App<'a> {
    /// An order of applications that does not depend on their arrival.
    #[inline]
    #[must_use]
    pub fn key(&self) -> u64 {
        self.record.key
    }

    /// When it was submitted.
    #[inline]
    #[must_use]
    pub fn submitted(&self) -> Option<Moment> {
        (self.record.submitted != i64::MIN).then_some(Moment(self.record.submitted))
    }

    /// Seconds between the submissions of two applications, where both are known.
    #[inline]
    #[must_use]
    pub fn apart(&self, other: &App<'_>) -> Option<u64> {
        Some(self.submitted()?.0.abs_diff(other.submitted()?.0))
    }

    /// Canonical mailbox.
    #[inline]
    #[must_use]
    pub fn email(&self) -> Option<AttributeIx> {
        attribute(self.record.email)
    }

    /// Stem of the mailbox.
    #[inline]
    #[must_use]
    pub fn stem(&self) -> Option<WordIx> {
        word(self.record.stem)
    }

    /// Phone in E.164.
    #[inline]
    #[must_use]
    pub fn phone(&self) -> Option<AttributeIx> {
        attribute(self.record.phone)
    }

    /// Thousands block of the phone.
    #[inline]
    #[must_use]
    pub fn block(&self) -> Option<WordIx> {
        word(self.record.block)
    }

    /// Line type of the phone, where a column gave it.
    #[inline]
    #[must_use]
    pub fn line_type(&self) -> Option<LineType> {
        match self.record.line_type {
            1 => Some(LineType::Mobile),
            2 => Some(LineType::Landline),
            3 => Some(LineType::Voip),
            _ => None,
        }
    }

    /// IP address that identifies somebody.
    #[inline]
    #[must_use]
    pub fn ip(&self) -> Option<AttributeIx> {
        attribute(self.record.ip)
    }

    /// Device.
    #[inline]
    #[must_use]
    pub fn device(&self) -> Option<AttributeIx> {
        attribute(self.record.device)
    }

    /// Government number.
    #[inline]
    #[must_use]
    pub fn national_id(&self) -> Option<AttributeIx> {
        attribute(self.record.national_id)
    }

    /// Birth date, as the number of its text.
    #[inline]
    #[must_use]
    pub fn birth_date(&self) -> Option<WordIx> {
        word(self.record.birth)
    }

    /// Generational suffix of the name.
    #[inline]
    #[must_use]
    pub fn suffix(&self) -> Option<WordIx> {
        word(self.record.suffix)
    }

    /// Title of the opening.
    #[inline]
    #[must_use]
    pub fn role(&self) -> Option<WordIx> {
        word(self.record.role)
    }

    /// Outcome.
    #[inline]
    #[must_use]
    pub fn outcome(&self) -> Option<WordIx> {
        word(self.record.outcome)
    }

    /// Perceptual hash of the photo.
    #[inline]
    #[must_use]
    pub fn phash(&self) -> Option<u64> {
        (self.record.phash != 0).then_some(self.record.phash)
    }

    fn run(&self, skip: usize, n: usize) -> &'a [u32] {
        &self.words[skip..skip + n]
    }

    /// The attributes it uses and how, by number, without repeats.
    #[inline]
    pub fn used(&self) -> impl ExactSizeIterator<Item = (AttributeIx, Role)> + Clone + use<'a> {
        self.run(0, usize::from(self.record.n_used)).iter().map(|&w| unpack(w))
    }

    #[inline]
    pub(super) fn used_words(&self) -> &'a [u32] {
        self.run(0, usize::from(self.record.n_used))
    }

    fn after_used(&self) -> usize {
        usize::from(self.record.n_used)
    }

    /// The tokens of the name, in the order written.
    #[inline]
    pub fn tokens(&self) -> impl ExactSizeIterator<Item = TokenIx> + Clone + use<'a> {
        self.run(self.after_used(), usize::from(self.record.n_tokens)).iter().map(|&t| TokenIx(t))
    }

    /// Whether a name is known.
    #[inline]
    #[must_use]
    pub fn has_name(&self) -> bool {
        self.record.n_tokens > 0
    }

    fn after_tokens(&self) -> usize {
        self.after_used() + usize::from(self.record.n_tokens)
    }

    /// Home address.
    #[inline]
    #[must_use]
    pub fn home(&self) -> Option<AddressView<'a>> {
        self.record.has_home.then(|| AddressView(self.run(self.after_tokens(), ADDRESS)))
    }

    fn after_home(&self) -> usize {
        self.after_tokens() + ADDRESS * usize::from(self.record.has_home)
    }

    /// Delivery address.
    #[inline]
    #[must_use]
    pub fn shipping(&self) -> Option<AddressView<'a>> {
        self.record.has_shipping.then(|| AddressView(self.run(self.after_home(), ADDRESS)))
    }

    fn after_shipping(&self) -> usize {
        self.after_home() + ADDRESS * usize::from(self.record.has_shipping)
    }

    /// Degrees, latest first.
    #[inline]
    pub fn education(&self) -> impl ExactSizeIterator<Item = Degree> + Clone + use<'a> {
        let n = EDUCATION * usize::from(self.record.n_education);
        self.run(self.after_shipping(), n).chunks_exact(EDUCATION).map(|w| Degree {
            institution: attribute(w[0]),
            major: word(w[1]),
            year: u16::try_from(w[2]).unwrap_or(0),
            end: word(w[3]),
        })
    }

    fn after_education(&self) -> usize {
        self.after_shipping() + EDUCATION * usize::from(self.record.n_education)
    }

    /// Jobs, latest first.
    #[inline]
    pub fn employment(&self) -> impl ExactSizeIterator<Item = Job> + Clone + use<'a> {
        let n = EMPLOYMENT * usize::from(self.record.n_employment);
        self.run(self.after_education(), n)
            .chunks_exact(EMPLOYMENT)
            .map(|w| Job { employer: attribute(w[0]), title: word(w[1]) })
    }

    fn after_employment(&self) -> usize {
        self.after_education() + EMPLOYMENT * usize::from(self.record.n_employment)
    }

    /// Profiles.
    #[inline]
    pub fn profiles(&self) -> impl ExactSizeIterator<Item = ProfileView> + Clone + use<'a> {
        let n = PROFILE * usize::from(self.record.n_profiles);
        self.run(self.after_employment(), n).chunks_exact(PROFILE).map(|w| ProfileView {
            attribute: AttributeIx(w[0]),
            platform: WordIx(w[1]),
            stem: word(w[2]),
        })
    }

    /// The shingles of the resume, sorted.
    #[inline]
    #[must_use]
    pub fn shingles(&self) -> &'a [u32] {
        self.run(
            self.after_employment() + PROFILE * usize::from(self.record.n_profiles),
            self.record.n_shingles as usize,
        )
    }
}

impl AddressView<'_> {
    /// House number.
    #[must_use]
    pub fn number(&self) -> Option<WordIx> {
        word(self.0[0])
    }
    /// Street.
    #[must_use]
    pub fn street(&self) -> Option<WordIx> {
        word(self.0[1])
    }
    /// Unit.
    #[must_use]
    pub fn unit(&self) -> Option<WordIx> {
        word(self.0[2])
    }
    /// City.
    #[must_use]
    pub fn city(&self) -> Option<WordIx> {
        word(self.0[3])
    }
    /// State.
    #[must_use]
    pub fn state(&self) -> Option<WordIx> {
        word(self.0[4])
    }
    /// Postal code.
    #[must_use]
    pub fn postal(&self) -> Option<WordIx> {
        word(self.0[5])
    }
    /// Exact dwelling.
    #[must_use]
    pub fn dwelling(&self) -> Option<AttributeIx> {
        attribute(self.0[7])
    }
    /// Building.
    #[must_use]
    pub fn building(&self) -> Option<WordIx> {
        word(self.0[8])
    }
    /// What kind of place.
    #[must_use]
    pub fn place(&self) -> PlaceKind {
        match self.0[9] {
            0 => PlaceKind::Street,
            1 => PlaceKind::Unit,
            2 => PlaceKind::PoBox,
            3 => PlaceKind::MailDrop,
            4 => PlaceKind::Campus,
            _ => PlaceKind::Area,
        }
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
pub(super) fn unpack(word: u32) -> (AttributeIx, Role) {
    let role = match word & 3 {
        0 => Role::Own,
        1 => Role::Shipping,
        _ => Role::Referee,
    };
    (AttributeIx(word >> 2), role)
}
