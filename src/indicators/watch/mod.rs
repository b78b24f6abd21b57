//! Watch-lists: finding watched values among what applications say. Names of schools and employers are found in any spelling,
//! wording or language that shows to be the same; everything else by its canonical value. Not responsible for keeping lists
//! (`engine`) nor for what a hit says about anybody (`application::watched`).
//!
//! Invariant: an entry never matches a person's name; a weak alias never matches alone; which entries match depends only on
//! the entries, the hour and what is claimed.

mod claims;
mod compare;
mod facts;
mod hit;
mod identifier;
pub mod import;
mod lists;
mod names;
mod person;
mod remains;
mod shipped;
mod spelling;
mod word;

pub use claims::{Claim, Claims, Identifier};
pub use hit::{How, WatchHit};
pub use identifier::{canonical, refusal};
pub use lists::WatchLists;
pub use person::seems_a_person;
pub use shipped::{SHIPPED, ShippedList, is_shipped, shipped};
