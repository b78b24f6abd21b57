//! The import columns: the closed list of field names that Ringer understands, and the fields it refuses.
//! Not responsible for reading files or for what a value means.
//!
//! Invariant: `Column::from_name(c.name()) == Some(c)` for every column, and no protected field is a column.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! columns {
    ($($variant:ident = $name:literal, $about:literal;)*) => {
        /// A column of an import file, in the order in which documentation and screens show them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Column {
            $(#[doc = $about] $variant,)*
        }

        impl Column {
            /// Every column, in display order.
            pub const ALL: &'static [Column] = &[$(Column::$variant,)*];

            /// The header name, in snake_case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Column::$variant => $name,)* }
            }

            /// One phrase that says what the column holds.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Column::$variant => $about,)* }
            }
        }
    };
}

columns! {
    ApplicationId = "application_id", "id of the application in the system it came from";
    SubmittedAt = "submitted_at", "when it was submitted (ISO 8601; UTC unless an offset is given)";
    RequisitionId = "requisition_id", "the opening applied for";
    Role = "role", "title of the opening";
    Channel = "channel", "where the application came from";
    Agency = "agency", "staffing agency that submitted it";
    FullName = "full_name", "name as claimed";
    Email = "email", "e-mail address";
    Phone = "phone", "phone number as typed";
    PhoneLineType = "phone_line_type", "line type from a look-up: mobile, landline, voip";
    Street = "street", "home address: street line";
    Unit = "unit", "home address: apartment, suite";
    City = "city", "home address: city";
    State = "state", "home address: state or region";
    PostalCode = "postal_code", "home address: postal code";
    Country = "country", "country of the home address";
    ShipStreet = "ship_street", "delivery address: street line";
    ShipUnit = "ship_unit", "delivery address: apartment, suite";
    ShipCity = "ship_city", "delivery address: city";
    ShipState = "ship_state", "delivery address: state or region";
    ShipPostalCode = "ship_postal_code", "delivery address: postal code";
    Institution = "institution", "school or university";
    Degree = "degree", "degree";
    Major = "major", "field of study";
    GradYear = "grad_year", "year of graduation";
    EducationStart = "education_start", "start of studies";
    EducationEnd = "education_end", "end of studies";
    Employer = "employer", "latest employer";
    JobTitle = "job_title", "latest job title";
    Linkedin = "linkedin", "LinkedIn profile";
    Github = "github", "GitHub profile";
    Website = "website", "personal site";
    Ip = "ip", "IP address of the submission";
    DeviceId = "device_id", "device or cookie id";
    UserAgent = "user_agent", "browser user agent";
    Timezone = "timezone", "browser time zone";
    ResumeText = "resume_text", "text of the resume";
    ResumeSha256 = "resume_sha256", "SHA-256 of the resume file";
    PdfId = "pdf_id", "first element of the PDF trailer /ID";
    PdfAuthor = "pdf_author", "author in the PDF information dictionary";
    PhotoSha256 = "photo_sha256", "SHA-256 of the photo";
    PhotoPhash = "photo_phash", "64-bit perceptual hash of the photo, hexadecimal";
    ReferenceName = "reference_name", "referee: name";
    ReferenceEmail = "reference_email", "referee: e-mail";
    ReferencePhone = "reference_phone", "referee: phone";
    BankAccountHash = "bank_account_hash", "keyed hash of the payee account";
    BirthDate = "birth_date", "date of birth: only tells persons apart";
    NationalId = "national_id", "government number or its hash: only tells persons apart";
    PhotoFile = "photo_file", "file name of the photo";
    ProfileCreatedAt = "profile_created_at", "when the profile was created";
    ProfileLastActiveAt = "profile_last_active_at", "when the profile was last active";
    Outcome = "outcome", "outcome of the application";
    Stage = "stage", "stage reached";
}

