//! All accounts: making, inviting, changing and opening them. Not responsible for keeping them (`accounts_file`) nor
//! for counting failures (`throttle`).
//!
//! Invariant: folded names are unique; there is always an administrator who can sign in once there was one; whatever
//! changes what somebody may ends that account's sessions.

use crate::{
    casework::{
        Account, AccountsError, ApiToken, Invitation, Password, PasswordHash, RecoveryCodes, Role,
        SecondFactor, Secret, SignedIn, UserName,
    },
    model::{Moment, Recipient},
};
use serde::{Deserialize, Serialize};

/// Seconds for which an invitation works: a week.
const INVITED: i64 = 7 * 86_400;
/// Seconds for which an API token works at most: a year.
const LONGEST_TOKEN: i64 = 366 * 86_400;
/// Tokens of one account at most.
const TOKENS: usize = 20;

/// All accounts, by folded name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    accounts: Vec<Account>,
}

/// What name and password are good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Signed in.
    Open,
    /// The code of the second factor is asked for next.
    NeedsCode,
}

impl Accounts {
    /// Every account, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// Every account, by name.
    #[must_use]
    pub fn all(&self) -> &[Account] {
        &self.accounts
    }

    /// Whether nobody was ever made.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// The account of that name.
    #[must_use]
    pub fn get(&self, name: &UserName) -> Option<&Account> {
        let folded = name.folded();
        self.accounts.iter().find(|a| a.name.folded() == folded)
    }

    fn get_mut(&mut self, name: &UserName) -> Result<&mut Account, AccountsError> {
        let folded = name.folded();
        let found = self.accounts.iter_mut().find(|a| a.name.folded() == folded);
        found.ok_or_else(|| AccountsError::Unknown(name.to_string()))
    }

    /// Makes an account and the secret of the link that lets its owner choose a password.
    ///
    /// # Errors
    /// When the name is taken, or the system has no randomness.
    pub fn add(
        &mut self,
        name: UserName,
        role: Role,
        now: Moment,
    ) -> Result<Secret, AccountsError> {
        if self.get(&name).is_some() {
            return Err(AccountsError::Exists(name));
        }
        let mut account = Account::new(name, role, now);
        let secret = invite(&mut account, now)?;
        self.accounts.push(account);
        self.accounts.sort_by_key(|a| a.name.folded());
        Ok(secret)
    }

    /// Makes the first administrator who can sign in, and the secret of the link that lets its owner choose a password.
    /// Until one did, it can be done again.
    ///
    /// # Errors
    /// When somebody can sign in already, or the system has no randomness.
    pub fn first(&mut self, name: UserName, now: Moment) -> Result<Secret, AccountsError> {
        if self.accounts.iter().any(Account::is_open) {
            return Err(AccountsError::NotFirst);
        }
        if self.get(&name).is_none() {
            return self.add(name, Role::Administrator, now);
        }
        let secret = self.invite_again(&name, now)?;
        self.get_mut(&name)?.role = Role::Administrator;
        Ok(secret)
    }

