//! Passwords: argon2id, as the OWASP Password Storage Cheat Sheet advises.
//!
//! Hashing is slow on purpose. Nothing here may run on a thread that answers requests, or while a
//! database connection is held.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::error::{Error, Result};

/// Characters of a password at least (NIST SP 800-63B section 3.1.1.2).
pub const MIN_LENGTH: usize = 8;
/// Bytes of a password at most: a bound on the work, far beyond any pass phrase.
pub const MAX_BYTES: usize = 1024;

/// Passes over the memory; two go with the 19 MiB that are the default.
const PASSES: u32 = 2;

/// Refuses a password that must not be set.
///
/// # Errors
/// `validation` for one that is too short or too long.
pub fn check(password: &str) -> Result<()> {
    if password.chars().count() < MIN_LENGTH {
        let detail = format!("A password has at least {MIN_LENGTH} characters.");
        return Err(Error::field("/password", "length", detail));
    }
    if password.len() > MAX_BYTES {
        let detail = format!("A password has at most {MAX_BYTES} bytes.");
        return Err(Error::field("/password", "length", detail));
    }
    Ok(())
}

/// The hash to keep, with its salt and parameters; `memory` in KiB.
pub fn hash(password: &str, memory: u32) -> Result<String> {
    let params = Params::new(memory, PASSES, 1, None).map_err(Error::internal)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2
        .hash_password(password.as_bytes())
        .map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// Whether the password is the one that was hashed. Where there is no hash it is wrong, after the same
/// work: how long the answer takes does not tell whether somebody exists.
pub fn verify(password: &str, kept: Option<&str>, memory: u32) -> Result<bool> {
    let Some(kept) = kept else {
        hash(password, memory)?;
        return Ok(false);
    };
    let kept = PasswordHash::new(kept).map_err(Error::internal)?;
    // The parameters are those of the kept hash.
    Ok(Argon2::default()
        .verify_password(password.as_bytes(), &kept)
        .is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: u32 = 64;

    #[test]
    fn only_the_password_that_was_set_is_right() {
        let kept = hash("correct horse", CHEAP).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=64,t=2,p=1$"));
        assert!(verify("correct horse", Some(&kept), CHEAP).unwrap());
        assert!(!verify("correct horsf", Some(&kept), CHEAP).unwrap());
        assert!(!verify("correct horse", None, CHEAP).unwrap());
    }

    #[test]
    fn the_same_password_never_has_the_same_hash() {
        assert_ne!(hash("x", CHEAP).unwrap(), hash("x", CHEAP).unwrap());
    }

    #[test]
    fn a_password_has_eight_characters_to_a_thousand_bytes() {
        assert!(check("ä".repeat(7).as_str()).is_err());
        assert!(check("ä".repeat(8).as_str()).is_ok());
        assert!(check(&"x".repeat(1025)).is_err());
    }
}
