//! What changes in somebody's life between two applications: moves, numbers, mailboxes, marriages, jobs, machines,
//! files. Not responsible for how it is written down (`scribe`), and independent of noise.

use crate::synth::dice::Dice;
use crate::synth::person::Person;
use crate::synth::pools::Words;
use crate::synth::world::World;

impl World {
    /// What happens to somebody between two applications that are `days` apart. A year brings a move to one in
    /// seven, a new number to one in twelve, a new mailbox to one in seven, a new job to one in three and a
    /// married name to one in sixty; every gap has at least half a year's chance of a new mailbox or file,
    /// because people prepare for a second try.
    pub fn live(&mut self, person: &mut Person, days: i64, dice: &mut Dice) {
        let years = days.max(30) as f64 / 365.0;
        if dice.chance(0.14 * years) {
            let state = if dice.chance(0.6) {
                person.home.place.state
            } else {
                self.pools.place(dice).state
            };
            person.home = self.home_in(state, dice);
            person.ip = self.home_ip(dice);
            person.campus = None;
        }
        if dice.chance(0.08 * years) {
            let state = person.home.place.state;
            person.phone = self.register.phone(&self.pools, state, person.phone.line, dice);
        }
        if dice.chance(0.06 + 0.08 * years) {
            person.email =
                self.register.mailbox(&person.given, &person.family, person.birth.0, dice);
        }
        if dice.chance(0.016 * years) {
            let custom = self.pools.custom(dice);
            let names = &self.pools.customs[custom];
            let family = names.family[names.family_ranks.draw(dice)].clone();
            person.family =
                if dice.chance(0.2) { format!("{}-{family}", person.family) } else { family };
            if dice.chance(0.5) {
                person.email =
                    self.register.mailbox(&person.given, &person.family, person.birth.0, dice);
            }
        }
        if dice.chance(0.33 * years) {
            person.employer = self.employer(dice);
            let (_, titles) = &self.pools.families[person.role];
            person.title = dice.word(titles);
        }
        if dice.chance(0.25 * years) {
            person.device = dice.hex(16);
            person.agent = dice.word_early(self.pools.words(Words::Agents));
        }
        if dice.chance(0.3 + 0.1 * years) {
            let mut resume = person.resume.clone();
            if dice.chance(0.2) {
                self.write_resume(person, dice);
            } else {
                resume.update(&self.pools, person.facts(), dice);
                person.resume = resume;
            }
            person.new_file(dice);
        }
        person.agency = match person.agency {
            Some(_) if dice.chance(0.5) => None,
            same => same,
        };
    }
}