    /// Remembers when and from where somebody signed in; returns the time before.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn signed_in(
        &mut self,
        name: &UserName,
        from: &str,
        now: Moment,
    ) -> Result<Option<SignedIn>, AccountsError> {
        let from = from.chars().filter(|c| !c.is_control()).take(80).collect();
        Ok(self.get_mut(name)?.last_sign_in.replace(SignedIn { at: now, from }))
    }

    /// A new link for somebody who lost password or second factor; the old password and sessions end at once.
    ///
    /// # Errors
    /// When there is no such account, when it is the last administrator, or the system has no randomness.
    pub fn invite_again(&mut self, name: &UserName, now: Moment) -> Result<Secret, AccountsError> {
        self.keeps_an_administrator_without(name)?;
        let account = self.get_mut(name)?;
        (account.password, account.second_factor, account.disabled) = (None, None, None);
        account.tokens.clear();
        account.generation += 1;
        invite(account, now)
    }

    /// The account an invitation is for.
    #[must_use]
    pub fn invited(&self, secret: &Secret, now: Moment) -> Option<&Account> {
        self.accounts.iter().find(|a| {
            a.disabled.is_none()
                && a.invitation.as_ref().is_some_and(|i| i.secret.is_of(secret) && i.until >= now)
        })
    }

    /// Chooses a password through an invitation, which works no more afterwards.
    ///
    /// # Errors
    /// When the invitation does not work or the password is weak; the invitation then still works.
    pub fn accept(
        &mut self,
        secret: &Secret,
        password: &str,
        now: Moment,
    ) -> Result<UserName, AccountsError> {
        let name = self.invited(secret, now).ok_or(AccountsError::BadInvitation)?.name.clone();
        let hash = Password::accept(password, &name)?.hash()?;
        let account = self.get_mut(&name)?;
        (account.password, account.invitation) = (Some(hash), None);
        account.generation += 1;
        Ok(name)
    }

    /// Looks at a name and a password. Takes the same time whether or not there is such a name.
    ///
    /// # Errors
    /// `Refused`, whatever the reason.
    pub fn sign_in(&self, name: &str, password: &str) -> Result<(&Account, SignIn), AccountsError> {
        let account = name.parse().ok().and_then(|name| self.get(&name)).filter(|a| a.is_open());
        let Some((account, hash)) = account.and_then(|a| Some((a, a.password.as_ref()?))) else {
            PasswordHash::of_nobody(password);
            return Err(AccountsError::Refused);
        };
        if !hash.is_of(password) {
            return Err(AccountsError::Refused);
        }
        let next = if account.second_factor.is_some() { SignIn::NeedsCode } else { SignIn::Open };
        Ok((account, next))
    }

    /// Accepts the code of an authenticator, or a recovery code, once.
    ///
    /// # Errors
    /// `Refused` when it is neither.
    pub fn second_step(
        &mut self,
        name: &UserName,
        code: &str,
        now: Moment,
    ) -> Result<(), AccountsError> {
        let account = self.get_mut(name).map_err(|_| AccountsError::Refused)?;
        let factor = account.second_factor.as_mut().ok_or(AccountsError::Refused)?;
        let opened = factor.accept(code, now).or_else(|_| factor.recover(code));
        opened.map_err(|_| AccountsError::Refused)
    }

    /// Changes the password of somebody who knows the present one.
    ///
    /// # Errors
    /// When the present one is wrong or the new one is weak.
    pub fn change_password(
        &mut self,
        name: &UserName,
        present: &str,
        new: &str,
    ) -> Result<(), AccountsError> {
        self.sign_in(name.as_str(), present)?;
        let hash = Password::accept(new, name)?.hash()?;
        let account = self.get_mut(name)?;
        account.password = Some(hash);
        account.generation += 1;
        Ok(())
    }

    /// Puts a second factor in force once its owner has shown a code of it, and makes recovery codes.
    ///
    /// # Errors
    /// When the code is not the present one, or there is no such account.
    pub fn confirm_factor(
        &mut self,
        name: &UserName,
        mut factor: SecondFactor,
        code: &str,
        now: Moment,
    ) -> Result<RecoveryCodes, AccountsError> {
        factor.accept(code, now)?;
        let codes = factor.fresh_recovery()?;
        let account = self.get_mut(name)?;
        account.second_factor = Some(factor);
        account.generation += 1;
        Ok(codes)
    }

    /// Makes new recovery codes; the old ones no longer work.
    ///
    /// # Errors
    /// When there is no such account, it has no second factor, or the system has no randomness.
    pub fn renew_recovery(&mut self, name: &UserName) -> Result<RecoveryCodes, AccountsError> {
        let factor = self.get_mut(name)?.second_factor.as_mut();
        factor.ok_or(AccountsError::NoFactor)?.fresh_recovery()
    }

    /// Takes the second factor away.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn drop_factor(&mut self, name: &UserName) -> Result<(), AccountsError> {
        let account = self.get_mut(name)?;
        account.second_factor = None;
        account.generation += 1;
        Ok(())
    }

    /// Gives somebody another role.
    ///
    /// # Errors
    /// When there is no such account, or it is the last administrator.
    pub fn set_role(&mut self, name: &UserName, role: Role) -> Result<(), AccountsError> {
        if role != Role::Administrator {
            self.keeps_an_administrator_without(name)?;
        }
        let account = self.get_mut(name)?;
        account.role = role;
        account.generation += 1;
        Ok(())
    }

    /// Says which mailbox is somebody's, or that none is: reports that go there show what the role sees.
    ///
    /// # Errors
    /// When there is no such account, when it is no mailbox, or when it is somebody else's.
    pub fn set_mailbox(
        &mut self,
        name: &UserName,
        mailbox: Option<&str>,
    ) -> Result<(), AccountsError> {
        let mailbox = match mailbox.map(|text| (text, text.parse())) {
            Some((_, Ok(Recipient::Mail(address)))) => Some(address),
            Some((text, _)) => {
                let shown = text.chars().filter(|c| !c.is_control()).take(80).collect();
                return Err(AccountsError::BadMailbox(shown));
            }
            None => None,
        };
        let own = self.get_mut(name)?.name.clone();
        let taken = mailbox.as_ref().and_then(|address| {
            self.accounts.iter().find(|a| a.name != own && a.has_mailbox(address))
        });
        if let Some(other) = taken {
            return Err(AccountsError::MailboxTaken(other.name.clone()));
        }
        self.get_mut(name)?.mailbox = mailbox;
        Ok(())
    }

    /// Disables an account: sessions, invitation and tokens end at once.
    ///
    /// # Errors
    /// When there is no such account, or it is the last administrator.
    pub fn disable(&mut self, name: &UserName, now: Moment) -> Result<(), AccountsError> {
        self.keeps_an_administrator_without(name)?;
        let account = self.get_mut(name)?;
        account.disabled.get_or_insert(now);
        account.invitation = None;
        account.tokens.clear();
        account.generation += 1;
        Ok(())
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn sign_out_everywhere(&mut self, name: &UserName) -> Result<(), AccountsError> {
        self.get_mut(name)?.generation += 1;
        Ok(())
    }

    /// Makes a token for a program, of at most the owner's role and at most a year.
    ///
    /// # Errors
    /// When there is no such open account, the label is taken or too long, or there are twenty already.
    pub fn add_token(
        &mut self,
        name: &UserName,
        label: &str,
        role: Role,
        until: Moment,
        now: Moment,
    ) -> Result<Secret, AccountsError> {
        let account = self.get_mut(name)?;
        let label: String = label.trim().chars().filter(|c| !c.is_control()).collect();
        let taken = account.tokens.iter().any(|t| t.label == label);
        let fits = (1..=80).contains(&label.chars().count()) && account.tokens.len() < TOKENS;
        if taken || !fits || !account.is_open() {
            return Err(AccountsError::BadLabel);
        }
        let secret = Secret::fresh()?;
        account.tokens.push(ApiToken {
            label,
            secret: secret.hash(),
            role: role.min(account.role),
            made: now,
            until: until.min(Moment(now.0.saturating_add(LONGEST_TOKEN))),
        });
        Ok(secret)
    }

    /// Takes a token back.
    ///
    /// # Errors
    /// When there is no such account or token.
    pub fn drop_token(&mut self, name: &UserName, label: &str) -> Result<(), AccountsError> {
        let account = self.get_mut(name)?;
        let at = account.tokens.iter().position(|t| t.label == label);
        at.map(|at| drop(account.tokens.remove(at))).ok_or(AccountsError::BadLabel)
    }

    /// Whose token it is, and what it may: never more than its owner may now.
    #[must_use]
    pub fn token(&self, secret: &Secret, now: Moment) -> Option<(&Account, Role)> {
        self.accounts.iter().filter(|a| a.is_open()).find_map(|account| {
            let token = account.tokens.iter().find(|t| t.secret.is_of(secret) && t.until >= now)?;
            Some((account, token.role.min(account.role)))
        })
    }

    /// Refuses to leave the store without an administrator who can sign in.
    fn keeps_an_administrator_without(&self, name: &UserName) -> Result<(), AccountsError> {
        let administers = |a: &&Account| a.role == Role::Administrator && a.is_open();
        let Some(account) = self.get(name).filter(administers) else { return Ok(()) };
        let another = self.accounts.iter().filter(administers).any(|a| a.name != account.name);
        if another { Ok(()) } else { Err(AccountsError::LastAdministrator(account.name.clone())) }
    }
}

