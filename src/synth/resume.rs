//! Resumes: composed from word pools, written from templates, and rewritten word by word as rings do it.
//! Not responsible for whose they are.

use crate::synth::Resumes;
use crate::synth::dice::Dice;
use crate::synth::pools::{Pools, Words};

/// The body of a resume, sentence by sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Resume {
    /// Sentences without the name and contact line.
    pub lines: Vec<String>,
}

/// Facts that a resume repeats.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Role family.
    pub family: usize,
    /// Job title.
    pub title: &'a str,
    /// Latest employer.
    pub employer: &'a str,
    /// School.
    pub school: &'a str,
    /// Degree and field.
    pub degree: &'a str,
    /// Field of study.
    pub major: &'a str,
}

impl Resume {
    /// A resume of somebody who wrote it alone: 60 to 200 words (half of that when short ones are asked for).
    pub fn own(pools: &Pools, facts: Facts<'_>, length: Resumes, dice: &mut Dice) -> Self {
        let bullets = match length {
            Resumes::Full => 3 + dice.below(8),
            Resumes::Short => 1 + dice.below(2),
        };
        let tools = pools.tools(facts.family);
        let mut lines = vec![match dice.below(4) {
            0 => format!("{} with {} years of experience.", facts.title, dice.between(2, 19)),
            1 => format!(
                "{} who has worked {} and {}.",
                facts.title,
                dice.word(pools.words(Words::Contexts)),
                dice.word(pools.words(Words::Contexts))
            ),
            2 => format!("{} years in {} teams.", dice.between(2, 19), dice.word(tools)),
            _ => format!("{}. {}.", facts.title, dice.word(pools.words(Words::Traits))),
        }];
        lines.push(format!("{} at {}.", facts.title, facts.employer));
        lines.extend((0..bullets).map(|_| bullet(pools, tools, dice)));
        lines.push(format!("{} in {}, {}.", facts.degree, facts.major, facts.school));
        let mut skills: Vec<&str> = tools.to_vec();
        dice.shuffle(&mut skills);
        let most = if length == Resumes::Short { 2 } else { 6 };
        skills.truncate(3 + dice.below(most));
        lines.push(format!("Skills: {}.", skills.join(", ")));
        if length == Resumes::Full && dice.chance(0.5) {
            lines.push(format!("{}.", dice.word(pools.words(Words::Traits))));
        }
        Self { lines }
    }

    /// A short resume from one of a few templates: two strangers who took the same one share most of its words.
    pub fn from_template(
        pools: &Pools,
        facts: Facts<'_>,
        template: usize,
        dice: &mut Dice,
    ) -> Self {
        let tools = pools.tools(facts.family);
        let (a, b, c) = (dice.word(tools), dice.word(tools), dice.word(tools));
        let years = dice.between(2, 15);
        let (title, employer) = (facts.title, facts.employer);
        let text: Vec<String> = match template % 6 {
            0 => vec![
                format!("Results-driven {title} with {years} years of experience."),
                format!("Skilled in {a}, {b} and {c}."),
                format!("Previously at {employer}."),
                "Seeking a challenging position where I can grow and contribute to the success of the company.".into(),
                "Team player with strong communication skills and attention to detail.".into(),
                "References available upon request.".into(),
            ],
            1 => vec![
                format!("Objective: to obtain a position as {title} where my skills in {a} will be valued."),
                format!("Experience: {employer}, {years} years, responsible for daily operations and reporting."),
                format!("Tools: {a}, {b}, {c}."),
                "Able to work independently and as part of a team in a fast-paced environment.".into(),
                "Hard-working, punctual and eager to learn new technologies.".into(),
            ],
            2 => vec![
                format!("Passionate {title} dedicated to building clean and scalable solutions."),
                format!("At {employer} I delivered projects with {a} and {b} on time and within budget."),
                format!("I am proficient in {c} and follow agile practices."),
                "Excellent problem solver with a proven track record of success.".into(),
                "Available to start immediately and open to remote work.".into(),
            ],
            3 => vec![
                format!("PROFILE {title}, {years} years, last role at {employer}."),
                format!("CORE SKILLS {a} / {b} / {c}."),
                "EXPERIENCE Managed stakeholders, improved processes and supported colleagues across departments.".into(),
                format!("EDUCATION {} {}.", facts.degree, facts.school),
                "LANGUAGES English. INTERESTS Reading, travel, music.".into(),
            ],
            4 => vec![
                format!("Dear hiring team, I am excited to apply as {title}."),
                format!("For {years} years I have worked with {a} and {b}, most recently at {employer}."),
                "I believe my background makes me a strong fit for this opportunity.".into(),
                "I would welcome the chance to discuss how I can help your team reach its goals.".into(),
                "Thank you for your time and consideration.".into(),
            ],
            _ => vec![
                format!("{title} | {a} | {b} | {c}"),
                format!("{employer}: worked in a team of developers on customer projects for {years} years."),
                "Participated in planning, implementation, testing and documentation.".into(),
                "Good knowledge of databases, version control and agile methods.".into(),
                "Motivated, reliable and quick to learn.".into(),
            ],
        };
        Self { lines: text }
    }