impl Column {
    /// The column with this header name; letter case, blanks, hyphens and underscores do not matter.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let folded = fold(name);
        Self::ALL.iter().copied().find(|c| fold(c.name()) == folded)
    }

    /// Whether screens mask the value and exports seal it.
    #[must_use]
    pub fn is_sealed(self) -> bool {
        matches!(self, Self::BirthDate | Self::NationalId | Self::BankAccountHash)
    }

    /// Whether the value is contact data (see `AttributeKind::is_contact`). Names, city, state, country, school and employer
    /// are not: they are what is claimed. Free text is none either, and may have some in it.
    #[must_use]
    pub fn is_contact(self) -> bool {
        matches!(
            self,
            Self::Email
                | Self::Phone
                | Self::Street
                | Self::Unit
                | Self::PostalCode
                | Self::ShipStreet
                | Self::ShipUnit
                | Self::ShipPostalCode
                | Self::Linkedin
                | Self::Github
                | Self::Website
                | Self::Ip
                | Self::DeviceId
                | Self::ReferenceEmail
                | Self::ReferencePhone
        )
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Header names in a form in which spelling variants are equal: lower case, letters and digits only.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a name of a foreign column or a comparison sounds like a value that screens mask and exports seal.
#[must_use]
pub fn sounds_sealed(name: &str) -> bool {
    const WHOLE: &[&str] = &[
        "sin", "pan", "nif", "nie", "dni", "cpf", "bic", "nino", "cvv", "curp", "pesel", "tin",
        "itin", "ein",
    ];
    let folded = fold(name);
    if WHOLE.contains(&folded.as_str()) {
        return true;
    }
    [
        "birth",
        "geburt",
        "naissance",
        "nacimiento",
        "dateofborn",
        "dob",
        "nationalid",
        "idnumber",
        "identitynumber",
        "personnummer",
        "ssn",
        "sinnumber",
        "socialsecurity",
        "socialinsurance",
        "aadhaar",
        "aadhar",
        "passport",
        "government",
        "taxid",
        "taxnumber",
        "iban",
        "swift",
        "routing",
        "sortcode",
        "bank",
        "payment",
        "paypal",
        "wallet",
        "account",
        "cardnumber",
        "creditcard",
        "ccnumber",
        "license",
        "licence",
    ]
    .iter()
    .any(|word| folded.contains(word))
}

/// Header words that mark a protected field, with the trait they name. Ringer refuses to store these.
const PROTECTED: &[(&str, &str)] = &[
    ("race", "race"),
    ("eeo", "equal-opportunity data"),
    ("eeoc", "equal-opportunity data"),
    ("dei", "equal-opportunity data"),
    ("age", "age"),
    ("ethnicity", "ethnicity"),
    ("ethnic", "ethnicity"),
    ("hispanic", "ethnicity"),
    ("latino", "ethnicity"),
    ("sex", "sex"),
    ("gender", "sex"),
    ("pronoun", "sex"),
    ("pronouns", "sex"),
    ("orientation", "sexual orientation"),
    ("nationality", "nationality"),
    ("citizenship", "citizenship"),
    ("citizen", "citizenship"),
    ("visa", "visa status"),
    ("workauthorization", "visa status"),
    ("workauthorisation", "visa status"),
    ("righttowork", "visa status"),
    ("sponsorship", "visa status"),
    ("immigration", "visa status"),
    ("religion", "religion"),
    ("disability", "disability"),
    ("disabled", "disability"),
    ("veteran", "veteran status"),
    ("accent", "accent"),
    ("mothertongue", "language"),
    ("nativelanguage", "language"),
    ("marital", "marital status"),
    ("pregnancy", "pregnancy"),
    ("pregnant", "pregnancy"),
];

/// The protected trait that a header names, if it does: `candidate_gender` names "sex".
#[must_use]
pub fn protected_trait(header: &str) -> Option<&'static str> {
    let mut words: Vec<String> = Vec::new();
    let mut previous_lower = false;
    for c in header.chars() {
        let boundary = !c.is_alphanumeric() || (c.is_uppercase() && previous_lower);
        if boundary || words.is_empty() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        previous_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|w| !w.is_empty());
    let mut pairs: Vec<String> = words.windows(2).map(<[String]>::concat).collect();
    pairs.extend(words.windows(3).map(<[String]>::concat));
    PROTECTED
        .iter()
        .find(|(word, _)| words.iter().chain(&pairs).any(|w| w == word))
        .map(|(_, named)| *named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_own_name_and_by_spelling_variants_of_it() {
        for &column in Column::ALL {
            assert_eq!(Column::from_name(column.name()), Some(column));
            assert_eq!(
                Column::from_name(&column.name().replace('_', " ").to_uppercase()),
                Some(column)
            );
            assert_eq!(protected_trait(column.name()), None, "{column}");
        }
        assert_eq!(Column::from_name("shoe_size"), None);
    }

    #[test]
    fn protected_fields_are_recognised_in_the_spellings_exports_use() {
        for (header, named) in [
            ("Race", "race"),
            ("candidate_gender", "sex"),
            ("CandidateGender", "sex"),
            ("Disability Status", "disability"),
            ("visa_status", "visa status"),
            ("Requires Sponsorship?", "visa status"),
            ("Native Language", "language"),
            ("work_authorization", "visa status"),
            ("Right to Work", "visa status"),
            ("Age", "age"),
        ] {
            assert_eq!(protected_trait(header), Some(named), "{header}");
        }
        for header in [
            "embrace_score",
            "Essex office",
            "traced",
            "full name",
            "Sextant",
            "average_score",
            "page",
            "stage",
        ] {
            assert_eq!(protected_trait(header), None, "{header}");
        }
    }

    #[test]
    fn names_that_sound_like_sealed_values_are_told_in_any_writing() {
        assert!(sounds_sealed("Candidate SSN") && sounds_sealed("birth_date"));
        assert!(!sounds_sealed("favourite colour"));
    }
}
