//! Writes one application of a person: what the form asked, what the person left out, mistyped or abbreviated,
//! and what changed in their life since the last one. Not responsible for who they are.
//!
//! Rates, all times the noise factor unless said otherwise. They are set so that each kind of variation that
//! recruiters report occurs in every ten thousand applications: typos in 2 % of names and 1 % of contacts (keying
//! studies give 1 to 3 % of fields), short forms of given names in 8 %, initials in 4 %, and every field missing
//! sometimes, because forms differ. Changes in life come between applications and do not depend on noise.

use crate::model::Column;
use crate::synth::contact::Line;
use crate::synth::dice::Dice;
use crate::synth::person::{Person, Route};
use crate::synth::place::{Address, BOX};
use crate::synth::pools::Words;
use crate::synth::row::Row;
use crate::synth::slip::{typo, wrong_digit};
use crate::synth::world::{Ask, DAY, World};
use xxhash_rust::xxh3::xxh3_64;

/// Whether an application gets far enough to need a delivery address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// When the form asks or the outcome needs it.
    Usual,
    /// Given in any case.
    Always,
}

/// Stage and outcome with their cumulative share in percent. Few get far.
const STAGES: &[(usize, &str, &str)] = &[
    (52, "applied", "rejected"),
    (70, "applied", "pending"),
    (86, "screen", "rejected"),
    (94, "interview", "rejected"),
    (96, "interview", "withdrawn"),
    (97, "offer", "declined"),
    (98, "offer", "pending"),
    (100, "hired", "hired"),
];

impl World {
    /// One application by this person at this time.
    pub fn apply(&mut self, person: &Person, at: i64, delivery: Delivery, dice: &mut Dice) -> Row {
        let noise = self.noise;
        let rate = |base: f64| noise.rate(base);
        let mut row = Row::new(at, person.id, person.ring);
        // One in ten applies outside the usual field.
        let family =
            if dice.chance(0.1) { dice.below(self.pools.families.len()) } else { person.role };
        let opening = self.opening(family, at, dice).clone();
        row.put(Column::SubmittedAt, crate::model::Moment(at).to_string());
        row.put(Column::RequisitionId, opening.id.as_str());
        row.put(Column::Role, opening.title);
        let channel = dice.word(self.pools.words(Words::Channels));
        row.put(Column::Channel, if person.agency.is_some() { "agency" } else { channel });

        row.put(Column::FullName, self.written_name(person, dice));
        let mut email = person.email.clone();
        if dice.chance(rate(0.02))
            && let Some((local, domain)) = person.email.split_once('@')
        {
            email = format!("{local}+{}@{domain}", dice.pick(&["jobs", "work", "apply", "career"]));
        }
        if dice.chance(rate(0.007)) {
            email = typo(&email, dice);
        }
        let mut phone = person.phone.typed(person.habits.phone);
        if dice.chance(rate(0.05)) {
            phone = person.phone.typed(dice.below(7));
        }
        if dice.chance(rate(0.01)) {
            phone = wrong_digit(&phone, dice);
        }
        let mut line = person.phone.line.word();
        // People who do not want to be called fill the field with something.
        if dice.chance(rate(0.002)) {
            phone = dice.word(&["(000) 000-0000", "555-555-5555", "1234567890", "n/a"]).to_owned();
            line = "";
        }
        if dice.chance(rate(0.001)) {
            email = dice
                .word(&["none@example.com", "noemail@example.com", "test@test.example"])
                .to_owned();
        }
        if let Some(agency) = person.agency.and_then(|i| self.agencies.get(i)) {
            row.put(Column::Agency, agency.name.as_str());
            email.clone_from(&agency.email);
            phone = agency.phone.typed(0);
            line = Line::Landline.word();
        }
        let no_email = dice.chance(rate(0.02));
        if !no_email {
            row.put(Column::Email, email);
        }
        if no_email || !dice.chance(rate(0.06)) {
            row.put(Column::Phone, phone);
            // Line types come from a look-up that not every import has.
            if dice.chance(0.6) {
                row.put(Column::PhoneLineType, line);
            }
        }
        self.put_home(&mut row, person, dice);
        let draw = dice.below(100);
        let (_, stage, outcome) = STAGES
            .iter()
            .copied()
            .find(|(below, ..)| draw < *below)
            .unwrap_or((0, "applied", "pending"));
        row.put(Column::Stage, stage);
        row.put(Column::Outcome, outcome);
        let needed = matches!(stage, "offer" | "hired") || opening.asks_delivery == Ask::Yes;
        if delivery == Delivery::Always || needed {
            self.put_delivery(&mut row, person, dice);
        }
        // Accounts are asked for with an offer, and by a few forms at once.
        if matches!(stage, "offer" | "hired") || dice.chance(0.03) {
            row.put(Column::BankAccountHash, person.bank.as_str());
        }
        self.put_history(&mut row, person, dice);
        self.put_referee(&mut row, person, dice);
        self.put_profiles(&mut row, person, at, dice);
        self.put_network(&mut row, person, dice);
        self.put_file(&mut row, person, &opening.posting, dice);
        if person.habits.birth && !dice.chance(rate(0.1)) {
            row.put(Column::BirthDate, self.written_birth(person, dice));
        }
        if person.habits.national {
            row.put(Column::NationalId, person.national_id.as_str());
        }
        row
    }