    /// The same resume for another persona: `words` words replaced, numbers changed, sometimes a sentence
    /// dropped, added or moved.
    #[must_use]
    pub fn reworded(&self, pools: &Pools, facts: Facts<'_>, words: usize, dice: &mut Dice) -> Self {
        let tools = pools.tools(facts.family);
        let mut lines = self.lines.clone();
        for _ in 0..words {
            let at = dice.below(lines.len());
            let mut parts: Vec<String> = lines[at].split(' ').map(str::to_owned).collect();
            let i = dice.below(parts.len());
            parts[i] = match dice.below(4) {
                0 => (dice.word(pools.words(Words::Verbs))).to_lowercase(),
                1 => (dice.word(tools)).to_owned(),
                2 => dice.between(2, 90).to_string(),
                _ => dice.word(SWAPS).to_owned(),
            };
            lines[at] = parts.join(" ");
        }
        if dice.chance(0.4) && lines.len() > 4 {
            let at = 1 + dice.below(lines.len() - 1);
            lines.remove(at);
        }
        if dice.chance(0.4) {
            let at = dice.below(lines.len()) + 1;
            lines.insert(at, bullet(pools, tools, dice));
        }
        if dice.chance(0.3) && lines.len() > 3 {
            let at = 1 + dice.below(lines.len() - 2);
            lines.swap(at, at + 1);
        }
        Self { lines }
    }

    /// A later version by the same person: one sentence more or less.
    pub fn update(&mut self, pools: &Pools, facts: Facts<'_>, dice: &mut Dice) {
        let tools = pools.tools(facts.family);
        if dice.chance(0.4) && self.lines.len() > 5 {
            let at = 1 + dice.below(self.lines.len() - 1);
            self.lines.remove(at);
        }
        let at = dice.below(self.lines.len()) + 1;
        self.lines.insert(at, bullet(pools, tools, dice));
    }
}

const SWAPS: &[&str] = &[
    "also", "mainly", "internal", "external", "core", "legacy", "shared", "modern", "company",
    "regional", "global", "team", "new", "complete", "major", "several", "daily", "key", "full",
];

fn bullet(pools: &Pools, tools: &[&'static str], dice: &mut Dice) -> String {
    let mut text = String::with_capacity(120);
    text.push_str(dice.word(pools.words(Words::Verbs)));
    text.push_str(dice.word(&[" the ", " a ", " our ", " an existing ", " a new "]));
    text.push_str(dice.word(pools.words(Words::Objects)));
    if dice.chance(0.75) {
        text.push_str(dice.word(&[" with ", " using ", " in ", " on top of "]));
        text.push_str(dice.word(tools));
    }
    if dice.chance(0.35) {
        text.push_str(" and ");
        text.push_str(dice.word(tools));
    }
    if dice.chance(0.4) {
        text.push(' ');
        text.push_str(dice.word(pools.words(Words::Contexts)));
    }
    if dice.chance(0.7) {
        text.push(' ');
        for (i, part) in dice.word(pools.words(Words::Outcomes)).split('#').enumerate() {
            if i > 0 {
                text.push_str(&dice.between(2, 95).to_string());
            }
            text.push_str(part);
        }
    }
    text.push('.');
    text
}
