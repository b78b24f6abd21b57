//! Applications, addresses, degrees, jobs and profiles as comparison sees them: views into a record and its words.
//! Not responsible for how those are laid out (`record`).
//!
//! Invariant: a view reads and never changes; all it gives are numbers of the corpus that made it.

use crate::{
    matching::corpus::record::{
        ADDRESS, EDUCATION, EMPLOYMENT, NO_PLACE, NONE, PROFILE, Record, unpack,
    },
    model::{AppIx, AttributeIx, LineType, Moment, PlaceKind, Role},
};

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
pub struct AddressView<'a>(pub(super) &'a [u32]);

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
    /// The skeleton of the handle, where it may be one of a series.
    pub series: Option<WordIx>,
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

    /// Extension of the phone behind a switchboard.
    #[must_use]
    pub fn extension(&self) -> Option<u32> {
        Some(self.record.extension).filter(|&number| number != NONE)
    }

    /// Domain of the mailbox.
    #[inline]
    #[must_use]
    pub fn domain(&self) -> Option<WordIx> {
        word(self.record.domain)
    }

    /// The firm at whose desk the mailbox is, if it is somebody else's there: its domain.
    #[must_use]
    pub fn desk(&self) -> Option<WordIx> {
        self.domain().filter(|_| self.record.is_at_desk)
    }

    /// Skeleton of the mailbox, where it may be one of a series.
    #[inline]
    #[must_use]
    pub fn mailbox_series(&self) -> Option<WordIx> {
        word(self.record.mailbox_series)
    }

    /// The number at the end of a mailbox that may be one of a series, up to six digits.
    #[inline]
    #[must_use]
    pub fn mailbox_number(&self) -> Option<u32> {
        Some(self.record.mailbox_number).filter(|&number| number != NONE)
    }

    /// The opening it is for, by its number.
    #[inline]
    #[must_use]
    pub fn opening(&self) -> Option<WordIx> {
        word(self.record.opening)
    }

    /// Agency that submitted it.
    #[inline]
    #[must_use]
    pub fn agency(&self) -> Option<WordIx> {
        word(self.record.agency)
    }

    /// The last three digits of the phone: its place in its block.
    #[inline]
    #[must_use]
    pub fn place_in_block(&self) -> Option<u16> {
        (self.record.place_in_block != NO_PLACE).then_some(self.record.place_in_block)
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

    /// The same packed: see `record::unpack`.
    #[inline]
    #[must_use]
    pub(in crate::matching) fn uses(&self) -> &'a [u32] {
        self.run(0, usize::from(self.record.n_used))
    }

    /// The attributes it uses and how, by number, without repeats.
    #[inline]
    pub fn used(&self) -> impl ExactSizeIterator<Item = (AttributeIx, Role)> + Clone + use<'a> {
        self.run(0, usize::from(self.record.n_used)).iter().map(|&w| unpack(w))
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
            series: word(w[2]),
        })
    }

    /// The shingles of the resume: those in front, and then the others.
    #[inline]
    #[must_use]
    pub fn shingles(&self) -> &'a [u32] {
        &self.words[self.words.len() - self.record.n_shingles as usize..]
    }

    /// The shingles in front, sorted: all that are not in passages that many have are among them.
    #[inline]
    #[must_use]
    pub fn front(&self) -> &'a [u32] {
        &self.shingles()[..self.record.n_front as usize]
    }

    /// Reads a little of everything that is compared first, so that it is at hand then: the sum of many such reads is
    /// waited for once.
    #[inline]
    #[must_use]
    pub fn touch(&self) -> u64 {
        let (uses, text) = (self.uses(), self.front());
        let word = |words: &[u32], at: usize| words.get(at).copied().unwrap_or(0);
        let read = word(uses, 0) ^ word(self.words, 16) ^ word(self.words, 32) ^ word(text, 0);
        u64::from(read ^ word(text, 16) ^ self.record.email ^ self.record.n_shingles)
    }

    /// The same of everything but the text.
    #[inline]
    #[must_use]
    pub fn touch_values(&self) -> u64 {
        let word = |at: usize| self.words.get(at).copied().unwrap_or(0);
        u64::from(word(0) ^ word(16) ^ word(32) ^ self.record.email ^ self.record.n_shingles)
    }

    /// The other shingles, sorted.
    #[inline]
    #[must_use]
    pub fn back(&self) -> &'a [u32] {
        &self.shingles()[self.record.n_front as usize..]
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
