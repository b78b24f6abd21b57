//! The corpus: every application's newest version as numbers, what the numbers stand for, how common each value is
//! and who uses it. What all comparison is judged against. Not responsible for comparing, and keeps no raw text but
//! ids and display labels.
//!
//! It is added to application by application and is cheap to clone, so that readers keep the corpus they have.
//!
//! Invariant: what it says of counts depends only on the set of applications. Positions and numbers depend on the
//! order of arrival, so no result may depend on them: order by `App::key`, by ids or by texts.

mod app;
mod dictionary;
mod image;
mod interner;
mod map;
mod needle;
mod numbering;
mod passages;
mod record;
mod rough;
mod seek;
mod texts;
mod tree;
mod usage;
mod word;

pub use app::{AddressView, App, Degree, Job, ProfileView, TokenIx, WordIx};
pub(crate) use dictionary::Dictionary;
pub(super) use interner::{Interner, hash};
pub(super) use map::Map;
pub use needle::Needle;
pub use passages::{Flips, Passages};
pub(super) use record::unpack;
pub use rough::{coarse, doublings};
pub(crate) use tree::Shelf;
pub use word::Word;

use crate::{
    matching::{
        corpus::{
            numbering::{Ahead, Known},
            record::{NO_PLACE, NONE, Record, Records, pack},
            texts::Texts,
            usage::Usage,
        },
        desks, series,
        tokens::Tokens,
    },
    model::{
        AppIx, ApplicationId, Attribute, AttributeId, AttributeIx, AttributeKind, LineType, Moment,
        Normalized, Role,
    },
};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// One application as it enters a corpus.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its newest version, normalised.
    pub normalized: Arc<Normalized>,
    /// What it is shown as: the name as received, or what it has instead.
    pub label: Box<str>,
}

/// Applications that are read ahead at once.
pub(super) const AHEAD: usize = 16;

/// So many addresses with a unit make a building more than a house with a few doors.
const MANY_UNITS: u32 = 24;

/// Every application as numbers, with the values they share. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    ids: Texts,
    by_id: Dictionary,
    labels: Texts,
    /// The label of each application; a replaced one has another.
    label_of: Shelf<u32>,
    records: Records,
    attributes: Interner,
    usage: Usage,
    /// Who was ever listed under a token.
    bearers: Usage,
    words: Interner,
    tokens: Tokens,
    passages: Passages,
    /// Whether nothing was put since it was settled.
    settled: bool,
    /// Reused to hash attributes in.
    buffer: String,
    /// Reused as well.
    ahead: Ahead,
}

impl Corpus {
    /// The corpus of these applications, as if they had arrived in this order; ids must be distinct.
    /// O(values used).
    #[must_use]
    pub fn build(entries: Vec<Entry>) -> Self {
        let mut corpus = Self::default();
        for entry in &entries {
            corpus.put(&entry.normalized, &entry.label);
        }
        corpus.settle();
        corpus
    }

    /// Adds an application, or puts its new version in the place of the old one, and says where it is. Passages
    /// are counted only when it settles. O(values used); for a new version also the users of its values.
    pub fn put(&mut self, n: &Normalized, label: &str) -> AppIx {
        self.settled = false;
        let found = self.find(&n.id);
        if let Some(app) = found {
            self.count(app, -1);
        }
        let mut words = std::mem::take(&mut self.ahead.words);
        words.clear();
        let record = self.record(n, &mut words);
        let label = u32::try_from(self.labels.push(label)).unwrap_or(NONE);
        let listed = found.map_or_else(Vec::new, |app| self.app(app).tokens().collect::<Vec<_>>());
        let app = match found {
            Some(app) => {
                self.records.replace(app.at(), record, &words);
                *self.label_of.get_mut(app.at()) = label;
                app
            }
            None => {
                let app = AppIx::new(self.records.len());
                self.records.push(record, &words);
                self.label_of.push(label);
                self.ids.push(n.id.as_str());
                self.by_id.insert(xxh3_64(n.id.as_str().as_bytes()), app.0);
                app
            }
        };
        self.count(app, 1);
        self.bear(app, &listed);
        self.ahead.words = words;
        app
    }

