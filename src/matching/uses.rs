//! Uses of a value: what a crowd asks of each application that uses it, and how it counts them. Not responsible for what the
//! counts tell (`crowd`).
//!
//! Invariant: depends only on the applications that use the value, not on their order.

use crate::{
    matching::{
        Applicants, Corpus,
        clusters::Clusters,
        corpus::App,
        crowd::{FLAT, SMALL},
    },
    model::{AppIx, ApplicantIx, LineType},
};

/// A use of a value, with all that is asked of its application.
pub struct Use {
    pub app: AppIx,
    pub applicant: ApplicantIx,
    pub at: Option<i64>,
    pub key: u64,
    pub school: Option<u32>,
    pub employer: Option<u32>,
    pub agency: Option<u32>,
    pub firm: Option<u32>,
    pub email: Option<u32>,
    pub landline: Option<u32>,
    pub phone: Option<u32>,
    pub extension: Option<u32>,
    pub state: Option<u32>,
    pub building: Option<u32>,
}

/// What is asked of these applications, in their order. O(uses).
pub fn of(corpus: &Corpus, applicants: &Applicants, uses: &[AppIx]) -> Vec<Use> {
    let mut first: Vec<Use> = Vec::with_capacity(uses.len());
    // Looked at once: of thousands of users most of the time goes into getting at them.
    corpus.each(uses, |x| {
        let home = x.home();
        first.push(Use {
            app: x.ix,
            applicant: applicants.of(x.ix),
            at: x.submitted().map(|t| t.0),
            key: x.key(),
            school: school(&x),
            employer: employer(&x),
            agency: x.agency().map(|w| w.0),
            firm: x.desk().map(|w| w.0),
            email: x.email().map(|ix| ix.0),
            phone: x.phone().map(|ix| ix.0),
            extension: x.extension(),
            landline: x
                .phone()
                .filter(|_| x.line_type() == Some(LineType::Landline))
                .map(|ix| ix.0),
            state: home.and_then(|h| h.state()).map(|w| w.0),
            building: home.and_then(|h| h.building()).map(|w| w.0),
        });
    });
    first
}

fn sorted(values: impl Iterator<Item = Option<u32>>) -> Vec<u32> {
    let mut all: Vec<u32> = values.flatten().collect();
    all.sort_unstable();
    all
}

/// How many different values there are.
pub fn different(values: impl Iterator<Item = Option<u32>>) -> u16 {
    let n = sorted(values).chunk_by(|a, b| a == b).count();
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// How often the commonest value is there.
pub fn most(values: impl Iterator<Item = Option<u32>>) -> u32 {
    let longest = sorted(values).chunk_by(|a, b| a == b).map(<[u32]>::len).max();
    u32::try_from(longest.unwrap_or(0)).unwrap_or(u32::MAX)
}

/// Whether all uses are of one number and four in five name an extension behind it, of which there are several: a few may be
/// slips. O(uses log uses).
pub fn is_switchboard(uses: &[Use]) -> bool {
    let with = uses.iter().filter(|u| u.extension.is_some()).count();
    let one = uses.first().and_then(|u| u.phone);
    with >= 2
        && with * 5 >= uses.len() * 4
        && uses.iter().all(|u| u.phone == one)
        && different(uses.iter().map(|u| u.extension)) >= 2
}

/// Of how many families these users are by their names, where they are more than a flat holds and few enough to be asked.
/// O(names log names).
pub fn families(corpus: &Corpus, season: &[Use]) -> u16 {
    let all = u16::try_from(season.len()).unwrap_or(u16::MAX);
    if all <= FLAT || u32::from(all) >= SMALL {
        return all;
    }
    let mut names: Vec<(u32, usize)> = Vec::new();
    for (at, user) in season.iter().enumerate() {
        let tokens = corpus.app(user.app);
        let long = tokens.tokens().filter(|&token| corpus.tokens().length(token) > 1);
        names.extend(long.map(|token| (token.0, at)));
    }
    names.sort_unstable();
    // By their places in the season.
    let mut kin = Clusters::new(season.len(), None);
    for pair in names.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        kin.join(AppIx::new(pair[0].1), AppIx::new(pair[1].1));
    }
    let heads = (0..season.len()).map(AppIx::new).filter(|&at| kin.root(at) == at).count();
    u16::try_from(heads).unwrap_or(all)
}

/// From the first to the last of them, in days.
pub fn span(season: &[Use]) -> u16 {
    let at = |end: Option<&Use>| end.and_then(|u| u.at);
    let seconds = at(season.last()).zip(at(season.first())).map_or(0, |(last, first)| last - first);
    u16::try_from(seconds / 86_400).unwrap_or(u16::MAX)
}

fn school(app: &App<'_>) -> Option<u32> {
    Some(app.education().next()?.institution?.0)
}

fn employer(app: &App<'_>) -> Option<u32> {
    Some(app.employment().next()?.employer?.0)
}
