//! How much a recipient sees: the one table. Not responsible for what is left out at which sight (`text`, `render`).
//!
//! | Recipient | counts and links only | personal data was configured |
//! |---|---|---|
//! | mailbox of an open account, viewer | counts | masked |
//! | mailbox of an open account, investigator and up | counts | everything |
//! | any other mailbox | counts | counts |
//! | webhook | counts | masked |
//! | folder | masked | everything |
//!
//! A mailbox is as good as the account that an administrator gave it to. A webhook has a URL and a secret, which are no
//! person with a role, and nobody knows who reads it behind that: at most what a viewer sees. A folder is on this machine,
//! whose owner says who reads it.
//!
//! Invariant: a mailbox that belongs to nobody who may sign in gets counts, whatever was configured.

use crate::{
    casework::{Account, Permission, Role},
    model::Recipient,
    reports::Sight,
};

/// How much this recipient sees; `personal` is whether the schedule lets personal data go out.
#[must_use]
pub fn sight_of(accounts: &[Account], to: &Recipient, personal: bool) -> Sight {
    match (to, personal) {
        (Recipient::Mail(address), true) => {
            let owner = accounts.iter().find(|account| account.has_mailbox(address));
            let role = owner.filter(|account| account.is_open()).map(|account| account.role);
            role.map_or(Sight::Counts, sight_of_role)
        }
        (_, false) => Sight::Counts,
        (Recipient::Webhook(_), true) => Sight::Masked,
        (Recipient::Folder(_), true) => Sight::Full,
    }
}

/// What somebody of a role sees on pages.
fn sight_of_role(role: Role) -> Sight {
    if role.may(Permission::ReadContacts) { Sight::Full } else { Sight::Masked }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{casework::Accounts, model::Moment};

    fn accounts() -> Accounts {
        let mut accounts = Accounts::default();
        let named = |role: Role| format!("{role} one").parse().unwrap();
        // The administrator first: somebody has to be left who can sign in.
        for &role in Role::ALL.iter().rev() {
            let secret = accounts.add(named(role), role, Moment(0)).unwrap();
            accounts.accept(&secret, "plum otter granite lantern", Moment(0)).unwrap();
            let mailbox = format!("{role}@example.com");
            accounts.set_mailbox(&named(role), Some(&mailbox)).unwrap();
        }
        let (invited, gone) = ("invited".parse().unwrap(), "gone".parse().unwrap());
        accounts.add(invited, Role::Supervisor, Moment(0)).unwrap();
        let secret = accounts.add(gone, Role::Supervisor, Moment(0)).unwrap();
        accounts.accept(&secret, "plum otter granite lantern", Moment(0)).unwrap();
        let (invited, gone) = ("invited".parse().unwrap(), "gone".parse().unwrap());
        accounts.set_mailbox(&invited, Some("invited@example.com")).unwrap();
        accounts.set_mailbox(&gone, Some("gone@example.com")).unwrap();
        accounts.disable(&gone, Moment(0)).unwrap();
        accounts
    }

    #[test]
    fn every_recipient_sees_what_the_table_says() {
        use Sight::{Counts, Full, Masked};
        let accounts = accounts();
        for (to, plain, personal) in [
            ("viewer@example.com", Counts, Masked),
            ("investigator@example.com", Counts, Full),
            ("supervisor@example.com", Counts, Full),
            ("administrator@example.com", Counts, Full),
            ("Viewer@EXAMPLE.com", Counts, Masked),
            ("invited@example.com", Counts, Counts),
            ("gone@example.com", Counts, Counts),
            ("stranger@example.com", Counts, Counts),
            ("viewer@example.com.example.net", Counts, Counts),
            ("https://hooks.example.com/supervisor@example.com", Counts, Masked),
            ("folder:/srv/reports", Counts, Full),
        ] {
            let to: Recipient = to.parse().unwrap();
            assert_eq!(sight_of(accounts.all(), &to, false), plain, "{to}");
            assert_eq!(sight_of(accounts.all(), &to, true), personal, "{to}");
            assert!(sight_of(&[], &to, true) <= personal, "no account gives no more: {to}");
        }
    }
}
