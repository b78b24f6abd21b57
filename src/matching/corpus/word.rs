//! What sort of thing a word is. Not responsible for the words themselves (`Corpus`).

/// A field whose values are words: numbered and counted, but shared by nobody as an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Word {
    /// Stem of a mailbox.
    Stem,
    /// Thousands block of a phone.
    Block,
    /// Building.
    Building,
    /// Street without number.
    Street,
    /// House number.
    Number,
    /// Unit.
    Unit,
    /// Postal code.
    Postal,
    /// City.
    City,
    /// State.
    State,
    /// Country.
    Country,
    /// Field of study.
    Major,
    /// End of a degree, to the precision given.
    End,
    /// Job title.
    Title,
    /// Birth date, to the precision given.
    BirthDate,
    /// Platform of a profile.
    Platform,
    /// Skeleton of a mailbox or handle that may be one of a series.
    Series,
    /// Domain of a mailbox.
    Domain,
    /// Agency.
    Agency,
    /// Generational suffix.
    Suffix,
    /// Title of the opening.
    Role,
    /// Outcome.
    Outcome,
    /// Number of the opening.
    Opening,
}
