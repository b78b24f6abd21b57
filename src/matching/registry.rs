//! The list of comparisons. Order is display order; the position of a feature is its `FeatureId` in one
//! version of Ringer, and snapshots of the live view are stamped with the list's hash for that reason.

use crate::{
    matching::{
        Feature, Seen,
        feature::Own,
        features::{
            address::Home,
            attribute::{Equal, SharedProfile},
            birth_date::BirthDate,
            email::{Mailbox, MailboxSeries},
            government_id::GovernmentId,
            handle_series::HandleSeries,
            history::{Career, Job, School},
            judgement::Judged,
            name::Name,
            network::IpAddress,
            network_week::NetworkWeek,
            phone::{PhoneBlock, PhoneNumber},
            photo::Picture,
            resume::Resume,
            shipping::Shipping,
            timing::{ReturnAfterRejection, Sitting},
        },
    },
    model::{AttributeKind, BackgroundClass, Column, Family},
};

/// Every comparison.
pub const FEATURES: &[&dyn Feature] = &[
    &Name,
    &BirthDate,
    &GovernmentId,
    &Mailbox,
    &MailboxSeries,
    &PhoneNumber,
    &PhoneBlock,
    &Home,
    &Shipping,
    &SharedProfile,
    &HandleSeries,
    &School,
    &Job,
    &Career,
    &Resume,
    &RESUME_FILE,
    &PDF_ID,
    &PDF_AUTHOR,
    &Picture,
    &IpAddress,
    &NetworkWeek,
    &DEVICE,
    &REFEREE,
    &PAYMENT,
    &Sitting,
    &ReturnAfterRejection,
    &Judged,
];

/// The same resume file.
const RESUME_FILE: Equal = Equal {
    name: "resume_file",
    label: "Resume file",
    describe: "The same resume file, byte for byte.",
    family: Family::Document,
    columns: &[Column::ResumeSha256],
    kind: AttributeKind::Document,
    prefix: "resume-file:",
    sharing: |p| p.link.resume_file,
    class: BackgroundClass::Personal,
    own: Own::Anywhere,
    identity: Some((Seen::FileSame, Seen::FileDifferent)),
};

/// The same PDF origin.
const PDF_ID: Equal = Equal {
    name: "pdf_id",
    label: "PDF id",
    describe: "The same origin id in the PDF trailer: one file derived from the other, or both from a template.",
    family: Family::Document,
    columns: &[Column::PdfId],
    kind: AttributeKind::Document,
    prefix: "pdf-id:",
    sharing: |p| p.link.pdf_id,
    class: BackgroundClass::Template,
    own: Own::Anywhere,
    identity: Some((Seen::PdfSame, Seen::PdfDifferent)),
};

/// The same PDF author.
const PDF_AUTHOR: Equal = Equal {
    name: "pdf_author",
    label: "PDF author",
    describe: "The same author in the PDF information dictionary. Resume writers and shared computers do that too.",
    family: Family::Document,
    columns: &[Column::PdfAuthor],
    kind: AttributeKind::Document,
    prefix: "pdf-author:",
    sharing: |p| p.link.pdf_author,
    class: BackgroundClass::Template,
    own: Own::Not,
    identity: Some((Seen::AuthorSame, Seen::AuthorDifferent)),
};

/// The same device.
const DEVICE: Equal = Equal {
    name: "device",
    label: "Device",
    describe: "The same device or cookie id. Households, libraries and career centres share devices.",
    family: Family::Network,
    columns: &[Column::DeviceId],
    kind: AttributeKind::Device,
    prefix: "",
    sharing: |p| p.link.device,
    class: BackgroundClass::SharedDevice,
    own: Own::Local,
    identity: Some((Seen::DeviceSame, Seen::DeviceDifferent)),
};

/// The same referee.
const REFEREE: Equal = Equal {
    name: "referee",
    label: "Referee",
    describe: "The same referee's mailbox or phone. Real managers and mentors vouch for many.",
    family: Family::Referee,
    columns: &[Column::ReferenceName, Column::ReferenceEmail, Column::ReferencePhone],
    kind: AttributeKind::Referee,
    prefix: "",
    sharing: |p| p.link.referee,
    class: BackgroundClass::Common,
    own: Own::Cohort,
    identity: Some((Seen::RefereeSame, Seen::RefereeDifferent)),
};

/// The same payee account.
const PAYMENT: Equal = Equal {
    name: "payment_account",
    label: "Payment account",
    describe: "The same payee account, as a keyed hash. Spouses share accounts.",
    family: Family::Payment,
    columns: &[Column::BankAccountHash],
    kind: AttributeKind::PaymentAccount,
    prefix: "",
    sharing: |p| p.link.payment,
    class: BackgroundClass::Personal,
    own: Own::Local,
    identity: Some((Seen::PaymentSame, Seen::PaymentDifferent)),
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn feature_names_are_unique_snake_case_and_described() {
        let names: BTreeSet<&str> = FEATURES.iter().map(|f| f.name()).collect();
        assert_eq!(names.len(), FEATURES.len());
        for feature in FEATURES {
            assert!(feature.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            assert!(!feature.label().is_empty() && feature.describe().len() > 20);
        }
        let made: Vec<&str> = FEATURES.iter().flat_map(|f| f.comparisons()).collect();
        let all: Vec<&str> = crate::matching::levels::comparisons().map(|(name, _)| name).collect();
        assert_eq!(made.len(), all.len(), "{made:?}");
        assert!(all.iter().all(|name| made.contains(name)), "each is made by one feature");
        assert!(FEATURES.len() < 64, "identity parts are kept in one array");
    }
}