    /// Counts the passages of all texts, after applications were put. O(length of all texts), and O(1) when none was.
    pub fn settle(&mut self) {
        if self.settled {
            return;
        }
        self.passages = Passages::of(self);
        self.records.part(&self.passages);
        let own = self.passages.own(self);
        self.passages.set_own(own);
        self.settled = true;
    }

    /// Adds an application to a corpus that is settled, or puts its new version in the place of the old one, and
    /// says where it is, and which passages are judged otherwise than before: of whoever has them `count_own` is to be
    /// told, and then it is settled again. None, and nothing changes, where one more application makes all counts be
    /// judged anew. O(values used).
    pub fn put_settled(&mut self, n: &Normalized, label: &str) -> Option<(AppIx, Flips)> {
        let found = self.find(&n.id);
        let len = |corpus: &Self| u32::try_from(corpus.len()).unwrap_or(u32::MAX);
        if found.is_none() && coarse(len(self)) != coarse(len(self) + 1) {
            return None;
        }
        // What was counted for it, and for the mailbox that it leaves and the one that it comes to.
        let left = found.map(|app| self.app(app).email());
        let number = n.email.as_ref().map(|e| {
            let kind = AttributeKind::Email;
            AttributeIx(self.kind_number(kind, &e.canonical))
        });
        let mut mailboxes: Vec<Option<AttributeIx>> = left.into_iter().collect();
        let mut before = passages::spoken(self, found, &mailboxes);
        if left != Some(number) && number.is_some() {
            before.extend(passages::spoken(self, None, &[number]));
        }
        let app = self.put(n, label);
        if left != Some(number) {
            mailboxes.push(number);
        }
        // A mailbox that it left speaks through another; without one it speaks no longer as it did.
        mailboxes.retain(|mailbox| mailbox.is_some() || number.is_none());
        mailboxes.dedup();
        let after = passages::spoken(self, Some(app), &mailboxes);
        let flips = self.passages.change(&before, &after);
        self.count_own(&[app]);
        Some((app, flips))
    }

    /// Adds an application to a corpus that is settled, or puts its new version in the place of the old one, and
    /// judges passages as if it had not come: for looking at it, not for keeping it. O(values used).
    pub fn put_beside(&mut self, n: &Normalized, label: &str) -> AppIx {
        let app = self.put(n, label);
        self.count_own(&[app]);
        app
    }

    /// Counts the passages of their own that these applications have.
    pub fn count_own(&mut self, apps: &[AppIx]) {
        for &app in apps {
            if !self.passages.is_parted(&self.records.get(app.at())) {
                self.records.part_one(app.at(), &self.passages);
            }
            self.passages.count_own(&self.records.get(app.at()));
        }
    }