    fn written_name(&self, person: &Person, dice: &mut Dice) -> String {
        let rate = |base: f64| self.noise.rate(base);
        let mut given = person.given.clone();
        if let Some(adopted) = &person.adopted
            && dice.chance(0.5)
        {
            given.clone_from(adopted);
        }
        if let Some(forms) = self.pools.nicknames.get(given.as_str())
            && dice.chance(rate(0.12))
        {
            given = dice.word(forms).to_owned();
        }
        if dice.chance(rate(0.02)) {
            given = given.chars().take(1).collect::<String>() + ".";
        }
        if dice.chance(rate(0.02)) {
            given = typo(&given, dice);
        }
        let mut family = person.family.clone();
        if let Some((first, _)) = family.split_once('-')
            && dice.chance(rate(0.25))
        {
            family = first.to_owned();
        }
        if dice.chance(rate(0.02)) {
            family = typo(&family, dice);
        }
        let middle = match &person.middle {
            Some(m) if person.habits.middle || dice.chance(rate(0.05)) => {
                if dice.chance(0.5) {
                    m.clone()
                } else {
                    m.chars().take(1).collect::<String>() + "."
                }
            }
            _ => String::new(),
        };
        let suffix =
            if person.suffix.is_empty() || dice.chance(rate(0.4)) { "" } else { person.suffix };
        let order: [&str; 4] = if dice.chance(rate(0.015)) {
            [&family, &given, "", ""]
        } else {
            [&given, &middle, &family, suffix]
        };
        let mut name = order.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
        if dice.chance(rate(0.02)) {
            name = format!("{family}, {given}");
        }
        if dice.chance(rate(0.1)) {
            name = deunicode::deunicode(&name);
        }
        match dice.below(1_000) {
            k if (k as f64) < 1_000.0 * rate(0.02) => name.to_uppercase(),
            k if (k as f64) < 1_000.0 * rate(0.05) => name.to_lowercase(),
            _ => name,
        }
    }

    fn put_home(&self, row: &mut Row, person: &Person, dice: &mut Dice) {
        let rate = |base: f64| self.noise.rate(base);
        row.put(Column::Country, "US");
        let home = &person.home;
        if dice.chance(rate(0.1)) {
            // City and state only, as many forms ask.
            row.put(Column::City, home.place.city);
            row.put(Column::State, home.place.state);
            return;
        }
        if dice.chance(rate(0.05)) {
            return;
        }
        let short = person.habits.short != dice.chance(rate(0.08));
        let mut street = home.street(short);
        if dice.chance(rate(0.015)) {
            street = typo(&street, dice);
        }
        let unit = if dice.chance(rate(0.08)) { String::new() } else { home.unit_text(short) };
        if !unit.is_empty() && dice.chance(rate(0.15)) {
            row.put(Column::Street, format!("{street} {unit}"));
        } else {
            row.put(Column::Street, street);
            row.put(Column::Unit, unit);
        }
        row.put(Column::City, home.place.city);
        row.put(Column::State, home.place.state);
        if !dice.chance(rate(0.05)) {
            row.put(Column::PostalCode, home.place.zip);
        }
    }

