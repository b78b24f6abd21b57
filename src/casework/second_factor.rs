//! The second factor: codes of an authenticator, and codes on paper for when it is lost. Not responsible for who must
//! have one.
//!
//! Codes are those of RFC 6238 with SHA-1, 6 digits and 30 seconds, one step earlier or later accepted: what every
//! authenticator shows.
//!
//! Invariant: a code opens once. A recovery code too, and only its hash is kept.

use crate::{
    casework::{AccountsError, Secret, SecretHash},
    model::{Moment, base32},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use totp_rs::{Algorithm, Builder, Totp};

/// Recovery codes made at a time.
const CODES: usize = 10;

/// What is kept of an authenticator. The file it is kept in is readable by its owner only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The shared secret in base 32.
    secret: String,
    /// The last step a code was accepted of: 30 seconds each since 1970.
    #[serde(default)]
    last_step: u64,
    /// Recovery codes not yet used.
    #[serde(default)]
    recovery: Vec<SecretHash>,
}

/// Recovery codes in clear, to be shown once.
#[derive(Clone)]
pub struct RecoveryCodes(pub Vec<String>);

impl SecondFactor {
    /// A fresh one, without recovery codes.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn fresh() -> Result<Self, AccountsError> {
        let mut bytes = [0; 20];
        getrandom::fill(&mut bytes).map_err(|e| AccountsError::NoRandomness(e.to_string()))?;
        let secret = totp_rs::Secret::from(bytes.to_vec()).to_base32();
        Ok(Self { secret, last_step: 0, recovery: Vec::new() })
    }

    /// The shared secret as people type it into an authenticator.
    #[must_use]
    pub fn shared(&self) -> &str {
        &self.secret
    }

    /// The same as the URI that authenticators read.
    #[must_use]
    pub fn uri(&self, user: &str) -> String {
        let user: String = user
            .bytes()
            .map(|b| match b {
                b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
                b => format!("%{b:02X}"),
            })
            .collect();
        format!("otpauth://totp/Ringer:{user}?secret={}&issuer=Ringer", self.secret)
    }

    /// Accepts the code that the authenticator shows at this moment, once.
    ///
    /// # Errors
    /// When it is another, or was used before.
    pub fn accept(&mut self, code: &str, now: Moment) -> Result<(), AccountsError> {
        let code: String = code.chars().filter(char::is_ascii_digit).take(12).collect();
        let now = u64::try_from(now.0).unwrap_or(0);
        let totp = self.totp().ok_or(AccountsError::BadCode)?;
        match totp.check(&code, now) {
            Some(step) if step > self.last_step => {
                self.last_step = step;
                Ok(())
            }
            _ => Err(AccountsError::BadCode),
        }
    }

    /// Accepts a recovery code, once.
    ///
    /// # Errors
    /// When there is none like it.
    pub fn recover(&mut self, code: &str) -> Result<(), AccountsError> {
        let typed = Secret::presented(&plain(code));
        let at = self.recovery.iter().position(|hash| hash.is_of(&typed));
        at.map(|at| drop(self.recovery.remove(at))).ok_or(AccountsError::BadCode)
    }

    /// Whether it is a recovery code that still works; does not use it up.
    #[must_use]
    pub fn has_recovery(&self, code: &str) -> bool {
        let typed = Secret::presented(&plain(code));
        self.recovery.iter().any(|hash| hash.is_of(&typed))
    }

    /// Ten fresh recovery codes; earlier ones no longer work.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn fresh_recovery(&mut self) -> Result<RecoveryCodes, AccountsError> {
        let mut codes = Vec::with_capacity(CODES);
        for _ in 0..CODES {
            let mut bytes = [0; 8];
            getrandom::fill(&mut bytes).map_err(|e| AccountsError::NoRandomness(e.to_string()))?;
            // 60 bits: no list of all of them can be tried against the hash in a lifetime of throttled tries.
            let code = base32(u64::from_be_bytes(bytes));
            codes.push(format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]));
        }
        self.recovery = codes.iter().map(|c| Secret::presented(&plain(c)).hash()).collect();
        Ok(RecoveryCodes(codes))
    }

    /// Recovery codes not yet used.
    #[must_use]
    pub fn n_recovery(&self) -> usize {
        self.recovery.len()
    }

    fn totp(&self) -> Option<Totp> {
        let secret = totp_rs::Secret::try_from_base32(&self.secret).ok()?;
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(30)
            .with_secret(secret)
            .build()
            .ok()
    }

    /// The code that the authenticator shows at a moment; empty when the secret is damaged.
    #[must_use]
    pub fn code_at(&self, now: Moment) -> String {
        let at = u64::try_from(now.0).unwrap_or(0);
        self.totp().map_or_else(String::new, |totp| totp.generate(at).to_string())
    }
}

/// A recovery code without what people add when they type it.
fn plain(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .take(40)
        .collect()
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecondFactor(…, {} recovery codes)", self.recovery.len())
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecoveryCodes({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238 appendix B: the ASCII secret 12345678901234567890; its eight digits end in these six.
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned();
        let factor = SecondFactor { secret, last_step: 0, recovery: Vec::new() };
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(factor.code_at(Moment(at)), code);
            assert!(factor.clone().accept(code, Moment(at)).is_ok());
        }
    }

    #[test]
    fn a_code_opens_once_and_only_around_its_time() {
        let mut factor = SecondFactor::fresh().unwrap();
        let now = Moment(1_800_000_000);
        let code = factor.code_at(now);
        for wrong in ["", "000", "abcdef", "0123456789"] {
            assert!(factor.accept(wrong, now).is_err(), "{wrong}");
        }
        assert!(factor.accept(&code, Moment(now.0 + 120)).is_err());
        assert!(factor.accept(&format!(" {} {} ", &code[..3], &code[3..]), now).is_ok());
        assert!(factor.accept(&code, now).is_err(), "used");
        let next = Moment(now.0 + 30);
        assert!(factor.accept(&factor.code_at(next), next).is_ok());
    }

    #[test]
    fn a_recovery_code_opens_once_however_it_is_typed() {
        let mut factor = SecondFactor::fresh().unwrap();
        let RecoveryCodes(codes) = factor.fresh_recovery().unwrap();
        assert_eq!((codes.len(), factor.n_recovery()), (10, 10));
        assert!(factor.has_recovery(&codes[3]) && !factor.has_recovery("aaaa-aaaa-aaaa"));
        assert!(factor.recover(&codes[3].to_uppercase().replace('-', " ")).is_ok());
        assert!(factor.recover(&codes[3]).is_err());
        assert!(factor.recover("").is_err());
        assert_eq!(factor.n_recovery(), 9);
        factor.fresh_recovery().unwrap();
        assert!(factor.recover(&codes[4]).is_err(), "earlier ones no longer work");
        assert!(!format!("{factor:?}").contains(factor.shared()));
    }
}