    /// Puts every value of a normalised application under its number.
    fn record(&mut self, n: &Normalized, words: &mut Vec<u32>) -> Record {
        let mut record = Record {
            key: xxh3_64(n.id.as_str().as_bytes()),
            submitted: n.submitted_at.map_or(i64::MIN, |t| t.0),
            phash: n.photo.as_ref().and_then(|p| p.phash).unwrap_or(0),
            ..Record::default()
        };
        self.read_ahead(n);
        let numbers: Vec<AttributeIx> = (0..n.attributes.len())
            .map(|i| {
                let Attribute { kind, value } = &n.attributes[i].0;
                AttributeIx(self.attributes.intern(self.ahead.hashes[i], *kind as u8, value))
            })
            .collect();
        let mut used: Vec<u32> = Vec::with_capacity(numbers.len());
        for ((attribute, role), &ix) in n.attributes.iter().zip(&numbers) {
            if *role == Role::Own {
                match attribute.kind {
                    AttributeKind::Ip => record.ip = ix.0,
                    AttributeKind::Device => record.device = ix.0,
                    AttributeKind::GovernmentId => record.national_id = ix.0,
                    _ => {}
                }
            }
            used.push(pack(ix, *role));
        }
        let known = Known { attributes: &n.attributes, numbers: &numbers };
        used.sort_unstable();
        used.dedup();
        used.truncate(usize::from(u16::MAX));
        record.n_used = small(used.len());
        words.extend_from_slice(&used);
        if let Some(name) = &n.name {
            record.suffix = self.optional(Word::Suffix, name.suffix.as_deref());
            let tokens = name.tokens.iter().take(16).map(|t| self.tokens.intern(t).0);
            let before = words.len();
            words.extend(tokens);
            record.n_tokens = small(words.len() - before);
        }
        if let Some(email) = &n.email {
            record.email = self.known_number(&known, AttributeKind::Email, &email.canonical);
            record.stem = self.optional(Word::Stem, Some(&email.stem));
            record.domain = self.optional(Word::Domain, Some(&email.domain));
            record.is_at_desk = desks::is_at_desk(n);
            let series = series::mailbox_skeleton(n);
            record.mailbox_series = self.optional(Word::Series, series.as_deref());
            if series.is_some() && email.digits.len() <= 6 {
                record.mailbox_number = email.digits.parse().unwrap_or(NONE);
            }
        }
        if let Some(phone) = &n.phone {
            record.phone = self.known_number(&known, AttributeKind::Phone, &phone.e164);
            record.block = self.optional(Word::Block, Some(&phone.block));
            record.extension = phone.extension.unwrap_or(NONE);
            record.place_in_block = phone.last_three().unwrap_or(NO_PLACE);
            record.line_type = match phone.line_type {
                None => 0,
                Some(LineType::Mobile) => 1,
                Some(LineType::Landline) => 2,
                Some(LineType::Voip) => 3,
            };
        }
        let birth = n.birth_date.map(|d| d.to_string());
        record.birth = self.optional(Word::BirthDate, birth.as_deref().or(n.birth_hash.as_deref()));
        record.agency = self.optional(Word::Agency, n.agency.as_deref());
        record.role = self.optional(Word::Role, n.role.as_deref());
        record.opening = self.optional(Word::Opening, n.requisition.as_deref());
        record.outcome = self.optional(Word::Outcome, n.outcome.as_deref());
        for (address, has) in
            [(&n.home, &mut record.has_home), (&n.shipping, &mut record.has_shipping)]
        {
            if let Some(address) = address {
                *has = true;
                let address = self.address(&known, address);
                words.extend_from_slice(&address);
            }
        }
        for degree in n.education.iter().take(64) {
            let institution = degree.institution.as_ref();
            words.extend([
                institution.map_or(NONE, |o| {
                    self.known_number(&known, AttributeKind::Institution, &o.key)
                }),
                self.optional(Word::Major, degree.major.as_deref()),
                degree.end.map_or(0, |d| u32::from(d.year)),
                self.optional(Word::End, degree.end.map(|d| d.to_string()).as_deref()),
            ]);
            record.n_education += 1;
        }
        for job in n.employment.iter().take(64) {
            let employer = job.employer.as_ref();
            words.extend([
                employer
                    .map_or(NONE, |o| self.known_number(&known, AttributeKind::Employer, &o.key)),
                self.optional(Word::Title, job.title.as_deref()),
            ]);
            record.n_employment += 1;
        }
        for profile in n.profiles.iter().take(64) {
            let whole = format!("{}:{}", profile.platform, profile.handle);
            let series = series::handle_skeleton(n, &profile.handle);
            words.extend([
                self.known_number(&known, AttributeKind::Profile, &whole),
                self.optional(Word::Platform, Some(&profile.platform)),
                self.optional(Word::Series, series.as_deref()),
            ]);
            record.n_profiles += 1;
        }
        if let Some(resume) = &n.resume {
            words.extend_from_slice(&resume.shingles);
            record.n_shingles = u32::try_from(resume.shingles.len()).unwrap_or(0);
            let from = words.len() - resume.shingles.len();
            let front = self.passages.part(&mut words[from..]);
            record.n_front = u32::try_from(front).unwrap_or(record.n_shingles);
        }
        record
    }