    fn put_delivery(&self, row: &mut Row, person: &Person, dice: &mut Dice) {
        let rate = |base: f64| self.noise.rate(base);
        // Most people want it at home; one in ten somewhere else: parents, an office, a counter that holds
        // parcels for strangers.
        let elsewhere;
        let address = match &person.ship {
            Some(address) => address,
            None if dice.chance(0.1) => {
                elsewhere = self.elsewhere(person.home.place.state, dice);
                &elsewhere
            }
            None => &person.home,
        };
        let short = person.habits.short != dice.chance(rate(0.08));
        let mut street = address.street(short);
        if dice.chance(rate(0.01)) {
            street = typo(&street, dice);
        }
        row.put(Column::ShipStreet, street);
        if !dice.chance(rate(0.08)) {
            row.put(Column::ShipUnit, address.unit_text(short));
        }
        row.put(Column::ShipCity, address.place.city);
        row.put(Column::ShipState, address.place.state);
        row.put(Column::ShipPostalCode, address.place.zip);
    }

    fn put_referee(&self, row: &mut Row, person: &Person, dice: &mut Dice) {
        let rate = |base: f64| self.noise.rate(base);
        match &person.referee {
            Some((name, email, phone)) if !dice.chance(rate(0.15)) => {
                row.put(Column::ReferenceName, name.as_str());
                row.put(Column::ReferenceEmail, email.as_str());
                if dice.chance(0.6) {
                    row.put(Column::ReferencePhone, phone.typed(1));
                }
            }
            None if dice.chance(rate(0.03)) => {
                row.put(Column::ReferenceName, "available upon request");
            }
            _ => {}
        }
    }

    /// Where a parcel goes that does not go home: in two cases of five to the mail drop of a town in the same
    /// state, if there is one.
    fn elsewhere(&self, state: &str, dice: &mut Dice) -> Address {
        let near: Vec<&Address> = self.drops.iter().filter(|d| d.place.state == state).collect();
        if near.is_empty() || !dice.chance(0.4) {
            return self.home_in(state, dice);
        }
        let counter = near[dice.below(near.len())];
        if dice.chance(0.5) {
            return counter.clone();
        }
        Address { designator: BOX, ..counter.with_unit(dice.between(1, 900).to_string()) }
    }

    fn put_history(&self, row: &mut Row, person: &Person, dice: &mut Dice) {
        let rate = |base: f64| self.noise.rate(base);
        if !dice.chance(rate(0.1)) {
            let mut school = person.school.clone();
            if dice.chance(rate(0.06)) {
                school = school
                    .replace("University", "Univ.")
                    .replace("Institute of Technology", "Tech");
            }
            if dice.chance(rate(0.01)) {
                school = typo(&school, dice);
            }
            row.put(Column::Institution, school);
            row.put(Column::Degree, person.degree);
            row.put(Column::Major, person.major);
            let (begin, end) = person.studied;
            let off = if dice.chance(rate(0.01)) { dice.between(-1, 1) } else { 0 };
            row.put(Column::GradYear, (end + off).to_string());
            if dice.chance(0.4) {
                row.put(Column::EducationStart, format!("{begin}-09"));
                row.put(Column::EducationEnd, format!("{end}-05"));
            }
        }
        if !dice.chance(rate(0.12)) {
            row.put(Column::Employer, person.employer.as_str());
            row.put(Column::JobTitle, person.title);
        }
    }

