//! `GET /referrals/{referral_id}`: one package that was made: what it is, whether it stands, its files, and whether the copy
//! kept here is what was made; and `POST .../withdraw`. Not responsible for giving files out (`referral::download`).
//!
//! Invariant: who may not refer sees that the package exists and what became of it, and nothing that is in it.

use crate::{
    casework::Permission,
    explain::words::{bytes, count},
    model::{Moment, ReferralRecord, Review},
    web::{
        WebError,
        flash::Flash,
        intake::blocking,
        judge::{Withdrawal, back_to},
        page::{self, Chrome, Section},
        referral::{
            download::record,
            kept::{Kept, KeptError, Listed},
            row::{ReferralRow, Standing},
        },
        state::Visit,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// What else is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    /// `now` to have every file of the copy looked at.
    check: Option<String>,
}

/// A file of the package.
struct FileRow {
    path: String,
    about: String,
    size: String,
    sha256: String,
    url: String,
}

/// What a check found.
struct Checked {
    is_intact: bool,
    said: String,
    /// What is wrong, a line each.
    wrong: Vec<String>,
}

#[derive(Template)]
#[template(path = "pages/referral.html")]
struct ReferralPage {
    chrome: Chrome,
    row: ReferralRow,
    identities: u32,
    review: Option<Review>,
    n_files: String,
    size: String,
    head: u64,
    head_hash: String,
    fact: u64,
    at: Moment,
    withheld: Vec<String>,
    files: Vec<FileRow>,
    /// Why its files cannot be listed; empty when they can.
    trouble: String,
    checked: Option<Checked>,
    check_url: String,
    withdraw_url: String,
    /// Where one is made that takes its place; empty for one that has no case.
    supersede_url: String,
}

impl ReferralPage {
    fn refers(&self) -> bool {
        self.chrome.may(Permission::Refer)
    }

    fn stands(&self) -> bool {
        self.row.standing == Standing::Stands
    }

    fn identities(&self) -> String {
        match self.identities {
            0 => "about shared values, naming nobody".to_owned(),
            n => format!("about {}", count(n as usize, "claimed identity", "claimed identities")),
        }
    }
}

/// `GET /referrals/{referral_id}`.
pub async fn referral(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let record = record(&visit, &path)?;
    let refers = visit.session.role.may(Permission::Refer);
    let kept = visit.state.kept.clone().filter(|_| refers);
    let checks = refers && ask.check.as_deref() == Some("now");
    let (visit, record, found, checked) = blocking(move || {
        let files = kept.as_ref().map(|kept| kept.files(&record.referral));
        let checked = match &kept {
            Some(kept) if checks => Some(checked(kept, &record)?),
            _ => None,
        };
        Ok((visit, record, files, checked))
    })
    .await?;
    let (files, trouble) = match found {
        Some(Ok(files)) => (files, String::new()),
        Some(Err(KeptError::File { .. })) => {
            (Vec::new(), "The copy kept here cannot be read just now".to_owned())
        }
        Some(Err(why)) => (Vec::new(), crate::explain::words::capital(&why.to_string())),
        None if refers => (Vec::new(), "This server keeps no packages".to_owned()),
        None => (Vec::new(), String::new()),
    };
    let made = &record.referral;
    let of_case = made.case.as_ref().map(|case| {
        urls::refer_with(
            case,
            &[
                ("supersedes", made.id.to_string()),
                ("ring_id", made.ring.to_string()),
                ("profile", made.profile.name().to_owned()),
                ("recipient", made.recipient.clone()),
                ("purpose", made.purpose.clone()),
            ],
        )
    });
    let here = urls::referral(&made.id);
    let page = ReferralPage {
        row: ReferralRow::of(&visit.view, &record),
        identities: made.identities,
        review: made.review.clone(),
        n_files: count(made.files as usize, "file", "files"),
        size: bytes(made.bytes),
        head: made.head.0,
        head_hash: made.head_hash.to_string(),
        fact: record.seq.0,
        at: made.at,
        withheld: made.withheld.clone(),
        files: files.iter().map(|file| file_row(&record, file)).collect(),
        trouble,
        checked,
        check_url: here,
        withdraw_url: urls::withdraw_referral(&made.id),
        supersede_url: of_case.unwrap_or_default(),
        chrome: visit.chrome(format!("Package {}", made.id), Section::Cases),
    };
    page::render(&page)
}

fn file_row(record: &ReferralRecord, file: &Listed) -> FileRow {
    FileRow {
        path: file.path.clone(),
        about: file.about.clone(),
        size: bytes(file.bytes),
        url: urls::referral_file(&record.referral.id, &file.sha256),
        sha256: file.sha256.clone(),
    }
}

/// Whether every file of the copy is what was made. Reads all of it.
fn checked(kept: &Kept, record: &ReferralRecord) -> Result<Checked, WebError> {
    match kept.verify(&record.referral) {
        Ok(wrong) if wrong.is_empty() => Ok(Checked {
            is_intact: true,
            said: format!(
                "The copy kept here is intact: its {} are what the manifest names, and the manifest is the one that the \
                 journal names",
                count(record.referral.files as usize, "file", "files")
            ),
            wrong,
        }),
        Ok(wrong) => Ok(Checked {
            is_intact: false,
            said: format!(
                "The copy kept here is not what was made: {}. Do not hand it out; restore it from a backup",
                count(wrong.len(), "thing differs", "things differ")
            ),
            wrong,
        }),
        Err(KeptError::Altered { what, .. }) => Ok(Checked {
            is_intact: false,
            said: "The copy kept here is not what was made. Do not hand it out; restore it from a backup".to_owned(),
            wrong: vec![what],
        }),
        Err(KeptError::Missing(id)) => Ok(Checked {
            is_intact: false,
            said: format!("No copy of {id} is kept here, so there is nothing to check"),
            wrong: Vec::new(),
        }),
        Err(error) => Err(error.into()),
    }
}

/// `POST /referrals/{referral_id}/withdraw`.
pub async fn withdraw(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Withdrawal>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let record = record(&visit, &path)?;
    let why = form.why.trim().to_owned();
    let (state, actor, id) = (visit.state.clone(), visit.actor(), record.referral.id.clone());
    blocking(move || Ok(state.desk.withdraw_referral(&actor, &id, &why)?)).await?;
    let id = &record.referral.id;
    let text = format!("Package {id} is withdrawn; tell whoever has it");
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&urls::referral(id)))
}