    /// Counts the values of an application, or takes them back.
    fn count(&mut self, app: AppIx, change: i32) {
        let records = std::mem::take(&mut self.records);
        self.count_values(records.get(app.at()), change);
        self.records = records;
    }

    fn count_values(&mut self, x: App<'_>, change: i32) {
        let app = x.ix;
        for (attribute, role) in x.used() {
            self.attributes.add(attribute.0, change);
            if change > 0 {
                self.usage.add(attribute, app, role);
            } else {
                self.usage.remove(attribute, app, role);
            }
        }
        counted_words(&x, |word| self.words.add(word.0, change));
        let last = x.tokens().len().saturating_sub(1);
        for (i, token) in x.tokens().enumerate() {
            self.tokens.count(token, i > 0 && i == last, change);
        }
        if x.has_name() {
            self.tokens.count_name(change);
        }
        for address in x.home().into_iter().chain(x.shipping()) {
            if let (Some(_), Some(building)) = (address.unit(), address.building()) {
                self.words.mark(building.0, change);
            }
        }
    }

    /// Number of applications.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it holds no application.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.len() == 0
    }

    /// Every position.
    pub fn apps(&self) -> impl ExactSizeIterator<Item = AppIx> + Clone + use<> {
        (0..self.len()).map(AppIx::new)
    }

    /// One application, ready to be compared.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[inline]
    #[must_use]
    pub fn app(&self, app: AppIx) -> App<'_> {
        self.records.get(app.at())
    }

    /// Looks at the values of many applications: in a large store each is a wait for memory, and so some wait together.
    ///
    /// # Panics
    /// When an index is of another corpus.
    #[inline]
    pub fn each<'a>(&'a self, apps: &[AppIx], mut look: impl FnMut(App<'a>)) {
        for some in apps.chunks(AHEAD) {
            let touched = some.iter().fold(0, |all, &app| all ^ self.app(app).touch_values());
            std::hint::black_box(touched);
            some.iter().for_each(|&app| look(self.app(app)));
        }
    }

    /// The id of an application.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn id_text(&self, app: AppIx) -> &str {
        self.ids.get(app.at())
    }

    /// The id of an application.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn id(&self, app: AppIx) -> ApplicationId {
        ApplicationId::known(self.id_text(app))
    }

    /// When an application was submitted.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn submitted(&self, app: AppIx) -> Option<Moment> {
        self.app(app).submitted()
    }

    /// The label shown for an application: its name as received, or what it has instead.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn label(&self, app: AppIx) -> &str {
        self.labels.get(*self.label_of.get(app.at()) as usize)
    }

    /// The application with this id. O(1).
    #[must_use]
    pub fn find(&self, id: &ApplicationId) -> Option<AppIx> {
        let text = id.as_str();
        self.by_id.find(xxh3_64(text.as_bytes()), |n| self.ids.get(n as usize) == text).map(AppIx)
    }

    /// Every attribute number that was ever given; some may have no users any more.
    pub fn attribute_numbers(&self) -> impl ExactSizeIterator<Item = AttributeIx> + Clone + use<> {
        (0..self.attributes.len()).map(AttributeIx::new)
    }

    /// One attribute.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn attribute(&self, ix: AttributeIx) -> Attribute {
        Attribute { kind: self.kind(ix), value: self.value(ix).to_owned() }
    }

    /// The kind of an attribute.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[inline]
    #[must_use]
    pub fn kind(&self, ix: AttributeIx) -> AttributeKind {
        AttributeKind::ALL[usize::from(self.attributes.kind(ix.0))]
    }

    /// The canonical value of an attribute.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[inline]
    #[must_use]
    pub fn value(&self, ix: AttributeIx) -> &str {
        self.attributes.text(ix.0)
    }

    /// The index of an attribute, if any application has had it.
    #[must_use]
    pub fn index_of(&self, attribute: &Attribute) -> Option<AttributeIx> {
        let Attribute { kind, value } = attribute;
        let number = Attribute::number(*kind, value, &mut String::new());
        self.attributes.find(number, *kind as u8, value).map(AttributeIx)
    }

    /// The attribute with this id.
    #[must_use]
    pub fn find_attribute(&self, id: &AttributeId) -> Option<AttributeIx> {
        let is = |n| self.attribute(AttributeIx(n)).id() == *id;
        let mut kinds = AttributeKind::ALL.iter();
        kinds.find_map(|&k| self.attributes.find_by(id.number(), k as u8, is)).map(AttributeIx)
    }

    /// The applications that use an attribute, and how, by position. O(users log users).
    #[must_use]
    pub fn users(&self, attribute: AttributeIx) -> Vec<(AppIx, Role)> {
        let mut users: Vec<_> = self.usage.of(attribute).collect();
        users.sort_unstable();
        users
    }

    /// The applications that use an attribute, and how, newest arrival first.
    pub fn uses_of(&self, attribute: AttributeIx) -> impl Iterator<Item = (AppIx, Role)> {
        self.usage.of(attribute)
    }

    /// How many applications use an attribute, one that uses it in two roles counted twice. O(1).
    #[inline]
    #[must_use]
    pub fn uses(&self, attribute: AttributeIx) -> u32 {
        self.attributes.count(attribute.0)
    }

    /// What a word says.
    ///
    /// # Panics
    /// When the number is of another corpus.
    #[inline]
    #[must_use]
    pub fn word(&self, word: WordIx) -> &str {
        self.words.text(word.0)
    }

    /// How many applications have a word.
    #[inline]
    #[must_use]
    pub fn count_of(&self, word: WordIx) -> u32 {
        self.words.count(word.0)
    }

    /// The same of a word that may be newer than the corpus, whose count is then 0.
    #[must_use]
    pub fn count_if_known(&self, word: WordIx) -> u32 {
        if (word.0 as usize) < self.words.len() { self.count_of(word) } else { 0 }
    }

    /// The tokens of all names.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Passages that many applications contain.
    #[must_use]
    pub fn passages(&self) -> &Passages {
        &self.passages
    }

    /// Share of applications that have a value which `count` have, among at least `floor`; never zero. Counts
    /// are judged by their leading bits, so that one application more changes few weights.
    #[inline]
    #[must_use]
    pub fn share(&self, count: u32, floor: u32) -> f64 {
        let n = u32::try_from(self.len()).unwrap_or(u32::MAX).max(floor);
        f64::from(coarse(count.max(1))) / f64::from(coarse(n))
    }

    /// The words of an application that are counted, and the buildings it gives; one may come twice.
    pub fn counted_words(&self, x: &App<'_>, mut put: impl FnMut(WordIx)) {
        counted_words(x, &mut put);
        x.shipping().and_then(|a| a.building()).into_iter().for_each(put);
    }

    /// Whether somebody gave a unit in this building, so that an address without one is not a dwelling.
    #[must_use]
    pub fn is_divided(&self, building: WordIx) -> bool {
        self.units(building) > 0
    }

    /// Whether so many gave a unit in this building that it is no house: a tower, a mail drop, an office.
    #[must_use]
    pub fn has_many_units(&self, building: WordIx) -> bool {
        self.units(building) >= MANY_UNITS
    }

    fn units(&self, building: WordIx) -> u32 {
        if (building.0 as usize) < self.words.len() { self.words.marked(building.0) } else { 0 }
    }
}

/// The words of an application that are counted; one may come twice.
fn counted_words(x: &App<'_>, put: impl FnMut(WordIx)) {
    let home = x.home();
    let own = [
        x.stem(),
        x.block(),
        x.birth_date(),
        home.and_then(|a| a.street()),
        home.and_then(|a| a.postal()),
        home.and_then(|a| a.city()),
        home.and_then(|a| a.building()),
    ];
    let majors = x.education().filter_map(|e| e.major);
    let titles = x.employment().filter_map(|j| j.title);
    own.into_iter().flatten().chain(majors).chain(titles).for_each(put);
}

fn small(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