    fn put_profiles(&self, row: &mut Row, person: &Person, at: i64, dice: &mut Dice) {
        let rate = |base: f64| self.noise.rate(base);
        if let Some(slug) = &person.linkedin
            && !dice.chance(rate(0.15))
        {
            let prefix = *dice.pick_early(&[
                "https://www.linkedin.com/in/",
                "linkedin.com/in/",
                "https://linkedin.com/in/",
            ]);
            let tail = if dice.chance(0.2) { "/" } else { "" };
            // A few paste the address of the site or of its help page.
            if dice.chance(rate(0.006)) {
                let junk = dice.word(&["", "username", "your-profile", "me"]);
                row.put(Column::Linkedin, format!("{prefix}{junk}"));
            } else {
                row.put(Column::Linkedin, format!("{prefix}{slug}{tail}"));
            }
            if dice.chance(0.1) {
                row.put(
                    Column::ProfileCreatedAt,
                    crate::model::Moment(person.profile_created).day(),
                );
                let idle = dice.between(0, 90).min(dice.between(0, 90));
                row.put(Column::ProfileLastActiveAt, crate::model::Moment(at - idle * DAY).day());
            }
        }
        if let Some(handle) = &person.github
            && !dice.chance(rate(0.15))
        {
            let prefix =
                *dice.pick_early(&["https://github.com/", "github.com/", "http://github.com/"]);
            row.put(Column::Github, format!("{prefix}{handle}"));
        }
        if let Some(site) = &person.website
            && !dice.chance(rate(0.2))
        {
            row.put(Column::Website, site.as_str());
        }
        if let Some((sha, hash)) = &person.photo
            && !dice.chance(rate(0.2))
        {
            row.put(Column::PhotoSha256, sha.as_str());
            row.put(Column::PhotoPhash, format!("{hash:016x}"));
        }
    }

    fn put_network(&self, row: &mut Row, person: &Person, dice: &mut Dice) {
        let rate = |base: f64| self.noise.rate(base);
        let campus = person.campus.and_then(|i| self.campuses.get(i));
        if !dice.chance(rate(0.2)) {
            let ip = match (person.route, campus) {
                (Route::Vpn(exit), _) if dice.chance(0.8) => {
                    self.exits[exit % self.exits.len()].clone()
                }
                (_, Some(campus)) if dice.chance(0.8) => dice.pick(&campus.ips).clone(),
                (Route::Mobile, _) if dice.chance(0.6) => dice.pick(&self.gateways).clone(),
                _ => person.ip.clone(),
            };
            row.put(Column::Ip, ip);
            let zone = person.home.place.zone;
            if dice.chance(0.8) {
                let zone = if zone.starts_with("Pacific/") {
                    zone.to_owned()
                } else {
                    format!("America/{zone}")
                };
                row.put(Column::Timezone, zone);
            }
        }
        if !dice.chance(rate(0.35)) {
            // A career centre's machine is used by everybody on campus.
            let device = match campus {
                Some(campus) if dice.chance(0.3) => dice.pick(&campus.desks).clone(),
                _ => person.device.clone(),
            };
            row.put(Column::DeviceId, device);
            row.put(Column::UserAgent, person.agent);
        }
    }

    fn put_file(&self, row: &mut Row, person: &Person, posting: &[&str], dice: &mut Dice) {
        let rate = |base: f64| self.noise.rate(base);
        if dice.chance(rate(0.08)) {
            return;
        }
        let mut text = String::with_capacity(900);
        if person.habits.headed {
            text.push_str(&format!(
                "{} {} {} ",
                person.given, person.family, person.home.place.city
            ));
        }
        text.push_str(&person.resume.lines.join(" "));
        let mut file = person.file.clone();
        // One in sixteen pastes the posting, or lets a machine do so.
        if dice.chance(0.06) {
            for sentence in posting.iter().take(2 + dice.below(3)) {
                text.push(' ');
                text.push_str(sentence);
                text.push('.');
            }
            file = format!("{:016x}{:016x}{}", xxh3_64(text.as_bytes()), dice.bits(), &file[32..]);
        }
        row.put(Column::ResumeText, text);
        row.put(Column::ResumeSha256, file);
        if !dice.chance(rate(0.25)) {
            row.put(Column::PdfId, person.pdf_id.as_str());
            if let Some(author) = &person.pdf_author {
                row.put(Column::PdfAuthor, author.as_str());
            }
        }
    }

    fn written_birth(&self, person: &Person, dice: &mut Dice) -> String {
        let (year, mut month, mut day) = person.birth;
        if day <= 12 && dice.chance(self.noise.rate(0.02)) {
            (month, day) = (day, month);
        }
        let year =
            if dice.chance(self.noise.rate(0.01)) { year + dice.between(-1, 1) } else { year };
        format!("{year:04}-{month:02}-{day:02}")
    }
}