fn invite(account: &mut Account, now: Moment) -> Result<Secret, AccountsError> {
    let secret = Secret::fresh()?;
    let until = Moment(now.0.saturating_add(INVITED));
    account.invitation = Some(Invitation { secret: secret.hash(), until });
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_795_392_000);
    const FINE: &str = "plum otter granite lantern";
    const OTHER: &str = "velvet harbor quartz bicycle";

    fn name(text: &str) -> UserName {
        text.parse().unwrap()
    }

    fn with(people: &[(&str, Role)]) -> Accounts {
        let mut accounts = Accounts::default();
        for &(who, role) in people {
            let secret = accounts.add(name(who), role, NOW).unwrap();
            accounts.accept(&secret, FINE, NOW).unwrap();
        }
        accounts
    }

    #[test]
    fn a_mailbox_is_one_persons_and_is_given_and_taken_away() {
        let mut accounts = with(&[("ann", Role::Investigator), ("ben", Role::Viewer)]);
        let (ann, ben) = (name("ann"), name("ben"));
        accounts.set_mailbox(&ann, Some(" ann@example.com ")).unwrap();
        accounts.set_mailbox(&ann, Some("Ann@example.com")).unwrap();
        assert!(accounts.get(&ann).unwrap().has_mailbox("ann@EXAMPLE.com"));
        let taken = accounts.set_mailbox(&ben, Some("ANN@example.com")).unwrap_err().to_string();
        assert!(taken.contains("\"ann\""), "{taken}");
        for bad in
            ["", "ben", "https://example.com/", "folder:/x", "a@example.com\r\nBcc: x@example.com"]
        {
            let refused = accounts.set_mailbox(&ben, Some(bad));
            assert!(matches!(refused, Err(AccountsError::BadMailbox(_))), "{bad}");
        }
        assert!(accounts.set_mailbox(&name("eve"), Some("eve@example.com")).is_err());
        accounts.set_mailbox(&ann, None).unwrap();
        accounts.set_mailbox(&ben, Some("ann@example.com")).unwrap();
    }

    #[test]
    fn an_invitation_lets_its_owner_in_once_and_only_for_a_week() {
        let mut accounts = Accounts::default();
        let secret = accounts.add(name("Ann"), Role::Investigator, NOW).unwrap();
        assert!(accounts.add(name("ANN"), Role::Viewer, NOW).is_err(), "a look-alike");
        assert!(accounts.sign_in("Ann", "").is_err());
        let late = Moment(NOW.0 + INVITED + 1);
        assert!(matches!(accounts.accept(&secret, FINE, late), Err(AccountsError::BadInvitation)));
        assert!(matches!(accounts.accept(&secret, "short", NOW), Err(AccountsError::Weak(_))));
        assert_eq!(accounts.accept(&secret, FINE, NOW).unwrap(), name("Ann"));
        assert!(accounts.accept(&secret, OTHER, NOW).is_err());
        assert_eq!(accounts.sign_in("ann", FINE).unwrap().1, SignIn::Open);
        assert!(accounts.sign_in("ann", OTHER).is_err() && accounts.sign_in("bob", FINE).is_err());
    }

    #[test]
    fn a_second_factor_is_asked_for_once_it_was_confirmed() {
        let mut accounts = with(&[("ann", Role::Investigator)]);
        let ann = name("ann");
        let factor = SecondFactor::fresh().unwrap();
        assert!(accounts.confirm_factor(&ann, factor.clone(), "000000x", NOW).is_err());
        let code = factor.code_at(NOW);
        let codes = accounts.confirm_factor(&ann, factor.clone(), &code, NOW).unwrap();
        assert_eq!(accounts.sign_in("ann", FINE).unwrap().1, SignIn::NeedsCode);
        assert!(accounts.second_step(&ann, &code, NOW).is_err(), "used while confirming");
        let later = Moment(NOW.0 + 60);
        accounts.second_step(&ann, &factor.code_at(later), later).unwrap();
        accounts.second_step(&ann, &codes.0[0], later).unwrap();
        assert!(accounts.second_step(&ann, &codes.0[0], later).is_err());
    }

    #[test]
    fn the_last_administrator_stays() {
        let mut accounts = with(&[("ann", Role::Administrator), ("bob", Role::Supervisor)]);
        let ann = name("ann");
        for refused in [
            accounts.disable(&ann, NOW),
            accounts.set_role(&ann, Role::Viewer),
            accounts.invite_again(&ann, NOW).map(drop),
        ] {
            assert!(matches!(refused, Err(AccountsError::LastAdministrator(_))));
        }
        accounts.set_role(&name("bob"), Role::Administrator).unwrap();
        accounts.disable(&ann, NOW).unwrap();
        assert!(accounts.sign_in("ann", FINE).is_err());
        assert_eq!(accounts.get(&ann).unwrap().state(NOW), "disabled");
    }

    #[test]
    fn whatever_changes_what_somebody_may_ends_their_sessions() {
        let mut accounts = with(&[("ann", Role::Administrator), ("bob", Role::Viewer)]);
        let bob = name("bob");
        let mut last = accounts.get(&bob).unwrap().generation;
        let mut grew = |accounts: &Accounts, what: &str| {
            let now = accounts.get(&bob).unwrap().generation;
            assert!(now > last, "{what}");
            last = now;
        };
        accounts.set_role(&bob, Role::Investigator).unwrap();
        grew(&accounts, "role");
        accounts.change_password(&bob, FINE, OTHER).unwrap();
        grew(&accounts, "password");
        accounts.sign_out_everywhere(&bob).unwrap();
        grew(&accounts, "everywhere");
        accounts.disable(&bob, NOW).unwrap();
        grew(&accounts, "disabled");
        assert!(accounts.change_password(&bob, OTHER, FINE).is_err());
    }

    #[test]
    fn a_token_may_no_more_than_its_owner_may_now() {
        let mut accounts = with(&[("ann", Role::Administrator), ("bob", Role::Supervisor)]);
        let bob = name("bob");
        let until = Moment(NOW.0 + 86_400);
        let secret = accounts.add_token(&bob, "ats", Role::Administrator, until, NOW).unwrap();
        assert!(accounts.add_token(&bob, "ats", Role::Viewer, until, NOW).is_err());
        assert_eq!(accounts.token(&secret, NOW).unwrap().1, Role::Supervisor);
        accounts.set_role(&bob, Role::Viewer).unwrap();
        assert_eq!(accounts.token(&secret, NOW).unwrap().1, Role::Viewer);
        assert!(accounts.token(&secret, Moment(until.0 + 1)).is_none());
        accounts.drop_token(&bob, "ats").unwrap();
        assert!(accounts.token(&secret, NOW).is_none());
    }
}
