//! How common values are: what the chance of an accidental agreement is reckoned from. Not responsible for what
//! an agreement is worth.
//!
//! Invariant: depends only on the set of applications, not on their order.

use crate::{
    matching::features::handle_series,
    model::{Address, Email, LineType, Normalized, PartialDate},
};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A field whose values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Counted {
    /// Canonical mailbox.
    Email = 1,
    /// Stem of a mailbox.
    Stem,
    /// E.164 phone.
    Phone,
    /// Thousands block of a phone.
    Block,
    /// Exact dwelling.
    Dwelling,
    /// Building.
    Building,
    /// Street without number.
    Street,
    /// Postal code.
    Postal,
    /// City.
    City,
    /// Institution.
    Institution,
    /// Field of study.
    Major,
    /// Employer.
    Employer,
    /// Job title.
    Title,
    /// Birth date.
    BirthDate,
    /// Government number.
    NationalId,
    /// Profile.
    Profile,
    /// Stem of a handle.
    HandleStem,
    /// Device.
    Device,
    /// IP address.
    Ip,
}

/// How many applications have each value.
#[derive(Debug, Default)]
pub struct Counts {
    counts: FxHashMap<u64, u32>,
    /// Internet-telephony numbers by thousands block: their last three digits, sorted, each once.
    voip: FxHashMap<u64, Vec<u16>>,
    applications: u32,
}

fn key(field: Counted, value: &str) -> u64 {
    xxh3_64_with_seed(value.as_bytes(), field as u64)
}

impl Counts {
    /// Counts the values of these applications. O(n).
    #[must_use]
    pub fn build<'a>(applications: impl Iterator<Item = &'a Normalized>) -> Self {
        let mut counts = Self::default();
        for application in applications {
            counts.add(application);
        }
        for numbers in counts.voip.values_mut() {
            numbers.sort_unstable();
            numbers.dedup();
        }
        counts
    }

    fn add(&mut self, n: &Normalized) {
        self.applications += 1;
        let mut put = |field, value: Option<&str>| {
            if let Some(value) = value.filter(|v| !v.is_empty()) {
                *self.counts.entry(key(field, value)).or_default() += 1;
            }
        };
        let email = n.email.as_ref();
        put(Counted::Email, email.map(|e| &*e.canonical));
        put(Counted::Stem, email.map(|e: &Email| &*e.stem));
        put(Counted::Phone, n.phone.as_ref().map(|p| &*p.e164));
        if let Some(phone) = n.phone.as_ref().filter(|p| p.line_type == Some(LineType::Voip))
            && let Some(number) = phone.last_three()
        {
            self.voip.entry(key(Counted::Block, &phone.block)).or_default().push(number);
        }
        put(Counted::Block, n.phone.as_ref().map(|p| &*p.block));
        let home: Option<&Address> = n.home.as_ref();
        put(Counted::Dwelling, home.map(|a| &*a.dwelling));
        put(Counted::Building, home.map(|a| &*a.building));
        put(Counted::Street, home.and_then(|a| a.street.as_deref()));
        put(Counted::Postal, home.and_then(|a| a.postal_code.as_deref()));
        put(Counted::City, home.and_then(|a| a.city.as_deref()));
        for education in &n.education {
            put(Counted::Institution, education.institution.as_ref().map(|o| &*o.key));
            put(Counted::Major, education.major.as_deref());
        }
        for employment in &n.employment {
            put(Counted::Employer, employment.employer.as_ref().map(|o| &*o.key));
            put(Counted::Title, employment.title.as_deref());
        }
        put(Counted::BirthDate, n.birth_date.as_ref().map(PartialDate::to_string).as_deref());
        put(Counted::NationalId, n.national_id.as_deref());
        for profile in &n.profiles {
            put(Counted::Profile, Some(&format!("{}:{}", profile.platform, profile.handle)));
            put(Counted::HandleStem, handle_series::stem(&profile.handle));
        }
        put(Counted::Device, n.device.as_deref());
        put(Counted::Ip, n.ip.as_ref().map(|i| &*i.canonical));
    }

    /// Number of applications counted.
    #[must_use]
    pub fn applications(&self) -> u32 {
        self.applications
    }

    /// How many internet-telephony numbers of a block lie within twenty of a number, and how many outside.
    #[must_use]
    pub fn voip_around(&self, block: &str, number: u16) -> (usize, usize) {
        let Some(numbers) = self.voip.get(&key(Counted::Block, block)) else { return (0, 0) };
        let inside = numbers.iter().filter(|n| n.abs_diff(number) <= 20).count();
        (inside, numbers.len() - inside)
    }

    /// Number of applications with this value.
    #[must_use]
    pub fn of(&self, field: Counted, value: &str) -> u32 {
        self.counts.get(&key(field, value)).copied().unwrap_or(0)
    }

    /// Share of applications with this value, among at least `floor` of them; never zero.
    #[must_use]
    pub fn frequency(&self, field: Counted, value: &str, floor: u32) -> f64 {
        f64::from(self.of(field, value).max(1)) / f64::from(self.applications.max(floor))
    }
}
